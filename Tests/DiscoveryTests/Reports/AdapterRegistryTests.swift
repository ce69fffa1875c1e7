import Domain
import Testing

@testable import Discovery

@Suite struct AdapterRegistryTests {
    private let registry = AdapterRegistry()

    private func ids(_ numbers: UInt32...) -> Set<EndpointID> {
        Set(numbers.map(EndpointID.init(rawValue:)))
    }

    private func id(_ number: UInt32) -> EndpointID { EndpointID(rawValue: number) }

    private func activity(running: String = "", waiting: String = "") -> AdapterActivity {
        AdapterActivity(running: Array(running.utf8), waiting: Array(waiting.utf8))
    }

    private func places(_ adapter: String) -> [UInt32: AdapterState]? {
        registry.places(of: adapter).map { places in
            Dictionary(
                uniqueKeysWithValues: places.places.map { ($0.endpoint.rawValue, $0.state) }
            )
        }
    }

    @Test func `an adapter without requests is still there`() {
        registry.enginesChanged(to: ids(0, 1))
        registry.update(id(0), listed: ["sql"])
        #expect(places("sql") == [0: .loaded])
        registry.update(id(0), activity: activity(running: "sql"))
        #expect(places("sql") == [0: .running])
        registry.update(id(0), activity: activity())
        #expect(places("sql") == [0: .loaded])
    }

    @Test func `an adapter that runs and waits runs`() {
        registry.enginesChanged(to: ids(0))
        registry.update(id(0), activity: activity(running: "a,b", waiting: "b,c"))
        #expect(places("a") == [0: .running])
        #expect(places("b") == [0: .running])
        #expect(places("c") == [0: .waiting])
    }

    @Test func `places are in the order of endpoints, whoever speaks first`() {
        registry.enginesChanged(to: ids(0, 1, 2))
        for endpoint: UInt32 in [2, 0, 1] {
            registry.update(id(endpoint), activity: activity(waiting: "a"))
            registry.update(id(endpoint), listed: ["a"])
        }
        #expect(registry.places(of: "a")?.places.map(\.endpoint.rawValue) == [0, 1, 2])
    }

    @Test func `an adapter that nobody has is not known`() {
        registry.enginesChanged(to: ids(0, 1))
        #expect(places("a") == nil)
        registry.update(id(0), listed: ["a"])
        registry.update(id(1), activity: activity(running: "a"))
        registry.update(id(0), listed: [])
        #expect(places("a") == [1: .running])
        registry.update(id(1), activity: activity())
        #expect(places("a") == nil)
    }

    @Test func `what an endpoint had goes with it, and what comes late is dropped`() {
        registry.enginesChanged(to: ids(0, 1))
        registry.update(id(0), listed: ["a", "b"])
        registry.update(id(1), activity: activity(running: "a"))
        registry.enginesChanged(to: ids(1, 2))
        registry.update(id(0), listed: ["a", "c"])
        registry.update(id(0), activity: activity(running: "c"))
        #expect(places("a") == [1: .running])
        #expect(places("b") == nil)
        #expect(places("c") == nil)
    }

    @Test func `the number of adapters is bounded, and room that is given up is used again`() {
        let count = AdapterRegistry.adaptersMax / ModelList.adaptersMax
        registry.enginesChanged(to: Set((0...UInt32(count)).map(id)))
        for endpoint in 0..<UInt32(count) {
            let names = (0..<ModelList.adaptersMax).map { "a\(endpoint)-\($0)" }
            registry.update(id(endpoint), listed: Set(names))
        }
        registry.update(id(UInt32(count)), listed: ["last"])
        #expect(places("last") == nil)
        registry.update(id(0), listed: [])
        registry.update(id(UInt32(count)), activity: activity(running: "last"))
        #expect(places("last") == [UInt32(count): .running])
    }

    @Test func `what found no room is placed as soon as there is some, wherever it is`() {
        let count = UInt32(AdapterRegistry.adaptersMax / ModelList.adaptersMax)
        registry.enginesChanged(to: Set((0...count + 2).map(id)))
        for endpoint in 0..<count {
            let names = (0..<ModelList.adaptersMax).map { "a\(endpoint)-\($0)" }
            registry.update(id(endpoint), listed: Set(names))
        }
        registry.update(id(count), listed: ["last"])
        registry.update(id(count + 1), activity: activity(running: "last"))
        registry.update(id(count + 2), listed: ["last", "a1-0"])
        registry.update(id(count + 2), listed: ["a1-0"])
        #expect(places("last") == nil)
        #expect(places("a1-0") == [1: .loaded, count + 2: .loaded])
        // The engines' own words have not changed since.
        registry.update(id(0), listed: [])
        #expect(places("last") == [count: .loaded, count + 1: .running])
        registry.enginesChanged(to: Set((0..<count).map(id)))
        #expect(places("last") == nil)
    }

    @Test func `what waits for room in vain is forgotten with its endpoint`() {
        let count = UInt32(AdapterRegistry.adaptersMax / ModelList.adaptersMax)
        registry.enginesChanged(to: Set((0...count).map(id)))
        for endpoint in 0..<count {
            let names = (0..<ModelList.adaptersMax).map { "a\(endpoint)-\($0)" }
            registry.update(id(endpoint), listed: Set(names))
        }
        registry.update(id(count), listed: ["last"])
        registry.enginesChanged(to: Set((0..<count).map(id)))
        registry.update(id(0), listed: [])
        #expect(places("last") == nil)
    }
}
