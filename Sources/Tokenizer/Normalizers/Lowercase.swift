/// Lowercase, scalar by scalar: the context of a final sigma does not count, U+0130 becomes two.
enum Lowercase {
    private static let mapping = ScalarMapping(ScalarMapping.entries(lowercaseTable))

    static func normalize(_ text: Span<UInt8>, to output: inout [UInt8]) {
        text.forEachScalar { append($0, to: &output) }
    }

    static func append(_ scalar: UInt32, to output: inout [UInt8]) {
        guard mapping.contains(scalar) else { return output.append(utf8: scalar) }
        for target in mapping.targets(of: scalar) { output.append(utf8: mapping[target]) }
    }

    static func leavesUnchanged(_ text: Span<UInt8>) -> Bool {
        var index = 0
        while index < text.count {
            let scalar = text.utf8Scalar(at: index)
            if mapping.contains(scalar.value) { return false }
            index += scalar.byteCount
        }
        return true
    }
}
