import Scheduling

extension SchedulingContext {
    /// A number that looks random and differs from decision to decision (splitmix64).
    func chance(seed: UInt64 = 0) -> UInt64 {
        var mixed = seed &+ rotation &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
