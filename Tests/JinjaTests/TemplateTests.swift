import JSON
import Jinja
import Testing

@Suite struct TemplateTests {
    private static let clock = TemplateClock(
        at: .init(year: 2026, month: 1, day: 2, hour: 15, minute: 4, second: 5)
    )

    private static func render(
        _ source: String,
        _ json: String = "{}"
    ) throws -> String {
        guard
            case .dict(let variables) = TemplateValue(
                try JSONDocument(parsing: Array(json.utf8)).root
            )
        else { return "" }
        var output: [UInt8] = []
        try Template(source: Array(source.utf8)).render(variables, now: clock, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test func `a template's own error carries its message and its line`() throws {
        let source = "a\n{% if true %}\n{{ raise_exception('bad \\'role\\': ' ~ 1) }}{% endif %}"
        let error = #expect(throws: TemplateError.self) { try Self.render(source) }
        #expect(error?.kind == .raised)
        #expect(error?.message == Array("bad 'role': 1".utf8))
        #expect(error?.line == 3)
    }

    @Test func `JSON keeps the order of keys and the form of numbers`() throws {
        let json = #"{"v": {"b": 1.0, "a": 1e16, "c": 1e-7, "b": 12345678901234567890, "d": -0.0}}"#
        let text = try Self.render("{{ v | tojson }}", json)
        #expect(text == #"{"b": 12345678901234567890, "a": 1e+16, "c": 1e-07, "d": -0.0}"#)
    }

    @Test func `a variable that is given as null is defined`() throws {
        let text = try Self.render(
            "{{ tools is defined }}{{ docs is defined }}",
            #"{"tools": null}"#
        )
        #expect(text == "TrueFalse")
    }

    @Test func `a render variable hides a global function of its name`() throws {
        #expect(try Self.render("{{ range }}", #"{"range": 5}"#) == "5")
    }

    @Test func `a date is formatted as strftime does`() throws {
        let text = try Self.render("{{ strftime_now('%A, %d %B %Y %I:%M %p %j %U %e') }}")
        #expect(text == "Friday, 02 January 2026 03:04 PM 002 00  2")
    }

    @Test func `a template may be rendered on many threads at once`() async throws {
        let template = try Template(
            source: Array("{% macro m(a) %}[{{ a }}]{% endmacro %}{{ m(x) }}".utf8)
        )
        let texts = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for number in 0..<100 {
                group.addTask {
                    var variables = TemplateDict()
                    variables["x"] = .int(number)
                    var output: [UInt8] = []
                    try template.render(variables, now: Self.clock, to: &output)
                    return output
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(texts.count == 100)
    }

    @Test func `undeclared variables are what the caller is to give`() throws {
        let source =
            "{% set a = 1 %}{{ a }}{{ b }}{% for c in d %}{{ c }}{% endfor %}{{ range(1) }}"
        let template = try Template(source: Array(source.utf8))
        #expect(template.undeclaredVariables == [Array("b".utf8), Array("d".utf8)])
    }
}
