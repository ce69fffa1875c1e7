import Domain
import Files
import JSON

/// How a model's `tokenizer.json` spells some of its tokens. Empty for other files.
struct TokenPieces {
    private var pieces: [UInt32: String] = [:]

    init(of tokens: [TokenID], at path: String) {
        let inFolder = "\(path)/tokenizer.json"
        let file = FileIdentity(of: inFolder) == nil ? path : inFolder
        guard let bytes = try? FileContents(of: file, byteCountMax: 256 << 20).bytes,
            let root = try? JSONDocument(parsing: bytes).root
        else { return }
        let wanted = Set(tokens.map(\.rawValue))
        let vocabulary = root["model"]?["vocab"]
        var place: UInt32 = 0
        // Unigram lists pairs of a piece and its score; the others map pieces to ids.
        vocabulary?.forEachElement { entry in
            if wanted.contains(place) {
                entry.forEachElement { if let piece = $0.string { pieces[place] = piece } }
            }
            place += 1
        }
        vocabulary?.forEachField { key, value in
            guard let id = value.int.flatMap(UInt32.init(exactly:)), wanted.contains(id) else {
                return
            }
            pieces[id] = String(decoding: key.indices.map { key[$0] }, as: UTF8.self)
        }
        root["added_tokens"]?.forEachElement { token in
            guard let id = token["id"]?.int.flatMap(UInt32.init(exactly:)) else { return }
            if wanted.contains(id), pieces[id] == nil { pieces[id] = token["content"]?.string }
        }
    }

    /// With everything escaped that does not print.
    subscript(token: TokenID) -> String? {
        pieces[token.rawValue].map { piece in
            piece.unicodeScalars.map { scalar in
                scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
                    ? scalar.escaped(asASCII: true) : String(scalar)
            }.joined()
        }
    }
}
