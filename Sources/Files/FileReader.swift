import Glibc

/// A file that is read in pieces, from its beginning. Closed when this value goes. Whoever renames
/// another file over it changes nothing for its reader.
///
/// Thread safety: belongs to one owner at a time; calls may block on the disk.
package struct FileReader: ~Copyable, Sendable {
    package let path: String
    private let descriptor: Int32

    private init(owning descriptor: Int32, at path: String) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    package static func open(_ path: String) throws(FileError) -> FileReader {
        // Without O_NONBLOCK, opening a named pipe would wait for its writer.
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError(systemErrorAt: path) }
        let reader = FileReader(owning: descriptor, at: path)
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw FileError(systemErrorAt: path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(path: path, reason: "not a regular file")
        }
        return reader
    }

    /// Bytes in the file at this moment.
    package func byteCount() throws(FileError) -> Int {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw FileError(systemErrorAt: path) }
        return Int(status.st_size)
    }

    /// Replaces the first bytes of `buffer` by the next `count` of the file. Returns how many
    /// there were: fewer only at the end.
    ///
    /// - Precondition: `buffer` has room for them.
    package func read(_ count: Int, into buffer: inout [UInt8]) throws(FileError) -> Int {
        precondition((0...buffer.count).contains(count), "the buffer is too small")
        var done = 0
        while done < count {
            let read = unsafe buffer.withUnsafeMutableBytes { bytes in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[done..<count])
                return unsafe Glibc.read(descriptor, rest.baseAddress, rest.count)
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw FileError(systemErrorAt: path) }
            guard read > 0 else { break }
            done += read
        }
        return done
    }

    /// Goes back to the beginning.
    package func rewind() throws(FileError) {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw FileError(systemErrorAt: path) }
    }
}
