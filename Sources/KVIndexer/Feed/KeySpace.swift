package import BlockKeys

/// Blocks of one model whose keys are computed in one way, so that they can be compared.
package struct KeySpace: Sendable {
    package let id: KeySpaceID
    /// How to compute them, but for `extraKeys`, of which `styles` has all that were found.
    package let scheme: BlockKeyScheme
    /// The base model.
    package let model: String
    /// For prompts without adapter, salt and images, which all styles write alike.
    let hasher: BlockKeyHasher
    /// For others. One for each style; as long as none is found, one for every style there is.
    private(set) var hashersOfScopes: [BlockKeyHasher]
    /// Publishers that keep blocks here.
    private(set) var userCount = 0
    /// How its engines write what they hash beside tokens. Keys of different styles differ, so
    /// they may lie in one space. Empty: not yet found.
    private(set) var styles: [ExtraKeyStyle] = []
    /// What is known of LoRA adapters, by name.
    private(set) var adapters: [String: LoRAAdapter] = [:]

    init(id: KeySpaceID, scheme: BlockKeyScheme, model: String) {
        self.id = id
        self.scheme = scheme
        self.model = model
        hasher = BlockKeyHasher(scheme: scheme)
        hashersOfScopes = [hasher]
        if isEngineHash { hashersOfScopes = ExtraKeyStyle.allCases.map(hasher.with) }
    }

    /// The scheme without what does not part spaces.
    static func identity(of scheme: BlockKeyScheme) -> BlockKeyScheme {
        var scheme = scheme
        scheme.extraKeys = .tagged
        return scheme
    }

    /// Whether an engine computes the keys, so that nobody else needs its tokens.
    package var isEngineHash: Bool { scheme.algorithm.isOfEngine }

    mutating func addUser() { userCount += 1 }

    mutating func removeUser() { userCount = max(0, userCount - 1) }

    mutating func learn(_ style: ExtraKeyStyle) {
        guard isEngineHash, !styles.contains(style) else { return }
        styles.append(style)
        hashersOfScopes = styles.map(hasher.with)
    }

    /// - Parameter adaptersMax: How many may be known. Those beyond it are hashed by name alone.
    mutating func learn(_ adapter: LoRAAdapter, adaptersMax: Int) {
        guard adapters.count < adaptersMax || adapters[adapter.name] != nil else { return }
        var known = adapters[adapter.name] ?? adapter
        known.number = adapter.number ?? known.number
        known.path = adapter.path ?? known.path
        adapters[adapter.name] = known
    }
}
