import HTTP
import JSON

/// How one request went.
package struct RequestOutcome: Equatable, Sendable {
    package enum Failure: Error, Hashable, Sendable {
        case status(Int)
        case cannotConnect, deadlineExceeded, connectionLost, notSent
        /// The stream ended without its last event.
        case incomplete

        package var name: String {
            switch self {
            case .status(let status): "http_\(status)"
            case .cannotConnect: "cannot_connect"
            case .deadlineExceeded: "deadline_exceeded"
            case .connectionLost: "connection_lost"
            case .notSent: "not_sent"
            case .incomplete: "incomplete"
            }
        }

        init(_ error: HTTPError) {
            self =
                switch error {
                case .cannotConnect: .cannotConnect
                case .deadlineExceeded: .deadlineExceeded
                case .connectionLost, .bodyTooLarge: .connectionLost
                case .cannotListen, .malformedRequest, .cancelled: .notSent
                }
        }
    }

    package var failure: Failure?
    /// From sending to the first token. Nil if the answer was not streamed.
    package var firstToken: Duration?
    package var total = Duration.zero
    /// As the answer names itself.
    package var endpoint: String?
    package var promptTokens = 0
    package var cachedTokens = 0

    package init() {}

    /// Reads the usage at the end of an answer, and notices if that end is missing.
    mutating func readAnswer(_ body: [UInt8], isStreamed: Bool) {
        guard isStreamed else { return readUsage(body) }
        let lines = body.split(separator: UInt8(ascii: "\n"))
        guard lines.last?.elementsEqual("data: [DONE]".utf8) == true else {
            failure = .incomplete
            return
        }
        if let last = lines.dropLast().last { readUsage(Array(last.dropFirst("data: ".count))) }
    }

    private mutating func readUsage(_ json: [UInt8]) {
        let usage = try? JSONDocument(parsing: json).root["usage"]
        promptTokens = usage?["prompt_tokens"]?.int ?? 0
        cachedTokens = usage?["prompt_tokens_details"]?["cached_tokens"]?.int ?? 0
    }
}
