import Threads

/// Threads of our own for what keeps a core busy, from a request's body to its tokens: on
/// Swift's cooperative threads it would hold up every other task.
///
/// A request waits for a bounded time among a bounded number of others, and models take turns.
/// What nobody waits for any more, because it is too late or because the client is gone, is not
/// begun; what is begun is finished, though its caller may have its answer before.
///
/// Thread safety: may be used from any thread.
///
/// Invariants:
/// 1. A caller in `perform` holds the pool, so the queue is empty of callers before the pool
///    can go.
/// 2. When the pool is gone its threads are, except where the pool's last owner was the work
///    that one of them runs: that thread ends by itself.
package final class TokenizationPool: Sendable {
    private let queue: JobQueue
    private let threads: [OSThread]
    private let timeout: Duration

    package init(config: TokenizationPoolConfig) throws(TokenizationPoolError) {
        precondition(config.threadCount > 0 && config.waitingMax > 0, "a pool has threads and room")
        timeout = config.timeout
        queue = JobQueue(waitingMax: config.waitingMax, timeout: config.timeout)
        var threads: [OSThread] = []
        do throws(OSThreadError) {
            // Each retains the queue, not the pool: it may outlive the pool.
            threads.append(try OSThread(named: "deadlines") { [queue] in queue.watchDeadlines() })
            for _ in 0..<config.threadCount {
                let thread = try OSThread(named: "tokenizer") { [queue] in
                    while let job = queue.next() { job.run() }
                }
                threads.append(thread)
            }
        } catch {
            queue.close()
            for thread in threads { thread.join() }
            throw .noThread(errno: error.errno)
        }
        self.threads = threads
    }

    deinit {
        queue.close()
        for thread in threads where !thread.isCurrent { thread.join() }
    }

    /// Requests that no thread has taken yet.
    package var waitingCount: Int { queue.waitingCount }

    /// Runs `work` on one of the pool's threads and returns its result.
    ///
    /// - Parameters:
    ///   - model: takes turns with other models.
    ///   - start: when the request came. Its time is counted from there.
    /// - Throws: `full`, at once, if too many wait already; `late` when the request's time is
    ///   over; `cancelled` when the task is.
    package func perform<R: Sendable>(
        for model: String,
        since start: ContinuousClock.Instant = .now,
        _ work: @escaping @Sendable () -> R
    ) async throws(TokenizationError) -> R {
        let job = TokenizationJob(deadline: start + timeout, work: work)
        return try await job.answer { queue.append(job, of: model) }.get()
    }
}

package enum TokenizationPoolError: Error, Equatable, Sendable {
    /// The system refused to start a thread.
    case noThread(errno: Int32)
}
