import Synchronization

/// A whole number that goes up and down. May be used from any thread.
package final class Gauge: Sendable {
    private let current = Atomic<Int64>(0)

    package init() {}

    package func set(_ value: Int64) { current.store(value, ordering: .relaxed) }
    package func add(_ amount: Int64) { current.wrappingAdd(amount, ordering: .relaxed) }

    package var value: Int64 { current.load(ordering: .relaxed) }
}
