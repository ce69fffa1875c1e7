import Glibc

/// A file that grows at its end. Closed when this value goes.
///
/// Thread safety: belongs to one owner at a time; calls may block on the disk.
package struct FileWriter: ~Copyable, Sendable {
    package let path: String
    private let descriptor: Int32

    private init(owning descriptor: Int32, at path: String) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Opens the file, or makes it, writable for its owner. What it holds stays.
    ///
    /// - Parameter isPrivate: whether a file that is made is readable for its owner only, rather
    ///   than for all.
    package static func open(
        _ path: String,
        isPrivate: Bool = false
    ) throws(FileError) -> FileWriter {
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW
        let descriptor = unsafe Glibc.open(path, flags, isPrivate ? 0o600 : 0o644)
        guard descriptor >= 0 else { throw FileError(systemErrorAt: path) }
        return FileWriter(owning: descriptor, at: path)
    }

    package func append(_ bytes: Span<UInt8>) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.extracting(written...).withUnsafeBytes {
                unsafe write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError(systemErrorAt: path) }
            written += count
        }
    }

    /// Forgets what the file holds.
    package func empty() throws(FileError) {
        guard ftruncate(descriptor, 0) == 0 else { throw FileError(systemErrorAt: path) }
    }

    /// Returns once the disk has what was appended.
    package func synchronize() throws(FileError) {
        guard fsync(descriptor) == 0 else { throw FileError(systemErrorAt: path) }
    }
}
