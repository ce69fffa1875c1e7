/// Where a cached block lies, from the fastest to the slowest to reach.
package enum CacheTier: UInt8, CaseIterable, Hashable, Sendable, BitwiseCopyable {
    case gpu
    case cpu
    case disk
    /// An object store, or another machine.
    case object
}
