import Files
import Glibc
import JSON
import Testing

@testable import Tokenizer

/// Compares with how HF tokenizers and tiktoken split (Tests/Tools/scanner_golden.py).
@Suite struct ScannerTests {
    private struct MissingVariable: Error, CustomStringConvertible {
        let description = "WARMPATH_TEST_SCANNER_GOLDEN is not set: run `make test`"
    }

    private static func golden() throws -> JSONValue {
        guard let path = unsafe getenv("WARMPATH_TEST_SCANNER_GOLDEN") else {
            throw MissingVariable()
        }
        return try JSONDocument(
            parsing: try FileContents(
                of: unsafe String(cString: path),
                byteCountMax: 1 << 30
            ).bytes
        ).root
    }

    @Test func `every known pattern splits as the library that defines it does`() throws {
        var families: [String] = []
        try Self.golden().forEachField { name, family in
            let patterns = family["patterns"]?.elements.compactMap(\.string) ?? []
            let splitter =
                if family["tiktoken"]?.bool == true {
                    WordSplitter(tiktokenPattern: patterns[0])
                } else if patterns.isEmpty {
                    WordSplitter.gpt2 as WordSplitter?
                } else {
                    WordSplitter(patterns: patterns)
                }
            guard let splitter else {
                Issue.record("no scanner for \(name.text)")
                return
            }
            let differences = Self.differences(family["cases"], from: splitter)
            #expect(differences.count == 0, "\(name.text): \(differences.prefix(5))")
            families.append(name.text)
        }
        #expect(families.count == 11)
    }

    private static func differences(
        _ cases: JSONValue?,
        from splitter: WordSplitter
    ) -> [String] {
        var differences: [String] = []
        var caseCount = 0
        cases?.forEachElement { entry in
            let fields = entry.elements
            let text = fields[0].bytes ?? []
            let wanted = fields[1].elements.map { $0.int ?? -1 }
            let got = byteCounts(of: text, splitBy: splitter)
            caseCount += 1
            if got != wanted {
                differences.append("\(fields[0].escaped): \(got), wanted \(wanted)")
            }
        }
        #expect(caseCount >= 200, "the golden has hardly any cases")
        return differences
    }

    /// Cuts off at the end of the text, so that a scanner that runs beyond it shows.
    private static func byteCounts(of text: [UInt8], splitBy splitter: WordSplitter) -> [Int] {
        switch splitter {
        case .gpt2(let scanner): byteCounts(of: text, by: scanner)
        case .cl100k(let scanner): byteCounts(of: text, by: scanner)
        case .o200k(let scanner): byteCounts(of: text, by: scanner)
        case .kimi(let scanner): byteCounts(of: text, by: scanner)
        case .deepSeek(let scanner): byteCounts(of: text, by: scanner)
        }
    }

    private static func byteCounts(of text: [UInt8], by scanner: some WordScanner) -> [Int] {
        var counts: [Int] = []
        var start = 0
        while start < text.count {
            let end = scanner.wordEnd(in: text.span, from: start)
            guard end > start, end <= text.count else { return counts + [end - start] }
            counts.append(end - start)
            start = end
        }
        return counts
    }

    @Test(
        arguments: [
            [0x80], [0x20, 0x80], [0xC3], [0x61, 0xC3], [0xE4, 0xB8], [0xF0, 0x9F, 0x98], [0xFF],
            [0x20, 0xE3, 0x81], [0x27, 0xC5], [0xED, 0xA0, 0x80], [0xF4, 0xBF, 0xBF, 0xBF, 0x41],
            [0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0xE9, 0xBE],
        ] as [[UInt8]]
    )
    func `bytes that are not UTF-8 are split without reading beyond them`(text: [UInt8]) {
        let splitters: [WordSplitter] = [
            .gpt2, .cl100k(Cl100kScanner(.qwen35)), .o200k(O200kScanner(.o200k)),
            .kimi(KimiScanner()), .deepSeek(DeepSeekScanner()),
        ]
        for splitter in splitters {
            let counts = Self.byteCounts(of: text, splitBy: splitter)
            #expect(counts.reduce(0, +) == text.count)
            #expect(counts.allSatisfy { $0 > 0 })
        }
    }

    @Test(arguments: [
        #"\p{N}"#, #"\s+"#, "", SplitPattern.cl100k + "|x", SplitPattern.tiktokenCl100k,
    ])
    func `a pattern that is not known to the letter has no scanner`(pattern: String) {
        let splitter = WordSplitter(patterns: [pattern])
        #expect(splitter == nil)
    }
}
