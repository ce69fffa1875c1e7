import Files
import HTTP
import Synchronization

/// One attempt to get the rest of a file: takes the pieces as they come and appends them to what
/// earlier attempts left.
///
/// Thread safety: the client's thread calls `receive`; its owner reads the result afterwards.
final class HubTransfer: Sendable {
    private struct State: ~Copyable {
        let file: FileWriter
        let offset: Int
        var hasBegun = false
        var problem: HubError?
    }

    private let state: Mutex<State>

    private let url: String

    /// - Parameters:
    ///   - offset: bytes that are in the file already.
    ///   - url: for errors.
    init(appendingTo path: String, at offset: Int, from url: String) throws(FileError) {
        state = Mutex(State(file: try FileWriter.open(path), offset: offset))
        self.url = url
    }

    /// Blocks on the disk, which is why the downloader has a client of its own.
    func receive(_ head: HTTPClient.ResponseHead, _ piece: Span<UInt8>) {
        guard (200..<300).contains(head.status) else { return }
        state.withLock { state in
            guard state.problem == nil else { return }
            do throws(HubError) {
                if !state.hasBegun { try begin(&state, head) }
                try HubDownload.onDisk { () throws(FileError) in try state.file.append(piece) }
            } catch {
                state.problem = error
            }
        }
    }

    private func begin(
        _ state: inout State,
        _ head: HTTPClient.ResponseHead
    ) throws(HubError) {
        state.hasBegun = true
        guard state.offset > 0 else { return }
        // A server that does not resume sends the whole file.
        guard head.status == 206 else {
            return try HubDownload.onDisk { () throws(FileError) in try state.file.empty() }
        }
        let range = head.headers["content-range"] ?? ""
        guard range.hasPrefix("bytes \(state.offset)-") else {
            throw .malformedAnswer(url: url, reason: "it sent another part: \(range)")
        }
    }

    /// - Throws: what went wrong with the pieces.
    func finish() throws(HubError) {
        let problem = state.withLock { state -> HubError? in
            guard state.problem == nil else { return state.problem }
            do throws(FileError) {
                try state.file.synchronize()
                return nil
            } catch {
                return .file(path: error.path, reason: error.reason)
            }
        }
        if let problem { throw problem }
    }
}
