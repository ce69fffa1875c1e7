import Glibc

/// The time of day, for what leaves this process.
enum UnixTime {
    /// Seconds.
    static var now: Int64 { Int64(time(nil)) }
}
