import BlockKeys
import Domain
import EngineSimulator
import Foundation
import JSON
import Testing

/// Recorded runs of vLLM 0.33's own block pool and publisher, played again with ours.
struct GoldenTraceTests {
    /// One command of the recording, and what vLLM published for it.
    private struct Recorded {
        let command: JSONValue
        let cachedCount: Int?
        let payload: [UInt8]?
    }

    @Test func `the pool publishes byte for byte what vLLM does`() throws {
        let hasher = BlockKeyHasher(
            scheme: BlockKeyScheme(
                algorithm: .sha256CBOR,
                blockSize: BlockSize(tokenCount: 4),
                seed: "42"
            )
        )
        var pool = BlockPool(blockCount: 36, blockSize: 4)
        var sequences: [String: TokenSequence] = [:]
        for recorded in try recording() {
            let command = recorded.command
            let name = command["id"]?.string ?? ""
            // Announcing reused blocks again is an option of vLLM's that engines here lack.
            if command["report"] != nil { break }
            switch command["op"]?.string {
            case "prefill":
                var sequence = sequence(command, hasher)
                sequence.begin(with: pool.cachedPrefix(of: sequence.usableHashes), in: &pool)
                #expect(sequence.cachedCount == recorded.cachedCount)
                compute(&sequence, in: &pool)
                sequences[name] = sequence
            case "decode":
                tokens(command).forEach { sequences[name]?.append($0) }
                var sequence = try #require(sequences[name])
                compute(&sequence, in: &pool)
                sequences[name] = sequence
            case "free":
                pool.release(try #require(sequences[name]).blocks)
            default:
                Issue.record("unknown command \(name)")
            }
            try check(pool.takeEvents(), recorded.payload, name)
        }
        let isReset = pool.reset()
        #expect(isReset)
        let cleared = try #require(try payloads().last)
        #expect(encode(pool.takeEvents(), like: cleared) == cleared)
    }

    private func compute(_ sequence: inout TokenSequence, in pool: inout BlockPool) {
        let count = sequence.tokens.count - sequence.computedCount
        sequence.makeRoom(forNext: count, in: &pool)
        sequence.computedCount += count
    }

    private func check(_ events: [CacheEvent], _ payload: [UInt8]?, _ name: String) throws {
        guard let payload else {
            #expect(events.isEmpty)
            return
        }
        #expect(encode(events, like: payload) == payload, "\(name)")
    }

    /// Encodes with the time that `payload` has in its bytes 2 to 9.
    private func encode(_ events: [CacheEvent], like payload: [UInt8]) -> [UInt8] {
        let bits = payload[2..<10].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return EventBatchEncoder.encode(events, timestamp: Double(bitPattern: bits))
    }

    private func sequence(_ command: JSONValue, _ hasher: BlockKeyHasher) -> TokenSequence {
        var scope = TokenSequence.Scope(cacheSalt: command["salt"]?.string)
        if let name = command["lora"]?.string, let id = command["lora_id"]?.int {
            scope.adapter = LoRAAdapter(name: name, number: id, path: "/loras/\(name)")
        }
        command["mm"]?.forEachElement { image in
            scope.images.append(
                TokenSequence.Scope.Image(
                    identifier: image["hash"]?.string ?? "",
                    offset: image["offset"]?.int ?? 0,
                    tokenCount: image["length"]?.int ?? 0
                )
            )
        }
        return TokenSequence(
            id: 0,
            prompt: tokens(command),
            outputMax: 16,
            scope: scope,
            hasher: hasher
        )
    }

    private func tokens(_ command: JSONValue) -> [TokenID] {
        var tokens: [TokenID] = []
        command["tokens"]?.forEachElement {
            if let id = $0.int { tokens.append(TokenID(rawValue: UInt32(id))) }
        }
        return tokens
    }

    // MARK: Fixtures

    private func recording() throws -> [Recorded] {
        let payloads = try payloads()
        let expected = try JSONDocument(parsing: fixture("expected.json")).root
        var recording: [Recorded] = []
        expected["native-0.33"]?["results"]?.forEachElement { step in
            guard let command = step["cmd"], let result = step["result"] else { return }
            recording.append(
                Recorded(
                    command: command,
                    cachedCount: result["cached_tokens"]?.int,
                    payload: (result["seq"]?.int).map { payloads[$0] }
                )
            )
        }
        #expect(recording.count == 16)
        return recording
    }

    private func payloads() throws -> [[UInt8]] {
        try fixture("native-0.33.jsonl").split(separator: 0x0A).map { line in
            let hex = try JSONDocument(parsing: Array(line)).root["payload_hex"]?.bytes ?? []
            return bytes(hex: hex)
        }
    }

    private func fixture(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/kv-events")
        return Array(try Data(contentsOf: folder.appending(path: name)))
    }
}
