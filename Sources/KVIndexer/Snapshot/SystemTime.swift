import Glibc

/// The time of day, as files carry it.
package enum SystemTime {
    /// Since 1970, in UTC.
    @Sendable package static func milliseconds() -> UInt64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return UInt64(clamping: now.tv_sec) * 1_000 + UInt64(clamping: now.tv_nsec / 1_000_000)
    }
}
