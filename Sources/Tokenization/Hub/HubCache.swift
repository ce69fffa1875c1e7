import Files

/// The paths of one model in Hugging Face's cache: `blobs` by checksum, `snapshots` of links to
/// them by commit, and `refs` that say which commit a revision is.
struct HubCache: Sendable {
    private let cachePath: String
    private let model: HubModel

    init(at cachePath: String, for model: HubModel) {
        self.cachePath = cachePath
        self.model = model
    }

    private var folderName: String {
        "models--" + model.id.split(separator: "/").joined(separator: "--")
    }
    private var folder: String { "\(cachePath)/\(folderName)" }
    private var reference: String { "\(folder)/refs/\(model.revision)" }
    private var locks: String { "\(cachePath)/.locks/\(folderName)" }

    func blob(_ checksum: HubChecksum) -> String { "\(folder)/blobs/\(checksum.hex)" }
    func incompleteBlob(_ checksum: HubChecksum) -> String { blob(checksum) + ".incomplete" }
    func lock(_ checksum: HubChecksum) -> String { "\(locks)/\(checksum.hex).lock" }
    func snapshot(_ commit: String) -> String { "\(folder)/snapshots/\(commit)" }

    /// The snapshot of the revision, if the cache has one with a tokenizer in it.
    func knownSnapshot() -> String? {
        var commit = model.revision
        if !HubListing.isCommit(commit) {
            guard let bytes = try? FileContents(of: reference, byteCountMax: 64).bytes else {
                return nil
            }
            commit = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
            guard HubListing.isCommit(commit) else { return nil }
        }
        let snapshot = snapshot(commit)
        let names = try? FileTree.names(in: snapshot)
        return HubListing.hasTokenizer(names ?? []) ? snapshot : nil
    }

    func has(_ name: String, at commit: String) -> Bool {
        FileTree.byteCount(of: "\(snapshot(commit))/\(name)") != nil
    }

    func makeFolders(commit: String) throws(FileError) {
        for path in ["\(folder)/blobs", snapshot(commit), locks] {
            try FileTree.makeFolder(path)
        }
    }

    /// Gives the blob its name in the snapshot. Needs the blob's lock.
    func link(_ name: String, at commit: String, to checksum: HubChecksum) throws(FileError) {
        let path = "\(snapshot(commit))/\(name)"
        let target = "../../blobs/\(checksum.hex)"
        try FileTree.link(path, to: target, by: "\(path).\(checksum.hex).new")
    }

    /// Says which commit the revision is, once its snapshot is complete. A commit needs no saying.
    func refer(to commit: String) throws(FileError) {
        guard model.revision != commit else { return }
        let parent = reference.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        try FileTree.makeFolder(parent.joined(separator: "/"))
        // Whoever refers to the same commit writes the same bytes.
        try FileTree.write(Array(commit.utf8), to: reference, by: "\(reference).\(commit).new")
    }
}
