import Dispatch
import Testing
import Threads

@Suite(.timeLimit(.minutes(1)))
struct OSThreadPerformTests {
    @Test func `what is performed runs elsewhere, and its result comes back`() async throws {
        let results = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<50 {
                group.addTask { try await OSThread.perform(named: "test") { number * number } }
            }
            return try await group.reduce(0, +)
        }
        #expect(results == (0..<50).reduce(0) { $0 + $1 * $1 })
    }

    @Test func `what blocks holds up no task`() async throws {
        // More than the tasks' own threads: with those alone the last would never begin.
        let arrived = DispatchSemaphore(value: 0)
        let goOn = DispatchSemaphore(value: 0)
        let count = 64
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    try await OSThread.perform(named: "test") {
                        arrived.signal()
                        goOn.wait()
                    }
                }
            }
            try await OSThread.perform(named: "test") {
                for _ in 0..<count { arrived.wait() }
                for _ in 0..<count { goOn.signal() }
            }
            try await group.waitForAll()
        }
    }
}
