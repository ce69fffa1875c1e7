import Dispatch
import Glibc

/// SIGINT and SIGTERM, as something to wait for.
package enum TerminationSignal {
    /// Returns when the process is asked to end, or the task is cancelled.
    package static func wait() async {
        let (signals, continuation) = AsyncStream<Void>.makeStream()
        let sources = [SIGINT, SIGTERM].map { number in
            _ = signal(number, SIG_IGN)  // or the default action comes first
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        for await _ in signals { break }
        for source in sources { source.cancel() }
        // Whoever asks a second time does not want to wait for a drain.
        for number in [SIGINT, SIGTERM] { _ = signal(number, SIG_DFL) }
    }
}
