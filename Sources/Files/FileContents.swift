import Glibc

/// The bytes of a file, and the identity that it had when they were read.
package struct FileContents: Sendable {
    package let identity: FileIdentity
    package let bytes: [UInt8]

    /// - Parameters:
    ///   - byteCountMax: a wrong path must not fill the memory.
    ///   - spareCapacity: room behind the bytes, for parsers that read beyond the end.
    package init(
        of path: String,
        byteCountMax: Int,
        spareCapacity: Int = 0
    ) throws(FileError) {
        // Without O_NONBLOCK, opening a named pipe would wait for its writer.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw FileError(systemErrorAt: path) }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw FileError(systemErrorAt: path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(path: path, reason: "not a regular file")
        }
        identity = FileIdentity(status)

        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(Int(status.st_size), byteCountMax) + spareCapacity)
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError(systemErrorAt: path) }
            guard count > 0 else { break }
            guard bytes.count + count <= byteCountMax else {
                throw FileError(path: path, reason: "it has more than \(byteCountMax) bytes")
            }
            bytes += chunk[..<count]
        }
        self.bytes = bytes
    }
}
