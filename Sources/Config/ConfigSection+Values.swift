import YAML

/// Typed fields. What is not there, or is refused, leaves the value that is there.
extension ConfigSection {
    /// Texts beyond this are no names, paths or addresses.
    static let textBytesMax = 4096

    mutating func read(_ key: String, _ range: ClosedRange<Int>, into value: inout Int) {
        read(key, "a whole number from \(range.lowerBound) to \(range.upperBound)", into: &value) {
            $0.wholeNumber.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func read(_ key: String, _ range: ClosedRange<Double>, into value: inout Double) {
        let bounds = [range.lowerBound, range.upperBound].map { bound in
            Int(exactly: bound).map(String.init) ?? "\(bound)"
        }
        read(key, "a number from \(bounds[0]) to \(bounds[1])", into: &value) {
            $0.number.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func read(_ key: String, into value: inout Bool) {
        read(key, "true or false", into: &value) { $0.truth }
    }

    mutating func read(_ key: String, into value: inout String) {
        read(key, "a string", into: &value) { $0.shortText }
    }

    /// A text, of which an empty one says as little as none.
    mutating func read(_ key: String, into value: inout String?) {
        read(key, "a string", into: &value) { node in
            node.shortText.map { $0.isEmpty ? nil : $0 }
        }
    }

    /// A text that no message shows.
    mutating func readSecret(_ key: String, into value: inout String?) {
        guard let node = field(key) else { return }
        guard let text = node.shortText else {
            findings.problem(
                "\(path(of: key)): expected a string, found \(node.kind) (line \(node.line))"
            )
            return
        }
        value = text.isEmpty ? nil : text
    }

    /// A ZeroMQ or other address, as `isValid` says.
    mutating func readAddress(
        _ key: String,
        expected: String,
        into value: inout String?,
        where isValid: (String) -> Bool
    ) {
        guard let node = field(key) else { return }
        guard let text = node.shortText, text.isEmpty || isValid(text) else {
            return refuse(key, node, expected: expected)
        }
        value = text.isEmpty ? nil : text
    }

    /// A duration as Go writes it, or nanoseconds as Go's JSON does.
    mutating func read(
        _ key: String,
        _ range: ClosedRange<Duration>,
        into value: inout Duration
    ) {
        let bounds = "\(range.lowerBound.goText) to \(range.upperBound.goText)"
        read(key, "a duration such as \"1m30s\", from \(bounds)", into: &value) { node in
            let duration =
                node.text.flatMap { Duration(goText: $0) }
                ?? node.wholeNumber.map { Duration.nanoseconds($0) }
            return duration.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A size in memory: "2GiB", or bytes.
    mutating func readByteCount(_ key: String, _ range: ClosedRange<Int>, into value: inout Int) {
        let expected = "a size such as \"2GiB\", from \(range.lowerBound) bytes on"
        read(key, expected, into: &value) { node in
            let bytes = node.text.flatMap(ByteSize.bytes(of:)) ?? node.wholeNumber
            return bytes.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func read<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        into value: inout Word
    ) {
        let words = Word.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        read(key, "one of \(words)", into: &value) { $0.text.flatMap(Word.init(rawValue:)) }
    }

    mutating func read(_ key: String, countMax: Int, into value: inout [String]) {
        guard let node = field(key) else { return }
        guard case .sequence(let items, _) = node, items.count <= countMax else {
            return refuse(key, node, expected: "a list of at most \(countMax) strings")
        }
        value = items.enumerated().compactMap { index, item in
            if item.shortText == nil {
                findings.refuse(item, at: "\(path(of: key))[\(index)]", expected: "a string")
            }
            return item.shortText
        }
    }

    mutating func read(_ key: String, countMax: Int, into value: inout [String: String]) {
        guard let node = field(key) else { return }
        guard case .mapping(let fields, _) = node, fields.count <= countMax else {
            let expected = "a mapping of at most \(countMax) names to strings"
            return refuse(key, node, expected: expected)
        }
        for field in fields {
            if let text = field.value.shortText {
                value[field.key] = text
            } else {
                let name = field.key.nameForMessages
                findings.refuse(field.value, at: "\(path(of: key)).\(name)", expected: "a string")
            }
        }
    }

    private mutating func read<Value>(
        _ key: String,
        _ expected: String,
        into value: inout Value,
        _ parse: (YAMLNode) -> Value?
    ) {
        guard let node = field(key) else { return }
        guard let parsed = parse(node) else { return refuse(key, node, expected: expected) }
        value = parsed
    }
}

extension YAMLNode {
    fileprivate var shortText: String? {
        text.flatMap { $0.utf8.count <= ConfigSection.textBytesMax ? $0 : nil }
    }
}
