import Glibc
import Randomness

/// What is random in a workload: the same for the same seed, on every machine.
package struct SeededNumbers: RandomNumberGenerator {
    private var generator: SplitMix64

    /// Numbers of their own for each `stream` of one seed.
    package init(seed: UInt64, stream: UInt64) {
        generator = SplitMix64(seed: SplitMix64.mixed(SplitMix64.mixed(seed) ^ stream))
    }

    package mutating func next() -> UInt64 { generator.next() }

    package mutating func below(_ bound: Int) -> Int { generator.below(bound) }

    /// The wait for the next arrival, where arrivals come at random at `rate` a second.
    package mutating func exponential(rate: Double) -> Duration {
        let uniform = Double(next() >> 11) * 0x1p-53  // in 0..<1
        return .seconds(-log(1 - uniform) / rate)
    }
}
