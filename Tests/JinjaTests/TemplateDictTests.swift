import Jinja
import Testing

@Suite struct TemplateDictTests {
    @Test func `a key keeps its place when its value changes`() {
        var dict = TemplateDict()
        dict["role"] = .string("user")
        dict["content"] = .string("a")
        dict["role"] = .string("tool")
        #expect(dict.entries.map(\.key) == [Array("role".utf8), Array("content".utf8)])
        #expect(dict["role"] == .string("tool"))
    }

    @Test func `a large dict finds, replaces and removes keys as a small one does`() {
        var dict = TemplateDict()
        for number in 0..<100 { dict[Array("k\(number)".utf8)] = .int(number) }
        dict["k50"] = .string("x")
        dict["k0"] = nil
        #expect(dict["k50"] == .string("x"))
        #expect(dict["k0"] == nil)
        #expect(dict["k99"] == .int(99))
        #expect(dict.entries.count == 99)
        #expect(dict.entries[0].key == Array("k1".utf8))
    }
}
