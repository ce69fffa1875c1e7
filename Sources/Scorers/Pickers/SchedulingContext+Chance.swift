import Scheduling

extension SchedulingContext {
    /// A number in 0..<count that looks random from request to request, and follows from seed and
    /// rotation alone (SplitMix64).
    func chance(below count: Int, seed: UInt64 = 0) -> Int {
        let random = mixed(seed &+ rotation &* 0x9E37_79B9_7F4A_7C15)
        // The upper half of the product is `random` scaled from 2^64 down to the count.
        return Int(random.multipliedFullWidth(by: UInt64(count)).high)
    }

    private func mixed(_ state: UInt64) -> UInt64 {
        var value = state &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
