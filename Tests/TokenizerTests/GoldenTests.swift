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

    private static func ids(_ value: JSONValue) -> [UInt32] {
        var ids: [UInt32] = []
        value.forEachElement { ids.append(UInt32($0.int ?? -1)) }
        return ids
    }

    @Test func `ids are those of HF tokenizers for every text of the golden`() throws {
        let tokenizer = try BPETokenizer.load(path: try Self.path("WARMPATH_TEST_TOKENIZER"))
        let golden = try JSONDocument(
            parsing: try FileBytes.read(try Self.path("WARMPATH_TEST_TOKENIZER_GOLDEN"))
        ).root
        var caseCount = 0
        var mismatches: [String] = []
        golden["cases"]?.forEachElement { entry in
            var fields: [JSONValue] = []
            entry.forEachElement { fields.append($0) }
            let text = fields[0].bytes ?? []
            for (field, addSpecialTokens) in [(1, false), (2, true)] {
                var tokens: [TokenID] = []
                tokenizer.encode(text.span, addSpecialTokens: addSpecialTokens, to: &tokens)
                let (got, wanted) = (tokens.map(\.rawValue), Self.ids(fields[field]))
                if got != wanted {
                    mismatches.append("\(fields[0].summaryForTest): \(got), HF \(wanted)")
                }
            }
            caseCount += 1
        }
        #expect(caseCount > 1000, "the golden has hardly any cases")
        #expect(mismatches.isEmpty, "\(mismatches.count) differ: \(mismatches.prefix(5))")
    }
}

extension JSONValue {
    fileprivate var summaryForTest: String {
        (string ?? "?").unicodeScalars.map { $0.escaped(asASCII: true) }.joined()
    }
}
