import Tokenizer

/// What a worker pool adds to the work that it is given.
enum WorkerPoolBenchmark {
    static func run() async throws {
        let clock = ContinuousClock()
        let pool = try WorkerPool(threadCount: 1, waitingMax: 1000)
        var durations: [Duration] = []
        for _ in 0..<5000 {
            let start = clock.now
            _ = try await pool.perform { 0 }
            durations.append(clock.now - start)
        }
        report("one-caller", durations)

        let count = 500
        durations = []
        for _ in 0..<50 {
            let start = clock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<count { group.addTask { _ = try await pool.perform { 0 } } }
                try await group.waitForAll()
            }
            durations.append((clock.now - start) / count)
        }
        report("many-callers", durations)
    }

    private static func report(_ name: String, _ durations: [Duration]) {
        let value = rounded(median(durations.map { $0 / .microseconds(1) }))
        print("bench tokenizer/worker-pool/\(name)/warmpath \(value) us")
    }
}
