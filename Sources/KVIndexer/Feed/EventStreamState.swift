/// Decides on the numbered batches of one endpoint. Numbers grow by one from 0; a hole is a lost
/// batch, and a number that falls is an engine that has restarted.
package struct EventStreamState: ~Copyable {
    private enum Phase {
        /// Nothing was received yet, so nothing can be wrong.
        case waiting
        case following(next: UInt64)
    }

    package enum Action: Equatable, Sendable {
        case apply
        case drop
        /// What we know of this endpoint is no longer true: forget its blocks, then apply.
        case startOver
    }

    private var phase = Phase.waiting

    package init() {}

    package mutating func received(_ number: UInt64) -> Action {
        switch phase {
        case .following(let next) where isRepetition(number, of: next):
            return .drop
        case .following(let next) where number != next:
            phase = .following(next: number &+ 1)
            return .startOver
        case .waiting, .following:
            phase = .following(next: number &+ 1)
            return .apply
        }
    }

    /// A batch that came and could not be read is lost like one that never came.
    package mutating func lost() { phase = .waiting }

    /// Whether the last batch came once more. Not the first one: an engine that restarts after a
    /// single batch sends number 0 again too, and ZeroMQ repeats nothing by itself.
    private func isRepetition(_ number: UInt64, of next: UInt64) -> Bool {
        number != 0 && number &+ 1 == next
    }
}
