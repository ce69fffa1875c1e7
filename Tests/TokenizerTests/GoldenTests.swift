import Files
import Domain
import Glibc
import JSON
import Testing

@testable import Tokenizer

/// Compares with the ids that HF tokenizers computed (Tests/Tools/tokenizer_golden.py).
@Suite struct GoldenTests {
    private struct MissingVariable: Error, CustomStringConvertible {
        let name: String
        var description: String { "\(name) is not set: run `make test`, which sets it" }
    }

    private static func path(_ name: String) throws -> String {
        guard let value = unsafe getenv(name) else { throw MissingVariable(name: name) }
        return unsafe String(cString: value)
    }

    private static func golden() throws -> JSONValue {
        try JSONDocument(
            parsing: try FileContents(
                of: try path("WARMPATH_TEST_TOKENIZER_GOLDEN"),
                byteCountMax: 1 << 30
            ).bytes
        ).root
    }

    /// What differs, and how many texts there were.
    private struct Comparison {
        private(set) var caseCount = 0
        private(set) var differences: [String] = []

        mutating func compare(_ cases: JSONValue?, with tokenizer: PipelineTokenizer) {
            cases?.forEachElement { entry in
                let fields = entry.elements
                for (field, addSpecialTokens) in [(1, false), (2, true)] {
                    var tokens: [TokenID] = []
                    let text = fields[0].bytes ?? []
                    tokenizer.encode(text.span, addSpecialTokens: addSpecialTokens, to: &tokens)
                    let wanted = fields[field].elements.map { $0.int ?? -1 }
                    let got = tokens.map { Int($0.rawValue) }
                    if got != wanted {
                        differences.append("\(fields[0].escaped): \(got), HF has \(wanted)")
                    }
                }
                caseCount += 1
            }
        }
    }

    @Test func `ids are those of HF tokenizers for every text of the golden`() throws {
        let tokenizer = try PipelineTokenizer.load(path: try Self.path("WARMPATH_TEST_TOKENIZER"))
        var comparison = Comparison()
        comparison.compare(try Self.golden()["cases"], with: tokenizer)
        // Again, with every word in the cache.
        comparison.compare(try Self.golden()["cases"], with: tokenizer)
        #expect(comparison.caseCount > 2000, "the golden has hardly any cases")
        #expect(comparison.differences.isEmpty, "\(comparison.differences.prefix(5))")
    }

    @Test func `added tokens of any flags are found and numbered as HF tokenizers does`() throws {
        var comparison = Comparison()
        try Self.golden()["small"]?.forEachElement { entry throws(TokenizerError) in
            let fields = entry.elements
            comparison.compare(
                fields[1],
                with: try PipelineTokenizer.load(json: fields[0].bytes ?? [])
            )
        }
        #expect(comparison.caseCount > 2000, "the golden has hardly any cases")
        #expect(comparison.differences.isEmpty, "\(comparison.differences.prefix(5))")
    }
}
