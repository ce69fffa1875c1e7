import Jinja

/// The tools of a request as a TypeScript namespace.
enum HarmonyToolText {
    /// - Parameter tools: in their declared form.
    static func text(for tools: [TemplateValue]) -> [UInt8] {
        var lines = [Array("## functions\n".utf8), Array("namespace functions {\n".utf8)]
        for tool in tools {
            guard let function = tool.dict?[Key.function]?.dict else { continue }
            for line in HarmonyToolText.lines(of: function[Key.description]?.text ?? []) {
                lines.append(Array("// ".utf8) + line)
            }
            var declaration = Array("type ".utf8)
            declaration += function[Key.name]?.text ?? []
            if let parameters = function[Key.parameters], !parameters.isNone {
                declaration += " = (_: ".utf8
                declaration += TypeScriptType.text(for: parameters, indent: "")
                declaration += ") => any;\n".utf8
            } else {
                declaration += " = () => any;\n".utf8
            }
            lines.append(declaration)
        }
        lines.append(Array("} // namespace functions".utf8))
        let namespace = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
        return Array("# Tools\n\n".utf8) + namespace
    }

    /// As Rust's `lines()`: without their ends, and without an empty last one.
    private static func lines(of text: [UInt8]) -> [[UInt8]] {
        let newline = UInt8(ascii: "\n")
        var lines = text.split(separator: newline, omittingEmptySubsequences: false).map(Array.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        let endsWithNewline = text.last == newline
        for index in lines.indices where lines[index].last == UInt8(ascii: "\r") {
            if index < lines.count - 1 || endsWithNewline { lines[index].removeLast() }
        }
        return lines
    }
}
