import Domain
import Scheduling
import Testing

@Suite struct SessionHintTests {
    private func pool(_ ids: some Sequence<UInt32>) -> [Endpoint] {
        ids.map { id in
            Endpoint(id: EndpointID(rawValue: id), name: "engine-\(id)", address: "e\(id):80")
        }
    }

    private func owner(of session: UInt64, in pool: [Endpoint]) -> String? {
        let snapshot = EndpointSnapshot(generation: 1, endpoints: pool)
        let hint = SessionHint(affinity: .cookie(name: "c"), target: .hash(session))
        return hint.index(among: Candidates(pool.indices), in: snapshot)
            .map { snapshot.endpoints[$0].name }
    }

    @Test func `a session has the same endpoint in every process`() {
        let pool = pool(0..<8)
        // As FNV-1a of the names and MurmurHash3's finalizer say, computed apart from this code.
        let owners = ["engine-1", "engine-3", "engine-2", "engine-1"]
        #expect((0..<4).map { owner(of: $0, in: pool) } == owners)
        // Whatever number a process gives an endpoint, its name is what counts.
        let renumbered = pool.map { endpoint in
            Endpoint(
                id: EndpointID(rawValue: 100 - endpoint.id.rawValue),
                name: endpoint.name,
                address: endpoint.address
            )
        }
        for session in 0..<200 as Range<UInt64> {
            #expect(owner(of: session, in: renumbered) == owner(of: session, in: pool))
        }
    }

    @Test func `when an endpoint leaves, only its own sessions move`() {
        let all = pool(0..<8)
        let rest = all.filter { $0.name != "engine-3" }
        var moved = 0
        for session in 0..<4000 as Range<UInt64> {
            let before = owner(of: session, in: all)
            let after = owner(of: session, in: rest)
            if before == "engine-3" { moved += 1 } else { #expect(after == before) }
        }
        #expect(moved > 0)
    }

    /// Sessions are hashes or, at worst, numbers in a row.
    @Test(arguments: [1, 0x9E37_79B9_7F4A_7C15] as [UInt64])
    func `sessions spread evenly`(step: UInt64) {
        let pool = pool(0..<8)
        var counts: [String: Int] = [:]
        for number in 0..<16_000 as Range<UInt64> {
            counts[owner(of: number &* step, in: pool) ?? "", default: 0] += 1
        }
        // 2,000 each; the standard deviation is 42.
        #expect(counts.count == 8)
        #expect(counts.values.allSatisfy { (1800...2200).contains($0) })
    }

    @Test func `of an endpoint's session the candidate is meant that it is`() {
        let snapshot = EndpointSnapshot(generation: 1, endpoints: pool([2, 5, 9]))
        let hint = SessionHint(
            affinity: .cookie(name: "c"),
            target: .endpoint(EndpointID(rawValue: 9))
        )
        #expect(hint.index(among: Candidates([0, 2]), in: snapshot) == 1)
        #expect(hint.index(among: Candidates([0, 1]), in: snapshot) == nil)
        #expect(hint.index(among: Candidates(), in: snapshot) == nil)
    }
}
