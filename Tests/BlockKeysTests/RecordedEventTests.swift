import BlockKeys
import Domain
import Foundation
import JSON
import Testing

/// Shows a detector what vLLM 0.33 published (Tests/Fixtures/kv-events/native-0.33.jsonl).
struct RecordedEventTests {
    private struct Event {
        var hashes: [EngineBlockHash] = []
        var tokens: [TokenID] = []
        var parent: EngineBlockHash?
        var scope = BlockKeyScope(model: "test-model")
    }

    @Test func `the scheme of a recorded engine is found, and reproduces all that it stored`()
        throws
    {
        var detector = BlockKeyDetector(seeds: ["0", "42"])
        var paths: [String?] = []
        for event in try storedEvents() {
            let (hashes, tokens) = (event.hashes, event.tokens)
            let blocks = AnnouncedBlocks(
                hashes: hashes.span,
                tokens: tokens.span,
                blockSize: 4,
                after: event.parent,
                in: event.scope
            )
            detector.observe(blocks, adapterPaths: ["/adapters/adapter-1", "/loras/adapter-1"])
            guard case .reproduced(let path) = detector.verify(blocks) else {
                Issue.record("not reproduced: \(event)")
                continue
            }
            paths.append(path)
        }
        #expect(detector.finding == .engineHash(BlockKeyScheme(.sha256CBOR, 4)))
        // One request was of an adapter; a salt and an image were among the others.
        #expect(paths == [nil, nil, nil, "/loras/adapter-1", nil, nil, nil, nil])
    }

    private func storedEvents() throws -> [Event] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/kv-events")
        let lines = try Data(contentsOf: folder.appending(path: "native-0.33.jsonl"))
        var events: [Event] = []
        for line in lines.split(separator: UInt8(ascii: "\n")) {
            let decoded = try JSONDocument(parsing: Array(line)).root["decoded"]
            decoded?.forEachElement { part in
                part.forEachElement { json in
                    if json["type"]?.string == "BlockStored" { events.append(event(json)) }
                }
            }
        }
        return events
    }

    private func event(_ json: JSONValue) -> Event {
        var event = Event()
        json["block_hashes"]?.forEachElement { hash in
            if let hash = self.hash(hash) { event.hashes.append(hash) }
        }
        json["token_ids"]?.forEachElement {
            event.tokens.append(TokenID(rawValue: UInt32($0.int ?? 0)))
        }
        event.parent = json["parent_block_hash"].flatMap(hash)
        if let name = json["lora_name"]?.string {
            event.scope.adapter = LoRAAdapter(name: name, number: json["lora_id"]?.int)
        }
        var block = 0
        json["extra_keys"]?.forEachElement { keys in
            keys.forEachElement { key in
                if key.string != event.scope.adapter?.name || key.kind == .array {
                    event.scope.extras.append(extra(key, block: block))
                }
            }
            block += 1
        }
        return event
    }

    private func hash(_ json: JSONValue) -> EngineBlockHash? {
        (json.unsignedInt ?? json.int.map { UInt64($0) }).map(EngineBlockHash.init)
    }

    private func extra(_ json: JSONValue, block: Int) -> BlockExtra {
        guard json.kind == .array else { return image(json.string ?? "", block: block) }
        var extra = image("", block: block)
        json.forEachElement { part in
            if let identifier = part.bytes { extra.identifier = identifier }
            if let offset = part.int { extra.offset = offset }
        }
        return extra
    }
}
