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
}
