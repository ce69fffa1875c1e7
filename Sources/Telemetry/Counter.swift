import Synchronization

/// A number that only grows. May be used from any thread; adding costs one atomic operation.
package final class Counter: Sendable {
    private let total = Atomic<UInt64>(0)

    package init() {}

    package func add(_ amount: UInt64 = 1) { total.wrappingAdd(amount, ordering: .relaxed) }

    package var value: UInt64 { total.load(ordering: .relaxed) }
}
