import Glibc
import Synchronization
import Testing
import Tokenizer

@Suite struct WorkerPoolTests {
    /// Holds work back until it is opened. Blocks the thread, as slow work would.
    private final class Gate: Sendable {
        private let isOpen = Atomic(false)
        func open() { isOpen.store(true, ordering: .releasing) }
        var isClosed: Bool { !isOpen.load(ordering: .acquiring) }
        func pass() { while !isOpen.load(ordering: .acquiring) { usleep(200) } }
    }

    private final class Counter: Sendable {
        private let value = Atomic(0)
        var count: Int { value.load(ordering: .relaxed) }
        func add(_ change: Int) { value.add(change, ordering: .relaxed) }
    }

    @Test func `results come back to their callers`() async throws {
        let pool = try WorkerPool(threadCount: 2, waitingMax: 1000)
        try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for number in 0..<1000 {
                group.addTask { (number, try await pool.perform { number * number }) }
            }
            var count = 0
            for try await (number, square) in group {
                #expect(square == number * number)
                count += 1
            }
            #expect(count == 1000)
        }
    }

    @Test func `work beyond the queue is refused at once, and what was accepted is run`()
        async throws
    {
        let pool = try WorkerPool(threadCount: 1, waitingMax: 2)
        let gate = Gate()
        let started = Gate()
        async let running = pool.perform {
            started.open()
            gate.pass()
            return 0
        }
        while started.isClosed { await Task.yield() }
        async let first = pool.perform { 1 }
        async let second = pool.perform { 2 }
        while pool.waitingCount < 2 { await Task.yield() }

        await #expect(throws: WorkerPoolError.full) { try await pool.perform { 3 } }
        gate.open()
        #expect(try await [running, first, second] == [0, 1, 2])
        #expect(try await pool.perform { 4 } == 4)
    }

    @Test func `as many run at the same time as there are threads`() async throws {
        let pool = try WorkerPool(threadCount: 3, waitingMax: 10)
        let gate = Gate()
        let running = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    try await pool.perform {
                        running.add(1)
                        gate.pass()
                        running.add(-1)
                    }
                }
            }
            while pool.waitingCount != 2 || running.count != 3 { await Task.yield() }
            gate.open()
            try await group.waitForAll()
        }
        #expect(running.count == 0)
    }

    @Test func `no caller is lost, whether work is accepted or refused`() async throws {
        let pool = try WorkerPool(threadCount: 2, waitingMax: 4)
        let ran = Counter()
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<5000 {
                group.addTask {
                    do throws(WorkerPoolError) {
                        try await pool.perform { ran.add(1) }
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(into: [true: 0, false: 0]) { $0[$1, default: 0] += 1 }
        }
        #expect(outcomes[true] == ran.count)
        #expect((outcomes[true] ?? 0) + (outcomes[false] ?? 0) == 5000)
    }

    @Test func `a pool that goes takes its threads along`() async throws {
        for _ in 0..<200 {
            let pool = try WorkerPool(threadCount: 4, waitingMax: 1)
            #expect(try await pool.perform { true })
        }
    }

    @Test func `work may hold the last reference to its pool`() async throws {
        for _ in 0..<50 {
            let pool = try WorkerPool(threadCount: 1, waitingMax: 1)
            #expect(try await pool.perform { pool.waitingCount } == 0)
        }
    }
}
