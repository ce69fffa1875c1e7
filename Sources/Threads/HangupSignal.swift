import Dispatch
import Glibc

/// SIGHUP: operators send it to have files read anew.
package enum HangupSignal {
    /// Calls `react` for each signal until the task is cancelled; several that come together may
    /// be one. From the call on the signal no longer ends the process.
    package static func forEach(_ react: () -> Void) async {
        let (signals, continuation) = AsyncStream<Void>.makeStream(
            bufferingPolicy: .bufferingNewest(1)
        )
        _ = signal(SIGHUP, SIG_IGN)  // or the default action comes first
        let source = DispatchSource.makeSignalSource(signal: SIGHUP)
        source.setEventHandler { continuation.yield() }
        source.resume()
        for await _ in signals { react() }
        source.cancel()
    }
}
