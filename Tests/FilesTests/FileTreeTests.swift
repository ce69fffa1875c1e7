import Files
import Foundation
import Testing

@Suite struct FileTreeTests {
    /// Calls `body` with the path of a directory that is gone afterwards.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileTree.makeFolder(folder.path)
        try body(folder.path)
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try FileContents(of: path, byteCountMax: 100).bytes, as: UTF8.self)
    }

    private func append(_ text: String, to path: String) throws {
        let bytes = Array(text.utf8)
        let file = try FileWriter.open(path)
        try file.append(bytes.span)
        try file.synchronize()
    }

    @Test func `a file grows at its end until it is emptied`() throws {
        try withFolder { folder in
            try append("one", to: folder + "/file")
            try append("two", to: folder + "/file")
            #expect(try text(folder + "/file") == "onetwo")
            #expect(FileTree.byteCount(of: folder + "/file") == 6)
            try FileWriter.open(folder + "/file").empty()
            #expect(FileTree.byteCount(of: folder + "/file") == 0)
            #expect(FileTree.byteCount(of: folder) == nil)
            #expect(try FileTree.names(in: folder) == ["file"])
            #expect(throws: FileError.self) { try FileTree.names(in: folder + "/none") }
        }
    }

    @Test func `folders are made with those around them, and again without harm`() throws {
        try withFolder { folder in
            for _ in 0..<2 { try FileTree.makeFolder(folder + "/a/b//c/") }
            try append("x", to: folder + "/a/b/c/file")
            #expect(throws: FileError.self) { try FileTree.makeFolder(folder + "/a/b/c/file/d") }
        }
    }

    @Test func `files and links take the place of what had their name`() throws {
        try withFolder { folder in
            let (file, link, temporary) = (folder + "/file", folder + "/link", folder + "/.new")
            for content in ["old", "new"] {
                try FileTree.write(Array(content.utf8), to: file, by: temporary)
                #expect(try text(file) == content)
                try FileTree.link(link, to: "file", by: temporary)
                #expect(try text(link) == content)
            }
            try FileTree.rename(file, to: folder + "/moved")
            #expect(FileTree.byteCount(of: link) == nil)
            for _ in 0..<2 { try FileTree.remove(folder + "/moved") }
            #expect(FileTree.byteCount(of: folder + "/moved") == nil)
        }
    }

    @Test func `no file is written through a link that somebody put there`() throws {
        try withFolder { folder in
            try append("x", to: folder + "/file")
            try FileTree.link(folder + "/link", to: "file", by: folder + "/.new")
            #expect(throws: FileError.self) { try append("y", to: folder + "/link") }
        }
    }

    @Test func `a lock has one owner until it is given back`() throws {
        try withFolder { folder in
            func canTake() throws -> Bool {
                let lock = try FileLock.take(folder + "/lock")
                return lock != nil
            }
            let lock = try FileLock.take(folder + "/lock")
            #expect(try !canTake())
            _ = consume lock
            #expect(try canTake())
            #expect(try canTake())
            #expect(throws: FileError.self) { _ = try FileLock.take(folder + "/none/lock") }
        }
    }
}
