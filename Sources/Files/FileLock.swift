import Glibc

/// A lock between processes, and between the parts of one, on a file that is made for it.
/// Given back when this value goes, also if the process dies. The file stays: removing it would
/// let two owners lock two files of the same name.
package struct FileLock: ~Copyable, Sendable {
    private let descriptor: Int32

    private init(owning descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Takes the lock of flock(2) if nobody has it. Nil if somebody does. Does not wait.
    package static func take(_ path: String) throws(FileError) -> FileLock? {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(systemErrorAt: path) }
        let lock = FileLock(owning: descriptor)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: return nil
            default: throw FileError(systemErrorAt: path)
            }
        }
        return lock
    }
}
