/// The section that says where tokens come from.
extension KVCacheDraft {
    mutating func readTokenizers(_ section: inout ConfigSection) {
        var workers = Self.workersCountDefault
        section.read("workersCount", 0...1024, into: &workers)
        config.tokenizers.workersCount = workers > 0 ? workers : nil
        readHub(&section)
        section.section("hf") { hub in
            var isEnabled = true
            hub.read("enabled", into: &isEnabled)
            config.tokenizers.downloads = isEnabled
            readHub(&hub)
        }
        section.section("local") { readLocal(&$0) }
        if section.field("uds") != nil {
            section.findings.warn(
                "\(section.path(of: "uds")) has no effect: tokens are computed in this process"
            )
        }
        var ratio = -1.0
        section.read("minPrefixOverlapRatio", 0...1, into: &ratio)
        if ratio >= 0 {
            section.findings.note(
                "\(section.path(of: "minPrefixOverlapRatio")) has no effect: "
                    + "text behind a known prefix is always tokenized"
            )
        }
        section.read("modelName", into: &config.tokenizers.modelName)
    }

    /// llm-d's, for documents that speak of tokenizers.
    static let workersCountDefault = 5

    private mutating func readHub(_ section: inout ConfigSection) {
        section.readSecret("huggingFaceToken", into: &config.tokenizers.hubToken)
        section.read("tokenizersCacheDir", into: &config.tokenizers.downloadsFolder)
        if section.contains("tokenizersCacheDir"), let folder = config.tokenizers.downloadsFolder {
            addTokenizerFolder(folder)
        }
    }

    mutating func addTokenizerFolder(_ folder: String) {
        guard !config.tokenizers.folders.contains(folder) else { return }
        config.tokenizers.folders.append(folder)
    }

    private mutating func readLocal(_ section: inout ConfigSection) {
        var folder: String? = "/mnt/models"
        section.read("autoDiscoveryDir", into: &folder)
        if let folder { addTokenizerFolder(folder) }
        var name = Self.tokenizerFileName
        section.read("autoDiscoveryTokenizerFileName", into: &name)
        noteFileName(
            name,
            given: "\(section.path(of: "autoDiscoveryTokenizerFileName"))",
            section.findings
        )
        section.read(
            "modelTokenizerMap",
            countMax: Self.modelsMax,
            into: &config.tokenizers.paths
        )
    }

    func noteFileName(_ name: String, given source: String, _ findings: ConfigFindings) {
        guard name != Self.tokenizerFileName, !name.isEmpty else { return }
        findings.warn(
            "\(source) has no effect: a model's folder is searched for \(Self.tokenizerFileName); "
                + "name other files in modelTokenizerMap"
        )
    }

    private static let tokenizerFileName = "tokenizer.json"
    private static let modelsMax = 10_000
}
