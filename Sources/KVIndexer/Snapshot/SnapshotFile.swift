import Files
import Threads

/// A snapshot on its way to the disk. Whoever opens the path meanwhile reads the one before.
///
/// Thread safety: belongs to one task. A class only so that it can go to the threads that write.
final class SnapshotFile: Sendable {
    private let writer: FileWriter
    private let path: String

    private init(writer: consuming FileWriter, path: String) {
        self.writer = writer
        self.path = path
    }

    /// Begins an empty file beside `path`, which nobody but this user may read.
    static func create(for path: String) async throws(FileError) -> SnapshotFile {
        try await onThread(path) { () throws(FileError) in
            let temporaryPath = path + ".saving"
            try FileTree.remove(temporaryPath)
            let writer = try FileWriter.open(temporaryPath, isPrivate: true)
            return SnapshotFile(writer: writer, path: path)
        }
    }

    func append(_ piece: [UInt8]) async throws(FileError) {
        try await SnapshotFile.onThread(path) { () throws(FileError) in
            try self.writer.append(piece.span)
        }
    }

    /// Gives the file its name, once the disk has it.
    func publish() async throws(FileError) {
        try await SnapshotFile.onThread(path) { () throws(FileError) in
            try self.writer.synchronize()
            try FileTree.rename(self.writer.path, to: self.path)
        }
    }

    /// Removes what was written so far.
    func discard() async {
        try? await SnapshotFile.onThread(path) { () throws(FileError) in
            try FileTree.remove(self.writer.path)
        }
    }

    /// Runs what blocks on the disk on a thread of its own.
    private static func onThread<R: Sendable>(
        _ path: String,
        _ body: @escaping @Sendable () throws(FileError) -> R
    ) async throws(FileError) -> R {
        let result: Result<R, FileError>
        do throws(OSThreadError) {
            result = try await OSThread.perform(named: "snapshot") {
                do throws(FileError) {
                    return .success(try body())
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw FileError(path: path, reason: "no thread to write on: errno \(error.errno)")
        }
        return try result.get()
    }
}
