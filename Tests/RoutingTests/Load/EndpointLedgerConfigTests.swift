import Routing
import Testing

@Suite struct EndpointLedgerConfigTests {
    @Test func `the defaults are valid`() throws {
        #expect(try EndpointLedgerConfig().validated() == EndpointLedgerConfig())
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .seconds(1 << 33)])
    func `a time that is none, or beyond all use, is refused`(duration: Duration) {
        var config = EndpointLedgerConfig()
        config.prefillLifetime = duration
        #expect(throws: EndpointLedgerConfigError.self) { try config.validated() }
        config = EndpointLedgerConfig()
        config.circuitBreaker.duration = duration
        #expect(throws: EndpointLedgerConfigError.self) { try config.validated() }
    }

    @Test(arguments: [0, -1, 1 << 25]) func `a bound that bounds nothing is refused`(count: Int) {
        var config = EndpointLedgerConfig()
        config.recentPicksMax = count
        #expect(
            throws: EndpointLedgerConfigError.outOfBounds(
                "recentPicksMax",
                expected: "1 to 2^24"
            )
        ) { try config.validated() }
    }
}
