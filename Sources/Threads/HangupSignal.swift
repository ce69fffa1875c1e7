import Dispatch
import Glibc

/// SIGHUP, as something to wait for again and again: operators send it to have files read anew.
package enum HangupSignal {
    /// One element for each signal; several that come together may be one. From the call on, the
    /// signal no longer ends the process.
    package static func stream() -> AsyncStream<Void> {
        let (signals, continuation) = AsyncStream<Void>.makeStream(
            bufferingPolicy: .bufferingNewest(1)
        )
        _ = signal(SIGHUP, SIG_IGN)  // or the default action comes first
        let source = DispatchSource.makeSignalSource(signal: SIGHUP)
        source.setEventHandler { continuation.yield() }
        source.resume()
        continuation.onTermination = { _ in source.cancel() }
        return signals
    }
}
