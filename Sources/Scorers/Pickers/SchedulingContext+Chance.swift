import Randomness
import Scheduling

extension SchedulingContext {
    /// A number in 0..<count that looks random from request to request, and follows from seed and
    /// rotation alone.
    func chance(below count: Int, seed: UInt64 = 0) -> Int {
        let random = SplitMix64.mixed(seed &+ rotation &* 0x9E37_79B9_7F4A_7C15)
        // The upper half of the product is `random` scaled from 2^64 down to the count.
        return Int(random.multipliedFullWidth(by: UInt64(count)).high)
    }
}
