import JSON

/// What an engine serves, by its `/v1/models`: OpenAI's list with vLLM's and SGLang's additions.
struct ModelList: Equatable, Sendable {
    /// Names of LoRA adapters: the models that have a `parent`, which is the model they adapt. The
    /// `root` does not tell, because a base model that is served under another name has one too.
    private(set) var adapters: Set<String> = []

    /// Adapters of one engine. Further ones are as if they were not there.
    static let adaptersMax = 4096

    /// Nil if it is not such a list.
    init?(_ body: [UInt8]) {
        guard let root = (try? JSONDocument(parsing: body))?.root,
            let models = root["data"], models.kind == .array
        else { return nil }
        var adapters: Set<String> = []
        models.forEachElement { model in
            guard adapters.count < Self.adaptersMax, model["parent"]?.kind == .string,
                let name = model["id"]?.string, AdapterRegistry.nameBytes.contains(name.utf8.count)
            else { return }
            adapters.insert(name)
        }
        self.adapters = adapters
    }
}
