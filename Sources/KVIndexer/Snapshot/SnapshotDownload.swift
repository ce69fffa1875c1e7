import Files
import HTTP
import Synchronization

/// Fetches another replica's snapshot into a file, which is to be verified like any other.
///
/// Thread safety: belongs to one task.
struct SnapshotDownload: Sendable {
    let path: String
    private let url: String
    private let config: SnapshotConfig

    /// - Parameter peerURL: `http://host:port`.
    init(from peerURL: String, to path: String, _ config: SnapshotConfig) {
        url =
            (peerURL.hasSuffix("/") ? String(peerURL.dropLast()) : peerURL) + SnapshotEndpoint.path
        self.path = path
        self.config = config
    }

    /// What the client's thread writes to. That it blocks on the disk holds up nobody: the client
    /// makes no other request.
    private final class Sink: Sendable {
        private let writer: FileWriter
        private let problem = Mutex<FileError?>(nil)

        init(_ writer: consuming FileWriter) { self.writer = writer }

        var error: FileError? { problem.withLock { $0 } }

        func receive(_ head: HTTPClient.ResponseHead, _ piece: Span<UInt8>) {
            guard head.status == 200, error == nil else { return }
            do throws(FileError) {
                try writer.append(piece)
            } catch {
                problem.withLock { $0 = error }
            }
        }
    }

    /// Leaves a file only if the answer came whole.
    func run() async throws(SnapshotError) {
        let sink: Sink
        do throws(FileError) {
            try FileTree.remove(path)
            sink = Sink(try FileWriter.open(path, isPrivate: true))
        } catch {
            throw .unreadable(error)
        }
        do throws(SnapshotError) {
            try await receive(into: sink)
        } catch {
            remove()
            throw error
        }
    }

    private func receive(into sink: Sink) async throws(SnapshotError) {
        var request = HTTPClient.Request("GET", url, deadline: .seconds(config.peerTimeoutSeconds))
        request.bodyBytesMax = config.bytesMax
        let head: HTTPClient.ResponseHead
        do throws(HTTPError) {
            head = try await HTTPClient().send(request) { sink.receive($0, $1) }
        } catch {
            if case .bodyTooLarge(let bytesMax) = error { throw .tooLarge(bytesMax: bytesMax) }
            throw .notReceived("\(error)")
        }
        guard head.status == 200 else { throw .notReceived("status \(head.status)") }
        if let error = sink.error { throw .unreadable(error) }
    }

    /// Removes the file, if there is one.
    func remove() { try? FileTree.remove(path) }
}
