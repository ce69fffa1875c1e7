/// Searches one text for the matches of a program, from its start to its end.
///
/// Backtracks, but never twice from the same split at the same place of the text. Whether a
/// split leads to a match does not depend on how it was reached: there are no references to
/// groups, and loops are bounded by what they consume. So what has failed once has failed for
/// every later start as well, and memory is kept from match to match. What is on the path of a
/// match has not failed; that path lies before the next start, but for the splits at its very
/// end, which are forgotten. Lookaheads also remember what succeeded.
///
/// Every split is entered at most once for each place, and forgotten at most once for each
/// match; between two splits there are at most all instructions. An unbroken run that is not
/// given back is scanned once. So time is linear in text · instructions.
struct PatternMatcher {
    private struct Choice {
        let instruction: Int
        let place: Int
        let pathCount: Int
    }

    private struct Visit {
        let slot: Int
        let place: Int
    }

    private let program: PatternProgram
    private var memory: PatternMemory
    private var choices: [Choice] = []
    /// Splits on the way from the start of a lookahead.
    private var path: [Visit] = []
    /// For each run the last one that was scanned.
    private var runs: [Range<Int>]

    init(_ program: PatternProgram, byteCount: Int) {
        self.program = program
        memory = PatternMemory(slotCount: program.slotCount, byteCount: byteCount)
        runs = [Range<Int>](repeating: 0..<0, count: program.runCount)
    }

    /// The first match that starts at or after `start`, which never goes back from call to call,
    /// nor before the end of the last match.
    mutating func firstMatch(in text: Span<UInt8>, from start: Int) -> Range<Int>? {
        memory.release(before: start)
        var start = start
        while start <= text.count {
            if let first = program.firstScalars {
                while start < text.count {
                    let scalar = text.utf8Scalar(at: start)
                    if first.contains(scalar.value) { break }
                    start += scalar.byteCount
                }
                if start == text.count { return nil }
            }
            choices.removeAll(keepingCapacity: true)
            path.removeAll(keepingCapacity: true)
            if let end = end(of: text, from: start, at: 0, recordsPath: false) {
                memory.forget(end)
                return start..<end
            }
            start += start < text.count ? text.utf8Scalar(at: start).byteCount : 1
            memory.release(before: start)
        }
        return nil
    }

    /// Where the first match of the instructions from `instruction` to their `accept` ends.
    private mutating func end(
        of text: Span<UInt8>,
        from start: Int,
        at instruction: Int,
        recordsPath: Bool
    ) -> Int? {
        let floor = choices.count
        let pathFloor = path.count
        defer {
            choices.removeSubrange(floor...)
            path.removeSubrange(pathFloor...)
        }
        var instruction = instruction
        var place = start
        while true {
            var isAlive = true
            switch program.instructions[instruction] {
            case .set(let set):
                instruction += 1
                isAlive = consume(set, in: text, at: &place)
            case .run(let set, let run):
                instruction += 1
                place = runEnd(of: set, run, in: text, from: place)
            case .loop(let set, let slot):
                instruction += 1
                switch loop(set, slot, in: text, at: &place, recordsPath, exit: instruction) {
                case .new: break
                case .failed: isAlive = false
                case .succeeded:
                    rememberSuccess(from: pathFloor)
                    return place
                }
            case .atomicSplit(let first, let second):
                instruction = first
                choices.append(
                    Choice(instruction: second, place: place, pathCount: path.count)
                )
            case .split(let first, let second, let slot):
                switch memory.visit(slot, at: place) {
                case .new:
                    if recordsPath { path.append(Visit(slot: slot, place: place)) }
                    instruction = first
                    choices.append(
                        Choice(instruction: second, place: place, pathCount: path.count)
                    )
                case .failed: isAlive = false
                case .succeeded:
                    rememberSuccess(from: pathFloor)
                    return place
                }
            case .jump(let target): instruction = target
            case .assert(let assertion):
                instruction += 1
                isAlive = assertion.holds(in: text, at: place)
            case .lookAhead(let end, let negated):
                let body = self.end(
                    of: text,
                    from: place,
                    at: instruction + 1,
                    recordsPath: true
                )
                instruction = end
                isAlive = (body == nil) == negated
            case .lookBehind(let rows, let negated):
                instruction += 1
                isAlive = isPreceded(by: program.lookBehinds[rows], in: text, at: place) != negated
            case .atomic(let end):
                let body = self.end(
                    of: text,
                    from: place,
                    at: instruction + 1,
                    recordsPath: false
                )
                instruction = end
                if let body { place = body } else { isAlive = false }
            case .accept:
                if recordsPath { rememberSuccess(from: pathFloor) }
                return place
            }
            if isAlive { continue }
            guard choices.count > floor, let choice = choices.popLast() else { return nil }
            (instruction, place) = (choice.instruction, choice.place)
            path.removeSubrange(choice.pathCount...)
        }
    }

    /// Consumes as many scalars of a set as there are, each of which may be given back. `.new` if
    /// what follows the loop is to be tried first where there are no more.
    private mutating func loop(
        _ set: Int,
        _ slot: Int,
        in text: Span<UInt8>,
        at place: inout Int,
        _ recordsPath: Bool,
        exit: Int
    ) -> PatternMemory.Knowledge {
        while true {
            let known = memory.visit(slot, at: place)
            guard known == .new else { return known }
            if recordsPath { path.append(Visit(slot: slot, place: place)) }
            var next = place
            guard consume(set, in: text, at: &next) else { return .new }
            choices.append(Choice(instruction: exit, place: place, pathCount: path.count))
            place = next
        }
    }

    private mutating func rememberSuccess(from pathFloor: Int) {
        for visit in path[pathFloor...] { memory.setSucceeded(visit.slot, at: visit.place) }
    }

    @inline(__always)
    private func consume(_ set: Int, in text: Span<UInt8>, at place: inout Int) -> Bool {
        guard place < text.count else { return false }
        let scalar = text.utf8Scalar(at: place)
        place += scalar.byteCount
        return program.sets[set].contains(scalar.value)
    }

    private mutating func runEnd(
        of set: Int,
        _ run: Int,
        in text: Span<UInt8>,
        from start: Int
    ) -> Int {
        if runs[run].contains(start) { return runs[run].upperBound }
        var end = start
        var next = start
        while consume(set, in: text, at: &next) { end = next }
        runs[run] = start..<end
        return end
    }

    private func isPreceded(by rows: [[Int]], in text: Span<UInt8>, at place: Int) -> Bool {
        rows.contains { row in
            var start = place
            for set in row.reversed() {
                guard start > 0 else { return false }
                let scalar = text.utf8Scalar(before: start)
                guard program.sets[set].contains(scalar.value) else { return false }
                start -= scalar.byteCount
            }
            return true
        }
    }
}
