import Glibc

/// Reads whole files, as configuration is read: at start, or when one has changed.
package enum FileContents {
    /// - Parameters:
    ///   - bytesMax: a wrong path must not fill the memory.
    ///   - spareCapacity: room behind the bytes, for parsers that read beyond the end.
    package static func read(
        _ path: String,
        bytesMax: Int,
        spareCapacity: Int = 0
    ) throws(FileError) -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw FileError(path: path, errno: errno) }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw FileError(path: path, errno: errno) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(Int(status.st_size), bytesMax) + spareCapacity)
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe Glibc.read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError(path: path, errno: errno) }
            guard count > 0 else { return bytes }
            guard bytes.count + count <= bytesMax else {
                throw FileError(path: path, reason: "it has more than \(bytesMax) bytes")
            }
            bytes += chunk[..<count]
        }
    }
}

/// Why a file cannot be read.
package struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    package let path: String
    package let reason: String

    init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    init(path: String, errno: Int32) {
        self.init(path: path, reason: unsafe String(cString: strerror(errno)))
    }

    package var description: String { "\(path): \(reason)" }
}
