import Synchronization
import Testing
import Threads

@Suite struct OSThreadTests {
    private final class Seen: Sendable {
        let value = Atomic(0)
    }

    @Test func `joining waits until the body has returned`() throws {
        let seen = Seen()
        let thread = try OSThread(named: "test") { seen.value.store(7, ordering: .relaxed) }
        thread.join()
        #expect(seen.value.load(ordering: .relaxed) == 7)
    }

    @Test func `a thread knows whether it is the current one`() throws {
        let thread = try OSThread(named: "test") {}
        #expect(!thread.isCurrent)
        thread.join()
    }
}
