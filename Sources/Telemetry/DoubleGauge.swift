import Synchronization

/// A number that goes up and down, for averages and shares. May be used from any thread.
package final class DoubleGauge: Sendable {
    private let bits = Atomic<UInt64>(0)

    package init() {}

    package func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}
