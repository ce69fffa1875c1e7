import Jinja

/// A JSON schema as a TypeScript type with comments, in the way of oss-harmony 0.0.11.
enum TypeScriptType {
    /// - Parameter indent: in front of every line but the first.
    static func text(for schema: TemplateValue, indent: String) -> [UInt8] {
        let schema = schema.dict ?? TemplateDict()
        if let variants = schema["oneOf"]?.list { return union(of: variants, indent: indent) }
        if let names = schema[Key.type]?.list?.compactMap(\.text), !names.isEmpty {
            let names = names.map { $0 == Array("integer".utf8) ? Array("number".utf8) : $0 }
            return Array(names.joined(separator: Array(" | ".utf8)))
        }
        switch schema[Key.type]?.text.map({ String(decoding: $0, as: UTF8.self) }) {
        case "object": return object(schema, indent: indent)
        case "string": return string(schema)
        case "number", "integer": return Array("number".utf8)
        case "boolean": return Array("boolean".utf8)
        case "array":
            guard let items = schema["items"] else { return Array("Array<any>".utf8) }
            return text(for: items, indent: indent) + Array("[]".utf8)
        default: return Array("any".utf8)
        }
    }

    private static func union(of variants: [TemplateValue], indent: String) -> [UInt8] {
        var output: [UInt8] = []
        for variant in variants {
            output += "\n\(indent) | ".utf8
            output += nullableText(for: variant, indent: "\(indent)   ")
            var comments: [[UInt8]] = []
            if let description = variant.dict?[Key.description]?.text {
                comments.append(description)
            }
            if let value = variant.dict?["default"] {
                // An enumeration's default has JSON's escapes here, others have none.
                let isPlain = value.isString && !isEnumeration(variant)
                comments.append(isPlain ? plainDefault(value) : jsonDefault(value))
            }
            append(comments, to: &output)
        }
        return output
    }

    private static func append(_ comments: [[UInt8]], to output: inout [UInt8]) {
        guard !comments.isEmpty else { return }
        output += " // ".utf8
        output += comments.joined(separator: [UInt8(ascii: " ")])
    }

    private static func nullableText(for schema: TemplateValue, indent: String) -> [UInt8] {
        let text = text(for: schema, indent: indent)
        guard schema.dict?["nullable"] == .bool(true), !text.contains(Array("null".utf8)) else {
            return text
        }
        return text + Array(" | null".utf8)
    }

    private static func string(_ schema: TemplateDict) -> [UInt8] {
        let values = schema["enum"]?.list?.compactMap(\.text) ?? []
        guard !values.isEmpty else { return Array("string".utf8) }
        let quote = [UInt8(ascii: "\"")]
        return Array(values.map { quote + $0 + quote }.joined(separator: Array(" | ".utf8)))
    }

    private static func object(_ schema: TemplateDict, indent: String) -> [UInt8] {
        var output: [UInt8] = []
        if let description = schema[Key.description]?.text {
            output += comment(description, indent: indent)
        }
        output += "{\n".utf8
        let required = Set(schema["required"]?.list?.compactMap(\.text) ?? [])
        for entry in schema["properties"]?.dict?.entries ?? [] {
            let name = entry.key + (required.contains(entry.key) ? [] : [UInt8(ascii: "?")])
            output += property(name, entry.value, indent: indent)
        }
        output += "\(indent)}".utf8
        return output
    }
}

extension TypeScriptType {
    private static func property(
        _ name: [UInt8],
        _ schema: TemplateValue,
        indent: String
    ) -> [UInt8] {
        let fields = schema.dict ?? TemplateDict()
        var output = leadingComments(of: fields, indent: indent)
        if let variants = fields["oneOf"]?.list {
            return output + unionProperty(name, fields, variants, indent: indent)
        }
        output += indent.utf8
        output += name
        output += ": ".utf8
        output += nullableText(for: schema, indent: "\(indent)    ")
        output.append(UInt8(ascii: ","))
        if fields["oneOf"] == nil, let value = fields["default"] {
            append([defaultText(value, of: schema)], to: &output)
        }
        output.append(UInt8(ascii: "\n"))
        return output
    }

    private static func leadingComments(of fields: TemplateDict, indent: String) -> [UInt8] {
        var output: [UInt8] = []
        if let title = fields["title"]?.text {
            output += comment(title, indent: indent)
            output += "\(indent)//\n".utf8
        }
        if fields["oneOf"] == nil, let description = fields[Key.description]?.text {
            output += comment(description, indent: indent)
        }
        if let examples = fields["examples"]?.list, !examples.isEmpty {
            output += "\(indent)// Examples:\n".utf8
            for example in examples.compactMap(\.text) {
                output += "\(indent)// - \"".utf8
                output += example
                output += "\"\n".utf8
            }
        }
        return output
    }

    private static func unionProperty(
        _ name: [UInt8],
        _ fields: TemplateDict,
        _ variants: [TemplateValue],
        indent: String
    ) -> [UInt8] {
        var output: [UInt8] = []
        let description = fields[Key.description]?.text
        let first = variants.first?.dict?[Key.description]?.text
        // A description that the first variant repeats stands beside that variant.
        let isAbove = description != nil && description != first
        if let description, isAbove { output += comment(description, indent: indent) }
        if let value = fields["default"] {
            output += comment(defaultText(value, of: .dict(fields)), indent: indent)
        }
        output += indent.utf8
        output += name
        output += ":\n".utf8
        for (index, variant) in variants.enumerated() {
            output += "\(indent) | ".utf8
            output += nullableText(for: variant, indent: "\(indent)   ")
            var comments: [[UInt8]] = []
            if !(index == 0 && isAbove), let own = variant.dict?[Key.description]?.text,
                own != description
            {
                comments.append(own)
            }
            if let value = variant.dict?["default"] {
                comments.append(defaultText(value, of: variant))
            }
            append(comments, to: &output)
            output.append(UInt8(ascii: "\n"))
        }
        output += "\(indent),\n".utf8
        return output
    }

    private static func comment(_ text: [UInt8], indent: String) -> [UInt8] {
        Array("\(indent)// ".utf8) + text + [UInt8(ascii: "\n")]
    }

    private static func isEnumeration(_ schema: TemplateValue) -> Bool {
        schema.dict?["enum"]?.list?.isEmpty == false
    }

    /// The default of a property: strings in quotes, unless they are of an enumeration.
    private static func defaultText(_ value: TemplateValue, of schema: TemplateValue) -> [UInt8] {
        guard let text = value.text else { return jsonDefault(value) }
        return isEnumeration(schema) ? Array("default: ".utf8) + text : plainDefault(value)
    }

    private static func plainDefault(_ value: TemplateValue) -> [UInt8] {
        Array("default: \"".utf8) + (value.text ?? []) + [UInt8(ascii: "\"")]
    }

    private static func jsonDefault(_ value: TemplateValue) -> [UInt8] {
        var output = Array("default: ".utf8)
        RustJSON.append(value, to: &output)
        return output
    }
}
