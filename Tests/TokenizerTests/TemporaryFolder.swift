import Foundation

/// A folder of files that goes when its last holder does.
final class TemporaryFolder {
    let path: String

    init(_ files: [String: String]) throws {
        let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        path = url.path
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for (name, content) in files {
            try Data(content.utf8).write(to: url.appending(path: name))
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
