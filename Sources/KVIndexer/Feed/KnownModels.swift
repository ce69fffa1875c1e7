import Synchronization

/// Tells of each model that a topic names, once.
///
/// Thread safety: any thread may announce; the call comes from that thread.
final class KnownModels: Sendable {
    /// Engines name them, so there is a bound. Whatever comes later is not told of.
    private static let countMax = 1_024

    private let names = Mutex<Set<String>>([])
    private let onModel: @Sendable (String) -> Void

    init(onModel: @escaping @Sendable (String) -> Void) { self.onModel = onModel }

    func announce(_ name: String) {
        let isNew = names.withLock { names in
            names.count < KnownModels.countMax && names.insert(name).inserted
        }
        if isNew { onModel(name) }
    }
}
