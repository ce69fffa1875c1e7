import Glibc

/// SplitMix64: the same numbers for the same seed, on every machine.
package struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    /// Numbers of their own for each `stream` of one seed.
    package init(seed: UInt64, stream: UInt64) {
        state = seed
        state = next() ^ stream
        state = next()
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// Uniform in 0..<bound. Its bias, below 2^-50 for the bounds here, is no matter.
    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// The wait for the next arrival, where arrivals come at random at `rate` a second.
    package mutating func exponential(rate: Double) -> Duration {
        let uniform = Double(next() >> 11) * 0x1p-53  // in 0..<1
        return .seconds(-log(1 - uniform) / rate)
    }
}
