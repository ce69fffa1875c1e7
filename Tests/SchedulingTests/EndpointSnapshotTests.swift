import Domain
import Testing

@Suite struct EndpointSnapshotTests {
    private func snapshot(_ ids: [UInt32]) -> EndpointSnapshot {
        EndpointSnapshot(
            generation: 1,
            endpoints: ids.map { id in
                Endpoint(id: EndpointID(rawValue: id), name: "engine-\(id)", address: "e\(id):80")
            }
        )
    }

    @Test(arguments: [[], [4], [1, 4], [0, 3, 4, 9, 100], [100, 9, 4, 3, 0]] as [[UInt32]])
    func `an endpoint's position is where it is in ascending order`(ids: [UInt32]) {
        let snapshot = snapshot(ids)
        for id in 0...101 as ClosedRange<UInt32> {
            let position = snapshot.position(of: EndpointID(rawValue: id))
            #expect(position == ids.sorted().firstIndex(of: id))
        }
        #expect(snapshot.ids == snapshot.endpoints.map(\.id))
    }

    @Test func `an endpoint that leaves has no position any more`() {
        let first = snapshot([1, 2, 3])
        let second = first.successor(with: first.endpoints.filter { $0.id.rawValue != 2 })
        #expect(second.generation == 2)
        #expect(second.position(of: EndpointID(rawValue: 2)) == nil)
        #expect(second.position(of: EndpointID(rawValue: 3)) == 1)
    }
}
