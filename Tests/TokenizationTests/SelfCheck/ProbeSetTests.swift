import JSON
import Testing

@testable import Tokenization

@Suite struct ProbeSetTests {
    @Test func `there are some 200 probes, each with a name of its own`() {
        let probes = ProbeSet.all()
        #expect((200...260).contains(probes.count))
        #expect(Set(probes.map(\.name)).count == probes.count)
        #expect(probes.count { $0.form == .chat } >= 10)
        #expect(Set(probes.map { $0.body(model: "m") }).count >= probes.count - 10)
    }

    @Test func `every probe is a request that an engine can read`() throws {
        for probe in ProbeSet.all(specialTokens: ["<x>"]) {
            let root = try JSONDocument(parsing: probe.body(model: "org/\"m\"")).root
            #expect(root["model"]?.string == "org/\"m\"")
            switch probe.content {
            case .text(let text, let addsSpecialTokens):
                #expect(root["prompt"]?.bytes == Array(text.utf8))
                #expect(root["add_special_tokens"]?.bool == addsSpecialTokens)
            case .chat:
                #expect(ChatContent.isTextOnly(root["messages"]), "\(probe.name)")
            }
        }
    }

    @Test func `a model's own tokens are probed, a bounded number of them`() {
        let few = ProbeSet.all(specialTokens: ["", "<x>"]).count
        #expect(few == ProbeSet.all().count + 2)
        let many = ProbeSet.all(specialTokens: (0..<1000).map { "<\($0)>" }).count
        #expect(many < ProbeSet.all().count + 100)
    }
}
