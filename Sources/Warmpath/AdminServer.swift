import HTTP
import KVIndexer
import Telemetry

/// Metrics for Prometheus and snapshots of the index for other replicas, on a port of their own.
struct AdminServer: Sendable {
    private let server: HTTPServer

    /// - Parameters:
    ///   - snapshots: Nil if there are none to give.
    ///   - canServeSnapshots: whether the index has what it will have: two replicas that start
    ///     and ask each other must not wait for each other.
    ///   - refresh: sets the gauges that describe a moment; called before each reading.
    static func listen(
        host: String,
        port: UInt16,
        registry: MetricsRegistry,
        snapshots: SnapshotEndpoint?,
        canServeSnapshots: @escaping @Sendable () -> Bool,
        refresh: @escaping @Sendable () -> Void
    ) throws(HTTPError) -> AdminServer {
        var config = HTTPServer.Config(host: host, port: port)
        config.bodyBytesMax = 1024
        config.connectionsMax = 64
        let server = try HTTPServer.listen(config) { request in
            if request.path == SnapshotEndpoint.path, !canServeSnapshots() {
                return HTTPResponse(status: 503, text: "starting\n")
            }
            if let response = snapshots?.response(to: request) { return response }
            guard request.method == "GET", request.path == "/metrics" else {
                return HTTPResponse(status: 404, text: "not found; try GET /metrics\n")
            }
            refresh()
            return HTTPResponse(
                text: PrometheusText.render(registry),
                contentType: PrometheusText.contentType
            )
        }
        return AdminServer(server: server)
    }

    var port: Int { server.port }

    /// Serves until the task is cancelled.
    func run() async throws(HTTPError) { try await server.run() }
}
