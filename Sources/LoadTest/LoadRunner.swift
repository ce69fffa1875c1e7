package import HTTP
import Synchronization

/// Sends a workload and measures the answers.
package struct LoadRunner: Sendable {
    package enum Pace: Equatable, Sendable {
        /// Arrivals at random, so many a second, however long answers take: as real clients do.
        case rate(Double)
        /// So many clients, each of which waits for its answer.
        case concurrency(Int)
    }

    package struct Config: Sendable {
        package var url = "http://127.0.0.1:8080"
        package var workload = Workload()
        package var requestCount = 1000
        package var pace = Pace.concurrency(16)
        /// Requests that are sent first and not measured.
        package var warmupCount = 0
        package var deadline = Duration.seconds(120)
        /// Engines whose counters tell the prefix hits.
        package var engineURLs: [String] = []

        package init() {}
    }

    private let config: Config
    private let client = HTTPClient()
    private let turns = TurnOrder()
    private let clock = ContinuousClock()

    package init(_ config: Config) { self.config = config }

    /// - Parameter progress: Called after each measured request with the number of those done.
    package func run(
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws(HTTPError) -> LoadReport {
        _ = await play(0..<config.warmupCount) { _ in }
        let before = try await EngineCounters.read(from: config.engineURLs, client)
        let start = clock.now
        let outcomes = await play(
            config.warmupCount..<config.warmupCount + config.requestCount,
            progress
        )
        let elapsed = start.duration(to: clock.now)
        let after = try await EngineCounters.read(from: config.engineURLs, client)
        return LoadReport(
            outcomes,
            elapsed: elapsed,
            counted: config.engineURLs.isEmpty ? nil : after - before
        )
    }

    private func play(
        _ range: Range<Int>,
        _ progress: @escaping @Sendable (Int) -> Void
    ) async -> [RequestOutcome] {
        switch config.pace {
        case .rate(let rate): await playInTime(range, rate: rate, progress)
        case .concurrency(let count): await playInTurn(range, clientCount: count, progress)
        }
    }

    private func playInTime(
        _ range: Range<Int>,
        rate: Double,
        _ progress: @escaping @Sendable (Int) -> Void
    ) async -> [RequestOutcome] {
        await withTaskGroup(of: RequestOutcome.self) { group in
            var numbers = SeededNumbers(seed: config.workload.seed, stream: 0)
            let done = Count(0)
            var arrival = clock.now
            for index in range {
                arrival += numbers.exponential(rate: rate)
                try? await clock.sleep(until: arrival)
                group.addTask {
                    let outcome = await perform(index)
                    progress(done.increment())
                    return outcome
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func playInTurn(
        _ range: Range<Int>,
        clientCount: Int,
        _ progress: @escaping @Sendable (Int) -> Void
    ) async -> [RequestOutcome] {
        let next = Count(range.lowerBound)
        let done = Count(0)
        return await withTaskGroup(of: [RequestOutcome].self) { group in
            for _ in 0..<clientCount {
                group.addTask {
                    var outcomes: [RequestOutcome] = []
                    while !Task.isCancelled {
                        let index = next.increment() - 1
                        guard index < range.upperBound else { break }
                        outcomes.append(await perform(index))
                        progress(done.increment())
                    }
                    return outcomes
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// Sends one request, after the one that it follows.
    private func perform(_ index: Int) async -> RequestOutcome {
        let request = config.workload.request(index)
        if let predecessor = request.predecessor { await turns.wait(for: predecessor) }
        let outcome = await send(request)
        await turns.ended(index)
        return outcome
    }

    private struct Answer {
        var body: [UInt8] = []
        var firstPiece: ContinuousClock.Instant?
    }

    private func send(_ request: Workload.Request) async -> RequestOutcome {
        var outcome = RequestOutcome()
        let answer = Mutex(Answer())
        let message = HTTPClient.Request(
            "POST",
            config.url + request.path,
            headers: ["content-type": "application/json"],
            body: request.body,
            deadline: config.deadline
        )
        let start = clock.now
        do throws(HTTPError) {
            let head = try await client.send(message) { [clock] _, piece in
                answer.withLock { answer in
                    if answer.firstPiece == nil { answer.firstPiece = clock.now }
                    for index in piece.indices { answer.body.append(piece[index]) }
                }
            }
            outcome.endpoint = head.headers["x-inference-pod"]
            if head.status != 200 { outcome.failure = .status(head.status) }
        } catch {
            outcome.failure = RequestOutcome.Failure(error)
        }
        outcome.total = start.duration(to: clock.now)
        guard outcome.failure == nil else { return outcome }
        let isStreamed = config.workload.isStreamed
        answer.withLock { answer in
            outcome.readAnswer(answer.body, isStreamed: isStreamed)
            if isStreamed { outcome.firstToken = answer.firstPiece.map { start.duration(to: $0) } }
        }
        return outcome
    }
}

/// Counts up, from any task.
private final class Count: Sendable {
    private let value: Atomic<Int>
    init(_ value: Int) { self.value = Atomic(value) }

    /// Adds one; returns the sum.
    func increment() -> Int { value.wrappingAdd(1, ordering: .relaxed).newValue }
}
