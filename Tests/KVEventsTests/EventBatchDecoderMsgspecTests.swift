import Domain
import JSON
import KVIndexer
import Testing

/// Compares the decoder with msgspec, which engines pack their events with. The batches are made
/// by `Tests/Tools/make_kv_event_fixtures.py`.
@Suite struct EventBatchDecoderMsgspecTests {
    @Test func `what msgspec packs in any layout is read as it was`() throws {
        let lines = try Fixtures.lines("msgspec")
        #expect(lines.count == 66)
        for line in lines {
            let layout = try #require(line["layout"]?.string)
            let payload = Fixtures.bytes(try #require(line["payload_hex"]?.string))
            let expected = try stored(try #require(line["stored"]))
            let batch = try EventBatchDecoder().decode(payload.span)
            #expect(batch.dataParallelRank == 2, "\(layout)")
            guard case .blockStored(var found)? = batch.events.first, batch.events.count == 1 else {
                Issue.record("not one stored event in layout \(layout)")
                continue
            }
            found.adapterID = nil
            #expect(found == expected, "\(layout)")
        }
    }

    private func stored(_ json: JSONValue) throws -> StoredBlocks {
        var stored = StoredBlocks()
        json["hashes"]?.forEachElement { stored.hashes.append(hash($0)) }
        stored.parent = json["parent"]?.string == nil ? nil : json["parent"].map(hash)
        json["tokens"]?.forEachElement {
            stored.tokens.append(TokenID(rawValue: UInt32($0.int ?? -1)))
        }
        stored.blockSize = try #require(json["blockSize"]?.int)
        stored.adapterName = json["adapter"]?.string
        let tiers: [String: CacheTier] = ["gpu": .gpu, "cpu": .cpu, "remote": .remote]
        stored.tier = try #require(tiers[json["tier"]?.string ?? ""])
        json["extras"]?.forEachElement { pair in
            var extra = BlockExtra(block: 0, identifier: [])
            pair.forEachElement { element in
                if let block = element.int { extra.block = block }
                if let identifier = element.bytes { extra.identifier = identifier }
            }
            stored.extras.append(extra)
        }
        stored.group = json["group"]?.int
        stored.cacheKind = json["kind"]?.string.flatMap(CacheKind.init(rawValue:))
        return stored
    }

    private func hash(_ json: JSONValue) -> EngineBlockHash {
        EngineBlockHash(rawValue: json.string.flatMap { UInt64($0) } ?? 0)
    }
}
