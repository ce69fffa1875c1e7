package import Domain
import Synchronization

/// Where LoRA adapters are: those that engines list as served, and those that requests use now.
/// An adapter is no less there for having no requests.
///
/// Thread safety: every method may be called from any thread.
///
/// Invariants:
/// 1. Only endpoints of the pool have a residency: what comes late from one that has left is
///    dropped.
/// 2. No adapter is kept that no endpoint has.
/// 3. An adapter is without places though endpoints have it only while there is room for no more.
package final class AdapterRegistry: Sendable {
    /// How long an adapter's name may be: it comes from engines.
    static let nameBytes = 1...256
    /// Adapters that are known in all. Further ones are as if they were not there, until there is
    /// room.
    static let adaptersMax = 65_536

    /// What one endpoint has.
    fileprivate struct Residency {
        var listed: Set<String> = []
        var activity = AdapterActivity()

        func state(of adapter: String) -> AdapterState {
            if activity.running.contains(adapter) { return .running }
            if activity.waiting.contains(adapter) { return .waiting }
            return listed.contains(adapter) ? .loaded : .absent
        }

        var adapters: Set<String> { listed.union(activity.running).union(activity.waiting) }
    }

    fileprivate struct State {
        var residencies: [EndpointID: Residency] = [:]
        var places: [String: AdapterPlaces] = [:]
        /// Who has the adapters for which there was no room.
        var unplaced: [String: Set<EndpointID>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Where the adapter of that name is. Nil if no endpoint has an adapter of that name: it may
    /// be a base model. Costs a lock and one look-up.
    package func places(of model: String) -> AdapterPlaces? {
        state.withLock { $0.places[model] }
    }

    /// Takes over what an endpoint says of the adapters that have requests.
    func update(_ endpoint: EndpointID, activity: AdapterActivity) {
        state.withLock { state in
            guard let before = state.residencies[endpoint], before.activity != activity
            else { return }
            state.residencies[endpoint]?.activity = activity
            let changed = before.activity.running.union(before.activity.waiting)
                .union(activity.running).union(activity.waiting)
            state.place(changed, of: endpoint)
        }
    }

    /// Takes over which adapters an endpoint serves.
    func update(_ endpoint: EndpointID, listed: Set<String>) {
        state.withLock { state in
            guard let before = state.residencies[endpoint], before.listed != listed
            else { return }
            state.residencies[endpoint]?.listed = listed
            state.place(before.listed.symmetricDifference(listed), of: endpoint)
        }
    }

    /// Forgets endpoints that are not among these, and hears of those that are.
    func enginesChanged(to endpoints: Set<EndpointID>) {
        state.withLock { state in
            for endpoint in state.residencies.keys where !endpoints.contains(endpoint) {
                let adapters = state.residencies.removeValue(forKey: endpoint)?.adapters
                state.place(adapters ?? [], of: endpoint)
            }
            for endpoint in endpoints where state.residencies[endpoint] == nil {
                state.residencies[endpoint] = Residency()
            }
        }
    }
}

extension AdapterRegistry.State {
    /// Brings the places of these adapters to what the endpoint's residency says.
    fileprivate mutating func place(_ adapters: Set<String>, of endpoint: EndpointID) {
        for adapter in adapters { place(adapter, of: endpoint) }
        while hasRoom, let (adapter, endpoints) = unplaced.first {
            unplaced[adapter] = nil
            for endpoint in endpoints { place(adapter, of: endpoint) }
        }
    }

    private var hasRoom: Bool { places.count < AdapterRegistry.adaptersMax }

    private mutating func place(_ adapter: String, of endpoint: EndpointID) {
        let state = residencies[endpoint]?.state(of: adapter) ?? .absent
        var others = places[adapter]?.places ?? []
        // Whoever else waits for room has its place when the loop comes to the adapter.
        if others.isEmpty, !hasRoom || unplaced[adapter] != nil {
            return state == .absent ? forget(adapter, of: endpoint) : wait(adapter, of: endpoint)
        }
        others.removeAll { $0.endpoint == endpoint }
        if state != .absent { others.append(.init(endpoint: endpoint, state: state)) }
        places[adapter] = others.isEmpty ? nil : AdapterPlaces(others)
    }

    private mutating func wait(_ adapter: String, of endpoint: EndpointID) {
        unplaced[adapter, default: []].insert(endpoint)
    }

    private mutating func forget(_ adapter: String, of endpoint: EndpointID) {
        guard unplaced[adapter]?.remove(endpoint) != nil else { return }
        if unplaced[adapter]?.isEmpty == true { unplaced[adapter] = nil }
    }
}
