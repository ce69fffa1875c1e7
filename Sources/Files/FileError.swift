import Glibc

/// Why a file cannot be read or written.
package struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    package let path: String
    /// In English; the system's words where the system refused.
    package let reason: String

    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    /// What the last system call said, which must have failed.
    init(systemErrorAt path: String) {
        self.init(path: path, reason: unsafe String(cString: strerror(errno)))
    }

    package var description: String { "\(path): \(reason)" }
}
