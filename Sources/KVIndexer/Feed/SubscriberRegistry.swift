package import Domain
import Synchronization
import Telemetry
package import ZMQ

/// One subscriber for each endpoint of the pool that publishes events.
///
/// Thread safety: any thread may reconcile; one at a time does. A call waits for the subscribers
/// that it cancels, which takes no longer than one batch.
package final class SubscriberRegistry: Sendable {
    private struct Following {
        let endpoint: Endpoint
        let subscriber: EventSubscriber
    }

    private let index: any KVIndex
    private let context: ZMQContext
    private let config: KVIndexerConfig
    private let metrics: KVIndexerMetrics
    private let followed = Mutex<[EndpointID: Following]>([:])

    package init(
        index: any KVIndex,
        context: ZMQContext,
        config: KVIndexerConfig,
        metrics: KVIndexerMetrics
    ) {
        self.index = index
        self.context = context
        self.config = config
        self.metrics = metrics
    }

    deinit {
        followed.withLock { end($0.values) }
    }

    /// Starts what is missing and cancels what is gone, whose blocks leave the index. An endpoint
    /// that publishes elsewhere than before counts as gone and missing.
    package func reconcile(with snapshot: EndpointSnapshot) {
        let wanted = snapshot.endpoints.filter { $0.kvEventsAddress != nil }
        let names = Set(snapshot.endpoints.map(\.name))
        followed.withLock { followed in
            let addresses = Dictionary(
                wanted.map { ($0.id, $0.kvEventsAddress) },
                uniquingKeysWith: { first, _ in first }
            )
            let gone = followed.values.filter {
                addresses[$0.endpoint.id] != $0.endpoint.kvEventsAddress
            }
            end(gone)
            for following in gone {
                followed[following.endpoint.id] = nil
                let name = following.endpoint.name
                if !names.contains(name) { metrics.forget(name) }
            }
            for endpoint in wanted where followed[endpoint.id] == nil {
                followed[endpoint.id] = follow(endpoint)
            }
        }
    }

    /// Nil if the system has no thread to give; the next reconciliation tries again.
    private func follow(_ endpoint: Endpoint) -> Following? {
        guard let address = endpoint.kvEventsAddress else { return nil }
        do {
            let subscriber = try EventSubscriber(
                following: endpoint,
                at: address,
                into: index,
                in: context,
                config: config,
                metrics: metrics
            )
            return Following(endpoint: endpoint, subscriber: subscriber)
        } catch let error as ZMQError {
            metrics.socketErrors(of: endpoint.name, during: error.call).add()
            return nil
        } catch {
            metrics.socketErrors(of: endpoint.name, during: "thread").add()
            return nil
        }
    }

    /// Cancels all before it waits for any.
    private func end(_ followings: some Collection<Following>) {
        for following in followings { following.subscriber.cancel() }
        for following in followings { following.subscriber.join() }
    }
}
