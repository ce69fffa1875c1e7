/// Why a file cannot be read.
package struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    package let path: String
    /// In English; the system's words where the system refused.
    package let reason: String

    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    package var description: String { "\(path): \(reason)" }
}
