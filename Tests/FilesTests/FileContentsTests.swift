import Files
import Foundation
import Testing

@Suite struct FileContentsTests {
    /// Calls `body` with a directory that is gone afterwards.
    private func withDirectory(_ body: (URL) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(directory)
    }

    private func read(_ file: URL, byteCountMax: Int) throws(FileError) -> [UInt8] {
        try FileContents(of: file.path, byteCountMax: byteCountMax).bytes
    }

    @Test func `a file is read whole, up to the bound and not beyond`() throws {
        try withDirectory { directory in
            let file = directory.appending(path: "file")
            let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
            try Data(bytes).write(to: file)
            #expect(try read(file, byteCountMax: bytes.count) == bytes)
            #expect(throws: FileError.self) { try read(file, byteCountMax: bytes.count - 1) }
        }
    }

    @Test func `what is no file is refused, also a pipe that nobody writes to`() throws {
        try withDirectory { directory in
            let pipe = directory.appending(path: "pipe")
            #expect(unsafe mkfifo(pipe.path, 0o600) == 0)
            for path in [pipe, directory] {
                #expect(throws: FileError(path: path.path, reason: "not a regular file")) {
                    try read(path, byteCountMax: 1)
                }
            }
            let missing = directory.appending(path: "missing")
            #expect(throws: FileError(path: missing.path, reason: "No such file or directory")) {
                try read(missing, byteCountMax: 1)
            }
            #expect(FileIdentity(of: missing.path) == nil)
        }
    }

    @Test func `the contents carry the identity that the path has until the file changes`() throws {
        try withDirectory { directory in
            let file = directory.appending(path: "file")
            try Data([1]).write(to: file)
            let identity = try FileContents(of: file.path, byteCountMax: 1).identity
            #expect(FileIdentity(of: file.path) == identity)
            try Data([2]).write(to: file, options: .atomic)
            #expect(FileIdentity(of: file.path) != identity)
        }
    }
}
