import Domain
import Testing

@testable import ExtProc

@Suite struct RequestMutationTests {
    private static func endpoint(_ id: UInt32, _ address: String? = nil) -> Endpoint {
        Endpoint(
            id: EndpointID(rawValue: id),
            name: "\(id)",
            address: address ?? "10.0.0.\(id):8000"
        )
    }

    /// What a mutation writes: a value for each header that it sets, nil for those it removes.
    private static func changes(
        _ decision: RoutingDecision,
        sendsPrefillerURL: Bool = true
    ) throws -> [String: String?] {
        var config = ExtProcConfig()
        config.sendsPrefillerURL = sendsPrefillerURL
        let mutation = try #require(RequestMutation(decision, config: config))
        let changes = HeaderChanges(mutation).list
        let values: [String: String?] = Dictionary(
            uniqueKeysWithValues: changes.map { ($0.name, $0.value) }
        )
        #expect(Set(values.keys) == Set(steering), "each is set or removed")
        return values.filter { $0.value != nil }
    }

    private static let steering = [
        "x-gateway-destination-endpoint", "x-gateway-destination-endpoint-subset",
        "x-gateway-destination-endpoint-served", "x-prefiller-host-port", "x-prefiller-url",
        "x-encoder-hosts-ports", "x-data-parallel-host-port", "x-data-parallel-rank",
        "x-kv-cache-source-host-port",
    ]

    @Test func `a plain decision names its endpoint, and clients' words about others go`() throws {
        let changes = try Self.changes(FixedRouter.decision)
        #expect(changes == ["x-gateway-destination-endpoint": "10.0.0.1:8000"])
    }

    @Test func `endpoints that stand in follow the best one`() throws {
        var decision = FixedRouter.decision
        decision.fallbacks = [Self.endpoint(2), Self.endpoint(3, "[fd00::3]:8000")]
        let list = "10.0.0.1:8000,10.0.0.2:8000,[fd00::3]:8000"
        #expect(try Self.changes(decision) == ["x-gateway-destination-endpoint": list])
    }

    @Test func `a decision of many parts has a header for each`() throws {
        var decision = FixedRouter.decision
        let prefill = Self.endpoint(4)
        decision.prefill = PrefillDecision(endpoint: prefill, uncachedTokens: 100)
        decision.encoders = [Self.endpoint(5), Self.endpoint(6)]
        decision.rank = 3
        decision.sidecarAddress = "10.0.0.1:9000"
        let expected: [String: String?] = [
            "x-gateway-destination-endpoint": "10.0.0.1:9000",
            "x-prefiller-host-port": "10.0.0.4:8000",
            "x-prefiller-url": "http://10.0.0.4:8000",
            "x-encoder-hosts-ports": "10.0.0.5:8000,10.0.0.6:8000",
            "x-data-parallel-host-port": "10.0.0.1:8000",
            "x-data-parallel-rank": "3",
        ]
        #expect(try Self.changes(decision) == expected)
        let withoutURL = expected.filter { $0.key != "x-prefiller-url" }
        #expect(try Self.changes(decision, sendsPrefillerURL: false) == withoutURL)
    }

    @Test(arguments: ["", "a,b", "a b", "a\r\nx-admin: 1", "a\0", "ä:1", "a\u{7F}"])
    func `an address that is more than one, or none, is not written`(_ address: String) throws {
        let odd = Self.endpoint(9, address)
        var decision = FixedRouter.decision
        decision.fallbacks = [odd, Self.endpoint(2)]
        decision.prefill = PrefillDecision(endpoint: odd, uncachedTokens: 1)
        decision.encoders = [odd]
        let list = "10.0.0.1:8000,10.0.0.2:8000"
        #expect(try Self.changes(decision) == ["x-gateway-destination-endpoint": list])

        let alone = RoutingDecision(endpoint: odd, matchedBlocks: 0, blockCount: 0)
        #expect(RequestMutation(alone, config: ExtProcConfig()) == nil)
    }

    @Test func `the body's length and a missing id are set, too`() {
        let mutation = RequestMutation(destination: "a:1", contentLength: 17, requestID: "id")
        let added = HeaderChanges(mutation).list.filter { !Self.steering.contains($0.name) }
        #expect(added == [.set("content-length", "17"), .set("x-request-id", "id")])
    }
}
