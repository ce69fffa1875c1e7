import ExtProcTestSupport
import Testing

@testable import ExtProc

@Suite struct ServedEndpointTests {
    private func served(_ kind: EnvoyMessage.Kind, _ metadata: ProtobufWriter?) throws -> String? {
        let message = EnvoyMessage.headers(kind, [(":status", "200")], metadata: metadata)
        return try Decoded([message]).received.servedEndpoint
    }

    private static func metadata(_ value: ProtobufWriter) -> ProtobufWriter {
        EnvoyMessage.entry(
            "envoy.lb",
            EnvoyMessage.entry("x-gateway-destination-endpoint-served", value)
        )
    }

    @Test func `who has answered is read from the metadata of a response's headers`() throws {
        let metadata = Self.metadata(EnvoyMessage.value("10.0.0.2:8000"))
        #expect(try served(.responseHeaders, metadata) == "10.0.0.2:8000")
        #expect(try served(.requestHeaders, metadata) == nil, "a request is served by nobody yet")
    }

    @Test(
        arguments: [
            nil, ProtobufWriter(), metadata(ProtobufWriter()), metadata(EnvoyMessage.value("")),
            EnvoyMessage.entry("envoy.lb", EnvoyMessage.entry("other", EnvoyMessage.value("a:1"))),
            EnvoyMessage.subsetHint(EnvoyMessage.value("a:1")),
        ] as [ProtobufWriter?]
    )
    func `without a word about it nobody is named`(_ metadata: ProtobufWriter?) throws {
        #expect(try served(.responseHeaders, metadata) == nil)
    }
}
