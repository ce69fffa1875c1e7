import Files
import Glibc
import JSON
import Jinja
import Testing

/// Compares with what transformers renders (Tests/Tools/template_golden.py).
@Suite struct TemplateGoldenTests {
    private struct MissingVariable: Error, CustomStringConvertible {
        let name: String
        var description: String { "\(name) is not set: run `make test`, which sets it" }
    }

    private static func golden() throws -> JSONValue {
        let name = "WARMPATH_TEST_TEMPLATES"
        guard let path = unsafe getenv(name) else { throw MissingVariable(name: name) }
        let file = try FileContents(of: unsafe String(cString: path), byteCountMax: 1 << 28)
        return try JSONDocument(parsing: file.bytes).root
    }

    private static let clock = TemplateClock(
        at: .init(year: 2026, month: 1, day: 2, hour: 3, minute: 4, second: 5)
    )

    @Test func `every real template renders as transformers renders it, or throws`() throws {
        let golden = try Self.golden()
        guard case .dict(let conversations)? = golden["variables"].map({ TemplateValue($0) }) else {
            Issue.record("the golden has no variables")
            return
        }
        var count = 0
        var differences: [String] = []
        golden["templates"]?.forEachElement { entry in
            let name = entry["name"]?.string ?? ""
            let template: Template
            do {
                template = try Template(source: entry["source"]?.bytes ?? [])
            } catch {
                differences.append("\(name): \(error)")
                return
            }
            entry["results"]?.forEachField { conversation, result in
                let label = "\(name), \(String(decoding: conversation.array, as: UTF8.self))"
                guard case .dict(let variables)? = conversations[conversation.array] else { return }
                count += 1
                if let difference = Self.difference(template, variables, result) {
                    differences.append("\(label): \(difference)")
                }
            }
        }
        #expect(count > 1500, "the golden has hardly any cases")
        #expect(differences.isEmpty, "\(differences.count) of \(count): \(differences.prefix(8))")
    }

    private static func difference(
        _ template: Template,
        _ variables: TemplateDict,
        _ result: JSONValue
    ) -> String? {
        var output: [UInt8] = []
        do {
            try template.render(variables, now: clock, to: &output)
        } catch {
            if let text = result["ok"]?.string { return "\(error), not \(text.debugDescription)" }
            if error.kind == .failed { return nil }
            let wanted = result["err"]?.string ?? ""
            // Python has a limit of its own.
            if error.kind == .limit { return wanted.contains("recursion") ? nil : "\(error)" }
            let message = String(decoding: error.message, as: UTF8.self)
            return error.kind == .raised && message == wanted ? nil : "\(error)"
        }
        let text = String(decoding: output, as: UTF8.self)
        guard let wanted = result["ok"]?.bytes else {
            return "no error, but \(result["err"]?.string ?? "")"
        }
        guard output != wanted else { return nil }
        let common = zip(output, wanted).prefix { $0 == $1 }.count
        let got = String(decoding: output.dropFirst(max(0, common - 40)).prefix(120), as: UTF8.self)
        let want = String(
            decoding: wanted.dropFirst(max(0, common - 40)).prefix(120),
            as: UTF8.self
        )
        return text.isEmpty ? "empty" : "\(got.debugDescription), not \(want.debugDescription)"
    }

    @Test func `short templates of every construct render as Jinja2 renders them`() throws {
        let snippets = try Self.golden()["snippets"]
        guard case .dict(let variables)? = snippets?["variables"].map({ TemplateValue($0) }) else {
            Issue.record("the golden has no variables")
            return
        }
        var count = 0
        var differences: [String] = []
        snippets?["cases"]?.forEachElement { entry in
            var fields: [JSONValue] = []
            entry.forEachElement { fields.append($0) }
            count += 1
            let source = fields[0].bytes ?? []
            var output: [UInt8] = []
            var failure: TemplateError?
            do throws(TemplateError) {
                try Template(source: source).render(variables, now: Self.clock, to: &output)
            } catch {
                failure = error
            }
            if failure == nil ? output == fields[1].bytes : fields[1].kind == .null { return }
            let got = failure.map { "\($0)" } ?? String(decoding: output, as: UTF8.self)
            differences.append(
                "\(String(decoding: source, as: UTF8.self)): "
                    + "\(got.debugDescription), not \(fields[1].string?.debugDescription ?? "an error")"
            )
        }
        #expect(count > 1000, "the golden has hardly any cases")
        #expect(differences.isEmpty, "\(differences.count) of \(count): \(differences.prefix(8))")
    }

    @Test func `undeclared variables are those that Jinja2 finds`() throws {
        var differences: [String] = []
        try Self.golden()["templates"]?.forEachElement { entry in
            guard let undeclared = entry["undeclared"] else { return }
            var wanted: Set<[UInt8]> = []
            undeclared.forEachElement { if let name = $0.bytes { wanted.insert(name) } }
            let name = entry["name"]?.string ?? ""
            guard let template = try? Template(source: entry["source"]?.bytes ?? []) else {
                differences.append(name)
                return
            }
            let found = template.undeclaredVariables
            for variable in found.symmetricDifference(wanted) {
                differences.append("\(name): \(String(decoding: variable, as: UTF8.self))")
            }
        }
        #expect(differences.isEmpty, "\(differences.prefix(8))")
    }
}

extension Span<UInt8> {
    fileprivate var array: [UInt8] { indices.map { self[$0] } }
}
