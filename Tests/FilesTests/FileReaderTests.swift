import Files
import Foundation
import Testing

@Suite struct FileReaderTests {
    /// Calls `body` with a path in a folder that is gone afterwards.
    private func withPath(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.appending(path: "file").path)
    }

    @Test func `a file is read in pieces, and once more from its beginning`() throws {
        try withPath { path in
            try Data([1, 2, 3, 4, 5]).write(to: URL(filePath: path))
            let file = try FileReader.open(path)
            #expect(try file.byteCount() == 5)
            var buffer: [UInt8] = [0, 0, 0, 9]
            for _ in 0..<2 {
                #expect(try file.read(3, into: &buffer) == 3)
                #expect(buffer == [1, 2, 3, 9])
                #expect(try file.read(3, into: &buffer) == 2)
                #expect(buffer == [4, 5, 3, 9])
                #expect(try file.read(3, into: &buffer) == 0)
                try file.rewind()
            }
        }
    }

    @Test func `its reader keeps a file that another one replaces`() throws {
        try withPath { path in
            try Data([1]).write(to: URL(filePath: path))
            let file = try FileReader.open(path)
            try Data([2]).write(to: URL(filePath: path), options: .atomic)
            var buffer: [UInt8] = [0]
            #expect(try file.read(1, into: &buffer) == 1)
            #expect(buffer == [1])
        }
    }

    @Test func `what is no file is refused, also a pipe that nobody writes to`() throws {
        try withPath { path in
            #expect(unsafe mkfifo(path, 0o600) == 0)
            var errors: [FileError] = []
            for path in [path, path + ".missing"] {
                do throws(FileError) {
                    _ = try FileReader.open(path)
                } catch {
                    errors.append(error)
                }
            }
            #expect(errors.map(\.reason) == ["not a regular file", "No such file or directory"])
        }
    }

    @Test(arguments: [(isPrivate: true, permissions: 0o600), (false, 0o644)])
    func `a private file is its owner's alone`(isPrivate: Bool, permissions: Int) throws {
        try withPath { path in
            try FileWriter.open(path, isPrivate: isPrivate).append([1, 2].span)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            // A umask may take more away.
            let found = try #require(attributes[.posixPermissions] as? Int)
            #expect(found | permissions == permissions)
            #expect(found & 0o600 == 0o600)
        }
    }
}
