/// Writes a document field by field, indented as its sections are.
struct ConfigText {
    private(set) var text = ""
    private var indentation = ""

    mutating func section(_ key: String, _ body: (inout ConfigText) -> Void) {
        var inner = ConfigText()
        inner.indentation = indentation + "  "
        body(&inner)
        line(key, inner.text.isEmpty ? "{}" : "")
        text += inner.text
    }

    mutating func field(_ key: String, _ value: Int?) { line(key, value.map { "\($0)" }) }
    mutating func field(_ key: String, _ value: Bool) { line(key, "\(value)") }
    mutating func field(_ key: String, bytes: Int) { line(key, ByteSize.text(of: bytes)) }

    mutating func field(_ key: String, _ value: String?) { line(key, value.map(Self.quoted)) }

    mutating func field(_ key: String, _ value: Duration?) {
        line(key, value.map { Self.quoted($0.goText) })
    }

    mutating func field(_ key: String, _ values: [String]) {
        line(key, "[\(values.map(Self.quoted).joined(separator: ", "))]")
    }

    mutating func field(_ key: String, _ values: [String: String]) {
        let fields = values.sorted { $0.key < $1.key }
            .map { "\(Self.quoted($0.key)): \(Self.quoted($0.value))" }
        line(key, "{\(fields.joined(separator: ", "))}")
    }

    mutating func list(_ key: String, _ items: [String]) {
        line(key, "")
        for item in items { text += "\(indentation)  - \(item)\n" }
    }

    /// Nothing for nil: what is left out has its default.
    private mutating func line(_ key: String, _ value: String?) {
        guard let value else { return }
        text += value.isEmpty ? "\(indentation)\(key):\n" : "\(indentation)\(key): \(value)\n"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.properties.generalCategory == .control:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
