package import HTTP
import Telemetry

/// Sends this replica's index to another one that starts: `GET /kv-index/snapshot`.
///
/// The body is a snapshot as on disk, made while it is sent, so that neither side holds it in
/// memory. Nobody is asked who they are: whoever reaches the port can read which blocks, by hash,
/// lie at which endpoint.
///
/// Thread safety: may be called from any task.
package final class SnapshotEndpoint: Sendable {
    package static let path = "/kv-index/snapshot"
    /// A client that takes longer is cut off.
    private static let sendingMax = Duration.seconds(600)

    private let service: SnapshotService
    private let metrics: SnapshotMetrics
    /// One replica at a time: each costs a walk over the whole index.
    private let turn = Turn()

    package init(_ service: SnapshotService, metrics: KVIndexerMetrics) {
        self.service = service
        self.metrics = metrics.snapshot
    }

    /// Nil if the request is not for this endpoint.
    package func response(to request: HTTPRequest) -> HTTPResponse? {
        guard request.path == SnapshotEndpoint.path else { return nil }
        guard request.method == "GET" else {
            return HTTPResponse(status: 405, headers: ["allow": "GET"])
        }
        guard turn.tryTake() else {
            return HTTPResponse(
                status: 503,
                headers: ["retry-after": "5"],
                body: .bytes(Array("another replica is being served\n".utf8))
            )
        }
        let sending = Sending(of: service, turn: turn, metrics: metrics)
        return HTTPResponse(
            headers: ["content-type": "application/octet-stream", "cache-control": "no-store"],
            body: .stream { try await sending.send(to: $0) }
        )
    }

    /// One answer. Gives the turn back when the response goes, sent or not.
    private final class Sending: Sendable {
        private let service: SnapshotService
        private let turn: Turn
        private let metrics: SnapshotMetrics

        init(of service: SnapshotService, turn: Turn, metrics: SnapshotMetrics) {
            self.service = service
            self.turn = turn
            self.metrics = metrics
        }

        deinit { turn.giveBack() }

        func send(to writer: HTTPBodyWriter) async throws(HTTPError) {
            let end = ContinuousClock.now.advanced(by: SnapshotEndpoint.sendingMax)
            var encoder = service.encoder()
            while let piece = await encoder.next() {
                guard ContinuousClock.now < end else { throw .deadlineExceeded }
                try await writer.write(piece)
            }
            metrics.served.add()
        }
    }
}
