/// Numbers that look random and are the same for the same seed, on every machine.
///
/// SplitMix64, from Steele, Lea and Flood, "Fast splittable pseudorandom number generators"
/// (OOPSLA 2014), with the constants of Vigna's reference implementation. Not for secrets.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        defer { state &+= SplitMix64.step }
        return SplitMix64.mixed(state)
    }

    /// Uniform in 0..<bound. Its bias, below 2^-50 for small bounds, is no matter.
    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// The number that a generator with this seed gives first: a good hash of one word.
    package static func mixed(_ seed: UInt64) -> UInt64 {
        var value = seed &+ step
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15
}
