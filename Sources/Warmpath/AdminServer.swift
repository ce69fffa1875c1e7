import HTTP
import Telemetry

/// Metrics for Prometheus, on a port of their own.
struct AdminServer: Sendable {
    private let server: HTTPServer

    /// - Parameter refresh: sets the gauges that describe a moment; called before each reading.
    static func listen(
        host: String,
        port: UInt16,
        registry: MetricsRegistry,
        refresh: @escaping @Sendable () -> Void
    ) throws(HTTPError) -> AdminServer {
        var config = HTTPServer.Config(host: host, port: port)
        config.bodyBytesMax = 1024
        config.connectionsMax = 64
        let server = try HTTPServer.listen(config) { request in
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
