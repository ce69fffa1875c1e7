import CAllocationCount

/// What this process has asked of `malloc` so far.
func allocationCounts() -> (calls: UInt64, bytes: UInt64) {
    let counts = callocation_counts()
    return (counts.calls, counts.bytes)
}
