import Domain
import Telemetry
import Threads
import ZMQ

/// Follows one endpoint's events on a thread of its own, until it is cancelled.
///
/// Thread safety: any thread may cancel. The intake belongs to the subscriber's thread, which
/// also forgets the endpoint's blocks at its end: after `join`, nothing is left of them.
final class EventSubscriber: Sendable {
    private let wake: WakeSignal
    private let thread: OSThread

    /// - Parameter address: The ZeroMQ address where the endpoint's engine publishes.
    init(
        following endpoint: Endpoint,
        at address: String,
        into index: any KVIndex,
        in context: ZMQContext,
        config: KVIndexerConfig,
        metrics: KVIndexerMetrics
    ) throws {
        let wake = try WakeSignal()
        self.wake = wake
        thread = try OSThread(named: "kv-events") {
            let loop = Loop(
                endpoint: endpoint,
                address: address,
                context: context,
                wake: wake,
                config: config,
                metrics: metrics,
                received: metrics.messagesReceived(from: endpoint.name)
            )
            loop.run(into: index)
        }
    }

    /// Ends the thread soon: it finishes at most the batch it is at.
    func cancel() { wake.signal() }

    /// Waits for the end of the thread. To be called once, after `cancel`.
    func join() { thread.join() }

    /// What the thread does.
    private struct Loop {
        let endpoint: Endpoint
        let address: String
        let context: ZMQContext
        let wake: WakeSignal
        let config: KVIndexerConfig
        let metrics: KVIndexerMetrics
        let received: Counter

        func run(into index: any KVIndex) {
            metrics.activeSubscribers.add(1)
            var intake = EventIntake(
                for: CacheID(endpoint: endpoint.id),
                named: endpoint.name,
                in: FeedContext(
                    index: index,
                    config: config,
                    metrics: metrics,
                    log: Log(level: .error)
                )
            )
            while !wake.isSignalled {
                do throws(ZMQError) {
                    try follow(&intake)
                } catch {
                    metrics.socketErrors(of: endpoint.name, during: error.call).add()
                    wake.wait(timeoutMilliseconds: config.events.retryMilliseconds)
                }
            }
            intake.end()
            metrics.activeSubscribers.add(-1)
        }

        private func follow(_ intake: inout EventIntake) throws(ZMQError) {
            var socket = try SubscriberSocket.open(
                address,
                options: config.events.subscriber,
                in: context
            )
            while true {
                switch try socket.receive(unless: wake) {
                case .woken, .timedOut: return
                case .malformed: metrics.messagesMalformed.add()
                case .message:
                    received.add()
                    guard let number = socket.number else {
                        metrics.messagesMalformed.add()
                        continue
                    }
                    intake.receive(topic: socket.topic, number: number, payload: socket.payload)
                }
            }
        }
    }
}
