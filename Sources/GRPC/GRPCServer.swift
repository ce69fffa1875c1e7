import CGRPC
import Synchronization

/// A gRPC server: listens from its creation, serves while `run` runs.
///
/// Thread safety: `run` may be called once; everything else from any thread.
///
/// `@unchecked Sendable`: servers are thread-safe (grpc.h), and `handle` never changes.
@safe package final class GRPCServer: @unchecked Sendable {
    /// Serves one RPC. Returns the status that ends it.
    package typealias Handler = @Sendable (ServerCall) async -> GRPCStatus

    /// The port that was bound, which matters when the configuration said 0.
    package let port: Int
    private let handle: OpaquePointer
    private let queues: [CompletionQueue]
    private let life = Mutex(Life.idle)
    /// What still starts operations on the queues: the server itself until its shutdown is
    /// complete, each wait for an RPC, and each task that serves one.
    private let queueUsers = Atomic(1)

    private enum Life {
        case idle
        case serving
        case draining
    }

    private init(
        owning handle: OpaquePointer,
        port: Int,
        queues: [CompletionQueue]
    ) {
        unsafe self.handle = handle
        self.port = port
        self.queues = queues
    }

    /// C-core wants every server that listens to be shut down, also one that never served.
    deinit {
        if port != 0, life.withLock({ $0 == .idle }) {
            unsafe grpc_server_shutdown_and_notify(
                handle,
                queues[0].handle,
                UnsafeMutableRawPointer(handle)
            )
            unsafe _ = cgrpc_queue_next(queues[0].handle, -1)
        }
        unsafe grpc_server_destroy(handle)
    }

    /// Binds the address. Connections are accepted from here on and wait for `run`.
    package static func open(_ config: GRPCServerConfig) throws(GRPCError) -> GRPCServer {
        GRPCLibrary.use()
        guard let handle = unsafe cgrpc_server_create(config.settings) else {
            throw .cannotListen(address: config.address)
        }
        let queues = (0..<max(1, config.threadCount)).map { _ in CompletionQueue() }
        for queue in queues {
            unsafe grpc_server_register_completion_queue(handle, queue.handle, nil)
        }
        let port = unsafe listen(handle, on: config)
        let server = unsafe GRPCServer(
            owning: handle,
            port: port,
            queues: queues
        )
        guard port != 0 else { throw .cannotListen(address: config.address) }
        unsafe grpc_server_start(handle)
        return server
    }

    private static func listen(_ handle: OpaquePointer, on config: GRPCServerConfig) -> Int {
        guard let identity = config.identity else {
            return unsafe Int(cgrpc_server_listen(handle, config.address))
        }
        return unsafe Int(
            cgrpc_server_listen_tls(
                handle,
                config.address,
                identity.certificateChain,
                identity.privateKey,
                identity.clientRoots
            )
        )
    }

    /// Serves until the task is cancelled; then accepts no more RPCs, lets those that are there
    /// finish for `drainTimeout`, cancels the rest, and returns when every one has ended.
    ///
    /// RPCs are served by tasks of their own, which do not inherit the cancellation: an RPC that
    /// drains must not notice. They end before this returns: the queues outlive them. A task is
    /// cancelled when its RPC is over before it is, as when the client gives up.
    package func run(drainTimeout: Duration = .seconds(30), _ handler: @escaping Handler) async {
        life.withLock { life in
            precondition(life == .idle, "a server runs once")
            life = .serving
        }
        let stopped = StopSignal(waitingFor: queues.count)
        for queue in queues {
            queue.start { stopped.oneEnded() }
            acceptNext(on: queue, handler)
        }
        await withTaskCancellationHandler {
            await stopped.wait()
        } onCancel: {
            drain(timeout: drainTimeout)
        }
    }

    /// Asks C-core for one RPC, and for the next as soon as that one is here.
    private func acceptNext(on queue: CompletionQueue, _ handler: @escaping Handler) {
        let incoming = IncomingCall()
        queueUsers.add(1, ordering: .relaxed)
        unsafe CompletionAction { [self] succeeded in
            guard succeeded, let call = incoming.accept(on: queue) else {
                return releaseQueues()
            }
            acceptNext(on: queue, handler)
            let task = Task(executorPreference: call) { [self] in
                await call.finish(await handler(call))
                releaseQueues()
            }
            call.watchClose { task.cancel() }
        }.give { unsafe cgrpc_request_call(handle, incoming.slot, queue.handle, $0) }
    }

    /// C-core aborts the process if an operation is started on a queue that was shut down. Its
    /// own word that the server's shutdown is complete is not enough: that is said when the last
    /// connection is gone, and the task of an RPC whose client left may not have noticed yet.
    private func releaseQueues() {
        guard queueUsers.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return }
        for queue in queues { queue.shutDown() }
    }

    private func drain(timeout: Duration) {
        let wasServing = life.withLock { life in
            defer { life = .draining }
            return life == .serving
        }
        guard wasServing else { return }
        // Before the shutdown: that ends the wait for the next RPC, and so wakes the thread.
        queues[0].after(timeout) { [self] in unsafe grpc_server_cancel_all_calls(handle) }
        // Retains the server until it completes: C-core still uses it.
        unsafe CompletionAction { [self] _ in releaseQueues() }.give { tag in
            unsafe grpc_server_shutdown_and_notify(handle, queues[0].handle, tag)
            return true
        }
    }
}

extension GRPCServerConfig {
    fileprivate var settings: cgrpc_settings {
        cgrpc_settings(
            receive_bytes_max: Int32(clamping: messageBytesMax),
            concurrent_streams_max: Int32(clamping: concurrentStreamsMax),
            keepalive_milliseconds: Int32(clamping: keepaliveTime.milliseconds),
            keepalive_timeout_milliseconds: Int32(clamping: keepaliveTimeout.milliseconds)
        )
    }
}

extension Duration {
    var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
