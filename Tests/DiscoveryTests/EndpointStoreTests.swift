import Discovery
import Domain
import Testing

@Suite struct EndpointStoreTests {
    private let store = EndpointStore()

    /// The IDs of these addresses after publishing them.
    private func ids(publishing addresses: [String]) -> [UInt32?] {
        let endpoints = store.publish(addresses.map { PoolMember(name: $0, address: $0) }).endpoints
        return addresses.map { address in
            endpoints.first { $0.address == address }?.id.rawValue
        }
    }

    @Test func `a pool is empty until something is published`() {
        #expect(store.snapshot.endpoints.isEmpty)
        #expect(store.snapshot.generation == 0)
    }

    @Test func `an address keeps its ID while it stays, wherever in the list`() {
        #expect(ids(publishing: ["a:1", "b:1"]) == [0, 1])
        #expect(ids(publishing: ["c:1", "b:1", "a:1"]) == [2, 1, 0])
    }

    @Test func `another order of the same endpoints is no change`() {
        _ = ids(publishing: ["a:1", "b:1"])
        #expect(ids(publishing: ["b:1", "a:1"]) == [1, 0])
        #expect(store.snapshot.generation == 1)
    }

    @Test func `an ID is never given out again, not even to the address that had it`() {
        #expect(ids(publishing: ["a:1", "b:1"]) == [0, 1])
        #expect(ids(publishing: ["b:1"]) == [1])
        #expect(ids(publishing: ["a:1", "b:1"]) == [2, 1])
    }

    @Test func `the generation grows with a change and only then`() {
        let member = PoolMember(name: "a", address: "a:1")
        #expect(store.publish([member]).generation == 1)
        #expect(store.publish([member]).generation == 1)
        let prefill = PoolMember(name: "a", address: "a:1", role: .prefill)
        let snapshot = store.publish([prefill])
        #expect(snapshot.generation == 2)
        #expect(snapshot.endpoints.map(\.id.rawValue) == [0])
        #expect(snapshot.endpoints.map(\.role) == [.prefill])
    }
}
