import Glibc
import JSON

/// Reads a whole file, once, at start.
enum FileBytes {
    /// More than any tokenizer; a wrong path must not fill the memory.
    static let byteCountMax = 128 << 20

    /// The bytes have capacity to spare for the JSON parser, which then need not copy them.
    static func read(_ path: String) throws(TokenizerError) -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure(path) }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw failure(path) }
        guard status.st_size <= byteCountMax else {
            throw .unreadable(
                path: path,
                reason: "\(status.st_size) bytes are more than \(byteCountMax)"
            )
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(status.st_size) + JSONDocument.spareCapacity)
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe Glibc.read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            guard count > 0 else { return bytes }
            guard bytes.count + count <= byteCountMax else {
                throw .unreadable(path: path, reason: "it has more than \(byteCountMax) bytes")
            }
            bytes += chunk[..<count]
        }
    }

    private static func failure(_ path: String) -> TokenizerError {
        .unreadable(path: path, reason: unsafe String(cString: strerror(errno)))
    }
}
