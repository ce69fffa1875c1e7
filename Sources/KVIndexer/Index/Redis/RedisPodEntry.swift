/// A field of a block's hash in Redis, as llm-d has it: who holds the block, and where.
///
/// llm-d writes JSON since June 2026 and `pod@tier`, followed by `[speculative]` if it is, before.
struct RedisPodEntry: Equatable, Sendable {
    /// `host:port` of the endpoint.
    var pod: String
    /// In small letters. llm-d leaves it empty in speculative entries.
    var tier: String
    var isSpeculative = false
    var group: Int?

    init(pod: String, tier: String, isSpeculative: Bool = false, group: Int? = nil) {
        self.pod = pod
        self.tier = tier
        self.isSpeculative = isSpeculative
        self.group = group
    }

    /// Exactly the bytes that Go's encoding/json makes of llm-d's `PodEntry`: a field that differs
    /// in one byte is another field.
    var json: [UInt8] {
        var bytes = Array(#"{"PodIdentifier":"#.utf8)
        RedisPodEntry.appendQuoted(pod, to: &bytes)
        bytes += #","DeviceTier":"#.utf8
        RedisPodEntry.appendQuoted(tier, to: &bytes)
        bytes += #","Speculative":\#(isSpeculative),"HasGroup":\#(group != nil)"#.utf8
        bytes += #","GroupIdx":\#(group ?? 0)}"#.utf8
        return bytes
    }

    /// Reads either form; nil if it is none. Unknown members are skipped.
    init?(_ bytes: Span<UInt8>) {
        if bytes.count > 0, bytes[0] == UInt8(ascii: "{") {
            self.init(json: bytes)
        } else {
            self.init(text: (0..<bytes.count).map { bytes[$0] })
        }
    }

    private init?(text: [UInt8]) {
        var text = text[...]
        let mark = Array("[speculative]".utf8)
        let isSpeculative = text.suffix(mark.count).elementsEqual(mark)
        if isSpeculative { text = text.dropLast(mark.count) }
        guard let at = text.lastIndex(of: UInt8(ascii: "@")), at > text.startIndex,
            let pod = String(validating: text[..<at], as: UTF8.self),
            let tier = String(validating: text[(at + 1)...], as: UTF8.self)
        else { return nil }
        self.init(pod: pod, tier: tier, isSpeculative: isSpeculative)
    }

    private init?(json bytes: Span<UInt8>) {
        self.init(pod: "", tier: "")
        var reader = RedisFieldReader(bytes)
        guard reader.skip("{") else { return nil }
        var hasGroup = false
        while !reader.skip("}") {
            guard let name = reader.readText(), reader.skip(":") else { return nil }
            guard let value = reader.readValue() else { return nil }
            switch (name, value) {
            case ("PodIdentifier", .text(let text)): pod = text
            case ("DeviceTier", .text(let text)): tier = text
            case ("Speculative", .bool(let bool)): isSpeculative = bool
            case ("HasGroup", .bool(let bool)): hasGroup = bool
            case ("GroupIdx", .number(let number)): group = number
            case ("PodIdentifier", _), ("DeviceTier", _), ("Speculative", _): return nil
            default: break
            }
            guard reader.skip(",") || reader.isNext("}") else { return nil }
        }
        if !hasGroup { group = nil }
        guard reader.isAtEnd, !pod.isEmpty else { return nil }
    }

    /// As Go does: also `<`, `>` and `&` are escaped, and the two separators that JavaScript takes
    /// for ends of lines.
    private static func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": bytes += #"\""#.utf8
            case "\\": bytes += #"\\"#.utf8
            case "\u{8}": bytes += #"\b"#.utf8
            case "\u{C}": bytes += #"\f"#.utf8
            case "\n": bytes += #"\n"#.utf8
            case "\r": bytes += #"\r"#.utf8
            case "\t": bytes += #"\t"#.utf8
            case "<", ">", "&", "\u{2028}", "\u{2029}", "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                bytes += #"\u"#.utf8
                bytes += String(repeating: "0", count: 4 - digits.count).utf8
                bytes += digits.utf8
            default: bytes += UTF8.encode(scalar).map { Array($0) } ?? []
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
