import Bytes
import Domain

@testable import ExtProc

/// The meaning of the golden file's requests and replies, by their names.
enum Expected {
    struct Request {
        var received: ReceivedProcessMessage
        var body: [UInt8] = []

        init(
            _ message: ProcessMessage,
            subsetHint: [String]? = nil,
            bodyModes: BodyModes? = nil,
            body: [UInt8] = []
        ) {
            received = ReceivedProcessMessage(
                message: message,
                subsetHint: subsetHint,
                bodyModes: bodyModes
            )
            self.body = body
        }
    }

    /// What is kept of the examples' request headers.
    static let wanted = HeaderSelection(["Content-Type"])

    static let requests: [String: Request] = {
        let full = RequestHeaders(
            requestID: "id-1",
            contentLength: 42,
            path: "/v1/completions",
            wanted: [HeaderField("content-type", "application/json")]
        )
        let begin = ProcessMessage.requestHeaders(full, endOfStream: false)
        let bare = ProcessMessage.requestHeaders(RequestHeaders(), endOfStream: false)
        let raw = ProcessMessage.requestHeaders(
            RequestHeaders(requestID: "raw"),
            endOfStream: false
        )
        let modes = BodyModes(request: .fullDuplexStreamed, response: .buffered)
        let endpoints = ["10.0.0.1:8000", "10.0.0.2:8000"]
        let body: [UInt8] = [0, 0x62, 0x6F, 0x64, 0x79, 0xFF]
        var requests = [
            "request headers": Request(begin),
            "request headers as values": Request(begin),
            "request headers with value and raw value": Request(raw),
            "request headers that end the stream": Request(
                .requestHeaders(RequestHeaders(), endOfStream: true)
            ),
            "request headers with all else": Request(begin, subsetHint: [], bodyModes: modes),
            "subset hint as list": Request(bare, subsetHint: endpoints),
            "subset hint as text": Request(bare, subsetHint: endpoints),
            "request body": Request(.requestBody(byteCount: 6, endOfStream: false), body: body),
            "request body, last": Request(
                .requestBody(byteCount: 6, endOfStream: true),
                body: body
            ),
            "request body, empty": Request(.requestBody(byteCount: 0, endOfStream: true)),
            "request trailers": Request(.requestTrailers),
            "response headers": Request(.responseHeaders(status: 200, endOfStream: false)),
            "response headers that end the stream": Request(
                .responseHeaders(status: 204, endOfStream: true)
            ),
            "response body": Request(
                .responseBody(byteCount: 6, endOfStream: false),
                body: body
            ),
            "response body, last": Request(
                .responseBody(byteCount: 6, endOfStream: true),
                body: body
            ),
            "response body, empty": Request(.responseBody(byteCount: 0, endOfStream: true)),
            "response trailers": Request(.responseTrailers),
        ]
        let allModes: [BodyMode] = [
            .none, .streamed, .buffered, .bufferedPartial, .fullDuplexStreamed, .grpc,
        ]
        for (number, mode) in allModes.enumerated() {
            let modes = BodyModes(request: mode, response: allModes[5 - number])
            requests["body mode \(number)"] = Request(bare, bodyModes: modes)
        }
        return requests
    }()

    static let replies: [String: ProcessReply] = {
        var full = RequestMutation(
            destination: "10.0.0.1:8000,10.0.0.2:8000",
            contentLength: 17,
            requestID: "id-1"
        )
        full.prefiller = "10.0.0.3:8000"
        full.prefillerURL = "http://10.0.0.3:8000"
        full.encoders = "10.0.0.4:8000,10.0.0.5:8000"
        full.dataParallelAddress = "10.0.0.1:8001"
        full.dataParallelRank = 1
        let short = RequestMutation(destination: "[::1]:8000")
        let another = shared(Array("another body".utf8))
        var replies: [String: ProcessReply] = [
            "request headers, unchanged": .requestHeaders(nil),
            "request headers, full mutation": .requestHeaders(full),
            "request headers, short mutation": .requestHeaders(short),
            "request body, full mutation": .requestBody(full, replacement: nil),
            "request body, short mutation": .requestBody(short, replacement: nil),
            "request body, full mutation, replaced": .requestBody(full, replacement: another),
            "request body, short mutation, replaced": .requestBody(short, replacement: another),
            "request trailers": .requestTrailers,
            "response headers": .responseHeaders([]),
            "response headers, with more": .responseHeaders([
                HeaderField("x-session-token", "dG9rZW4="),
                HeaderField("set-cookie", "warm=path; Path=/"),
            ]),
            "response body": .responseBody,
            "response trailers": .responseTrailers,
        ]
        for size in [0, 1, 127, 128, 62_000] {
            for end in [false, true] {
                let suffix = "chunk of \(size)\(end ? ", last" : "")"
                let bytes = (0..<size).map { UInt8($0 * 31 % 251) }
                // In the middle of other bytes, which must not be sent.
                let shared = shared([1, 2, 3] + bytes + [4])
                let range = 3..<3 + size
                replies["request \(suffix)"] = .requestBodyChunk(shared, range, endOfStream: end)
                replies["response \(suffix)"] = .responseBodyChunk(
                    Expected.shared(bytes),
                    endOfStream: end
                )
            }
        }
        let errors: [(String, PickError)] = [
            ("malformed", .malformedRequest(reason: "model not found in request body")),
            ("too large", .bodyTooLarge(bytesMax: 10)), ("saturated", .saturated),
            ("unsupported", .unsupportedGateway(reason: "no such mode")),
            ("no endpoints", .noEndpoints), ("evicted", .evicted),
            ("no endpoints in time", .noEndpointsInTime),
        ]
        for (name, error) in errors {
            replies["immediate, \(name)"] = .immediate(ImmediateResponse(error))
        }
        return replies
    }()

    private static func shared(_ bytes: [UInt8]) -> SharedBytes {
        var growing = GrowingBytes()
        growing.append(bytes.span)
        return growing.take()
    }
}
