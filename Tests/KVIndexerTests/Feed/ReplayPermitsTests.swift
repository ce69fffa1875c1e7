import Synchronization
import Testing

@testable import KVIndexer

@Suite struct ReplayPermitsTests {
    private final class Called: Sendable {
        private let ids = Mutex<[UInt64]>([])
        func append(_ id: UInt64) { ids.withLock { $0.append(id) } }
        var all: [UInt64] { ids.withLock { $0 } }
    }

    private let permits = ReplayPermits(count: 2)
    private let called = Called()

    private func take(_ id: UInt64) -> Bool {
        let called = called
        return permits.take(as: id, orThen: { called.append(id) })
    }

    @Test func `who waits has the next permit that is given back, in turn`() {
        #expect(take(1))
        #expect(take(2))
        #expect(!take(3))
        #expect(!take(4))
        permits.giveBack()
        #expect(called.all == [3])
        permits.giveBack()
        #expect(called.all == [3, 4])
        permits.giveBack()
        #expect(take(5))
        #expect(called.all == [3, 4])
    }

    @Test func `who leaves is passed over`() {
        #expect(take(1))
        #expect(take(2))
        #expect(!take(3))
        #expect(!take(4))
        #expect(permits.leave(3))
        #expect(!permits.leave(3))
        permits.giveBack()
        #expect(called.all == [4])
        #expect(!permits.leave(4))
    }
}
