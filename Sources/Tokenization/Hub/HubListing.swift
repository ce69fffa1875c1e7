import JSON

/// A model's files at one commit, as `GET /api/models/ID/revision/REVISION` lists them, those
/// alone that tokenizers and chat templates are made of.
struct HubListing: Equatable, Sendable {
    let commit: String
    let files: [String]

    /// - Throws: `malformedAnswer`, which names `url`.
    init(_ body: [UInt8], from url: HubURL, filesMax: Int) throws(HubError) {
        let root: JSONValue
        do {
            root = try JSONDocument(parsing: body).root
        } catch {
            throw .malformedAnswer(url: url.withoutQuery, reason: error.reason)
        }
        guard let commit = root["sha"]?.string, HubListing.isCommit(commit) else {
            throw .malformedAnswer(url: url.withoutQuery, reason: "sha is not a commit")
        }
        guard let siblings = root["siblings"], siblings.kind == .array else {
            throw .malformedAnswer(url: url.withoutQuery, reason: "siblings is not a list")
        }
        var files: [String] = []
        siblings.forEachElement { file in
            guard files.count < filesMax, let name = file["rfilename"]?.string,
                HubListing.isWanted(name), !files.contains(name)
            else { return }
            files.append(name)
        }
        self.commit = commit
        self.files = files
    }

    static func isCommit(_ text: String) -> Bool {
        text.utf8.count == 40 && HubChecksum(entityTag: text) != nil
    }

    /// Whether a tokenizer can be made of files with these names.
    static func hasTokenizer(_ files: [String]) -> Bool {
        files.contains { definitions.contains($0) || $0.hasSuffix(".tiktoken") }
    }

    /// Only files at the top: a name is also one in the cache.
    private static func isWanted(_ name: String) -> Bool {
        guard HubModel.isName(name.utf8) else { return false }
        return definitions.contains(name) || settings.contains(name) || name.hasSuffix(".tiktoken")
    }

    private static let definitions: Set<String> = [
        "tokenizer.json", "tekken.json", "tiktoken.model", "tokenizer.model",
    ]

    private static let settings: Set<String> = [
        "tokenizer_config.json", "special_tokens_map.json", "config.json", "chat_template.jinja",
        "chat_template.json",
    ]
}
