extension Compiler {
    mutating func execution(
        of loop: Statement.Loop,
        line: Int
    ) throws(TemplateError) -> Execution {
        let items = try evaluation(of: loop.items)
        let filter = try self.filter(of: loop)
        let usesLoop = loop.body.uses("loop")
        let collectBody = { (scope: Scope) in
            if usesLoop { scope.declareParameter("loop") }
            scope.collect(loop.target, asParameter: true)
            scope.collect(loop.body)
        }
        loopDepth += 1
        let (assign, body, slot) = try inScope(collecting: collectBody) {
            compiler throws(TemplateError) in
            let assign = try compiler.assignment(to: loop.target)
            let slot = usesLoop ? compiler.scope.index(of: "loop") : nil
            return (assign, try compiler.code(of: loop.body), slot)
        }
        loopDepth -= 1
        let otherwise = try inScope(collecting: { $0.collect(loop.otherwise) }) {
            compiler throws(TemplateError) in try compiler.code(of: loop.otherwise)
        }
        return { run, frame throws(TemplateError) in
            run.line = line
            var values = try run.items(of: try items(run, frame))
            var state: LoopState?
            if slot != nil {
                if let filter { values = try values.kept(by: filter, run, frame) }
                state = LoopState(values)
            }
            var isEmpty = true
            for (index, value) in values.enumerated() {
                try run.step()
                if slot == nil, let filter, try !filter(run, frame, value) { continue }
                isEmpty = false
                try assign(run, frame, value)
                if let slot, let state {
                    state.position = index
                    frame[slot] = .object(state)
                }
                if try body.run(run, frame) == .leaveLoop { break }
            }
            return isEmpty ? try otherwise.run(run, frame) : .next
        }
    }

    typealias ItemFilter = @Sendable (Run, Frame, Value) throws(TemplateError) -> Bool

    private mutating func filter(of loop: Statement.Loop) throws(TemplateError) -> ItemFilter? {
        guard let test = loop.test else { return nil }
        let collect = { (scope: Scope) in
            scope.collect(loop.target, asParameter: true)
            scope.collect(test)
        }
        let (prologue, assign, keeps) = try inScope(collecting: collect) {
            compiler throws(TemplateError) in
            let prologue = compiler.prologue()
            let assign = try compiler.assignment(to: loop.target)
            return (prologue, assign, try compiler.evaluation(of: test))
        }
        return { run, frame, item throws(TemplateError) in
            for start in prologue { start(run, frame) }
            try assign(run, frame, item)
            return try keeps(run, frame).isTrue
        }
    }
}

extension [Value] {
    fileprivate func kept(
        by filter: Compiler.ItemFilter,
        _ run: Run,
        _ frame: Frame
    ) throws(TemplateError) -> [Value] {
        var kept: [Value] = []
        for item in self {
            try run.step()
            if try filter(run, frame, item) { kept.append(item) }
        }
        return kept
    }
}
