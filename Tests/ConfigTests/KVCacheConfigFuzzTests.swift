import Config
import Randomness
import Testing

@Suite struct KVCacheConfigFuzzTests {
    private static let documents = [
        KVCacheDocument.complete, KVCacheDocument.version04, KVCacheDocument.plugin,
        KVCacheDocument.own,
    ].map { Array($0.utf8) }

    private static let pieces = [
        "{", "}", "[", "]", ":", ",", "\"", "'", "-", "-1", "0", "1e999", "99999999999999999999",
        "null", "true", "1h", "9999999h", "GiB", "@", "://", "\\u0000", "\u{FFFD}", "\n  ", "# ",
        "9223372036854775807",
    ].map { Array($0.utf8) }

    private static func mutated(_ document: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = document
        for _ in 0...Int.random(in: 0..<4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + 8))
            default:
                let end = min(bytes.count, place + 16)
                bytes.replaceSubrange(
                    place..<end,
                    with: pieces.randomElement(using: &random) ?? []
                )
            }
        }
        return bytes
    }

    @Test func `a damaged document is refused or read, and never shows its token`() {
        var random = SplitMix64(seed: 4)
        var refused = 0
        for round in 0..<4_000 {
            let document = Self.documents[round % Self.documents.count]
            do throws(ConfigError) {
                let (_, remarks) = try KVCacheConfigFile.read(Self.mutated(document, &random))
                #expect(!"\(remarks)".contains("hf_secret"))
            } catch {
                refused += 1
                #expect(!error.problems.isEmpty)
                #expect(!error.description.contains("hf_secret"))
            }
        }
        #expect((400..<4_000).contains(refused))
    }
}
