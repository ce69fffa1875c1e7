import Threads

/// Threads of our own for work that keeps a core busy: on Swift's cooperative threads it would
/// hold up every other task.
///
/// Thread safety: may be used from any thread.
///
/// Invariants:
/// 1. Accepted work is run exactly once, and its caller resumed exactly once: a caller in
///    `perform` holds the pool, so the queue is empty of callers before the pool can go.
/// 2. When the pool is gone its threads are, except where the pool's last owner was the work
///    that one of them runs: that thread ends by itself.
package final class WorkerPool: Sendable {
    private let queue: WorkQueue
    private let threads: [OSThread]

    /// - Parameter waitingMax: How much work may wait for a thread. More means longer waits
    ///   before a burst is refused.
    package init(threadCount: Int, waitingMax: Int) throws(WorkerPoolError) {
        precondition(threadCount > 0 && waitingMax > 0, "a pool has a thread and room for work")
        queue = WorkQueue(waitingMax: waitingMax)
        var threads: [OSThread] = []
        for _ in 0..<threadCount {
            do throws(OSThreadError) {
                // Retains the queue, not the pool: it may outlive the pool.
                let thread = try OSThread(named: "worker") { [queue] in
                    while let work = queue.next() { work() }
                }
                threads.append(thread)
            } catch {
                queue.close()
                for thread in threads { thread.join() }
                throw .noThread(errno: error.errno)
            }
        }
        self.threads = threads
    }

    deinit {
        queue.close()
        for thread in threads where !thread.isCurrent { thread.join() }
    }

    /// Work that no thread has taken yet.
    package var waitingCount: Int { queue.count }

    /// Runs `work` on one of the pool's threads and returns its result. Cancelling the task does
    /// not cut the work short.
    ///
    /// - Throws: `full`, at once, if too much work waits already.
    package func perform<R: Sendable>(
        _ work: @escaping @Sendable () -> R
    ) async throws(WorkerPoolError) -> R {
        let result = await withCheckedContinuation { continuation in
            let isAccepted = queue.append {
                continuation.resume(returning: Result<R, WorkerPoolError>.success(work()))
            }
            if !isAccepted { continuation.resume(returning: .failure(.full)) }
        }
        return try result.get()
    }
}

package enum WorkerPoolError: Error, Equatable, Sendable {
    /// Every thread is busy and the queue has no room.
    case full
    /// The system refused to start a thread.
    case noThread(errno: Int32)
}
