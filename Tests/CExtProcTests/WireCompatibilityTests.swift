import Bytes
import GRPC
import Testing

@testable import ExtProc

/// Between our definitions and those that Envoy publishes, byte by byte.
@Suite struct WireCompatibilityTests {
    @Test func `every message that we keep is understood and written as Envoy writes it`() throws {
        let golden = try Golden()
        #expect(golden.messages.count > 500)
        for example in golden.messages {
            let repacked = try Repacked(example.bytes, as: example.name)
            #expect(repacked.unknownFieldCount == 0, "\(example.name)")
            #expect(repacked.bytes == example.bytes, "\(example.name)")
        }
    }

    @Test func `replies are the ones that Envoy's own definitions make`() throws {
        let golden = try Golden()
        for (name, reply) in Expected.replies {
            let expected = try #require(golden.replies[name], "no reply named \(name)")
            let encoded = reply.encoded()
            var reader = encoded.reader
            let bytes = try reader.readArray(encoded.count)
            // Field order is the sender's to choose, so both are put into protobuf-c's.
            let ours = try Repacked(bytes, as: "envoy.service.ext_proc.v3.ProcessingResponse")
            #expect(ours.unknownFieldCount == 0, "\(name)")
            #expect(ours.bytes == expected, "\(name)")
        }
        #expect(Set(golden.replies.keys) == Set(Expected.replies.keys), "each reply is compared")
    }

    @Test func `requests of Envoy are decoded to what they say`() throws {
        let golden = try Golden()
        for (name, expected) in Expected.requests {
            let bytes = try #require(golden.requests[name], "no request named \(name)")
            var bodies = BodyBytes()
            let message = ReceivedMessage(copying: [bytes])
            let received = try ReceivedProcessMessage(
                decoding: message,
                keeping: Expected.wanted,
                to: &bodies
            )
            #expect(received == expected.received, "\(name)")
            let body = bodies.request.take().array + bodies.response.take().array
            #expect(body == expected.body, "\(name)")
        }
        #expect(Set(golden.requests.keys) == Set(Expected.requests.keys), "each is compared")
    }
}

extension SharedBytes {
    fileprivate var array: [UInt8] {
        var array: [UInt8] = []
        for index in span.indices { array.append(span[index]) }
        return array
    }
}
