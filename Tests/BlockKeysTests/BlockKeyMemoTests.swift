import BlockKeys
import Domain
import Randomness
import Testing

/// What hashers remember must never show, but in time.
struct BlockKeyMemoTests {
    private static let schemes = BlockKeyScheme.all(blockSize: 16)
        .filter { $0.extraKeys == .tagged || $0.extraKeys == .names }

    /// Prompts that share beginnings of any length, in scopes that come again.
    private func prompt(_ random: inout SplitMix64) -> (tokens: [TokenID], scope: BlockKeyScope) {
        var tokens = (0..<700).map { TokenID(rawValue: UInt32($0)) }
        tokens.removeLast(random.below(500))
        for _ in 0..<random.below(3) {
            tokens[random.below(tokens.count)] = TokenID(rawValue: UInt32(random.below(5)))
        }
        var scope = BlockKeyScope(model: "m")
        if random.below(3) == 0 { scope.cacheSalt = "s\(random.below(2))" }
        if random.below(3) == 0 {
            scope.adapter = LoRAAdapter(name: "a\(random.below(2))", path: "/p\(random.below(2))")
        }
        if random.below(3) == 0 { scope.extras = [image("i", block: random.below(4), at: 1)] }
        return (tokens, scope)
    }

    @Test(arguments: schemes, [0, 50_000, 300_000, 8 << 20])
    func `remembered runs never change a key`(scheme: BlockKeyScheme, bytesMax: Int) {
        let plain = BlockKeyHasher(scheme: scheme, memoBytesMax: 0)
        let remembering = BlockKeyHasher(scheme: scheme, memoBytesMax: bytesMax)
        var random = SplitMix64(seed: 4)
        for _ in 0..<150 {
            let (tokens, scope) = prompt(&random)
            guard plain.canHash(scope) else { continue }
            #expect(remembering.keys(tokens, in: scope) == plain.keys(tokens, in: scope))
        }
    }

    @Test(arguments: [1, 3, 300]) func `runs of any block size are remembered right`(size: Int) {
        let scheme = BlockKeyScheme(.sha256, size)
        let remembering = BlockKeyHasher(scheme: scheme)
        let plain = BlockKeyHasher(scheme: scheme, memoBytesMax: 0)
        for last: UInt32 in [900, 901, 1_500, 300, 900] {
            #expect(
                remembering.keys(tokens(through: last)) == plain.keys(tokens(through: last))
            )
        }
    }

    @Test func `threads may share what is remembered`() async {
        let scheme = BlockKeyScheme(.sha256CBOR, 16)
        let shared = BlockKeyHasher(scheme: scheme, memoBytesMax: 200_000)
        let mistakes = await withTaskGroup(of: Int.self) { group in
            for seed: UInt64 in 0..<8 {
                group.addTask {
                    var random = SplitMix64(seed: seed % 4)
                    let plain = BlockKeyHasher(scheme: scheme, memoBytesMax: 0)
                    return (0..<100).count { _ in
                        let (tokens, scope) = prompt(&random)
                        return shared.keys(tokens, in: scope) != plain.keys(tokens, in: scope)
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(mistakes == 0)
    }

    @Test func `a chain continued in another scope finds nothing of the first`() throws {
        let hasher = BlockKeyHasher(scheme: BlockKeyScheme(.sha256, 16))
        let plain = BlockKeyHasher(scheme: BlockKeyScheme(.sha256, 16), memoBytesMax: 0)
        let scopes = ["a", "b", "a"].map {
            BlockKeyScope(model: "m", adapter: LoRAAdapter(name: $0, path: ""))
        }
        let tokens = tokens(through: 512)
        var keys: [BlockKey] = []
        var expected: [BlockKey] = []
        for scope in scopes {
            // Every chain begins alike, so that only the scope tells the runs apart.
            var chain = try #require(hasher.chain(in: scope))
            hasher.appendKeys(for: tokens.span, in: scope, continuing: &chain, to: &keys)
            plain.appendKeys(for: tokens.span, in: scope, to: &expected)
        }
        #expect(keys == expected)
    }

    @Test func `styles may share what is remembered`() {
        let hasher = BlockKeyHasher(scheme: BlockKeyScheme(.sha256, 16))
        let adapter = LoRAAdapter(name: "a", number: 1, path: "/a")
        let scopes = [BlockKeyScope(model: "m"), BlockKeyScope(model: "m", adapter: adapter)]
        for scope in scopes + scopes {
            for style in ExtraKeyStyle.allCases {
                let alone = BlockKeyHasher(scheme: BlockKeyScheme(.sha256, 16, style))
                #expect(
                    hasher.with(style).keys(tokens(through: 600), in: scope)
                        == alone.keys(tokens(through: 600), in: scope)
                )
            }
        }
    }
}
