import KVIndexer
import YAML

/// The configuration document of llm-d's KV-cache manager, in JSON or YAML, of every version:
/// its sections at the top, those of an indexer under `indexerConfig`, those of the event pool
/// under `kvEventsConfig` or alone; what only Warmpath has, under `warmpath`.
///
/// What a document leaves out has llm-d's default. A later source outweighs an earlier one: the
/// document, the environment, the command line.
package enum KVCacheConfigFile {
    /// More than any document; `YAMLNode` bounds what is in it.
    package static let byteCountMax = YAMLNode.byteCountMax

    /// - Parameters:
    ///   - document: the file's bytes; nil if there is none.
    ///   - environment: the process's variables.
    /// - Throws: everything that is wrong with the document. Secrets are in none of it.
    package static func read(
        _ document: [UInt8]?,
        environment: [String: String] = [:]
    ) throws(ConfigError) -> (config: KVCacheConfig, remarks: ConfigRemarks) {
        try read(
            try document.map { bytes throws(ConfigError) in try node(of: bytes) },
            at: "",
            environment
        )
    }

    /// The same of a document that stands in another one: the parameters of a plug-in. Its remarks
    /// were told with those of the plug-in.
    package static func read(
        _ parameters: KVCacheParameters,
        environment: [String: String] = [:]
    ) throws(ConfigError) -> (config: KVCacheConfig, remarks: ConfigRemarks) {
        try read(parameters.document, at: parameters.path, environment)
    }

    private static func read(
        _ root: YAMLNode?,
        at path: String,
        _ environment: [String: String]
    ) throws(ConfigError) -> (config: KVCacheConfig, remarks: ConfigRemarks) {
        let findings = ConfigFindings()
        var draft = KVCacheDraft()
        if let root {
            ConfigSection.read(root, at: path, findings: findings) { section in
                draft.readDocument(&section)
            }
        }
        draft.readEnvironment(environment, findings)
        try findings.throwProblems()
        let config = draft.resolved(findings)
        return (config, findings.remarks)
    }

    static func node(of document: [UInt8]) throws(ConfigError) -> YAMLNode {
        do throws(YAMLError) {
            return try YAMLNode(parsing: document)
        } catch {
            throw ConfigError(problems: ["\(error)"])
        }
    }
}

extension KVCacheDraft {
    mutating func readDocument(_ root: inout ConfigSection) {
        refuseRepeated(Self.indexerSections, in: root, and: "indexerConfig")
        refuseRepeated(Self.eventFields, in: root, and: "kvEventsConfig")
        readIndexer(&root)
        root.section("indexerConfig") { readIndexer(&$0) }
        if Self.eventFields.contains(where: root.contains) {
            readEvents(&root, centralAddress: "tcp://*:5557")
        }
        root.section("kvEventsConfig") { readEvents(&$0, centralAddress: nil) }
        root.read("speculativeIndexing", into: &config.indexer.speculation.isEnabled)
        root.read(
            "speculativeTTL",
            .milliseconds(1) ... .seconds(3600),
            into: &config.indexer.speculation.timeToLive
        )
        root.section("warmpath") { readOwn(&$0) }
    }

    /// Of two places for one setting, none is the obvious one to follow.
    private func refuseRepeated(_ keys: [String], in root: ConfigSection, and section: String) {
        guard let nested = root.nested(section) else { return }
        for key in keys where root.contains(key) && nested.contains(key) {
            root.findings.problem(
                "\(root.path(of: key)): expected once, found in \(section), too "
                    + "(line \(root.line(of: key) ?? root.line))"
            )
        }
    }
}
