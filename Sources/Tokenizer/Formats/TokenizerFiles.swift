import Files
import JSON

/// Reads the files of a tokenizer.
enum TokenizerFiles {
    /// More than any tokenizer; a wrong path must not fill the memory.
    static let bytesMax = 128 << 20

    /// The bytes have capacity to spare for the JSON parser, which then need not copy them.
    static func bytes(_ path: String) throws(TokenizerError) -> [UInt8] {
        do throws(FileError) {
            return try FileContents(
                of: path,
                byteCountMax: bytesMax,
                spareCapacity: JSONDocument.spareCapacity
            ).bytes
        } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
    }

    /// The file at `path` as JSON; nil if there is none.
    static func json(_ path: String) throws(TokenizerError) -> JSONValue? {
        guard FileIdentity(of: path) != nil else { return nil }
        let bytes = try bytes(path)
        do { return try JSONDocument(parsing: bytes).root } catch {
            throw .malformed(part: path, reason: error.reason)
        }
    }
}
