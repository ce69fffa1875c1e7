internal import CMicroHTTPD
import Synchronization
import Threads

/// An HTTP/1.1 server over libmicrohttpd: one thread for the connections, one task per request.
///
/// Connections are accepted while `run` runs, and wait in the socket's queue before that.
///
/// Thread safety: may be used from any thread.
///
/// Invariants:
/// 1. No handler outlives `run`: it returns when the last one has.
/// 2. A handler's task is cancelled if its client leaves, and when the server stops.
package final class HTTPServer: Sendable {
    package struct Config: Equatable, Sendable {
        package var host = "127.0.0.1"
        /// 0 lets the system choose; read `HTTPServer.port`.
        package var port: UInt16 = 0
        /// A longer request is answered with 413. Costs that much memory per connection.
        package var bodyBytesMax = 16 << 20
        /// Connections beyond this wait in the listening socket's queue.
        package var connectionsMax = 4096
        /// A connection on which nothing moves for so long is closed, if no handler is at work.
        package var idleSecondsMax = 120

        package init(host: String = "127.0.0.1", port: UInt16 = 0) {
            self.host = host
            self.port = port
        }
    }

    package typealias Handler = @Sendable (HTTPRequest) async -> HTTPResponse

    private struct State {
        var isStopping = false
        var exchanges: [UInt64: HTTPExchange] = [:]
        var lastID: UInt64 = 0
    }

    private let config: Config
    private let socket: ListeningSocket
    private let handler: Handler
    private let watch = HangupWatch()
    private let state = Mutex(State())

    private init(config: Config, socket: consuming ListeningSocket, handler: @escaping Handler) {
        self.config = config
        self.socket = socket
        self.handler = handler
    }

    /// Binds the address. The port is taken from here on.
    package static func listen(
        _ config: Config,
        handler: @escaping Handler
    ) throws(HTTPError) -> HTTPServer {
        let socket = try ListeningSocket.open(host: config.host, port: config.port)
        return HTTPServer(config: config, socket: socket, handler: handler)
    }

    package var port: Int { socket.port }

    /// Serves until the task is cancelled. May be called once.
    package func run() async throws(HTTPError) {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { done in
                OSThread.start(named: "http-server") { done.resume(returning: self.serve()) }
            }
        } onCancel: {
            stop()
        }
        try result.get()
    }

    private func stop() {
        state.withLock { $0.isStopping = true }
        watch.wakeUp()
    }

    /// Blocks until the server has stopped and every handler has returned.
    private func serve() -> Result<Void, HTTPError> {
        guard let daemon = MicroHTTPDaemon.start(socket.duplicate(), config, serving: self) else {
            return .failure(.cannotListen(address: "\(config.host):\(port)", errno: 0))
        }
        while !state.withLock({ $0.isStopping && $0.exchanges.isEmpty }) {
            switch watch.next() {
            case .hangup(let id): state.withLock { $0.exchanges[id] }?.clientLeft()
            case .wakeUp:
                let abandoned = state.withLock { $0.isStopping ? Array($0.exchanges.values) : [] }
                for exchange in abandoned { exchange.clientLeft() }
            }
        }
        daemon.stop()
        return .success(())
    }
}

// MARK: What the daemon asks

extension HTTPServer {
    /// A request's headers are here. Nil if the server is stopping.
    func begin(on connection: OpaquePointer) -> HTTPExchange? {
        let id: UInt64? = state.withLock { state in
            guard !state.isStopping else { return nil }
            state.lastID += 1
            return state.lastID
        }
        return id.map {
            unsafe HTTPExchange(id: $0, bodyBytesMax: config.bodyBytesMax, connection: connection)
        }
    }

    /// The request is complete and its connection suspended: hand it to a handler.
    ///
    /// The task is not a child of anybody because C starts it; `exchanges` keeps it within `run`.
    func handle(_ request: HTTPRequest, in exchange: HTTPExchange, socket: Int32) {
        let isStopping = state.withLock { state in
            state.exchanges[exchange.id] = exchange
            return state.isStopping
        }
        watch.add(socket, id: exchange.id)
        let task = Task {
            await serve(request, in: exchange)
            let isLast = state.withLock { state in
                state.exchanges[exchange.id] = nil
                return state.isStopping
            }
            if isLast { watch.wakeUp() }
        }
        exchange.started(task)
        if isStopping { exchange.clientLeft() }
    }

    private func serve(_ request: HTTPRequest, in exchange: HTTPExchange) async {
        let response = await handler(request)
        exchange.respond(response)
        guard case .stream(let produce) = response.body else { return }
        do {
            try await produce(HTTPBodyWriter(exchange: exchange))
            exchange.finish(.complete)
        } catch {
            exchange.finish(.cut)
        }
    }
}
