import Foundation

/// A file in a directory of its own, which goes with this value.
final class TemporaryFile: Sendable {
    private let directory: URL
    var path: String { directory.appending(path: "endpoints.yaml").path }

    init() {
        directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try? FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// Writes a new file and renames it over the old one, as editors do.
    func replace(_ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    }

    /// Points a symbolic link at a new file, as Kubernetes does with a config map.
    func relink(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: directory.appending(path: name))
        let link = directory.appending(path: "link").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: name)
        guard unsafe rename(link, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Writes into the file that is there.
    func append(_ text: String) throws {
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    func remove() throws { try FileManager.default.removeItem(atPath: path) }
}
