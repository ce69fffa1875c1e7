/// Which models are loaded, loading, or could not be loaded. Decides; does nothing itself.
///
/// Invariants:
/// 1. A model is loaded by one at a time: `startLoading` is answered once until the load ends.
/// 2. At most `loadedMax` models are loaded. Those that load do not count yet.
struct ModelStates {
    private enum Phase {
        case loading(failureCount: Int)
        case loaded(LoadedModel)
        case failed(count: Int, retryAt: ContinuousClock.Instant)
    }

    private struct Entry {
        var phase: Phase
        var lastUse: UInt64
    }

    enum Answer {
        case loaded(LoadedModel)
        case loading
        /// Loading, and the one who asks is to start it.
        case startLoading
        case failed
    }

    private let config: TokenizerRegistryConfig
    private var entries: [String: Entry] = [:]
    private var useCount: UInt64 = 0

    init(_ config: TokenizerRegistryConfig) { self.config = config }

    var loadedCount: Int {
        entries.values.count { if case .loaded = $0.phase { true } else { false } }
    }

    /// - Parameter name: of a model that may be loaded; others would fill the memory.
    mutating func ask(_ name: String, at now: ContinuousClock.Instant) -> Answer {
        useCount += 1
        guard let entry = entries[name] else {
            entries[name] = Entry(phase: .loading(failureCount: 0), lastUse: useCount)
            return .startLoading
        }
        entries[name]?.lastUse = useCount
        switch entry.phase {
        case .loaded(let model): return .loaded(model)
        case .loading: return .loading
        case .failed(_, let retryAt) where now < retryAt: return .failed
        case .failed(let count, _):
            entries[name]?.phase = .loading(failureCount: count)
            return .startLoading
        }
    }

    /// Returns the models that had to go for it.
    mutating func loaded(_ name: String, _ model: LoadedModel) -> [String] {
        entries[name, default: Entry(phase: .loaded(model), lastUse: useCount)].phase =
            .loaded(model)
        var gone: [String] = []
        while loadedCount > max(config.loadedMax, 1) {
            let loaded = entries.filter {
                if case .loaded = $0.value.phase { $0.key != name } else { false }
            }
            guard let oldest = loaded.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
                break
            }
            entries[oldest.key] = nil
            gone.append(oldest.key)
        }
        return gone
    }

    /// Returns whether this is the first failure since the model was last loaded.
    mutating func failed(_ name: String, at now: ContinuousClock.Instant) -> Bool {
        guard let entry = entries[name], case .loading(let failureCount) = entry.phase else {
            return false
        }
        // 2^20 times any delay is beyond any bound.
        let delay = config.retryDelay * (1 << min(failureCount, 20))
        entries[name]?.phase = .failed(
            count: failureCount + 1,
            retryAt: now + min(delay, config.retryDelayMax)
        )
        return failureCount == 0
    }
}
