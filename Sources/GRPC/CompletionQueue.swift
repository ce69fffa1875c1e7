import CGRPC
import Glibc
import Synchronization
import Threads

/// One of C-core's completion queues and the thread that serves it. The thread also runs the
/// tasks of the queue's calls (see `Call`), so that a message is received, acted upon and
/// answered without a switch of threads.
///
/// `@unchecked Sendable`: completion queues are thread-safe (grpc.h), and `handle` never changes.
@safe final class CompletionQueue: @unchecked Sendable {
    let handle: OpaquePointer
    private let jobs = Mutex(JobList())
    private let threadID = Atomic<UInt>(0)
    private let deadline = Mutex<Deadline?>(nil)

    private struct Deadline {
        let instant: ContinuousClock.Instant
        let action: @Sendable () -> Void
    }

    /// Tasks that are ready to run on the thread.
    private struct JobList {
        var ready: [ReadyJob] = []
        /// A wake-up is on its way through the queue; a second one would be wasted.
        var isWaking = false
    }

    private struct ReadyJob {
        let job: UnownedJob
        let call: Call
    }

    init() {
        guard let handle = unsafe grpc_completion_queue_create_for_next(nil) else {
            preconditionFailure("C-core has no completion queue to give")
        }
        unsafe self.handle = handle
    }

    deinit { unsafe grpc_completion_queue_destroy(handle) }

    /// Starts the thread. It retains the queue and ends once `shutDown` has drained it; `ended`
    /// is then called on it, as its last act.
    func start(ended: @escaping @Sendable () -> Void) {
        OSThread.start(named: "grpc-queue") {
            self.serveUntilDrained()
            ended()
        }
    }

    /// No new operation may be started from here on.
    func shutDown() { unsafe grpc_completion_queue_shutdown(handle) }

    /// Runs `action` on the thread once `delay` has passed. The thread takes note when it next
    /// wakes, so an operation should be about to complete. A second deadline replaces the first.
    func after(_ delay: Duration, _ action: @escaping @Sendable () -> Void) {
        deadline.withLock { $0 = Deadline(instant: .now + delay, action: action) }
    }

    /// Runs a job of the call's task on the thread, soon. If the thread may be asleep, an empty
    /// batch on the call wakes it: C-core's public interface has no other alarm.
    ///
    /// The thread is woken under the lock. Once it can take the job, the task may end, and with it
    /// the call, and with the last call the queue: there would be nothing left to wake it through.
    func enqueue(_ job: UnownedJob, of call: Call) {
        jobs.withLock { jobs in
            jobs.ready.append(ReadyJob(job: job, call: call))
            if jobs.isWaking || isCurrentThread { return }
            let wakeUp = CompletionAction { [self] _ in
                self.jobs.withLock { $0.isWaking = false }
            }
            jobs.isWaking = unsafe wakeUp.offer { unsafe cgrpc_start_nothing(call.handle, $0) }
        }
    }

    private var isCurrentThread: Bool {
        threadID.load(ordering: .relaxed) == UInt(pthread_self())
    }

    private func serveUntilDrained() {
        threadID.store(UInt(pthread_self()), ordering: .relaxed)
        var batch: [ReadyJob] = []
        while true {
            runReadyJobs(using: &batch)
            let event = unsafe cgrpc_queue_next(handle, millisecondsToDeadline())
            // Only a completed operation sets the tag; else it is garbage.
            switch unsafe event.type {
            case GRPC_OP_COMPLETE:
                unsafe Completion.claim(event.tag).complete(succeeded: event.success != 0)
            case GRPC_QUEUE_TIMEOUT:
                passDeadline()
            default:
                runReadyJobs(using: &batch)
                deadline.withLock { $0 = nil }  // its action may retain the queue's owner
                return
            }
        }
    }

    /// -1 if there is none.
    private func millisecondsToDeadline() -> Int64 {
        guard let deadline = deadline.withLock({ $0 }) else { return -1 }
        return max(0, (deadline.instant - .now).milliseconds + 1)
    }

    private func passDeadline() {
        let passed = deadline.withLock { deadline in
            defer { deadline = nil }
            return deadline
        }
        passed?.action()
    }

    /// A job may make others ready, so this goes on until none is left. `batch` is empty before
    /// and after: two arrays take turns, so that no round allocates.
    private func runReadyJobs(using batch: inout [ReadyJob]) {
        while true {
            jobs.withLock { swap(&$0.ready, &batch) }
            if batch.isEmpty { return }
            for ready in batch {
                unsafe ready.job.runSynchronously(on: ready.call.asUnownedTaskExecutor())
            }
            batch.removeAll(keepingCapacity: true)
        }
    }
}
