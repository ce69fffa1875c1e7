import Bytes
import Domain
import Routing
import Testing

@testable import ExtProc

@Suite struct ProcessStreamStateTests {
    /// Messages in order, and what is to be done about each.
    struct Story: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var modes = BodyModes()
        var bodyBytesMax = 100
        let steps: [(ProcessMessage, ProcessStreamState.Action)]
    }

    private static let buffered = BodyModes(request: .buffered, response: .buffered)
    private static let begin = headers()
    private static let tooLarge = ProcessStreamState.Action.fail(.bodyTooLarge(bytesMax: 100))

    private static func headers(contentLength: Int? = nil, last: Bool = false) -> ProcessMessage {
        .requestHeaders(RequestHeaders(contentLength: contentLength), endOfStream: last)
    }

    private static func chunk(_ byteCount: Int, last: Bool = false) -> ProcessMessage {
        .requestBody(byteCount: byteCount, endOfStream: last)
    }

    static let fullDuplex: [Story] = [
        Story(
            testDescription: "body in one message",
            steps: [
                (begin, .wait), (chunk(7, last: true), .route(.streamedBody(withTrailers: false))),
            ]
        ),
        Story(
            testDescription: "body in many messages, the last one empty",
            steps: [
                (begin, .wait), (chunk(50), .wait), (chunk(0), .wait), (chunk(50), .wait),
                (chunk(0, last: true), .route(.streamedBody(withTrailers: false))),
            ]
        ),
        Story(
            testDescription: "empty body",
            steps: [
                (begin, .wait), (chunk(0, last: true), .route(.streamedBody(withTrailers: false))),
            ]
        ),
        Story(
            testDescription: "trailers end the body",
            steps: [
                (begin, .wait), (chunk(7), .wait),
                (.requestTrailers, .route(.streamedBody(withTrailers: true))),
            ]
        ),
        Story(
            testDescription: "trailers without a body",
            steps: [(begin, .wait), (.requestTrailers, .route(.streamedBody(withTrailers: true)))]
        ),
        Story(
            testDescription: "headers only",
            steps: [(headers(last: true), .route(.headersOnly))]
        ),
        Story(
            testDescription: "a whole exchange",
            steps: [
                (begin, .wait), (chunk(7, last: true), .route(.streamedBody(withTrailers: false))),
                (.responseHeaders(status: 200, endOfStream: false), .pass(.responseHeaders)),
                (
                    .responseBody(byteCount: 2, endOfStream: false),
                    .pass(.responseBodyChunk(endOfStream: false))
                ),
                (
                    .responseBody(byteCount: 2, endOfStream: true),
                    .pass(.responseBodyChunk(endOfStream: true))
                ),
            ]
        ),
        Story(
            testDescription: "a response that begins before the request's end",
            steps: [
                (begin, .wait),
                (.responseHeaders(status: 200, endOfStream: true), .pass(.responseHeaders)),
                (chunk(7, last: true), .route(.streamedBody(withTrailers: false))),
            ]
        ),
        Story(
            testDescription: "only the response",
            steps: [
                (.responseHeaders(status: 200, endOfStream: false), .pass(.responseHeaders)),
                (
                    .responseBody(byteCount: 2, endOfStream: false),
                    .pass(.responseBodyChunk(endOfStream: false))
                ),
                (.responseTrailers, .pass(.responseTrailers)),
            ]
        ),
    ]

    static let otherModes: [Story] = [
        Story(
            testDescription: "BUFFERED: the decision answers the body",
            modes: buffered,
            steps: [
                (begin, .pass(.requestHeaders)), (chunk(7, last: true), .route(.bufferedBody)),
                (.responseHeaders(status: 200, endOfStream: false), .pass(.responseHeaders)),
                (.responseBody(byteCount: 2, endOfStream: true), .pass(.responseBody)),
            ]
        ),
        Story(
            testDescription: "BUFFERED with trailers: the body does not say that it is the last",
            modes: buffered,
            steps: [
                (begin, .pass(.requestHeaders)), (chunk(7), .route(.bufferedBody)),
                (.requestTrailers, .pass(.requestTrailers)),
            ]
        ),
        Story(
            testDescription: "BUFFERED, headers only",
            modes: buffered,
            steps: [(headers(last: true), .route(.headersOnly))]
        ),
        Story(
            testDescription: "BUFFERED with trailers and no body",
            modes: buffered,
            steps: [
                (begin, .pass(.requestHeaders)),
                (.requestTrailers, .fail(.malformedRequest(reason: "the request has no body"))),
            ]
        ),
        Story(
            testDescription: "NONE: the headers are all there is to decide on",
            modes: BodyModes(request: .none, response: .none),
            steps: [
                (begin, .route(.headersOnly)), (.requestTrailers, .pass(.requestTrailers)),
                (.responseHeaders(status: 200, endOfStream: false), .pass(.responseHeaders)),
                (.responseTrailers, .pass(.responseTrailers)),
            ]
        ),
        Story(
            testDescription: "STREAMED responses stay with Envoy",
            modes: BodyModes(request: .fullDuplexStreamed, response: .streamed),
            steps: [(.responseBody(byteCount: 2, endOfStream: false), .pass(.responseBody))]
        ),
    ]

    static let limits: [Story] = [
        Story(
            testDescription: "a content length over the limit fails at the headers",
            steps: [(headers(contentLength: 101), tooLarge)]
        ),
        Story(
            testDescription: "a body at the limit is taken",
            steps: [
                (headers(contentLength: 100), .wait), (chunk(60), .wait),
                (chunk(40, last: true), .route(.streamedBody(withTrailers: false))),
            ]
        ),
        Story(
            testDescription: "a body over the limit fails while it arrives, whatever was promised",
            steps: [(headers(contentLength: 5), .wait), (chunk(60), .wait), (chunk(41), tooLarge)]
        ),
        Story(
            testDescription: "BUFFERED, over the limit",
            modes: buffered,
            steps: [(begin, .pass(.requestHeaders)), (chunk(101, last: true), tooLarge)]
        ),
    ]

    @Test(arguments: fullDuplex + otherModes + limits)
    func `each message is answered as its mode wants`(_ story: Story) {
        var state = ProcessStreamState(bodyBytesMax: story.bodyBytesMax)
        for (index, (message, action)) in story.steps.enumerated() {
            let modes = index == 0 ? story.modes : nil
            let received = ReceivedProcessMessage(message: message, bodyModes: modes)
            #expect(state.received(received) == action, "step \(index)")
        }
    }

    @Test(arguments: [BodyMode.streamed, .bufferedPartial, .grpc])
    func `modes in which the decision would come too late fail`(_ mode: BodyMode) {
        var state = ProcessStreamState(bodyBytesMax: 100)
        let modes = BodyModes(request: mode)
        let action = state.received(
            ReceivedProcessMessage(message: Self.begin, bodyModes: modes)
        )
        let reason = "request_body_mode must be FULL_DUPLEX_STREAMED or BUFFERED"
        #expect(action == .fail(.unsupportedGateway(reason: reason)))
    }

    @Test(arguments: [
        [chunk(1)], [.requestTrailers], [begin, begin], [headers(last: true), begin],
        [headers(last: true), chunk(1)], [begin, chunk(1, last: true), chunk(0, last: true)],
        [begin, chunk(1), .requestTrailers, chunk(1)],
    ])
    func `messages in an order that no gateway sends are rejected`(_ messages: [ProcessMessage]) {
        var state = ProcessStreamState(bodyBytesMax: 100)
        let actions = messages.map { state.received(ReceivedProcessMessage(message: $0)) }
        for action in actions.dropLast() { #expect(!action.isRejection) }
        #expect(actions.last?.isRejection == true)
    }

    @Test(arguments: [
        (BodyMode.fullDuplexStreamed, true), (.streamed, true), (.none, false), (.buffered, false),
        (.bufferedPartial, false), (.grpc, false), (.unknown, false),
    ])
    func `the router is told whether responses are shown as they come`(
        mode: BodyMode,
        isShown: Bool
    ) {
        var state = ProcessStreamState(bodyBytesMax: 100)
        let modes = BodyModes(request: .none, response: mode)
        _ = state.received(ReceivedProcessMessage(message: Self.begin, bodyModes: modes))
        var empty = GrowingBytes()
        let request = state.request(withBody: empty.take(), keeping: .none)
        #expect(request.seesResponseBody == isShown)
    }

    @Test func `a subset hint holds until another one comes`() {
        var state = ProcessStreamState(bodyBytesMax: 100)
        let headers = ReceivedProcessMessage(message: Self.begin, subsetHint: ["a:1"])
        #expect(state.received(headers) == .wait)
        _ = state.received(ReceivedProcessMessage(message: Self.chunk(1)))
        #expect(state.subsetHint == ["a:1"])
        _ = state.received(ReceivedProcessMessage(message: Self.chunk(1), subsetHint: []))
        #expect(state.subsetHint == [])
    }

    @Test(arguments: [
        (nil, 0, 0), (-5, 0, 0), (0, 0, 0), (500, 0, 564), (500, 1, 0),
        (1 << 40, 0, 1 << 20 + 64),
    ])
    func `room is made for a content length that can be believed`(
        contentLength: Int?,
        collected: Int,
        expected: Int
    ) {
        var state = ProcessStreamState(bodyBytesMax: .max)
        _ = state.received(
            ReceivedProcessMessage(message: Self.headers(contentLength: contentLength))
        )
        #expect(state.expectedBodyBytes(beyond: collected) == expected)
    }
}

extension ProcessStreamState.Action {
    fileprivate var isRejection: Bool {
        if case .reject = self { true } else { false }
    }
}
