import BlockKeys
import Domain
import Foundation
import JSON
import Testing

/// Compares with keys that Python's own libraries make (Tests/Tools/block_key_golden.py).
struct GoldenKeyTests {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private struct Case {
        let scheme: BlockKeyScheme
        let scope: BlockKeyScope
        let tokens: [TokenID]
        let keys: [UInt64]
    }

    @Test func `keys of prompts of every kind are those that Python makes`() throws {
        var counts: [BlockKeyScheme.Form: Int] = [:]
        for line in try lines() {
            let example = try example(JSONDocument(parsing: Array(line)).root)
            for isPortable in [false, true] {
                let hasher = BlockKeyHasher(scheme: example.scheme, isPortable: isPortable)
                let keys = hasher.keys(example.tokens, in: example.scope)
                guard keys != example.keys else { continue }
                throw Failure(description: "differs: \(String(decoding: line, as: UTF8.self))")
            }
            counts[example.scheme.form, default: 0] += 1
        }
        #expect(counts.count == BlockKeyScheme.all(blockSize: 1).count)
        #expect(counts.values.allSatisfy { $0 > 20 })
    }

    @Test func `a chain may be cut anywhere between blocks`() throws {
        for line in try lines().prefix(1000) {
            let example = try example(JSONDocument(parsing: Array(line)).root)
            let hasher = BlockKeyHasher(scheme: example.scheme)
            let size = example.scheme.blockSize.tokenCount
            var chain = try #require(hasher.chain(in: example.scope))
            var keys: [BlockKey] = []
            var block = 0
            while block < example.keys.count {
                let end = min(example.keys.count, block + 1 + block % 3)
                var scope = example.scope
                scope.extras = scope.extras.filter { block..<end ~= $0.block }
                for index in scope.extras.indices { scope.extras[index].block -= block }
                let part = Array(example.tokens[block * size..<end * size])
                hasher.appendKeys(for: part.span, in: scope, continuing: &chain, to: &keys)
                block = end
            }
            #expect(keys.map(\.rawValue) == example.keys)
        }
    }

    private func lines() throws -> [Data] {
        guard let path = ProcessInfo.processInfo.environment["WARMPATH_TEST_BLOCK_KEYS"] else {
            throw Failure(description: "WARMPATH_TEST_BLOCK_KEYS is not set: run `make test`")
        }
        return try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n"))
    }

    private func example(_ json: JSONValue) throws -> Case {
        let algorithm = json["algorithm"]?.string.flatMap(BlockKeyAlgorithm.init)
        let style = json["style"]?.string.flatMap(ExtraKeyStyle.init)
        var scope = BlockKeyScope(model: json["model"]?.string ?? "")
        if let adapter = json["adapter"], let name = adapter["name"]?.string {
            scope.adapter = LoRAAdapter(
                name: name,
                number: adapter["number"]?.int,
                path: adapter["path"]?.string
            )
        }
        scope.cacheSalt = json["salt"]?.string
        json["extras"]?.forEachElement { scope.extras.append(extra($0)) }
        var tokens: [TokenID] = []
        json["tokens"]?.forEachElement { token in
            if let id = token.int.flatMap({ UInt32(exactly: $0) }) {
                tokens.append(TokenID(rawValue: id))
            }
        }
        var keys: [UInt64] = []
        json["keys"]?.forEachElement { keys.append($0.string.flatMap { UInt64($0) } ?? 0) }
        return Case(
            scheme: BlockKeyScheme(
                try #require(algorithm),
                try #require(json["blockSize"]?.int),
                seed: json["seed"]?.string,
                try #require(style)
            ),
            scope: scope,
            tokens: tokens,
            keys: keys
        )
    }

    private func extra(_ json: JSONValue) -> BlockExtra {
        let block = json["block"]?.int ?? 0
        if let digest = json["digest"]?.string {
            return BlockExtra(block: block, identifier: bytes(hex: digest), kind: .promptEmbedding)
        }
        return BlockExtra(
            block: block,
            identifier: json["identifier"]?.bytes ?? [],
            offset: json["offset"]?.int
        )
    }
}

extension BlockKeyScheme {
    /// What tells schemes apart but for their block size and seed.
    struct Form: Hashable {
        let algorithm: BlockKeyAlgorithm
        let style: ExtraKeyStyle
    }

    var form: Form { Form(algorithm: algorithm, style: extraKeys) }
}

func bytes(hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map {
        UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
}
