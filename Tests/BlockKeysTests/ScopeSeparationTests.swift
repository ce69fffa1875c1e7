import BlockKeys
import Domain
import Randomness
import Testing

struct ScopeSeparationTests {
    /// Scopes that differ in one thing each.
    private static let scopes: [BlockKeyScope] = {
        let plain = BlockKeyScope(model: "m")
        var scopes = [plain]
        for salt in ["t1", "t2"] { scopes.append(BlockKeyScope(model: "m", cacheSalt: salt)) }
        for (number, name) in ["a1", "a2"].enumerated() {
            let adapter = LoRAAdapter(name: name, number: number + 1, path: "/\(name)")
            scopes.append(BlockKeyScope(model: "m", adapter: adapter))
            scopes.append(BlockKeyScope(model: "m", adapter: adapter, cacheSalt: "t1"))
        }
        for identifier in ["i1", "i2"] {
            let extras = [image(identifier, at: 2)]
            scopes.append(BlockKeyScope(model: "m", extras: extras))
            scopes.append(BlockKeyScope(model: "m", cacheSalt: "t1", extras: extras))
        }
        return scopes
    }()

    @Test(arguments: BlockKeyScheme.all(blockSize: 8))
    func `requests of different salts, adapters or images share no key`(scheme: BlockKeyScheme) {
        let hasher = BlockKeyHasher(scheme: scheme)
        var random = SplitMix64(seed: 8)
        for _ in 0..<20 {
            let tokens = (0..<8 * (1 + random.below(60))).map { _ in
                TokenID(rawValue: UInt32(random.below(3)))
            }
            var all: Set<UInt64> = []
            var count = 0
            for scope in Self.scopes where hasher.canHash(scope) {
                let keys = hasher.keys(tokens, in: scope)
                #expect(keys.count == tokens.count / 8)
                all.formUnion(keys)
                count += keys.count
            }
            #expect(all.count == count)
        }
        // SGLang hashes none of that, and has no keys for it.
        let hashable = Self.scopes.count { hasher.canHash($0) }
        #expect(hashable == (scheme.algorithm == .sglang ? 1 : Self.scopes.count))
    }

    @Test(arguments: [BlockKeyAlgorithm.xxh64, .cborFNV])
    func `models share no key of our own`(algorithm: BlockKeyAlgorithm) {
        let scheme = BlockKeyScheme(algorithm, 4)
        let first = scheme.keys(tokens(through: 64), in: BlockKeyScope(model: "m1"))
        let second = scheme.keys(tokens(through: 64), in: BlockKeyScope(model: "m2"))
        #expect(Set(first).isDisjoint(with: second))
    }
}
