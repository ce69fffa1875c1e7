import Files

/// Finds models' files on disk.
///
/// Every method reads folders: not for a request's path.
struct ModelCatalog: Sendable {
    private let config: TokenizerRegistryConfig

    /// Names that one folder is searched for, at most.
    private static let namesMax = 4096
    private static let hubPrefix = "models--"

    init(_ config: TokenizerRegistryConfig) { self.config = config }

    /// The file or folder of a model; nil if there is none.
    func path(of name: ModelName) -> String? {
        if let path = config.paths[name.text] { return path }
        for folder in config.folders {
            let path = "\(folder)/\(name.text)"
            if Self.holdsTokenizer(path) { return path }
        }
        for cache in config.folders + config.hubCaches {
            if let path = Self.snapshot(in: "\(cache)/\(name.hubFolder)") { return path }
        }
        return nil
    }

    /// The models that the folders hold.
    func names() -> Set<String> {
        var names: Set<String> = []
        for folder in config.folders {
            for entry in FolderListing.names(in: folder).prefix(Self.namesMax) {
                let path = "\(folder)/\(entry)"
                if entry.hasPrefix(Self.hubPrefix) {
                    if Self.snapshot(in: path) != nil { names.insert(Self.hubName(of: entry)) }
                } else if Self.holdsTokenizer(path) {
                    names.insert(entry)
                } else {
                    for inner in FolderListing.names(in: path).prefix(Self.namesMax)
                    where Self.holdsTokenizer("\(path)/\(inner)") {
                        names.insert("\(entry)/\(inner)")
                    }
                }
            }
        }
        return names
    }

    /// `models--org--name` is `org/name`: only the first `--` after the prefix is a slash.
    private static func hubName(of folder: String) -> String {
        let name = folder.dropFirst(hubPrefix.count)
        guard let dashes = name.firstRange(of: "--") else { return String(name) }
        return name[..<dashes.lowerBound] + "/" + name[dashes.upperBound...]
    }

    /// What a model's folder may have its tokenizer in.
    private static let fileNames = [
        "tokenizer.json", "tekken.json", "tiktoken.model", "tokenizer.model",
    ]

    private static func holdsTokenizer(_ folder: String) -> Bool {
        fileNames.contains { FileIdentity(of: "\(folder)/\($0)") != nil }
    }

    /// The snapshot that `refs/main` names, or the only one there is.
    private static func snapshot(in folder: String) -> String? {
        let snapshots = "\(folder)/snapshots"
        let reference = try? FileContents(of: "\(folder)/refs/main", byteCountMax: 256).bytes
        if let reference {
            let revision = String(decoding: reference.prefix { $0 > 0x20 }, as: UTF8.self)
            guard let name = ModelName(revision) else { return nil }
            let path = "\(snapshots)/\(name.text)"
            return holdsTokenizer(path) ? path : nil
        }
        let names = FolderListing.names(in: snapshots)
        guard names.count == 1 else { return nil }
        let path = "\(snapshots)/\(names[0])"
        return holdsTokenizer(path) ? path : nil
    }
}
