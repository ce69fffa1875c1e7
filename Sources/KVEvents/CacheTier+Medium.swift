import Domain

extension CacheTier {
    /// vLLM's words, SGLang's, those of storage publishers, and what other routers accept.
    private static let media: [(word: StaticString, tier: CacheTier)] = [
        ("GPU", .gpu), ("DEVICE", .gpu),
        ("CPU", .cpu), ("CPU_PINNED", .cpu), ("CPU_TIER1", .cpu),
        ("CPU_TIER2", .disk), ("DISK", .disk), ("FS", .disk), ("NVME", .disk), ("STORAGE", .disk),
        ("EXTERNAL", .object), ("NETWORK", .object), ("REMOTE", .object), ("SHARED", .object),
        ("OBJ", .object), ("SHARED_STORAGE", .object), ("OBJECT_STORE", .object),
    ]

    /// The tier that an engine's `medium` means. Engines differ in the words and in their case;
    /// none at all is the engine's own memory. Nil for a word that we do not know.
    init?(medium: Span<UInt8>) {
        if medium.isEmpty || medium.isEqual(to: "GPU") {
            self = .gpu
            return
        }
        for known in CacheTier.media where medium.isEqual(to: known.word, ignoringCase: true) {
            self = known.tier
            return
        }
        return nil
    }
}
