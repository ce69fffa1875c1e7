import Glibc

/// How prompts become tokens: on how many threads, and how long a request waits for that.
package struct TokenizationPoolConfig: Equatable, Sendable {
    /// One for each core. Fewer leave cores to the gateway's streams; more gain nothing.
    package var threadCount = TokenizationPoolConfig.coreCount
    /// Requests that may wait for a thread. More means longer waits before a burst is refused.
    package var waitingMax = 1024
    /// Time from a request's arrival until it is routed without its tokens. Beyond some tenths
    /// of a second the prefix that would be found saves less than the wait has cost.
    package var timeout = Duration.milliseconds(200)

    package init() {}

    /// Cores of the machine.
    private static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
