import Routing
import Testing

@testable import ExtProc

@Suite struct RoutedResponseTests {
    /// What gateways tell of a response, by how they are set up, and what an observer hears of it.
    @Test(
        arguments: [
            ([], []),
            (
                [.headers(200), .chunk(3), .chunk(2), .chunk(0, last: true)],
                [.began(status: 200), .firstBytes, .ended]
            ),
            (
                [.headers(200), .chunk(0), .chunk(2, last: true)],
                [.began(status: 200), .firstBytes, .ended]
            ),
            ([.headers(503, last: true)], [.began(status: 503), .ended]),
            ([.headers(204), .chunk(0, last: true)], [.began(status: 204), .ended]),
            (
                [.headers(200), .chunk(3), .responseTrailers],
                [.began(status: 200), .firstBytes, .ended]
            ),
            // Cut off: it never ends.
            ([.headers(200), .chunk(3)], [.began(status: 200), .firstBytes]),
            // Gateways that keep headers, or bodies, to themselves.
            ([.headers(nil), .chunk(1, last: true)], [.began(status: nil), .firstBytes, .ended]),
            ([.chunk(1), .chunk(1, last: true)], [.began(status: nil), .firstBytes, .ended]),
            ([.headers(200), .responseTrailers], [.began(status: 200), .ended]),
            ([.responseTrailers], [.began(status: nil), .ended]),
            // Gateways that say things twice.
            (
                [.headers(200), .headers(500), .chunk(1, last: true), .responseTrailers],
                [.began(status: 200), .firstBytes, .ended]
            ),
            ([.requestTrailers, .requestBody(byteCount: 1, endOfStream: true)], []),
        ] as [([ProcessMessage], [Observations.Event])]
    )
    func `an observer hears each thing once, in order`(
        messages: [ProcessMessage],
        events: [Observations.Event]
    ) {
        let observations = Observations()
        var response = RoutedResponse(
            to: RoutedRequest(decision: FixedRouter.decision, observer: observations.newObserver())
        )
        for message in messages { response.received(message) }
        #expect(observations.events == events)
    }
}

extension ProcessMessage {
    fileprivate static func headers(_ status: Int?, last: Bool = false) -> Self {
        .responseHeaders(status: status, endOfStream: last)
    }

    fileprivate static func chunk(_ byteCount: Int, last: Bool = false) -> Self {
        .responseBody(byteCount: byteCount, endOfStream: last)
    }
}
