import Dispatch
import Glibc

/// SIGHUP: operators send it to have files read anew.
package enum HangupSignal {
    /// From now on the signal does not end the process.
    package static func ignore() { _ = signal(SIGHUP, SIG_IGN) }

    /// Calls `react` for each signal until the task is cancelled; several that come together may
    /// be one.
    package static func forEach(_ react: () -> Void) async {
        let (signals, continuation) = AsyncStream<Void>.makeStream(
            bufferingPolicy: .bufferingNewest(1)
        )
        ignore()  // or the default action comes first
        let source = DispatchSource.makeSignalSource(signal: SIGHUP)
        source.setEventHandler { continuation.yield() }
        source.resume()
        for await _ in signals { react() }
        source.cancel()
    }
}
