import BlockKeys
import Domain
import Foundation
import JSON
import Testing

/// Recorded runs of vLLM's own block pool (Tests/Fixtures/kv-events/expected.json).
struct RecordedKeyTests {
    /// Layouts of older versions, recorded with the hashing of 0.33.
    private static let recordings: [StaticString] = ["native-0.33", "v0.22", "v0.10.2"]

    @Test(arguments: recordings)
    func `every recorded block hash is reproduced`(name: StaticString) throws {
        let recording = try #require(try expected()[name])
        let seed = recording["header"]?["none_hash_seed"]?.string
        let hasher = BlockKeyHasher(scheme: BlockKeyScheme(.sha256CBOR, 4, seed: seed))
        var count = 0
        try recording["results"]?.forEachElement { step in
            guard let command = step["cmd"], let hashes = step["result"]?["block_hashes_hex"] else {
                return
            }
            var expected: [String] = []
            hashes.forEachElement { expected.append($0.string ?? "") }
            let scope = scope(of: command)
            let digests = hasher.digests(tokens(command["tokens"]), in: scope)
            try #require(digests == expected, "\(command["id"]?.string ?? "")")
            count += digests.count
        }
        #expect(count == 50)
    }

    @Test(arguments: [BlockKeyAlgorithm.cborFNV, .xxh64])
    func `the keys of the recorded prompts are llm-d's`(algorithm: BlockKeyAlgorithm) throws {
        let all = try #require(try expected()["request_keys"])
        let scheme = BlockKeyScheme(algorithm, 4, seed: all["hashSeed"]?.string)
        let model = try #require(all["model"]?.string)
        let scopes: [(StaticString, BlockKeyScope)] = [
            ("a", BlockKeyScope(model: model)),
            ("b", BlockKeyScope(model: model)),
            (
                "lora adapter-1 (model replaced by adapter name)",
                BlockKeyScope(model: model, adapter: LoRAAdapter(name: "adapter-1"))
            ),
            (
                "salt tenantA (folded into block 0)",
                BlockKeyScope(model: model, cacheSalt: "tenantA")
            ),
            (
                "mm imghash0 @5+6",
                BlockKeyScope(
                    model: model,
                    extras: [image("imghash0", block: 1), image("imghash0", block: 2)]
                )
            ),
        ]
        for (name, scope) in scopes {
            let prompt = try #require(all[name])
            var keys: [UInt64] = []
            let recorded = algorithm == .xxh64 ? prompt["xxh64"] : prompt["cbor-fnv"]
            recorded?.forEachElement { key in
                keys.append(key.string.flatMap { UInt64($0) } ?? 0)
            }
            try #require(!keys.isEmpty)
            #expect(scheme.keys(tokens(prompt["tokens"]), in: scope) == keys, "\(name)")
        }
    }

    private func scope(of command: JSONValue) -> BlockKeyScope {
        var scope = BlockKeyScope(model: "test-model", cacheSalt: command["salt"]?.string)
        if let name = command["lora"]?.string {
            scope.adapter = LoRAAdapter(
                name: name,
                number: command["lora_id"]?.int,
                path: "/loras/\(name)"
            )
        }
        command["mm"]?.forEachElement { media in
            guard let first = media["offset"]?.int, let count = media["length"]?.int else { return }
            for block in first / 4...(first + count - 1) / 4 {
                scope.extras.append(
                    image(media["hash"]?.string ?? "", block: block, at: first - 4 * block)
                )
            }
        }
        return scope
    }

    private func tokens(_ json: JSONValue?) -> [TokenID] {
        var tokens: [TokenID] = []
        json?.forEachElement { tokens.append(TokenID(rawValue: UInt32($0.int ?? 0))) }
        return tokens
    }

    private func expected() throws -> JSONValue {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/kv-events")
        let data = try Data(contentsOf: folder.appending(path: "expected.json"))
        return try JSONDocument(parsing: Array(data)).root
    }
}
