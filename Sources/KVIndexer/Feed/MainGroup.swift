import KVEvents

/// Which of an engine's groups of layers counts: the first one with main attention that it
/// announces. Other groups hold the same blocks under the same hashes, and drop them earlier.
enum MainGroup: Sendable {
    case unknown
    case of(Int?)

    /// Whether stored blocks count. Engines that announce groups but no kind (vLLM 0.20 and 0.21)
    /// have the main one first.
    mutating func counts(_ stored: borrowing StoredBlocks) -> Bool {
        guard isMainAttention(stored) else { return false }
        if case .of(let group?) = self { return stored.group == nil || stored.group == group }
        self = .of(stored.group)
        return true
    }

    /// Whether removed blocks do. A removal that names no group is of all. As long as no group is
    /// known, all count: what a snapshot had is forgotten too early rather than never.
    func counts(_ removed: borrowing RemovedBlocks) -> Bool {
        guard let removedGroup = removed.group else { return true }
        guard case .of(let group) = self else { return true }
        return group == nil || group == removedGroup
    }

    private func isMainAttention(_ stored: borrowing StoredBlocks) -> Bool {
        stored.cacheKind?.isMainAttention ?? (stored.group ?? 0 == 0)
    }
}
