import Domain
import ExtProcTestSupport
import Randomness
import Testing

@testable import ExtProc

@Suite struct DecodeFuzzTests {
    private static let seeds: [[UInt8]] = [
        ProcessMessageDecodeTests.example,
        EnvoyMessage.body(.requestBody, Array("{\"model\":\"m\"}".utf8), endOfStream: true),
        EnvoyMessage.body(.responseBody, [0, 1, 2]),
        EnvoyMessage.trailers(.requestTrailers),
        EnvoyMessage.headers(.responseHeaders, [(":status", "200")], endOfStream: true),
        EnvoyMessage.headers(.requestHeaders, [("cookie", "a=1; b=2"), ("Cookie", "c=3")]),
        EnvoyMessage.headers(
            .requestHeaders,
            [("content-length", "10"), ("x-request-id", "0123456789")],
            metadata: EnvoyMessage.subsetHint(EnvoyMessage.value("a:1,b:2,c:3"))
        ),
    ]

    private static let wanted = HeaderSelection(["cookie", "x-request-id"])

    /// Whatever comes out, it neither traps nor reads outside the message, and what is kept of a
    /// message is never more than the message itself.
    @Test(arguments: 0..<6) func `no mutation of a message does harm`(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var decodedCount = 0
        for _ in 0..<10_000 {
            var message = Self.seeds.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&message, &random) }
            let cut = Int.random(in: 0...message.count, using: &random)
            let pieces = [Array(message[..<cut]), Array(message[cut...])]
            guard let decoded = try? Decoded(pieces, keeping: Self.wanted) else { continue }
            decodedCount += 1
            #expect(decoded.body.count <= message.count)
            guard case .requestHeaders(let headers, _) = decoded.received.message else { continue }
            let keptCount = headers.wanted.reduce(0) { $0 + $1.value.unicodeScalars.count }
            #expect(keptCount <= message.count)
        }
        #expect(decodedCount > 500, "most mutations would be refused at their first byte")
    }

    private func mutate(_ message: inout [UInt8], _ random: inout SplitMix64) {
        let place = message.isEmpty ? 0 : Int.random(in: message.indices, using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0 where !message.isEmpty:
            message[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1 where !message.isEmpty: message[place] = .random(in: 0...255, using: &random)
        case 2 where !message.isEmpty:
            message[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
        case 3 where !message.isEmpty: message.remove(at: place)
        case 4: message.insert(.random(in: 0...255, using: &random), at: place)
        case 5: message.removeSubrange(place...)
        default: message += message[place...].prefix(20)
        }
    }
}
