/// A model's name that is safe as part of a path: `name` or `organization/name`, any depth.
struct ModelName: Hashable, Sendable {
    static let byteCountMax = 256

    let text: String

    /// Nil for what could lead out of a folder or is no name: absolute paths, `.` and `..`,
    /// empty parts, control characters, backslashes, and more than 256 bytes.
    init?(_ text: String) {
        let bytes = text.utf8
        guard bytes.count <= Self.byteCountMax,
            bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") })
        else { return nil }
        for part in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        where part.isEmpty || part.first == UInt8(ascii: ".") {
            return nil
        }
        self.text = text
    }

    /// As Hugging Face's cache spells it.
    var hubFolder: String {
        "models--" + text.split(separator: "/").joined(separator: "--")
    }
}
