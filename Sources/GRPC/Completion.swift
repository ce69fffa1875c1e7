/// What waits for one operation of a completion queue. C holds it as the operation's `void *tag`,
/// and returns every tag exactly once: one `offer`, one `claim`, one `complete`.
class Completion {
    /// Called on the queue's thread. `succeeded` is C-core's word for the operation.
    func complete(succeeded: Bool) {}

    /// Gives this completion to C. If C refuses the operation, it completes at once, as failed.
    final func give(_ start: (UnsafeMutableRawPointer) -> Bool) {
        if unsafe !offer(start) { complete(succeeded: false) }
    }

    /// Gives this completion to C, unless C refuses the operation: then its tag never comes back,
    /// and nothing else happens. Returns whether C took it.
    final func offer(_ start: (UnsafeMutableRawPointer) -> Bool) -> Bool {
        let tag = unsafe Unmanaged.passRetained(self).toOpaque()
        if unsafe start(tag) { return true }
        _ = unsafe Completion.claim(tag)
        return false
    }

    /// Takes a completion back from C.
    static func claim(_ tag: UnsafeMutableRawPointer) -> Completion {
        unsafe Unmanaged<Completion>.fromOpaque(tag).takeRetainedValue()
    }
}

/// A task that waits for its operation.
final class CompletionWaiter: Completion {
    private let continuation: CheckedContinuation<Bool, Never>

    init(_ continuation: CheckedContinuation<Bool, Never>) { self.continuation = continuation }

    override func complete(succeeded: Bool) { continuation.resume(returning: succeeded) }
}

/// Something to do on the queue's thread when an operation ends.
final class CompletionAction: Completion {
    private let action: (_ succeeded: Bool) -> Void

    init(_ action: @escaping (_ succeeded: Bool) -> Void) { self.action = action }

    override func complete(succeeded: Bool) { action(succeeded) }
}
