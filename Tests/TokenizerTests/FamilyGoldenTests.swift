import Domain
import Glibc
import Testing
import Tokenizer

/// Real tokenizers against the libraries that engines use, id for id.
///
/// `scripts/test` says in WARMPATH_TEST_TOKENIZER_FAMILIES where the families are.
@Suite struct FamilyGoldenTests {
    private struct MissingVariable: Error {
        let name = "WARMPATH_TEST_TOKENIZER_FAMILIES"
    }

    private static func folder() throws -> String {
        guard let value = unsafe getenv("WARMPATH_TEST_TOKENIZER_FAMILIES") else {
            throw MissingVariable()
        }
        return unsafe String(cString: value)
    }

    @Test func `every family has the ids of its library`() throws {
        let families = try FamilyGolden.all(in: try Self.folder())
        #expect(families.count >= 12, "hardly any families")
        for var family in families {
            let tokenizer = try family.load()
            var differences: [String] = []
            var caseCount = 0
            while let next = family.nextCase() {
                caseCount += 1
                for (wanted, addSpecialTokens) in [(next.plain, false), (next.special, true)] {
                    var tokens: [TokenID] = []
                    tokenizer.encode(
                        next.text.span,
                        addSpecialTokens: addSpecialTokens,
                        to: &tokens
                    )
                    let got = tokens.map(\.rawValue)
                    if got != wanted {
                        differences.append("\(next.text.escaped): \(got), wanted \(wanted)")
                    }
                }
            }
            #expect(caseCount == family.caseCount, "\(family.name) lacks texts")
            #expect(
                differences.isEmpty,
                "\(family.name): \(differences.count) differ, such as \(differences.prefix(3))"
            )
        }
    }
}

extension [UInt8] {
    fileprivate var escaped: String {
        String(decoding: self, as: UTF8.self).unicodeScalars
            .map { $0.escaped(asASCII: true) }.joined()
    }
}
