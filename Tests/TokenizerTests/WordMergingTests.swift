import Domain
import Testing

@testable import Tokenizer

/// Merging has two algorithms and two caches. Here they all face the rule itself.
@Suite struct WordMergingTests {
    /// Bytes are their own ids. Every merge joins two tokens of a few letters, often the same two
    /// letters again, so that ties, runs and stale entries are the rule.
    private struct Fixture {
        var merges = MergeTable(capacity: 16)
        var rankOfPair: [UInt64: (rank: UInt32, merged: UInt32)] = [:]
        var vocabulary = Vocabulary()

        init(seed: UInt64) {
            var random = SmallRandom(state: seed)
            var tokens = Array("abc".utf8).map { (id: UInt32($0), bytes: [$0]) }
            for byte in UInt8.min...UInt8.max { vocabulary.store([byte].span, id: UInt32(byte)) }
            for rank in 0..<60 as Range<UInt32> {
                let left = tokens[random.below(tokens.count)]
                let right = tokens[random.below(tokens.count)]
                let bytes = left.bytes + right.bytes
                guard bytes.count <= 20 else { continue }
                let merged = vocabulary.id(of: bytes.span) ?? 256 + rank
                vocabulary.store(bytes.span, id: merged)
                tokens.append((merged, bytes))
                merges.store(left.id, right.id, rank: rank, merged: merged)
                rankOfPair[UInt64(left.id) << 32 | UInt64(right.id)] = (rank, merged)
            }
        }

        /// The pair of the lowest rank, the leftmost of equals, until none is left.
        func tokens(of word: [UInt8]) -> [UInt32] {
            var tokens = word.map(UInt32.init)
            while true {
                var best: (rank: UInt32, merged: UInt32, index: Int)?
                for index in tokens.indices.dropLast() {
                    let pair = UInt64(tokens[index]) << 32 | UInt64(tokens[index + 1])
                    guard let found = rankOfPair[pair], found.rank < best?.rank ?? .max else {
                        continue
                    }
                    best = (found.rank, found.merged, index)
                }
                guard let best else { return tokens }
                tokens[best.index...best.index + 1] = [best.merged]
            }
        }
    }

    private struct SmallRandom {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }

        mutating func word(count: Int) -> [UInt8] {
            (0..<count).map { _ in Array("abc".utf8)[below(3)] }
        }
    }

    private static func encode(
        _ word: [UInt8],
        _ model: BPEModel,
        _ scratch: inout EncodeScratch
    ) -> [UInt32] {
        var tokens: [TokenID] = []
        model.encodeWord(word.span, from: 0, to: word.count, scratch: &scratch, to: &tokens)
        return tokens.map(\.rawValue)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `words of every length are merged by rank, then from the left`(seed: UInt64) {
        let fixture = Fixture(seed: seed)
        let model = BPEModel(
            vocabulary: fixture.vocabulary,
            merges: fixture.merges,
            ignoresMerges: false
        )
        var random = SmallRandom(state: seed)
        var scratch = EncodeScratch()
        for count in Array(1...60) + [47, 48, 49, 200, 700] {
            let word = random.word(count: count)
            let wanted = fixture.tokens(of: word)
            #expect(Self.encode(word, model, &scratch) == wanted)
            #expect(Self.encode(word, model, &scratch) == wanted, "from the cache")
        }
    }

    @Test func `a word that is a token is that token only if merges lead there, or are ignored`() {
        var vocabulary = Vocabulary()
        for byte in UInt8.min...UInt8.max { vocabulary.store([byte].span, id: UInt32(byte)) }
        let words = ["abc", "sixteen letters!", String(repeating: "long", count: 20)]
        for (index, word) in words.enumerated() {
            vocabulary.store(Array(word.utf8).span, id: UInt32(300 + index))
        }
        let merges = MergeTable(capacity: 0)
        for word in words.map({ Array($0.utf8) }) {
            var scratch = EncodeScratch()
            let merging = BPEModel(vocabulary: vocabulary, merges: merges, ignoresMerges: false)
            #expect(Self.encode(word, merging, &scratch) == word.map(UInt32.init))
            scratch = EncodeScratch()
            let ignoring = BPEModel(vocabulary: vocabulary, merges: merges, ignoresMerges: true)
            #expect(Self.encode(word, ignoring, &scratch) == [vocabulary.id(of: word.span)])
        }
    }

    @Test func `caches that forget give the ids of caches that are empty`() {
        let fixture = Fixture(seed: 5)
        let model = BPEModel(
            vocabulary: fixture.vocabulary,
            merges: fixture.merges,
            ignoresMerges: false
        )
        // Words that other splitters would cut go through one scanner in large texts.
        var random = SmallRandom(state: 9)
        var text: [UInt8] = []
        for _ in 0..<30_000 {
            text += random.word(count: 1 + random.below(20)) + [UInt8(ascii: " ")]
        }
        var scratch = EncodeScratch()
        var first: [TokenID] = []
        model.encode(text.span, splitBy: .gpt2, scratch: &scratch, to: &first)
        var again: [TokenID] = []
        model.encode(text.span, splitBy: .gpt2, scratch: &scratch, to: &again)
        #expect(first == again)

        var bySingleWords: [UInt32] = []
        var start = 0
        let scanner = Gpt2Scanner()
        while start < text.count {
            let end = scanner.wordEnd(in: text.span, from: start)
            bySingleWords += fixture.tokens(of: Array(text[start..<end]))
            start = end
        }
        #expect(first.map(\.rawValue) == bySingleWords)
    }
}
