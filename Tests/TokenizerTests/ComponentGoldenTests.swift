import Files
import Glibc
import JSON
import Testing

@testable import Tokenizer

/// Normalizers and pre-tokenizers beside those of HF tokenizers, as Tests/Tools/component_golden.py
/// has observed them.
@Suite struct ComponentGoldenTests {
    private struct MissingVariable: Error, CustomStringConvertible {
        let description = "WARMPATH_TEST_TOKENIZER_COMPONENTS is not set: run `make test`"
    }

    private static func components(_ key: StaticString) throws -> [Component] {
        guard let path = unsafe getenv("WARMPATH_TEST_TOKENIZER_COMPONENTS") else {
            throw MissingVariable()
        }
        let bytes = try FileContents(
            of: unsafe String(cString: path),
            byteCountMax: 1 << 30
        ).bytes
        return try JSONDocument(parsing: bytes).root[key].elements.map { entry in
            Component(
                name: entry["json"]?.string ?? "?",
                json: try JSONDocument(parsing: entry["json"]?.bytes ?? []).root,
                golden: entry
            )
        }
    }

    private struct Component {
        let name: String
        let json: JSONValue
        let golden: JSONValue
    }

    @Test func `normalizers make of every text what HF tokenizers makes of it`() throws {
        var caseCount = 0
        var differences: [String] = []
        for component in try Self.components("normalizers") {
            let normalizer = try Normalizer(component.json)
            for entry in component.golden["cases"].elements {
                let text = entry.elements[0].bytes ?? []
                var output: [UInt8] = []
                normalizer.normalize(text.span, to: &output)
                caseCount += 1
                let isRight = output == entry.elements[1].bytes
                let isKept = !normalizer.leavesUnchanged(text.span) || output == text
                if !isRight || !isKept {
                    differences.append(
                        "\(component.name.prefix(80)): \(entry.escapedCase) \(output)"
                    )
                }
            }
        }
        #expect(caseCount > 5000, "the golden has hardly any cases")
        #expect(differences.isEmpty, "\(differences.count) \(differences.prefix(5))")
    }

    @Test func `normalizers make of every scalar what HF tokenizers makes of it`() throws {
        var scalarCount = 0
        var differences: [String] = []
        for component in try Self.components("normalizers") {
            guard let separator = component.golden["separator"]?.bytes else { continue }
            let normalizer = try Normalizer(component.json)
            var changed: [UInt32: [UInt8]] = [:]
            for entry in component.golden["changed"].elements {
                changed[UInt32(entry.elements[0].int ?? 0)] = entry.elements[1].bytes
            }
            for block in stride(from: UInt32(0), to: 0x110000, by: 256) {
                var text: [UInt8] = []
                var expected: [UInt8] = []
                for scalar in block..<block + 256
                // The two that are one grapheme with the separator are among the other cases.
                where Unicode.Scalar(scalar) != nil && scalar != 0x0A && scalar != 0x0D {
                    text.append(utf8: scalar)
                    text.append(0x0A)
                    if let other = changed[scalar] {
                        expected += other
                    } else {
                        expected.append(utf8: scalar)
                    }
                    expected += separator
                    scalarCount += 1
                }
                var output: [UInt8] = []
                normalizer.normalize(text.span, to: &output)
                if output != expected {
                    differences.append("\(component.name.prefix(80)): from \(block)")
                }
            }
        }
        #expect(scalarCount > 10_000_000)
        #expect(differences.isEmpty, "\(differences.count) \(differences.prefix(5))")
    }

    /// Pieces of every case that differ, and how many cases there are.
    private static func differences(
        of step: PreTokenizerStep,
        from component: Component
    ) -> (caseCount: Int, differences: [String]) {
        let mapsBytes = component.name.contains("ByteLevel")
        var differences: [String] = []
        let cases = component.golden["cases"].elements
        for entry in cases {
            var list = PieceList(entry.elements[0].bytes ?? [], startsText: true)
            step.apply(to: &list)
            let pieces = list.pieces.map { range in
                mapsBytes
                    ? list.bytes[range].flatMap(ByteLevel.character) : Array(list.bytes[range])
            }
            guard pieces != entry.elements[1].elements.map({ $0.bytes ?? [] }) else { continue }
            let texts = pieces.map { String(decoding: $0, as: UTF8.self) }
            differences.append("\(component.name): \(entry.escapedCase) \(texts)")
        }
        return (cases.count, differences)
    }

    @Test func `pre-tokenizers split every text as HF tokenizers does`() throws {
        var caseCount = 0
        var differences: [String] = []
        for component in try Self.components("preTokenizers") {
            let step = try PreTokenizerStep(component.json)
            let found = Self.differences(of: step, from: component)
            caseCount += found.caseCount
            differences += found.differences
        }
        #expect(caseCount > 10_000, "the golden has hardly any cases")
        #expect(differences.isEmpty, "\(differences.count) \(differences.prefix(8))")
    }

    @Test func `random patterns that are not refused match as HF tokenizers has them`() throws {
        var caseCount = 0
        var refusals: [String] = []
        var differences: [String] = []
        let components = try Self.components("patterns")
        for component in components {
            guard let step = try? PreTokenizerStep(component.json) else {
                refusals.append(component.name)
                continue
            }
            let found = Self.differences(of: step, from: component)
            caseCount += found.caseCount
            differences += found.differences
        }
        #expect(caseCount > 10_000, "the golden has hardly any cases")
        #expect(refusals.count < components.count / 4, "\(refusals.count) \(refusals.prefix(30))")
        #expect(differences.isEmpty, "\(differences.count) \(differences.prefix(12))")
    }
}

extension JSONValue? {
    fileprivate var elements: [JSONValue] {
        var elements: [JSONValue] = []
        self?.forEachElement { elements.append($0) }
        return elements
    }
}

extension JSONValue {
    /// The text of a case and what is wanted, for messages.
    fileprivate var escapedCase: String {
        let wanted =
            elements[1].kind == .array
            ? elements[1].elements.map { $0.string ?? "?" } : [elements[1].string ?? "?"]
        return ([elements[0].string ?? "?"] + wanted)
            .map { $0.unicodeScalars.map { $0.escaped(asASCII: true) }.joined() }
            .joined(separator: " | ")
    }
}
