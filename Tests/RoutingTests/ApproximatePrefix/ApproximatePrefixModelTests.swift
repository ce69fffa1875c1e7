import Domain
import Randomness
import Routing
import Scheduling
import Testing

/// The same as the index, as simple as can be: of each endpoint a list of prompts' beginnings, the
/// most recent first.
private struct PrefixModel {
    let blocksMax: Int
    var lists: [EndpointID: [[TokenID]]] = [:]

    mutating func record(_ tokens: [TokenID], at endpoint: EndpointID) {
        guard var list = lists[endpoint] else { return }
        let beginnings = (0..<tokens.count / 64).map { Array(tokens[..<(($0 + 1) * 64)]) }
        for beginning in beginnings.prefix(blocksMax).reversed() {
            list.removeAll { $0 == beginning }
            list.insert(beginning, at: 0)
        }
        lists[endpoint] = Array(list.prefix(blocksMax))
    }

    func blocks(of tokens: [TokenID], at endpoint: EndpointID) -> Int {
        guard let list = lists[endpoint] else { return 0 }
        let beginnings = (0..<tokens.count / 64).map { tokens[..<(($0 + 1) * 64)] }
        return beginnings.prefix { beginning in list.contains { $0[...] == beginning } }.count
    }
}

@Suite struct ApproximatePrefixModelTests {
    /// A prompt that has much in common with others: each block is one of two.
    private func prompt(_ random: inout SplitMix64) -> [TokenID] {
        var tokens: [TokenID] = []
        for _ in 0..<random.below(12) {
            let block = UInt32(random.below(6) == 0 ? 1 : 0)
            tokens += [TokenID](repeating: TokenID(rawValue: block), count: 64)
        }
        return tokens + promptTokens(0..<random.below(64))
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func `any history leaves what a simple list leaves`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var config = ApproximatePrefixConfig()
        config.blocksPerEndpointMax = 1 + random.below(40)
        let index = ApproximatePrefixIndex(config)
        var model = PrefixModel(blocksMax: config.blocksPerEndpointMax)
        var pool: Set<Int> = []
        var generation: UInt64 = 0
        for step in 0..<600 {
            if step.isMultiple(of: 50) {
                pool = Set((1...9).filter { _ in random.below(3) > 0 })
                    .subtracting(pool.isEmpty ? [] : [1 + random.below(9)])
                generation += 1
                index.follow(.numbered(pool.sorted(), generation: generation))
                let ids = Set(pool.map(endpointID))
                model.lists = model.lists.filter { ids.contains($0.key) }
                for id in ids where model.lists[id] == nil { model.lists[id] = [] }
            }
            let tokens = prompt(&random)
            let endpoint = endpointID(1 + random.below(9))
            index.record(index.prompt(tokens), at: endpoint)
            model.record(tokens, at: endpoint)

            let asked = prompt(&random)
            let matches = index.matches(of: index.prompt(asked))
            for number in pool {
                let expected = model.blocks(of: asked, at: endpointID(number))
                #expect(matches.blocks(at: endpointID(number)) == expected, "step \(step)")
            }
            #expect(index.rememberedBlocks == model.lists.values.reduce(0) { $0 + $1.count })
        }
    }

    /// So many blocks that every part of the table grows and shrinks many times.
    @Test func `large tables find every block, and none that is forgotten`() {
        let index = ApproximatePrefixIndex()
        index.follow(.numbered(1...4))
        let prompts = (0..<80).map { index.prompt(promptTokens(0..<64 * 1024, seed: $0)) }
        for (number, prompt) in prompts.enumerated() {
            index.record(prompt, at: endpointID(1 + number % 2))
            index.record(prompt, at: endpointID(3))
        }
        for (number, prompt) in prompts.enumerated() {
            let matches = index.matches(of: prompt)
            #expect(matches.blocks(at: endpointID(3)) == Self.kept(number, of: 80))
            let own = matches.blocks(at: endpointID(1 + number % 2))
            #expect(own == Self.kept(number / 2, of: 40))
        }
        index.follow(.numbered([4], generation: 2))
        for _ in 0..<400 { index.follow(.numbered([4], generation: 2)) }
        for prompt in prompts { #expect(index.matches(of: prompt).endpoints.isEmpty) }
    }

    /// Blocks that are left of the prompt with a number, of so many of 1024 blocks each, where
    /// 31 250 are remembered.
    private static func kept(_ number: Int, of count: Int) -> Int {
        min(max(31_250 - (count - 1 - number) * 1024, 0), 1024)
    }

    @Test func `threads that send and ask at the same time agree with the bounds`() async {
        var config = ApproximatePrefixConfig()
        config.blocksPerEndpointMax = 50
        let index = ApproximatePrefixIndex(config)
        index.follow(.numbered(1...8))
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var random = SplitMix64(seed: UInt64(task))
                    for round in 0..<300 {
                        let prompt = index.prompt(prompt(&random))
                        index.record(prompt, at: endpointID(1 + random.below(8)))
                        let longest = index.matches(of: prompt).endpoints.map(\.blocks).max()
                        #expect(longest ?? 0 <= prompt.blockCount)
                        if round.isMultiple(of: 100) {
                            let generation = UInt64(round * 8 + task)
                            index.follow(.numbered(1...8, generation: generation))
                        }
                    }
                }
            }
        }
        #expect(index.rememberedBlocks <= 8 * 50)
    }
}
