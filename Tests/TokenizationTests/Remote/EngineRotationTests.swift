import Testing

@testable import Tokenization

@Suite struct EngineRotationTests {
    private func rotation(_ urls: [String], requestsPerEngineMax: Int = 9) -> EngineRotation {
        var config = CircuitBreaker.Config()
        config.failuresInARowMax = 1
        var rotation = EngineRotation(config, requestsPerEngineMax: requestsPerEngineMax)
        rotation.replace(with: urls)
        return rotation
    }

    @Test func `engines are taken in turn, those whose circuit is open are passed over`() throws {
        var rotation = rotation(["a", "b", "c"])
        let now = ContinuousClock.now
        #expect((0..<4).map { _ in rotation.take(at: now)?.url } == ["a", "b", "c", "a"])
        let ticketTaken = rotation.take(at: now)
        let ticket = try #require(ticketTaken)
        #expect(rotation.give(back: ticket, .failure, at: now, chance: 0) != nil)
        #expect(rotation.openCount == 1)
        #expect((0..<3).map { _ in rotation.take(at: now)?.url } == ["c", "a", "c"])
        #expect(rotation.take(at: now, excluding: "a")?.url == "c")
    }

    @Test func `an engine gets no more than its share at a time`() throws {
        var rotation = rotation(["a"], requestsPerEngineMax: 2)
        let now = ContinuousClock.now
        let ticketTaken = rotation.take(at: now)
        let ticket = try #require(ticketTaken)
        #expect(rotation.take(at: now) != nil)
        #expect(rotation.take(at: now) == nil)
        #expect(rotation.give(back: ticket, .success, at: now, chance: 0) == nil)
        #expect(rotation.take(at: now) != nil)
    }

    @Test func `an engine that stays keeps its circuit, one that left is forgotten`() throws {
        var rotation = rotation(["a", "b"])
        let now = ContinuousClock.now
        for ticket in [rotation.take(at: now), rotation.take(at: now)] {
            _ = rotation.give(back: try #require(ticket), .failure, at: now, chance: 0)
        }
        rotation.replace(with: ["b", "c", "c"])
        #expect(rotation.openCount == 1)
        #expect((0..<2).map { _ in rotation.take(at: now)?.url } == ["c", "c"])
        rotation.replace(with: [])
        #expect(rotation.isEmpty)
        #expect(rotation.take(at: now) == nil)
    }
}
