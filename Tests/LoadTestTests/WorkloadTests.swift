import JSON
import LoadTest
import Testing

struct WorkloadTests {
    private func workload(_ change: (inout Workload) -> Void = { _ in }) -> Workload {
        var workload = Workload()
        workload.groupCount = 4
        workload.turnCount = 3
        change(&workload)
        return workload
    }

    private func prompt(_ request: Workload.Request) throws -> String {
        try JSONDocument(parsing: request.body).root["prompt"]?.string ?? ""
    }

    @Test(arguments: [Workload.Kind.sharedPrefix, .multiTurn])
    func `the same seed gives the same bytes, another seed others`(kind: Workload.Kind) {
        let first = workload { $0.kind = kind }
        let second = workload { $0.kind = kind }
        let other = workload { ($0.kind, $0.seed) = (kind, 2) }
        for index in 0..<50 {
            #expect(first.request(index) == second.request(index))
            #expect(first.request(index) != other.request(index))
        }
    }

    @Test func `requests are pinned, so that figures of different days compare`() {
        let request = workload().request(7)
        let hash = request.body.reduce(UInt64(14_695_981_039_346_656_037)) {
            ($0 ^ UInt64($1)) &* 1_099_511_628_211
        }
        #expect(hash == 12_044_879_454_362_239_297)
    }

    @Test func `a prompt is one of the groups' prefixes and a question of its own`() throws {
        let workload = workload { $0.prefixLength = .bytes(1000) }
        let prompts = try (0..<100).map { try prompt(workload.request($0)) }
        #expect(Set(prompts.map { $0.prefix(1000) }).count == 4)
        #expect(Set(prompts).count == 100)
        #expect(prompts.allSatisfy { $0.utf8.count == 1000 + 1 + 200 })
        // Groups part within the first block of 16 tokens.
        #expect(Set(prompts.map { $0.prefix(8) }).count == 4)
    }

    @Test func `a prefix can be measured in words`() throws {
        let workload = workload { $0.prefixLength = .words(300) }
        let prefix = try prompt(workload.request(0)).split(separator: "\n")[0]
        #expect(abs(prefix.split(separator: " ").count - 300) <= 1)
    }

    @Test func `each turn repeats the conversation before it`() throws {
        let workload = workload { $0.kind = .multiTurn }
        func messages(_ index: Int) throws -> [String] {
            var messages: [String] = []
            try JSONDocument(parsing: workload.request(index).body).root["messages"]?
                .forEachElement { messages.append($0["content"]?.string ?? "") }
            return messages
        }
        let turns = try [1, 5, 9].map(messages)  // the same of four conversations
        #expect(turns.map(\.count) == [2, 4, 6])
        #expect(turns[2].starts(with: turns[1]))
        #expect(turns[1].starts(with: turns[0]))
        #expect([1, 5, 9].map { workload.request($0).predecessor } == [nil, 1, 5])
        // After its last turn, another conversation takes its place.
        #expect(try messages(13).count == 2)
        #expect(try messages(13) != turns[0])
    }
}
