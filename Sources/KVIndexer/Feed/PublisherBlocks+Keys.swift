import BlockKeys
import Domain
import KVEvents

/// Which adapters, and whether salts and images, are known to be hashed by a publisher's engine
/// as its scheme has it. What is not known is absent.
struct ReproducedScopes: Sendable {
    private static let adaptersMax = 1_024

    private var adapters: [String: Bool] = [:]
    private var extras: Bool?

    /// Nil if the event must be looked at.
    func answer(adapter: String?, hasExtras: Bool) -> Bool? {
        let ofAdapter = adapter.map { adapters[$0] } ?? true
        let ofExtras = hasExtras ? extras : true
        if ofAdapter == false || ofExtras == false { return false }
        return ofAdapter == nil || ofExtras == nil ? nil : true
    }

    /// Notes what came of an event. That one with both is not reproduced does not tell why.
    mutating func note(_ isReproduced: Bool, adapter: String?, hasExtras: Bool) {
        if let adapter, isReproduced || !hasExtras || extras == true,
            adapters.count < ReproducedScopes.adaptersMax
        {
            adapters[adapter] = isReproduced
        }
        if hasExtras, isReproduced || adapter.map({ adapters[$0] == true }) ?? true {
            extras = isReproduced
        }
    }
}

extension PublisherBlocks {
    /// Chooses the keys, as soon as the search has come to an end.
    ///
    /// - Parameter restored: What a snapshot has filled. What fits becomes part of the blocks.
    mutating func decide(restored: [RestoredHolder]) -> Bool {
        switch search.finding {
        case .undecided where shared == nil: return false
        case .undecided: break
        case .unknown: break
        case .requestKey: keyMode = openMapped(restored) ? .requestKey : .none
        case .engineHash(let scheme):
            keyMode = openHashed(scheme, restored) ? .engineHash : .none
            let own = context.spaces.id(of: context.config.ownScheme, model: model)
            if restored.contains(where: { $0.space == own }) { _ = openMapped(restored) }
        }
        isDecided = true
        return true
    }

    /// Takes over what a snapshot has filled, as confirmed.
    ///
    /// The scheme counts as assumed, as it may have been when the snapshot was made. Of keys of
    /// our own that were made in another way than now, nothing: what an engine's hash
    /// stands for would be wrong.
    mutating func confirm(_ restored: RestoredBlocks) {
        let own = context.spaces.id(of: context.config.ownScheme, model: model)
        for holder in restored.holders {
            guard let space = context.spaces.space(holder.space), space.model == model else {
                continue
            }
            if space.isEngineHash, hashed == nil, openHashed(space.scheme, [holder]) {
                hashed?.confirm(holder.id)
                search.assume(space.scheme)
                keyMode = .engineHash
            } else if space.id == own, mapped == nil, !restored.engineKeys.isEmpty,
                openMapped([holder])
            {
                mapped?.confirm(holder.id, restored.engineKeys)
                if hashed == nil { keyMode = .requestKey }
            }
        }
        isDecided = keyMode != .none
    }

    func owns(_ holder: HolderID) -> Bool {
        hashed?.owns(holder) == true || mapped?.holders.all.contains(holder) == true
    }

    /// Where blocks under our own keys go. False if there are too many key spaces.
    mutating func openMapped(_ restored: [RestoredHolder] = []) -> Bool {
        if mapped != nil { return true }
        guard let id = context.spaces.id(of: context.config.ownScheme, model: model),
            let space = context.spaces.space(id)
        else { return false }
        context.spaces.join(id)
        mapped = RequestKeyBlocks(
            hasher: space.hasher,
            holders: holders(in: id, restored),
            blocksMax: context.config.endpointBlocksMax
        )
        return true
    }

    /// Where blocks under the engine's hashes go. False if there are too many key spaces.
    private mutating func openHashed(
        _ scheme: BlockKeyScheme,
        _ restored: [RestoredHolder]
    ) -> Bool {
        guard let id = context.spaces.id(of: scheme, model: model),
            let space = context.spaces.space(id)
        else { return false }
        context.spaces.join(id)
        hashesScopes = space.hasher.canHash(BlockKeyScope(model: model, cacheSalt: "any"))
        hashed = EngineHashBlocks(scheme: scheme, holders: holders(in: id, restored))
        return true
    }

    private func holders(in space: KeySpaceID, _ restored: [RestoredHolder]) -> CacheHolders {
        CacheHolders(
            of: cache,
            in: space,
            index: context.index,
            uncertain: restored.filter { $0.space == space }.map(\.id)
        )
    }

    /// Whether the blocks of an event go under the engine's hashes.
    ///
    /// They do where the engine hashes all that tells them from others, as each hash then stands
    /// for itself. But where lookups cannot compute such a hash, our own keys serve better; so they
    /// do for blocks of another size than the scheme's.
    mutating func isHashed(
        _ stored: borrowing StoredBlocks,
        numbered number: ScopeNumber,
        in payload: Span<UInt8>
    ) -> Bool {
        if stored.blockSize != hashed?.scheme.blockSize.tokenCount { return false }
        if let parent = stored.parent, mapped?.contains(parent, in: number) == true { return false }
        let hasExtras = !stored.extras.isEmpty || stored.cacheSalt != nil
        let isPlain =
            !hasExtras && !stored.hasUnreadableExtras
            && stored.adapterID == nil && stored.adapterName == nil
        if isPlain { return true }
        guard hashesScopes else { return false }
        if stored.hasUnreadableExtras { return true }
        if stored.adapterID != nil, stored.adapterName == nil { return true }
        let adapter = stored.adapterName
        if let known = reproduced.answer(adapter: adapter, hasExtras: hasExtras) { return known }
        switch search.verify(stored, in: payload) {
        case .unknown: return true
        case .differs:
            reproduced.note(false, adapter: adapter, hasExtras: hasExtras)
            return false
        case .reproduced(let path):
            reproduced.note(true, adapter: adapter, hasExtras: hasExtras)
            learn(path, of: stored)
            return true
        }
    }

    private func learn(_ adapterPath: String?, of stored: borrowing StoredBlocks) {
        guard let hashed, case .engineHash(let scheme) = search.finding else { return }
        context.spaces.learn(scheme.extraKeys, in: hashed.space)
        guard let name = stored.adapterName else { return }
        let adapter = LoRAAdapter(name: name, number: stored.adapterID, path: adapterPath)
        context.spaces.learn(adapter, in: hashed.space)
    }
}
