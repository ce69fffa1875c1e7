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
        "{% set ns = namespace(x=[]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}",
        "{{ ('a' * 1000000).join('b' * 1000) }}",
        "{{ [['a' * 1000000] * 1000] }}",
        "{{ '%.99999f' % 1.5 }}",
        "{{ range(0, 9223372036854775807, 4611686018427387904)[:2] }}",
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

    @Test func `macros that nest deeply and call themselves are refused`() throws {
        let calls =
            String(repeating: "(", count: 20) + "m()" + String(repeating: ")|upper", count: 20)
        let body =
            String(repeating: "{% if 1 %}", count: 40) + "{{ \(calls) }}"
            + String(repeating: "{% endif %}", count: 40)
        let source = "{% macro m() %}\(body){% endmacro %}{{ m() }}"
        _ = try Template(source: Array(source.utf8))
        #expect(Self.kind(source) == .limit)
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

    @Test func `a damaged template throws or renders, and never traps`() {
        let source = Array(
            """
            {%- macro m(a, b=[1, 2]) -%}{{ a[1:] | join(', ') ~ b | tojson(indent=2) }}{%- endmacro -%}
            {% set ns = namespace(x=0, l=range(9)[::-2]) %}{# note #}
            {% for k, v in {'a': 1, 'b': [2.5, none]}.items() if k != 'c' %}
            {%- set ns.x = ns.x + loop.index * 3 % 2 -%}{{ loop.last }}{{ k.upper().strip('A') }}
            {% if k %}{% break %}{% endif %}{% else %}{% endfor %}{{ '%5.2f|%s' % (1.25, 'é') }}
            {% raw %}{{ x }}{% endraw %}{{ m('abc', b={'k': -7 // 2}) if ns.x is odd else 'x'[-1] }}
            """.utf8
        )
        var limits = TemplateLimits()
        limits.stepsMax = 20_000
        var state: UInt64 = 1
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var renderedCount = 0
        for _ in 0..<3000 {
            var damaged = source
            for _ in 0...random(3) {
                let index = random(damaged.count)
                switch random(3) {
                case 0: damaged.remove(at: index)
                case 1: damaged[index] = source[random(source.count)]
                default: damaged.insert(source[random(source.count)], at: index)
                }
            }
            let text = String(decoding: damaged, as: UTF8.self)
            if (try? Self.render(text, limits: limits)) != nil { renderedCount += 1 }
        }
        #expect((100..<3000).contains(renderedCount))
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
