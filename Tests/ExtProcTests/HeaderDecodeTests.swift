import Domain
import ExtProcTestSupport
import Testing

@testable import ExtProc

@Suite struct HeaderDecodeTests {
    private static let wanted = HeaderSelection(["X-Session-Token", "cookie", "x-request-id"])

    private func headers(
        _ headers: [(String, String)],
        keeping wanted: HeaderSelection = wanted
    ) throws -> RequestHeaders {
        let message = EnvoyMessage.headers(.requestHeaders, headers)
        let decoded = try Decoded([message], keeping: wanted)
        guard case .requestHeaders(let headers, _) = decoded.received.message else {
            Issue.record("not request headers")
            return RequestHeaders()
        }
        return headers
    }

    @Test func `headers that the router wants are kept in their order, and no others`() throws {
        let headers = try headers([
            (":path", "/v1"), ("x-session-token", "one"), ("x-session-tokem", "no"),
            ("COOKIE", "a=1"), ("accept", "*/*"), ("X-Session-TOKEN", "two"), ("cookie", "b=2"),
            ("X-Request-ID", "id"), ("x-session-token", ""),
        ])
        #expect(
            headers.wanted == [
                HeaderField("x-session-token", "one"), HeaderField("cookie", "a=1"),
                HeaderField("x-session-token", "two"), HeaderField("cookie", "b=2"),
                HeaderField("x-request-id", "id"), HeaderField("x-session-token", ""),
            ]
        )
        #expect(headers.path == "/v1")
        #expect(headers.requestID == "id")
    }

    @Test func `a router that wants nothing gets nothing`() throws {
        let headers = try headers([("x-session-token", "one")], keeping: .none)
        #expect(headers == RequestHeaders())
    }

    @Test(arguments: [
        ("x-session-token", 4096, true), ("x-session-token", 4097, false),
        ("cookie", 8192, true), ("cookie", 8193, false),
    ])
    func `a value of more bytes than any honest one is dropped`(
        name: String,
        byteCount: Int,
        isKept: Bool
    ) throws {
        let value = String(repeating: "v", count: byteCount)
        let headers = try headers([(name, value), ("cookie", "last")])
        let kept = isKept ? [HeaderField(name, value)] : []
        #expect(headers.wanted == kept + [HeaderField("cookie", "last")])
    }

    @Test func `no more values are kept than any honest request has`() throws {
        let headers = try headers((0..<100).map { ("cookie", "\($0)") })
        #expect(headers.wanted == (0..<64).map { HeaderField("cookie", "\($0)") })
    }

    @Test func `names longer than any are not looked at`() throws {
        let name = String(repeating: "x", count: 300)
        let headers = try headers([(name, "value")], keeping: HeaderSelection([name]))
        #expect(headers.wanted.isEmpty)
    }

    @Test(arguments: [("200", 200), ("503", 503), ("", nil), ("ok", nil)] as [(String, Int?)])
    func `a response has a status`(text: String, status: Int?) throws {
        let message = EnvoyMessage.headers(
            .responseHeaders,
            [("content-type", "application/json"), (":status", text)],
            endOfStream: true
        )
        let expected = ProcessMessage.responseHeaders(status: status, endOfStream: true)
        #expect(try Decoded([message]).received.message == expected)
    }

    /// A header's fields in any order, with the value and the raw value.
    @Test(
        arguments: [
            ([(1, "x-request-id"), (2, "value")], "value"),
            ([(1, "x-request-id"), (3, "raw")], "raw"),
            ([(1, "x-request-id"), (2, "value"), (3, "raw")], "raw"),
            ([(1, "x-request-id"), (3, "raw"), (2, "value")], "raw"),
            ([(1, "x-request-id"), (2, "value"), (3, "")], "value"),
            ([(1, "X-Request-ID"), (3, "raw")], "raw"),
            ([(1, "x-request-id")], ""),
            ([(1, "x-request-ix"), (3, "raw")], nil),
            ([(3, "raw")], nil),
        ] as [([(UInt64, String)], String?)]
    )
    func `the raw value of a header counts, if there is one`(
        fields: [(UInt64, String)],
        requestID: String?
    ) throws {
        let message = ProtobufWriter { request in
            request.message(2) { headers in
                headers.message(1) { map in
                    map.message(1) { header in
                        for (number, text) in fields { header.text(number, text) }
                    }
                }
            }
        }
        let headers = RequestHeaders(requestID: requestID)
        let decoded = try Decoded([message.bytes])
        #expect(decoded.received.message == .requestHeaders(headers, endOfStream: false))
    }

    @Test(
        arguments: [
            ("5", 5), ("0", 0), ("9223372036854775807", .max), ("9223372036854775808", nil),
            ("", nil), ("five", nil), ("5 ", nil), ("-5", nil), ("5\u{1}", nil),
            (String(repeating: "1", count: 2000), nil),
        ] as [(String, Int?)]
    )
    func `a content length is a number or nothing`(text: String, expected: Int?) throws {
        let message = EnvoyMessage.headers(.requestHeaders, [("content-length", text)])
        let headers = RequestHeaders(contentLength: expected)
        let decoded = try Decoded([message])
        #expect(decoded.received.message == .requestHeaders(headers, endOfStream: false))
    }
}
