import Domain
import Randomness
import Telemetry
import Testing
import Tokenizer

@testable import Tokenization

@Suite struct PrefixStoreTests {
    private static func store(
        blockSize: Int = 16,
        cacheSize: Int = 10_000,
        bytesMax: Int = 1 << 20
    ) -> PrefixStore {
        var config = PrefixStoreConfig()
        config.blockSize = blockSize
        config.cacheSize = cacheSize
        config.bytesMax = bytesMax
        return PrefixStore(
            config: config,
            metrics: TokenizationMetrics(registry: MetricsRegistry())
        )
    }

    private static func encode(
        _ text: String,
        in store: PrefixStore,
        with tokenizer: any Tokenizer,
        _ scope: PrefixScope,
        special: Bool = false
    ) -> [TokenID] {
        var tokens: [TokenID] = []
        let bytes = Array(text.utf8)
        store.encode(
            bytes.span,
            with: tokenizer,
            in: scope,
            addSpecialTokens: special,
            to: &tokens
        )
        return tokens
    }

    private static let text = String(
        (0..<40).map { "word\($0) of a text" }.joined(separator: ", ")
    )

    @Test func `what is known is not encoded again`() throws {
        let tokenizer = CountingTokenizer(try realTokenizer())
        let (store, scope) = (Self.store(), PrefixScope())
        let first = Self.encode(Self.text, in: store, with: tokenizer, scope)
        tokenizer.reset()
        #expect(
            Self.encode(Self.text + " and more", in: store, with: tokenizer, scope).starts(
                with: first
            )
        )
        #expect(tokenizer.encodedByteCount < 60)
    }

    @Test func `a chat is known up to where its answer comes in place of its opening`() throws {
        let tokenizer = CountingTokenizer(try realTokenizer())
        let (store, scope) = (Self.store(), PrefixScope())
        let opening = "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
        _ = Self.encode(Self.text + opening + "<think>\n", in: store, with: tokenizer, scope)
        tokenizer.reset()
        let next = Self.text + opening + "An answer.<|eot_id|>"
        #expect(
            Self.encode(next, in: store, with: tokenizer, scope) == ids(next, tokenizer.tokenizer)
        )
        #expect(tokenizer.encodedByteCount < 160)
    }

    @Test func `ids of another scope are not used`() throws {
        let tokenizer = CountingTokenizer(try realTokenizer())
        let store = Self.store()
        for count in 1...3 {
            _ = Self.encode(Self.text, in: store, with: tokenizer, PrefixScope())
            #expect(tokenizer.encodedByteCount == count * Self.text.utf8.count)
        }
    }

    @Test func `special tokens stand around a text, known or not`() throws {
        let tokenizer = try realTokenizer()
        let (store, scope) = (Self.store(), PrefixScope())
        for special in [true, false, true, false] {
            let got = Self.encode(Self.text, in: store, with: tokenizer, scope, special: special)
            #expect(got == ids(Self.text, tokenizer, special: special))
        }
    }

    @Test func `ordinary text and text with special tokens do not share ids`() throws {
        let tokenizer = try realTokenizer()
        let (store, scope) = (Self.store(), PrefixScope())
        let text = Self.text + "<|eot_id|> and " + Self.text
        let bytes = Array(text.utf8)
        for _ in 0..<2 {
            #expect(Self.encode(text, in: store, with: tokenizer, scope) == ids(text, tokenizer))
            var (got, wanted): ([TokenID], [TokenID]) = ([], [])
            store.encodeOrdinary(bytes.span, with: tokenizer, in: scope, to: &got)
            tokenizer.encodeOrdinary(bytes.span, to: &wanted)
            #expect(got == wanted)
        }
    }

    @Test(arguments: [(cacheSize: 50, bytesMax: 1 << 20), (cacheSize: 10_000, bytesMax: 20_000)])
    func `the store stays within its bounds, and forgets what is not used`(
        cacheSize: Int,
        bytesMax: Int
    ) throws {
        let tokenizer = try realTokenizer()
        let store = Self.store(cacheSize: cacheSize, bytesMax: bytesMax)
        let scope = PrefixScope()
        for number in 0..<200 {
            let text = "\(number) " + Self.text.prefix(300)
            #expect(Self.encode(text, in: store, with: tokenizer, scope) == ids(text, tokenizer))
            #expect(store.usage.blocks <= cacheSize)
            #expect(store.usage.bytes <= bytesMax)
        }
        #expect(store.usage.blocks > 10)
    }

    @Test func `what is used outlives what is not`() throws {
        let tokenizer = CountingTokenizer(try realTokenizer())
        let store = Self.store(cacheSize: 300)
        let scope = PrefixScope()
        for number in 0..<100 {
            _ = Self.encode(Self.text, in: store, with: tokenizer, scope)
            _ = Self.encode("\(number) " + Self.text.suffix(150), in: store, with: tokenizer, scope)
        }
        tokenizer.reset()
        _ = Self.encode(Self.text, in: store, with: tokenizer, scope)
        #expect(tokenizer.encodedByteCount < 40)
    }

    @Test func `a store of size 0 keeps nothing`() throws {
        let tokenizer = try realTokenizer()
        let store = Self.store(cacheSize: 0)
        #expect(
            Self.encode(Self.text, in: store, with: tokenizer, PrefixScope())
                == ids(Self.text, tokenizer)
        )
        #expect(store.usage.blocks == 0)
    }

    @Test(arguments: [1, 7, 64])
    func `ids are those of the whole text, however texts grow and change`(blockSize: Int) throws {
        let tokenizer = try realTokenizer()
        let store = Self.store(blockSize: blockSize, cacheSize: 3000)
        let scope = PrefixScope()
        var texts = ChangingTexts(seed: UInt64(blockSize))
        for _ in 0..<fuzzCount {
            let text = texts.next()
            let special = text.utf8.count % 2 == 0
            let got = Self.encode(text, in: store, with: tokenizer, scope, special: special)
            guard got == ids(text, tokenizer, special: special) else {
                Issue.record("\(text.debugDescription)")
                return
            }
        }
        #expect(store.usage.blocks > 20)
    }

    @Test func `tasks may use one store at the same time`() async throws {
        let tokenizer = try realTokenizer()
        let store = Self.store(blockSize: 8, cacheSize: 500)
        let scope = PrefixScope()
        await withTaskGroup(of: Bool.self) { group in
            for seed in 0..<8 {
                group.addTask {
                    var texts = ChangingTexts(seed: UInt64(seed % 3))
                    return (0..<200).allSatisfy { _ in
                        let text = texts.next()
                        return Self.encode(text, in: store, with: tokenizer, scope)
                            == ids(text, tokenizer)
                    }
                }
            }
            for await areEqual in group { #expect(areEqual) }
        }
    }
}
