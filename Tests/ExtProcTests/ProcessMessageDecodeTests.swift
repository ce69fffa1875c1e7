import Bytes
import Domain
import ExtProcTestSupport
import GRPC
import Testing

@testable import ExtProc

/// A message, and the bytes of a body that came with it.
struct Decoded: Equatable {
    let received: ReceivedProcessMessage
    let body: [UInt8]

    init(
        _ pieces: [[UInt8]],
        keeping wanted: HeaderSelection = .none
    ) throws(MessageError) {
        var bodies = BodyBytes()
        received = try ReceivedProcessMessage(
            decoding: ReceivedMessage(copying: pieces),
            keeping: wanted,
            to: &bodies
        )
        body = bodies.request.take().array + bodies.response.take().array
    }
}

extension SharedBytes {
    var array: [UInt8] { span.indices.map { span[$0] } }
}

@Suite struct ProcessMessageDecodeTests {
    /// One message with something of everything, between fields that we do not know.
    static let example: [UInt8] = {
        var message = ProtobufWriter()
        message.varint(10, 1)
        message.raw([9 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8])  // a fixed64
        message.message(9) { $0.text(1, "attributes") }
        let hint = EnvoyMessage.subsetHint(EnvoyMessage.value([EnvoyMessage.value("a:1")]))
        message.raw(
            EnvoyMessage.headers(
                .requestHeaders,
                [(":path", "/v1"), ("x-request-id", "id"), ("Content-Length", "5")],
                endOfStream: true,
                bodyModes: (2, 4),
                metadata: hint
            )
        )
        message.raw([100 << 3 & 0x7F | 5 | 0x80, 100 >> 4, 1, 2, 3, 4])  // a fixed32
        return message.bytes
    }()

    private static let meaning = ReceivedProcessMessage(
        message: .requestHeaders(
            RequestHeaders(requestID: "id", contentLength: 5, path: "/v1"),
            endOfStream: true
        ),
        subsetHint: ["a:1"],
        bodyModes: BodyModes(request: .buffered, response: .fullDuplexStreamed)
    )

    @Test func `a message means the same however the transport cut it`() throws {
        for first in 0...Self.example.count {
            for second in [first, first + 1, first + 7] where second <= Self.example.count {
                let pieces = [
                    Array(Self.example[..<first]), Array(Self.example[first..<second]),
                    Array(Self.example[second...]),
                ]
                #expect(try Decoded(pieces).received == Self.meaning, "cut at \(first), \(second)")
            }
        }
        #expect(try Decoded(Self.example.map { [$0] }).received == Self.meaning)
    }

    @Test func `the bytes of a body are collected from every piece`() throws {
        let body = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        let message = EnvoyMessage.body(.requestBody, body, endOfStream: true)
        let expected = ProcessMessage.requestBody(byteCount: 1000, endOfStream: true)
        for cut in [0, 1, 2, 3, 4, 5, 500, message.count - 2, message.count] {
            let decoded = try Decoded([Array(message[..<cut]), Array(message[cut...])])
            #expect(decoded.received.message == expected)
            #expect(decoded.body == body)
        }
    }

    @Test func `a message that is cut short is an error at every length`() {
        let messages = [
            EnvoyMessage.headers(.requestHeaders, [("x-request-id", "id")], endOfStream: true),
            EnvoyMessage.headers(.responseHeaders, [(":status", "200")]),
            EnvoyMessage.body(.requestBody, [1, 2, 3], endOfStream: true),
            EnvoyMessage.body(.responseBody, [1, 2, 3]),
        ]
        for message in messages {
            for count in 0..<message.count {
                #expect(throws: MessageError.self) { try Decoded([Array(message[..<count])]) }
            }
        }
        for count in 0..<Self.example.count {  // may end between fields: an error or a message
            _ = try? Decoded([Array(Self.example[..<count])])
        }
    }

    @Test(
        arguments: [
            [],  // no message at all
            [8 << 3 | 2, 0],  // metadata only
            [0, 0],  // field number 0
            [2 << 3 | 3, 2 << 3 | 4],  // a group
            [2 << 3 | 6], [2 << 3 | 7],  // wire types that do not exist
            [2 << 3 | 2] + [UInt8](repeating: 0xFF, count: 10),  // a varint without an end
            [2 << 3 | 2] + [UInt8](repeating: 0xFF, count: 9) + [1],  // length 2^64 - 1
            [2 << 3 | 2] + [UInt8](repeating: 0xFF, count: 8) + [0x7F],  // length 2^63 - 1
            [2 << 3 | 2, 1],  // a length past the end
            [2 << 3 | 2, 3, 1 << 3 | 2, 100, 0],  // a nested length past its message
            [4 << 3 | 2, 4, 1 << 3 | 2, 3, 0, 0, 0, 0],  // a body past its message
            [2 << 3 | 0, 1],  // headers as a number
        ] as [[UInt8]]
    )
    func `what is not a ProcessingRequest is an error`(_ bytes: [UInt8]) {
        #expect(throws: MessageError.self) { try Decoded([bytes]) }
    }

    @Test func `a second request in one message is an error`() {
        let twice =
            EnvoyMessage.body(.requestBody, [1, 2, 3])
            + EnvoyMessage.body(.requestBody, [4], endOfStream: true)
        #expect(throws: MessageError.malformed) { try Decoded([twice]) }
    }

    @Test func `a body mode that is not known yet is not taken for NONE`() throws {
        let message = EnvoyMessage.headers(.requestHeaders, bodyModes: (99, 0))
        #expect(try Decoded([message]).received.bodyModes?.request == .unknown)
    }
}
