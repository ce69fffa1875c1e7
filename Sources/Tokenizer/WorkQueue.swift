import Glibc

/// Work that waits for a thread: a ring of fixed size, one lock, one condition.
///
/// `@unchecked Sendable`: `mutex` and `ready` are made to be shared, their addresses never
/// change, and everything else is only touched while `mutex` is held.
@safe final class WorkQueue: @unchecked Sendable {
    typealias Work = @Sendable () -> Void

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let ready: UnsafeMutablePointer<pthread_cond_t>
    /// `count` pieces of work from `first` on, around the end.
    private var ring: [Work?]
    private var first = 0
    private var waiting = 0
    private var isClosed = false

    init(waitingMax: Int) {
        ring = [Work?](repeating: nil, count: waitingMax)
        unsafe mutex = .allocate(capacity: 1)
        unsafe ready = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe ready.initialize(to: pthread_cond_t())
        precondition(unsafe pthread_mutex_init(mutex, nil) == 0)
        precondition(unsafe pthread_cond_init(ready, nil) == 0)
    }

    deinit {
        unsafe pthread_cond_destroy(ready)
        unsafe pthread_mutex_destroy(mutex)
        unsafe ready.deallocate()
        unsafe mutex.deallocate()
    }

    var count: Int {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return waiting
    }

    /// Takes `work`, to be run once, or returns false if the queue is full.
    func append(_ work: @escaping Work) -> Bool {
        unsafe pthread_mutex_lock(mutex)
        let hasRoom = waiting < ring.count && !isClosed
        if hasRoom {
            ring[(first + waiting) % ring.count] = work
            waiting += 1
        }
        unsafe pthread_mutex_unlock(mutex)
        if hasRoom { unsafe pthread_cond_signal(ready) }
        return hasRoom
    }

    /// Waits for work. Returns nil once the queue is closed and empty.
    func next() -> Work? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while waiting == 0 {
            if isClosed { return nil }
            unsafe pthread_cond_wait(ready, mutex)
        }
        defer {
            ring[first] = nil
            first = (first + 1) % ring.count
            waiting -= 1
        }
        return ring[first]
    }

    /// Takes no more work. What waits is still run.
    func close() {
        unsafe pthread_mutex_lock(mutex)
        isClosed = true
        unsafe pthread_mutex_unlock(mutex)
        unsafe pthread_cond_broadcast(ready)
    }
}
