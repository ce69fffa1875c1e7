import JSON

/// The settings of a BPE model. What is missing is off.
struct BPESettings: Sendable {
    /// A piece that is a token is that token, even if no merges lead there.
    var ignoresMerges = false
    var fallsBackToBytes = false
    var fusesUnknown = false
    var unknownToken: [UInt8]?
    var continuingPrefix: [UInt8] = []
    var endSuffix: [UInt8] = []

    init() {}

    init(_ model: JSONValue) throws(TokenizerError) {
        if let dropout = model["dropout"], dropout.kind != .null, dropout.double != 0 {
            throw .unsupported(part: "model dropout", found: dropout.summary, expected: "null")
        }
        ignoresMerges = try model.optionalFlag("ignore_merges", of: "model")
        fallsBackToBytes = try model.optionalFlag("byte_fallback", of: "model")
        fusesUnknown = try model.optionalFlag("fuse_unk", of: "model")
        unknownToken = try model.optionalBytes("unk_token", of: "model")
        continuingPrefix = try model.optionalBytes("continuing_subword_prefix", of: "model") ?? []
        endSuffix = try model.optionalBytes("end_of_word_suffix", of: "model") ?? []
    }

    var hasAffixes: Bool { !continuingPrefix.isEmpty || !endSuffix.isEmpty }
}
