package import Tokenization

/// The environment variables that say where tokenizers are: llm-d's, and those of Hugging Face's
/// tools.
private enum Variable {
    static let localFolder = "LOCAL_TOKENIZER_DIR"
    static let hubCache = "HF_HUB_CACHE"
    static let hubHome = "HF_HOME"
    static let caches = "XDG_CACHE_HOME"
    static let home = "HOME"
}

extension TokenizerRegistryConfig {
    /// Adds the folders that the environment names behind those that are there.
    package mutating func addFolders(of environment: [String: String]) {
        let variables = EnvironmentVariables(environment)
        if let folder = variables[Variable.localFolder] { folders.append(folder) }
        if let cache = variables[Variable.hubCache] {
            hubCaches.append(cache)
        } else if let hubHome = variables[Variable.hubHome] {
            hubCaches.append(hubHome + "/hub")
        } else if let caches = variables[Variable.caches] {
            hubCaches.append(caches + "/huggingface/hub")
        } else if let home = variables[Variable.home] {
            hubCaches.append(home + "/.cache/huggingface/hub")
        }
    }
}
