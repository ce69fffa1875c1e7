import Domain
import Files
import JSON
import Testing
import Tokenizer

/// Real tokenizers of many families, and the ids that the libraries give for texts: what
/// `Tests/Tools/tokenizer_families.py` wrote.
struct FamilyGolden {
    let name: String
    let caseCount: Int
    private let mode: TokenizerMode?
    private let folder: String
    private let bytes: [UInt8]
    private var position = 0

    static func all(in folder: String) throws -> [FamilyGolden] {
        let list = try JSONDocument(parsing: try bytes("\(folder)/families.json")).root
        return try list.elements.map { try FamilyGolden($0, in: folder) }
    }

    private init(_ entry: JSONValue, in folder: String) throws {
        name = entry["name"]?.string ?? ""
        caseCount = entry["cases"]?.int ?? 0
        let family = "\(folder)/\(entry["folder"]?.string ?? "")"
        self.folder = family
        mode = entry["mode"]?.string.flatMap(TokenizerMode.init(rawValue:))
        bytes = try Self.bytes("\(folder)/\(entry["golden"]?.string ?? "")")
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        try FileContents(of: path, byteCountMax: 1 << 31).bytes
    }

    func load() throws -> PipelineTokenizer {
        try TokenizerFolder(path: folder).load(mode: try #require(mode))
    }

    /// A text, its ids without special tokens, and with them.
    struct Case {
        let text: [UInt8]
        let plain: [UInt32]
        let special: [UInt32]
    }

    mutating func nextCase() -> Case? {
        guard position < bytes.count else { return nil }
        let byteCount = Int(number())
        let text = Array(bytes[position..<position + byteCount])
        position += byteCount
        let plain = ids()
        position += 1
        return Case(text: text, plain: plain, special: bytes[position - 1] == 0 ? plain : ids())
    }

    private mutating func ids() -> [UInt32] { (0..<number()).map { _ in number() } }

    private mutating func number() -> UInt32 {
        defer { position += 4 }
        return (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << UInt32($1 * 8) }
    }
}
