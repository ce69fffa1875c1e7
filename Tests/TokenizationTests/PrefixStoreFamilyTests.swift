import Domain
import Files
import JSON
import Telemetry
import Testing
import Tokenizer

@testable import Tokenization

/// The prefix store with real tokenizers of every family: Tests/Tools/tokenizer_families.py.
@Suite struct PrefixStoreFamilyTests {
    private struct Family {
        let name: String
        let tokenizer: PipelineTokenizer
    }

    private static func families() throws -> [Family] {
        let folder = try #require(
            environment("WARMPATH_TEST_TOKENIZER_FAMILIES"),
            "WARMPATH_TEST_TOKENIZER_FAMILIES is not set: run `make test`, which sets it"
        )
        let list = try JSONDocument(
            parsing: FileContents(of: "\(folder)/families.json", byteCountMax: 1 << 20).bytes
        ).root
        var families: [Family] = []
        try list.forEachElement { entry throws in
            let mode = try #require(entry["mode"]?.string.flatMap(TokenizerMode.init(rawValue:)))
            families.append(
                Family(
                    name: entry["name"]?.string ?? "",
                    tokenizer: try TokenizerFolder(
                        path: "\(folder)/\(entry["folder"]?.string ?? "")"
                    ).load(mode: mode)
                )
            )
        }
        return families
    }

    @Test func `in every family, ids are those of the whole text`() throws {
        var knownFamilyCount = 0
        for family in try Self.families() {
            for blockSize in [1, 32] {
                var config = PrefixStoreConfig()
                config.blockSize = blockSize
                let store = PrefixStore(
                    config: config,
                    metrics: TokenizationMetrics(registry: MetricsRegistry())
                )
                let differing = Self.firstDifference(family.tokenizer, store, UInt64(blockSize))
                #expect(differing == nil, "\(family.name): \(differing.debugDescription)")
                if store.usage.blocks > 0, blockSize == 1 { knownFamilyCount += 1 }
            }
        }
        #expect(knownFamilyCount >= 10, "hardly any family has a place to cut")
    }

    /// The first text that the store has other ids for, if there is one.
    private static func firstDifference(
        _ tokenizer: PipelineTokenizer,
        _ store: PrefixStore,
        _ seed: UInt64
    ) -> String? {
        var texts = ChangingTexts(seed: seed)
        let scope = PrefixScope()
        for _ in 0..<fuzzCount / 10 {
            let text = texts.next()
            let bytes = Array(text.utf8)
            for special in [false, true] {
                var got: [TokenID] = []
                store.encode(
                    bytes.span,
                    with: tokenizer,
                    in: scope,
                    addSpecialTokens: special,
                    to: &got
                )
                if got != ids(text, tokenizer, special: special) { return text }
            }
            var (ordinary, wanted): ([TokenID], [TokenID]) = ([], [])
            store.encodeOrdinary(bytes.span, with: tokenizer, in: scope, to: &ordinary)
            tokenizer.encodeOrdinary(bytes.span, to: &wanted)
            if ordinary != wanted { return "ordinary: " + text }
        }
        return nil
    }
}
