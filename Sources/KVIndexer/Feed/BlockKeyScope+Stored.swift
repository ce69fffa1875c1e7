import BlockKeys
import Domain
import KVEvents

extension BlockKeyScope {
    /// What an event tells of what its engine hashes beside tokens.
    init(of stored: borrowing StoredBlocks, in payload: Span<UInt8>, model: String) {
        self.init(model: model, cacheSalt: stored.cacheSalt)
        if let name = stored.adapterName {
            adapter = LoRAAdapter(name: name, number: stored.adapterID)
        }
        stored.appendExtras(in: payload, to: &extras)
    }

    /// The same for an event whose blocks are of another size than ours. Nil if it cannot be told
    /// in which of our blocks an image lies: where it ends is not announced. A salt is in the
    /// prompt's first block, whatever the size.
    func fitting(_ engineSize: Int, _ ownSize: BlockSize, isFirst: Bool) -> BlockKeyScope? {
        if engineSize <= ownSize.tokenCount { return self }
        let areSalts = extras.allSatisfy {
            isFirst && $0.block == 0 && $0.kind == .media && $0.offset == nil
        }
        return areSalts ? self : nil
    }
}
