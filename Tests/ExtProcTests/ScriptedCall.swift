import Bytes
import Domain
import GRPC
import Synchronization

@testable import ExtProc

/// A gateway that says what the test has written down, and keeps what it hears.
final class ScriptedCall: ProcessCall {
    /// What is kept of a reply: chunks without the body that they are a part of.
    enum Heard: Equatable {
        case requestHeaders(RequestMutation?)
        case requestBody(RequestMutation, replacement: [UInt8]?)
        case requestBodyChunk([UInt8], endOfStream: Bool, moreFollows: Bool)
        case requestTrailers
        case responseHeaders([HeaderField])
        case responseBody
        case responseBodyChunk([UInt8], endOfStream: Bool)
        case responseTrailers
        case immediate(ImmediateResponse)
    }

    private struct State {
        var script: [[UInt8]]
        var heard: [Heard] = []
    }

    private let state: Mutex<State>
    /// After this many replies the gateway is gone.
    private let repliesMax: Int
    private let onReceive: @Sendable () -> Void

    /// - Parameter onReceive: called each time before a message is handed out, and at the end.
    init(
        _ script: [[UInt8]],
        repliesMax: Int = .max,
        onReceive: @escaping @Sendable () -> Void = {}
    ) {
        state = Mutex(State(script: script))
        self.repliesMax = repliesMax
        self.onReceive = onReceive
    }

    var heard: [Heard] { state.withLock { $0.heard } }

    func receive(
        keeping wanted: HeaderSelection,
        to bodies: inout BodyBytes
    ) async throws(ProcessCallError) -> ReceivedProcessMessage? {
        onReceive()
        let next = state.withLock { $0.script.isEmpty ? nil : $0.script.removeFirst() }
        guard let next else { return nil }
        do {
            return try ReceivedProcessMessage(
                decoding: ReceivedMessage(copying: [next]),
                keeping: wanted,
                to: &bodies
            )
        } catch {
            throw .protocolViolation(reason: "\(error)")
        }
    }

    func send(_ reply: ProcessReply, moreFollows: Bool) async throws(ProcessCallError) {
        let isThere = state.withLock { state in
            guard state.heard.count < repliesMax else { return false }
            state.heard.append(Heard(reply, moreFollows: moreFollows))
            return true
        }
        if !isThere { throw .ended }
    }
}

extension ScriptedCall.Heard {
    init(_ reply: ProcessReply, moreFollows: Bool) {
        self =
            switch reply {
            case .requestHeaders(let mutation): .requestHeaders(mutation)
            case .requestBody(let mutation, let replacement):
                .requestBody(mutation, replacement: replacement?.array)
            case .requestBodyChunk(let body, let range, let end):
                .requestBodyChunk(
                    Array(body.array[range]),
                    endOfStream: end,
                    moreFollows: moreFollows
                )
            case .requestTrailers: .requestTrailers
            case .responseHeaders(let fields): .responseHeaders(fields)
            case .responseBody: .responseBody
            case .responseBodyChunk(let body, let end):
                .responseBodyChunk(body.array, endOfStream: end)
            case .responseTrailers: .responseTrailers
            case .immediate(let response): .immediate(response)
            }
    }
}
