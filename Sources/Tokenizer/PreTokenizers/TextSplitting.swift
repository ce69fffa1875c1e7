/// The ways to split one piece that need no pattern.
extension Span<UInt8> {
    /// Splits at every single scalar for which `isSeparator` holds.
    func split(
        _ behavior: SplitBehavior,
        at isSeparator: (UInt32) -> Bool,
        _ body: (Range<Int>) -> Void
    ) {
        var merger = PieceMerger(behavior: behavior)
        var start = 0
        var index = 0
        while index < count {
            let scalar = utf8Scalar(at: index)
            let next = index + scalar.byteCount
            if isSeparator(scalar.value) {
                if index > start { merger.add(start..<index, isMatch: false, body) }
                merger.add(index..<next, isMatch: true, body)
                start = next
            }
            index = next
        }
        if start < count { merger.add(start..<count, isMatch: false, body) }
        merger.finish(body)
    }

    /// Runs of `\w`, and runs of what is neither that nor whitespace.
    func forEachWord(_ body: (Range<Int>) -> Void) {
        var start = 0
        var index = 0
        var kind = TextProperty.whitespace
        while index < count {
            let scalar = utf8Scalar(at: index)
            let next = TextProperty.of(scalar.value).intersection([.word, .whitespace])
            if next != kind {
                if kind != .whitespace { body(start..<index) }
                (start, kind) = (index, next)
            }
            index += scalar.byteCount
        }
        if kind != .whitespace { body(start..<count) }
    }

    /// Runs of one script. Scalars that go with any script belong to the run before them; at
    /// the start of the text HF tokenizers drops them.
    func forEachScriptRun(_ body: (Range<Int>) -> Void) {
        var script: UInt8 = 0
        var start = 0
        var index = 0
        while index < count {
            let scalar = utf8Scalar(at: index)
            let next = SplittingScript.of(scalar.value)
            if next != 0, next != script {
                if script != 0 { body(start..<index) }
                (start, script) = (index, next)
            }
            index += scalar.byteCount
        }
        if script != 0 { body(start..<count) }
    }

    /// Pieces of `length` scalars, but for the last one.
    func forEachPiece(ofLength length: Int, _ body: (Range<Int>) -> Void) {
        var start = 0
        var index = 0
        var scalars = 0
        while index < count {
            index += utf8Scalar(at: index).byteCount
            scalars += 1
            guard scalars == length else { continue }
            body(start..<index)
            (start, scalars) = (index, 0)
        }
        body(start..<count)
    }
}

/// The scripts that UnicodeScripts tells apart, by number. 0 goes with every other.
enum SplittingScript {
    private static let table = ScalarTable<UInt8>(runs: splittingScriptTable)

    static func of(_ scalar: UInt32) -> UInt8 { table[scalar] }
}
