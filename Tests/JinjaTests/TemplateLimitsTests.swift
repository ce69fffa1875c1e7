import Jinja
import Testing

/// Templates come from outside: none may take more than it is given, and none may trap.
@Suite struct TemplateLimitsTests {
    private static let clock = TemplateClock(at: .init(year: 2026, month: 1, day: 2))

    private static func render(
        _ source: String,
        limits: TemplateLimits = .standard
    ) throws(TemplateError) -> String {
        var output: [UInt8] = []
        let template = try Template(source: Array(source.utf8), limits: limits)
        try template.render(TemplateDict(), now: clock, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private static func kind(_ source: String) -> TemplateError.Kind? {
        do throws(TemplateError) {
            _ = try render(source)
            return nil
        } catch {
            return error.kind
        }
    }

    @Test(arguments: [
        "{{ 'a' * 10**9 }}",
        "{{ 'a' * 9223372036854775807 }}",
        "{{ [1] * 10**12 }}",
        "{{ 'a' | center(10**12) }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '{:999999999}'.format(1) }}",
        "{{ [1] | tojson(indent=10**9) }}",
        "{{ 9223372036854775807 + 1 }}",
        "{{ -9223372036854775807 - 2 }}",
        "{{ 2 ** 64 }}",
        "{{ (-9223372036854775807 - 1) // -1 }}",
        "{{ 10**18 * 10 }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% set ns = namespace(x=[]) %}{% for i in range(999) %}{% set ns.x = [ns.x] %}{% endfor %}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}"
            + "{% endfor %}",
        "{% set ns = namespace(s='ab') %}{% for i in range(99) %}"
            + "{% set ns.s = ns.s | replace('a', ns.s) %}{% endfor %}",
    ])
    func `what asks for too much is refused`(source: String) {
        #expect(Self.kind(source) == .limit)
    }

    @Test(arguments: [
        ("(", ")"), ("[", "]"), ("not ", ""), ("- ", ""), ("a[", "]"), ("f(", ")"), ("1 if ", ""),
        ("x + ", ""), ("x | upper + ", ""), ("x.y + ", ""), ("{1: ", "}"),
    ])
    func `nesting that would exhaust the stack is refused`(open: String, close: String) {
        let count = 20_000
        let nest =
            String(repeating: open, count: count) + "1" + String(repeating: close, count: count)
        #expect(Self.kind("{{ \(nest) }}") == .limit)
    }

    @Test func `macros that nest deeply and call themselves are refused`() {
        let calls =
            String(repeating: "(", count: 40) + "m()" + String(repeating: ")|upper", count: 40)
        let body =
            String(repeating: "{% if 1 %}", count: 80) + "{{ \(calls) }}"
            + String(repeating: "{% endif %}", count: 80)
        #expect(Self.kind("{% macro m() %}\(body){% endmacro %}{{ m() }}") == .limit)
    }

    @Test func `statements nested too deeply are refused`() {
        let count = 20_000
        let nest = String(repeating: "{% if x %}", count: count)
        #expect(Self.kind(nest) == .limit)
        #expect(Self.kind(String(repeating: "{% for x in y %}", count: count)) == .limit)
    }

    @Test func `a rendering that is too long is refused and writes nothing`() throws {
        var limits = TemplateLimits()
        limits.outputBytesMax = 1000
        let source = "{% for i in range(2000) %}x{% endfor %}"
        var output = Array("before".utf8)
        let template = try Template(source: Array(source.utf8), limits: limits)
        #expect(throws: TemplateError.self) {
            try template.render(TemplateDict(), now: Self.clock, to: &output)
        }
        #expect(output == Array("before".utf8))
    }

    @Test func `a search for a long pattern takes linear time`() throws {
        let text = "{{ ('a' * 2000000).count(('a' * 100000) ~ 'b') }}"
        #expect(try Self.render(text) == "0")
    }

    @Test(arguments: [
        "{% extends 'a' %}", "{% include 'a' %}", "{% import 'a' as b %}", "{% block a %}",
        "{% for a in b recursive %}{% endfor %}", "{{ '\\N{DASH}' }}", "{{ ñ }}",
    ])
    func `what no chat template uses is refused when it is compiled`(source: String) {
        #expect(Self.kind(source) == .unsupported)
    }

    @Test(arguments: [
        "{{", "{% if %}", "{% if x %}", "{{ x | }}", "{{ 'a }}", "{# a", "{% raw %}", "{{ a b }}",
        "{% endif %}", "{% nonsense %}", "{{ x | nosuchfilter }}", "{{ x is nosuchtest }}",
        "{% break %}", "{{ 007 }}", "{{ f(a=1, 2) }}", "{% set true = 1 %}", "{{ (] }}",
        "{% macro m(a=1, b) %}{% endmacro %}",
    ])
    func `what Jinja2 refuses is refused`(source: String) {
        #expect(Self.kind(source) == .syntax)
    }
}
