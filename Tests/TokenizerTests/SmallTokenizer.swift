/// A `tokenizer.json` of the 256 bytes and a few merges, with one part of it replaced.
struct SmallTokenizer {
    var addedTokens = "[]"
    var normalizer = "null"
    var pattern =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"#
        + #" ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"#
    var split = #""behavior": "Isolated", "invert": false"#
    var byteLevel = #""add_prefix_space": false, "use_regex": false"#
    var postProcessor = "null"
    var model = #""type": "BPE", "ignore_merges": false"#
    var merges = #"["a b", "ab c", "\u0120 a"]"#
    /// Fields of the file beyond the usual ones.
    var more = #""truncation": null"#
    var byteCount = 256

    /// The id of each token beyond the bytes, whose ids are their values.
    static let ids = ["ab": 256, "abc": 257, "Ġa": 258, "hello": 259]

    var json: [UInt8] {
        var vocabulary = (0..<byteCount).map { #""\#(Self.character(of: $0))": \#($0)"# }
        vocabulary += Self.ids.map { #""\#($0.key)": \#($0.value)"# }
        let text = """
            {"version": "1.0", \(more), "added_tokens": \(addedTokens),
             "normalizer": \(normalizer), "post_processor": \(postProcessor),
             "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
               {"type": "Split", "pattern": {"Regex": "\(pattern)"}, \(split)},
               {"type": "ByteLevel", \(byteLevel)}]},
             "model": {\(model), "merges": \(merges),
               "vocab": {\(vocabulary.joined(separator: ", "))}}}
            """
        return Array(text.utf8)
    }

    /// The character of a byte in the alphabet of byte-level BPE, escaped for JSON.
    private static func character(of byte: Int) -> String {
        func prints(_ byte: Int) -> Bool {
            (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || byte >= 0xAE
        }
        let scalar = prints(byte) ? byte : 0x100 + (0..<byte).count { !prints($0) }
        let hexadecimal = String(scalar, radix: 16)
        return #"\u"# + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
    }
}
