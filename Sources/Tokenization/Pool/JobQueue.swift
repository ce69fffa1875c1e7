import Glibc

/// Jobs that wait for a thread, and the deadlines of all that are not answered yet.
///
/// `@unchecked Sendable`: `mutex` and the conditions are made to be shared, their addresses never
/// change, and everything else is only touched while `mutex` is held.
///
/// Invariants:
/// 1. Every job that was taken is in `unanswered` until it is answered.
/// 2. The deadline thread sleeps without an end only if `unanswered` is empty.
@safe final class JobQueue: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    /// A job waits, or the queue is closed.
    private let ready: UnsafeMutablePointer<pthread_cond_t>
    /// The deadline thread has something to wait for, or the queue is closed.
    private let due: UnsafeMutablePointer<pthread_cond_t>
    private var waiting = FairQueue<any TokenizationWork>()
    /// In the order in which they came, which is that of their deadlines: all have equal time.
    private var unanswered = FIFO<any TokenizationWork>()
    private var isDeadlineThreadIdle = false
    private var isClosed = false
    private let waitingMax: Int
    /// From a request's arrival to its deadline.
    private let timeout: Duration

    init(waitingMax: Int, timeout: Duration) {
        self.waitingMax = waitingMax
        self.timeout = timeout
        unsafe mutex = .allocate(capacity: 1)
        unsafe ready = .allocate(capacity: 1)
        unsafe due = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe ready.initialize(to: pthread_cond_t())
        unsafe due.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        precondition(unsafe pthread_mutex_init(mutex, nil) == 0)
        precondition(unsafe pthread_condattr_init(&attributes) == 0)
        precondition(unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0)
        precondition(unsafe pthread_cond_init(ready, nil) == 0)
        precondition(unsafe pthread_cond_init(due, &attributes) == 0)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(due)
        unsafe pthread_cond_destroy(ready)
        unsafe pthread_mutex_destroy(mutex)
        unsafe due.deallocate()
        unsafe ready.deallocate()
        unsafe mutex.deallocate()
    }

    /// Jobs that no thread has taken yet. Answered ones count until a thread has passed them.
    var waitingCount: Int { locked { waiting.count } }

    private func locked<R>(_ body: () -> R) -> R {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body()
    }

    /// Takes a job, or returns false if there is no room.
    func append(_ job: any TokenizationWork, of model: String) -> Bool {
        let (isTaken, wakesDeadlineThread) = locked {
            guard waiting.count < waitingMax, !isClosed else { return (false, false) }
            waiting.append(job, of: model)
            unanswered.append(job)
            defer { isDeadlineThreadIdle = false }
            return (true, isDeadlineThreadIdle)
        }
        if isTaken { unsafe pthread_cond_signal(ready) }
        if wakesDeadlineThread { unsafe pthread_cond_signal(due) }
        return isTaken
    }

    /// Waits for a job that is not answered. Returns nil once the queue is closed and empty.
    func next() -> (any TokenizationWork)? {
        locked {
            while true {
                // Passed here as well, so that the list stays as short as what it is for.
                while unanswered.first?.isAnswered == true { _ = unanswered.popFirst() }
                if let job = waiting.popFirst() {
                    if !job.isAnswered { return job }
                } else if isClosed {
                    return nil
                } else {
                    unsafe pthread_cond_wait(ready, mutex)
                }
            }
        }
    }

    /// Answers every job whose deadline passes. Blocks until the queue is closed: give it a
    /// thread.
    func watchDeadlines() {
        while let late = nextLate() { late.fail(.late) }
    }

    private func nextLate() -> (any TokenizationWork)? {
        locked {
            while !isClosed {
                while unanswered.first?.isAnswered == true { _ = unanswered.popFirst() }
                if let job = unanswered.first {
                    let left = job.deadline - .now
                    if left <= .zero { return unanswered.popFirst() }
                    waitUntilDue(in: left)
                } else {
                    waitForJobs()
                }
            }
            return nil
        }
    }

    /// A job that comes from now on is not late before `timeout` is over, so for that long nobody
    /// needs to wake this thread. Under load nobody ever does.
    private func waitForJobs() {
        waitUntilDue(in: timeout)
        guard unanswered.isEmpty, !isClosed else { return }
        isDeadlineThreadIdle = true
        unsafe pthread_cond_wait(due, mutex)
    }

    private func waitUntilDue(in left: Duration) {
        let left = min(left, .seconds(3600))  // fits the clock whatever is configured
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        let (seconds, attoseconds) = left.components
        let nanoseconds = time.tv_nsec + Int(attoseconds / 1_000_000_000) + 1
        time.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
        time.tv_nsec = nanoseconds % 1_000_000_000
        unsafe pthread_cond_timedwait(due, mutex, &time)
    }

    /// Takes no more jobs. What waits is still done.
    func close() {
        locked { isClosed = true }
        unsafe pthread_cond_broadcast(ready)
        unsafe pthread_cond_broadcast(due)
    }
}
