import Files
import JSON
import Testing

@testable import Tokenizer

@Suite struct UnicodeClassesTests {
    /// The ranges that the table is generated from, as observed from HF tokenizers.
    private static func fixture() throws -> JSONValue {
        let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        return try JSONDocument(
            parsing: try FileContents(
                of: "/\(tests)/Fixtures/unicode16_classes.json",
                byteCountMax: 1 << 20
            ).bytes
        ).root
    }

    private static func scalars(of ranges: JSONValue?) -> [Bool] {
        var members = [Bool](repeating: false, count: 0x110000)
        ranges?.forEachElement { range in
            var bounds: [Int] = []
            range.forEachElement { bounds.append($0.int ?? 0) }
            for scalar in bounds[0]...bounds[1] { members[scalar] = true }
        }
        return members
    }

    @Test(arguments: [
        (name: #"\p{L}"# as StaticString, flag: UnicodeClass.letter),
        (name: #"\p{N}"#, flag: .number),
        (name: #"\s"#, flag: .whitespace),
        (name: "single_word", flag: .besideSingleWord),
        (name: #"\w"#, flag: .wordCharacter),
        (name: #"\p{M}"#, flag: .mark),
        (name: #"\p{P}"#, flag: .punctuation),
        (name: #"\p{S}"#, flag: .symbol),
        (name: #"\p{Lu}"#, flag: .uppercaseLetter),
        (name: #"\p{Ll}"#, flag: .lowercaseLetter),
        (name: #"\p{Lt}"#, flag: .titlecaseLetter),
        (name: #"\p{Lm}"#, flag: .modifierLetter),
        (name: #"\p{Lo}"#, flag: .otherLetter),
        (name: #"\p{Han}"#, flag: .han),
    ])
    func `every code point has the classes that HF tokenizers sees`(
        name: StaticString,
        flag: UnicodeClass
    ) throws {
        let members = Self.scalars(of: try Self.fixture()[name])
        let classes = UnicodeClasses.unicode16
        #expect(members.contains(true))
        let wrong = members.indices.filter {
            classes[UInt32($0)].contains(flag) != members[$0]
        }
        #expect(wrong.isEmpty)
    }

    @Test(
        arguments: [
            [0x80], [0xC3], [0xC3, 0x28], [0xE4, 0xB8], [0xF0, 0x9F, 0x98], [0xFF], [0xF5, 0x80],
            [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0xBF, 0xBF, 0xBF],
        ] as [[UInt8]]
    )
    func `bytes that are not UTF-8 are scalars of no class`(bytes: [UInt8]) {
        let classes = UnicodeClasses.unicode16
        let scalar = classes.scalar(in: bytes.span, at: 0)
        #expect(scalar.classes == [])
        #expect((1...bytes.count).contains(scalar.byteCount))
        #expect(
            classes.scalar(in: bytes.span, before: bytes.count).classes.isEmpty || bytes[0] == 0xC3
        )
    }
}
