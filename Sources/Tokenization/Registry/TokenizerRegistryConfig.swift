/// Where models' tokenizers are, and how many are kept.
package struct TokenizerRegistryConfig: Equatable, Sendable {
    /// The file or folder of a model, by its name. Comes before everything else.
    package var paths: [String: String] = [:]
    /// Folders with a folder for each model: `<name>`, `<organization>/<name>`, or as in
    /// Hugging Face's cache, `models--<organization>--<name>`. Whatever they hold may be asked
    /// for by clients.
    package var folders: [String] = []
    /// Hugging Face's caches. Looked into for models that this configuration or the pool names,
    /// not for what a client makes up.
    package var hubCaches: [String] = []
    /// The base model of a LoRA adapter, whose prompts are those of its base.
    package var baseModels: [String: String] = [:]
    /// Models that may be looked for in hub caches, and downloaded if that is enabled.
    package var knownModels: Set<String> = []
    /// Models kept loaded, each some 30 to 60 MB. Raise it if more are in use at the same time:
    /// the least recently used goes, and is loaded again when it is next asked for.
    package var loadedMax = 20
    /// How long a model that could not be loaded is left alone. Doubles with each failure.
    package var retryDelay = Duration.seconds(10)
    package var retryDelayMax = Duration.seconds(600)
    /// How often, at most, an unknown name makes us look whether the folders have it by now.
    package var rescanInterval = Duration.seconds(10)

    package init() {}
}
