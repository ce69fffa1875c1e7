/// Whom to tell that an endpoint may have more room than before. An object, because a closure that
/// goes through a lock is wrapped anew each time, which allocates.
final class ReleaseCall: Sendable {
    let call: @Sendable () -> Void

    init(_ call: @escaping @Sendable () -> Void) { self.call = call }
}
