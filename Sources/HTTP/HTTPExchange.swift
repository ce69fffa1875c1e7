internal import CMicroHTTPD
import Synchronization

/// One request and its response, between libmicrohttpd's thread and the handler's task.
///
/// Thread safety: the request is received on libmicrohttpd's thread alone; from then on the two
/// sides meet in `state`, under its lock.
///
/// Invariants:
/// 1. While `isSuspended`, libmicrohttpd leaves the connection alone, so the pointer is valid.
///    Whoever clears the flag, under the lock, resumes the connection, after the lock.
/// 2. Once the client has left, nothing suspends any more, and every waiting writer is woken.
@safe final class HTTPExchange: Sendable {
    /// A writer that is this far ahead of its client waits.
    static let unsentBytesMax = 64 << 10

    enum Phase {
        case receiving([UInt8])
        /// The body is over the limit; the rest of it is read and dropped, so that the client
        /// gets to read the answer.
        case dropping(bytesLeft: Int)
        case handling
        case responding(HTTPResponse)
        case sending
    }

    struct State {
        var phase = Phase.receiving([])
        var unsent = UnsentBody()
        var isSuspended = false
        var clientHasLeft = false
        var task: Task<Void, Never>?
        var writers: [CheckedContinuation<Void, Never>] = []
    }

    /// Where a kept-alive connection has several exchanges, tells them apart.
    let id: UInt64
    let bodyBytesMax: Int
    let state = Mutex(State())
    private nonisolated(unsafe) let connection: OpaquePointer

    init(id: UInt64, bodyBytesMax: Int, connection: OpaquePointer) {
        self.id = id
        self.bodyBytesMax = bodyBytesMax
        unsafe self.connection = connection
    }
}

// MARK: libmicrohttpd's thread

extension HTTPExchange {
    /// Takes a piece of the request's body. Returns whether to go on reading.
    func received(_ bytes: UnsafeRawBufferPointer) -> Bool {
        state.withLock { state in
            switch state.phase {
            case .receiving(var body):
                state.phase = .handling  // so that the append below copies nothing
                guard body.count + bytes.count <= bodyBytesMax else {
                    state.phase = .dropping(bytesLeft: bodyBytesMax + (1 << 20))
                    return true
                }
                unsafe body.append(contentsOf: bytes)
                state.phase = .receiving(body)
                return true
            case .dropping(let bytesLeft):
                state.phase = .dropping(bytesLeft: bytesLeft - bytes.count)
                return bytesLeft > 0
            case .handling, .responding, .sending:
                return false
            }
        }
    }

    /// What to do for a request whose body is complete, and again after each resumption.
    enum Step {
        /// The connection is suspended: start the handler.
        case handle(body: [UInt8])
        case queue(HTTPResponse)
        case hangUp
    }

    func nextStep() -> Step {
        state.withLock { state in
            guard !state.clientHasLeft else { return .hangUp }
            switch state.phase {
            case .receiving(let body):
                state.phase = .handling
                suspend(&state)
                return .handle(body: body)
            case .dropping:
                state.phase = .sending
                return .queue(HTTPResponse(status: 413, text: "the body is too large\n"))
            case .responding(let response):
                state.phase = .sending
                return .queue(response)
            case .handling, .sending:
                return .hangUp
            }
        }
    }

    /// Copies what the handler has written into `buffer`. Returns the number of bytes, 0 if the
    /// connection is suspended until there are some, or one of the reader's two ends.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let (count, writers) = state.withLock {
            state -> (Int, [CheckedContinuation<Void, Never>]) in
            guard !state.clientHasLeft else { return (cmhd_end_with_error(), []) }
            let count = unsafe state.unsent.take(into: buffer)
            if count > 0 { return (count, state.isAhead ? [] : state.takeWriters()) }
            switch state.unsent.end {
            case .complete: return (cmhd_end_of_stream(), [])
            case .cut: return (cmhd_end_with_error(), [])
            case nil: suspend(&state)
            }
            return (0, [])
        }
        for writer in writers { writer.resume() }
        return count
    }

    private func suspend(_ state: inout State) {
        state.isSuspended = true
        unsafe MHD_suspend_connection(connection)
    }
}

// MARK: The handler's task

extension HTTPExchange {
    func respond(_ response: HTTPResponse) {
        change { state in state.phase = .responding(response) }
    }

    /// Ends the streamed body.
    func finish(_ end: UnsentBody.End) {
        change { state in state.unsent.end = end }
    }

    func write(_ bytes: [UInt8]) async throws(HTTPError) {
        let isAhead = change { state in state.unsent.append(bytes) }
        if isAhead { await waitForRoom() }
        if state.withLock(\.clientHasLeft) {
            throw .connectionLost(reason: "the client has left")
        }
    }

    private func waitForRoom() async {
        await withCheckedContinuation { writer in
            let hasRoom = state.withLock { state in
                guard state.isAhead, !state.clientHasLeft else { return true }
                state.writers.append(writer)
                return false
            }
            if hasRoom { writer.resume() }
        }
    }

    /// Changes the state and wakes a suspended connection to see it. Returns whether more is
    /// unsent than should be.
    @discardableResult
    private func change(_ body: (inout State) -> Void) -> Bool {
        let (wasSuspended, isAhead) = state.withLock { state in
            body(&state)
            defer { state.isSuspended = false }
            return (state.isSuspended, state.isAhead)
        }
        if wasSuspended { unsafe MHD_resume_connection(connection) }
        return isAhead
    }
}

// MARK: Either

extension HTTPExchange {
    /// The client hung up, the connection ended, or the server stops: there is nobody to answer.
    func clientLeft() {
        var task: Task<Void, Never>?
        var writers: [CheckedContinuation<Void, Never>] = []
        change { state in
            state.clientHasLeft = true
            task = state.task
            writers = state.takeWriters()
        }
        task?.cancel()
        for writer in writers { writer.resume() }
    }

    /// Keeps the handler's task, so that it can be cancelled.
    func started(_ task: Task<Void, Never>) {
        let isLate = state.withLock { state in
            state.task = task
            return state.clientHasLeft
        }
        if isLate { task.cancel() }
    }
}

extension HTTPExchange.State {
    fileprivate var isAhead: Bool { unsent.count > HTTPExchange.unsentBytesMax }

    fileprivate mutating func takeWriters() -> [CheckedContinuation<Void, Never>] {
        defer { writers = [] }
        return writers
    }
}
