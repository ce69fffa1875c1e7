import Synchronization
import Threads

/// An HTTP/1.1 client over libcurl: all requests share one thread and its connections.
///
/// Thread safety: may be used from any task. Giving the client up ends its thread; a request that
/// is still under way ends with `HTTPError.cancelled`.
package final class HTTPClient: Sendable {
    package struct Config: Equatable, Sendable {
        /// Idle connections that are kept for reuse, over all hosts.
        package var idleConnectionsMax = 1024
        package var connectTimeout = Duration.seconds(5)
        /// A PEM file that replaces the system's certificate authorities.
        package var certificateAuthorityPath: String?
        /// Asked to fetch everything but what `noProxyHosts` names. Nil for none: engines are
        /// reached directly, whatever proxy the environment names.
        package var proxyURL: String?
        /// Hosts and domains with commas between them, as in `NO_PROXY`.
        package var noProxyHosts = ""

        package init() {}
    }

    package struct Request: Sendable {
        package var method: String
        package var url: String
        package var headers: HTTPHeaders
        package var body: [UInt8]
        /// From the call to the last byte of the answer. Nil for none: a watch.
        package var deadline: Duration?
        package var bodyBytesMax = 64 << 20

        package init(
            _ method: String = "GET",
            _ url: String,
            headers: HTTPHeaders = [:],
            body: [UInt8] = [],
            deadline: Duration? = .seconds(30)
        ) {
            self.method = method
            self.url = url
            self.headers = headers
            self.body = body
            self.deadline = deadline
        }
    }

    package struct ResponseHead: Equatable, Sendable {
        package var status = 0
        package var headers = HTTPHeaders()
    }

    package struct Response: Equatable, Sendable {
        package let head: ResponseHead
        package let body: [UInt8]

        package var status: Int { head.status }
        package var headers: HTTPHeaders { head.headers }
    }

    /// Called with each piece of the body as it comes. Runs on the client's thread, which serves
    /// every other request too: it must not block.
    package typealias BodyReceiver = @Sendable (ResponseHead, Span<UInt8>) -> Void

    private let loop: CurlLoop

    package init(_ config: Config = Config()) {
        loop = CurlLoop(config)
        OSThread.start(named: "http-client") { [loop] in loop.run() }
    }

    deinit { loop.stop() }

    /// Sends the request and hands the body on piece by piece. Returns when it has ended.
    @discardableResult
    package func send(
        _ request: Request,
        onBody receive: @escaping BodyReceiver
    ) async throws(HTTPError) -> ResponseHead {
        let transfer = CurlTransfer(request, receive)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.submit(transfer, continuation)
            }
        } onCancel: {
            loop.cancel(transfer)
        }
        return try result.get()
    }

    /// Sends the request and collects the body.
    package func send(_ request: Request) async throws(HTTPError) -> Response {
        let body = Mutex<[UInt8]>([])
        let head = try await send(request) { _, piece in
            body.withLock { body in
                unsafe piece.withUnsafeBufferPointer { unsafe body.append(contentsOf: $0) }
            }
        }
        return Response(head: head, body: body.withLock { $0 })
    }
}
