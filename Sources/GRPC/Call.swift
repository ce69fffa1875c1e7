import CGRPC
import Synchronization

/// What a server's and a client's end of one RPC have in common: the handle, and messages in both
/// directions. Also the executor of the task that serves the call, which therefore runs on the
/// queue's thread.
///
/// Flow control: at most one read and one write may be outstanding; each is awaited by whoever
/// started it, and a second one is a programming error.
///
/// `@unchecked Sendable`: calls are thread-safe (grpc.h), `handle` and `inbox` never change, and
/// the inbox is written by C-core alone between the start of an operation and its completion.
@safe package class Call: TaskExecutor, @unchecked Sendable {
    let handle: OpaquePointer
    let queue: CompletionQueue
    let inbox: UnsafeMutablePointer<cgrpc_inbox>
    private let isReading = Atomic(false)
    private let isWriting = Atomic(false)

    /// Takes `handle` over.
    init(owning handle: OpaquePointer, on queue: CompletionQueue) {
        unsafe self.handle = handle
        self.queue = queue
        unsafe inbox = .allocate(capacity: 1)
        unsafe cgrpc_inbox_init(inbox)
    }

    /// Every outstanding operation retains the call, so C-core has nothing left to write.
    deinit {
        unsafe grpc_call_unref(handle)
        unsafe cgrpc_inbox_destroy(inbox)
        unsafe inbox.deallocate()
    }

    package final func enqueue(_ job: consuming ExecutorJob) {
        queue.enqueue(UnownedJob(job), of: self)
    }

    /// Ends the RPC at once. Outstanding and later operations fail.
    package final func cancel() { unsafe _ = grpc_call_cancel(handle, nil) }

    /// Starts an operation and suspends until its tag comes back. Returns whether it succeeded.
    final func perform(_ start: (UnsafeMutableRawPointer) -> Bool) async -> Bool {
        await withCheckedContinuation { continuation in
            unsafe CompletionWaiter(continuation).give(start)
        }
    }

    final func read(_ start: (UnsafeMutableRawPointer) -> Bool) async -> ReceivedMessage? {
        precondition(!isReading.exchange(true, ordering: .relaxed), "one read at a time")
        let succeeded = unsafe await perform(start)
        let message = unsafe inbox.pointee.message
        unsafe inbox.pointee.message = nil
        isReading.store(false, ordering: .relaxed)
        let received = unsafe message.map { unsafe ReceivedMessage(owning: $0) }
        return succeeded ? received : nil
    }

    final func write(_ start: (UnsafeMutableRawPointer) -> Bool) async throws(GRPCError) {
        precondition(!isWriting.exchange(true, ordering: .relaxed), "one write at a time")
        let succeeded = unsafe await perform(start)
        isWriting.store(false, ordering: .relaxed)
        if !succeeded { throw .callEnded }
    }
}
