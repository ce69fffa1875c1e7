import Domain
import Routing
import Scheduling
import Testing

@Suite struct ForgettingTests {
    private func index(
        blocksPerEndpoint: Int = 31_250,
        followsEngines: Bool = true
    ) -> ApproximatePrefixIndex {
        var config = ApproximatePrefixConfig()
        config.blocksPerEndpointMax = blocksPerEndpoint
        config.followsEngines = followsEngines
        let index = ApproximatePrefixIndex(config)
        index.follow(.numbered(1...3))
        return index
    }

    @Test func `the least recently sent prompt is forgotten first, from its end`() {
        let index = index(blocksPerEndpoint: 10)
        let prompts = (0..<3).map { index.prompt(promptTokens(0..<256, seed: $0)) }
        for prompt in prompts { index.record(prompt, at: endpointID(1)) }
        #expect(prompts.map { index.blocks(of: $0, at: 1) } == [2, 4, 4])
        #expect(index.rememberedBlocks == 10)
    }

    @Test func `a prompt that is sent again stays`() {
        let index = index(blocksPerEndpoint: 8)
        let prompts = (0..<3).map { index.prompt(promptTokens(0..<256, seed: $0)) }
        for number in [0, 1, 0, 2] { index.record(prompts[number], at: endpointID(1)) }
        #expect(prompts.map { index.blocks(of: $0, at: 1) } == [4, 0, 4])
    }

    @Test func `of a prompt larger than the cache its beginning is remembered`() {
        let index = index(blocksPerEndpoint: 5)
        let prompt = index.prompt(promptTokens(0..<1024))
        index.record(prompt, at: endpointID(1))
        #expect(index.blocks(of: prompt, at: 1) == 5)
        #expect(index.rememberedBlocks == 5)
    }

    @Test func `each endpoint has room of its own`() {
        let index = index(blocksPerEndpoint: 4)
        let prompts = (0..<2).map { index.prompt(promptTokens(0..<256, seed: $0)) }
        index.record(prompts[0], at: endpointID(1))
        index.record(prompts[1], at: endpointID(2))
        #expect(index.blocks(of: prompts[0], at: 1) == 4)
        #expect(index.blocks(of: prompts[1], at: 2) == 4)
    }

    @Test(arguments: [Int.min, -1, 0])
    func `without room nothing is remembered`(room: Int) {
        let index = index(blocksPerEndpoint: room)
        index.record(index.prompt(promptTokens(0..<256)), at: endpointID(1))
        #expect(index.rememberedBlocks == 0)
    }

    @Test func `an endpoint that has left is forgotten, and the others are not`() {
        let index = index()
        let prompt = index.prompt(promptTokens(0..<640))
        for endpoint in 1...3 { index.record(prompt, at: endpointID(endpoint)) }
        index.follow(.numbered([1, 3], generation: 2))
        #expect(index.matches(of: prompt).endpoints.map(\.endpoint) == [1, 3].map(endpointID))
        #expect(index.rememberedBlocks == 20)
        #expect(index.endpointCount == 2)
    }

    @Test func `an endpoint with many prompts that has left is forgotten bit by bit`() {
        let index = index()
        let prompts = (0..<100).map { index.prompt(promptTokens(0..<128, seed: $0)) }
        for prompt in prompts { index.record(prompt, at: endpointID(2)) }
        func known() -> Int {
            prompts.count { !index.matches(of: $0).endpoints.isEmpty }
        }
        let smaller = EndpointSnapshot.numbered([1, 3], generation: 2)
        index.follow(smaller)
        #expect((1..<100).contains(known()))
        for _ in 0..<10 { index.follow(smaller) }
        #expect(known() == 0)
    }

    @Test func `an endpoint that comes back keeps what was not forgotten yet`() {
        let index = index()
        let prompts = (0..<100).map { index.prompt(promptTokens(0..<128, seed: $0)) }
        for prompt in prompts { index.record(prompt, at: endpointID(2)) }
        index.follow(.numbered([1, 3], generation: 2))
        index.record(prompts[0], at: endpointID(2))
        index.follow(.numbered(1...3, generation: 3))
        #expect(index.blocks(of: prompts[0], at: 2) == 0)
        #expect(index.blocks(of: prompts[99], at: 2) == 2)
        index.record(prompts[0], at: endpointID(2))
        for _ in 0..<10 { index.follow(.numbered(1...3, generation: 3)) }
        #expect(index.blocks(of: prompts[0], at: 2) == 2)
        #expect(index.endpointCount == 3)
    }

    @Test func `nothing is remembered of endpoints that are not in the pool`() {
        let index = index()
        let prompt = index.prompt(promptTokens(0..<640))
        index.record(prompt, at: endpointID(4))
        #expect(index.rememberedBlocks == 0)
        index.follow(.numbered([4], generation: 2))
        index.record(prompt, at: endpointID(4))
        #expect(index.blocks(of: prompt, at: 4) == 10)
    }

    @Test func `a pool older than the last changes nothing`() {
        let index = index()
        index.follow(.numbered([1], generation: 3))
        index.follow(.numbered(1...3, generation: 2))
        #expect(index.endpointCount == 1)
    }

    @Test func `an engine's own cache says how much is remembered`() {
        let index = index()
        index.follow(.caching(tokens: 640, blockTokens: 16), of: endpointID(1))
        let prompt = index.prompt(promptTokens(0..<6400))
        for endpoint in [1, 2] { index.record(prompt, at: endpointID(endpoint)) }
        #expect(index.blocks(of: prompt, at: 1) == 10)
        #expect(index.blocks(of: prompt, at: 2) == 100)

        // Restarted with a smaller one.
        index.follow(.caching(tokens: 320, blockTokens: 16), of: endpointID(1))
        index.record(prompt, at: endpointID(1))
        #expect(index.blocks(of: prompt, at: 1) == 5)
    }

    @Test(arguments: [
        ([16], 64), ([64], 64), ([48], 96), ([128], 128), ([16, 128, 32], 128), ([0], 64),
        ([-5], 64), ([5000], 64), ([Int32.max], 64), ([1], 64),
    ])
    func `blocks are whole ones of the engine with the largest`(engines: [Int32], tokens: Int) {
        let index = index()
        for (number, blockTokens) in engines.enumerated() {
            index.follow(
                .caching(tokens: 1 << 20, blockTokens: blockTokens),
                of: endpointID(number + 1)
            )
        }
        #expect(index.blockTokens == tokens)
        #expect(index.prompt([]).blockTokens == tokens)
    }

    @Test func `blocks get small again when the engine with the largest has left`() {
        let index = index()
        index.follow(.caching(tokens: 1 << 20, blockTokens: 256), of: endpointID(2))
        let large = index.prompt(promptTokens(0..<1024))
        index.record(large, at: endpointID(1))
        index.follow(.numbered([1, 3], generation: 2))
        #expect(index.blockTokens == 64)
        #expect(index.blocks(of: index.prompt(promptTokens(0..<1024)), at: 1) == 0)
    }

    @Test func `engines are not followed if that is switched off`() {
        let index = index(blocksPerEndpoint: 7, followsEngines: false)
        index.follow(.caching(tokens: 1 << 20, blockTokens: 128), of: endpointID(1))
        let prompt = index.prompt(promptTokens(0..<6400))
        index.record(prompt, at: endpointID(1))
        #expect(index.blockTokens == 64)
        #expect(index.blocks(of: prompt, at: 1) == 7)
    }

    @Test func `what a broken engine reports does no harm`() {
        let index = index(blocksPerEndpoint: 7)
        index.follow(.caching(tokens: .min, blockTokens: .min), of: endpointID(1))
        index.follow(.caching(tokens: .max, blockTokens: 16), of: endpointID(2))
        index.follow(.caching(tokens: 640, blockTokens: 16), of: endpointID(99))
        let prompt = index.prompt(promptTokens(0..<640))
        for endpoint in [1, 2] { index.record(prompt, at: endpointID(endpoint)) }
        #expect(index.blocks(of: prompt, at: 1) == 7)
        #expect(index.blocks(of: prompt, at: 2) == 10)
    }
}
