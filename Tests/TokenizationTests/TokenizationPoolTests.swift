import Glibc
import Synchronization
import Testing

@testable import Tokenization

@Suite struct TokenizationPoolTests {
    /// Holds work back until it is opened. Blocks the thread, as slow work would.
    private final class Gate: Sendable {
        private let isOpen = Atomic(false)
        func open() { isOpen.store(true, ordering: .releasing) }
        var isClosed: Bool { !isOpen.load(ordering: .acquiring) }
        func pass() { while isClosed { usleep(200) } }
    }

    private final class Counter: Sendable {
        private let value = Atomic(0)
        var count: Int { value.load(ordering: .relaxed) }
        func add(_ change: Int) { value.add(change, ordering: .relaxed) }
    }

    private final class Order: Sendable {
        private let list = Mutex<[String]>([])
        var models: [String] { list.withLock { $0 } }
        func append(_ model: String) { list.withLock { $0.append(model) } }
    }

    private static func pool(
        threads: Int,
        waitingMax: Int = 1000,
        timeout: Duration = .seconds(60)
    ) throws -> TokenizationPool {
        var config = TokenizationPoolConfig()
        config.threadCount = threads
        config.waitingMax = waitingMax
        config.timeout = timeout
        return try TokenizationPool(config: config)
    }

    @Test func `results come back to their callers`() async throws {
        let pool = try Self.pool(threads: 2)
        try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for number in 0..<1000 {
                group.addTask { (number, try await pool.perform(for: "m") { number * number }) }
            }
            var count = 0
            for try await (number, square) in group {
                #expect(square == number * number)
                count += 1
            }
            #expect(count == 1000)
        }
    }

    @Test func `a request beyond the queue is refused at once, and what was accepted is done`()
        async throws
    {
        let pool = try Self.pool(threads: 1, waitingMax: 2)
        let (gate, started) = (Gate(), Gate())
        async let running = pool.perform(for: "m") {
            started.open()
            gate.pass()
            return 0
        }
        while started.isClosed { await Task.yield() }
        async let first = pool.perform(for: "m") { 1 }
        async let second = pool.perform(for: "m") { 2 }
        while pool.waitingCount < 2 { await Task.yield() }

        await #expect(throws: TokenizationError.full) { try await pool.perform(for: "m") { 3 } }
        gate.open()
        #expect(try await [running, first, second] == [0, 1, 2])
        #expect(try await pool.perform(for: "m") { 4 } == 4)
    }

    @Test func `a request whose time is over gets its answer, and is not begun`() async throws {
        let pool = try Self.pool(threads: 1, timeout: .milliseconds(400))
        let (gate, started, begun) = (Gate(), Gate(), Counter())
        let running = Task {
            try await pool.perform(for: "m") {
                started.open()
                gate.pass()
            }
        }
        while started.isClosed { await Task.yield() }
        await #expect(throws: TokenizationError.late) {
            try await pool.perform(for: "m") { begun.add(1) }
        }
        await #expect(throws: TokenizationError.late) { try await running.value }
        gate.open()
        while pool.waitingCount > 0 { await Task.yield() }
        #expect(try await pool.perform(for: "m") { begun.count } == 0)
    }

    @Test func `a request that came too late is not begun`() async throws {
        let pool = try Self.pool(threads: 1, timeout: .seconds(1))
        let gate = Gate()
        async let running: Void = pool.perform(for: "m") { gate.pass() }
        await #expect(throws: TokenizationError.late) {
            try await pool.perform(for: "m", since: .now - .seconds(2)) { true }
        }
        gate.open()
        try await running
    }

    @Test func `a request whose client is gone is not begun`() async throws {
        let pool = try Self.pool(threads: 1)
        let (gate, begun) = (Gate(), Counter())
        async let running: Void = pool.perform(for: "m") { gate.pass() }
        let gone = Task { try await pool.perform(for: "m") { begun.add(1) } }
        while pool.waitingCount < 1 { await Task.yield() }
        gone.cancel()
        await #expect(throws: TokenizationError.cancelled) { try await gone.value }
        gate.open()
        try await running
        #expect(try await pool.perform(for: "m") { begun.count } == 0)
    }

    @Test func `models take turns`() async throws {
        let pool = try Self.pool(threads: 1)
        let (gate, started) = (Gate(), Gate())
        let order = Order()
        async let running: Void = pool.perform(for: "a") {
            started.open()
            gate.pass()
        }
        while started.isClosed { await Task.yield() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (count, model) in ["a", "a", "a", "b", "b"].enumerated() {
                group.addTask {
                    try await pool.perform(for: model) { order.append(model) }
                }
                while pool.waitingCount <= count { await Task.yield() }
            }
            gate.open()
            try await group.waitForAll()
        }
        try await running
        #expect(order.models == ["a", "b", "a", "b", "a"])
    }

    @Test func `as many run at the same time as there are threads`() async throws {
        let pool = try Self.pool(threads: 3)
        let gate = Gate()
        let running = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    try await pool.perform(for: "m") {
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

    @Test(arguments: [false, true])
    func `every caller is answered, whether it is served, refused, late or gone`(
        isCancelled: Bool
    ) async throws {
        let pool = try Self.pool(threads: 2, waitingMax: 4, timeout: .milliseconds(50))
        let ran = Counter()
        let outcomes = await withTaskGroup(of: String.self) { group in
            for number in 0..<3000 {
                group.addTask {
                    do throws(TokenizationError) {
                        try await pool.perform(for: "\(number % 3)") { ran.add(1) }
                        return "served"
                    } catch {
                        return error.label
                    }
                }
                if isCancelled, number == 2000 { group.cancelAll() }
            }
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(outcomes.values.reduce(0, +) == 3000)
        #expect(outcomes["served", default: 0] <= ran.count)
        #expect(isCancelled == (outcomes["cancelled", default: 0] > 0))
    }

    @Test func `a pool that goes takes its threads along`() async throws {
        for _ in 0..<200 {
            let pool = try Self.pool(threads: 4)
            #expect(try await pool.perform(for: "m") { true })
        }
    }

    @Test func `work may hold the last reference to its pool`() async throws {
        for _ in 0..<50 {
            let pool = try Self.pool(threads: 1)
            #expect(try await pool.perform(for: "m") { pool.waitingCount } == 0)
        }
    }
}
