import YAML

/// What a plug-in says of the KV cache's index: a document of llm-d's KV-cache manager that stands
/// in a document of its endpoint picker.
package struct KVCacheParameters: Equatable, Sendable {
    let document: YAMLNode
    /// Where it stands.
    let path: String
}
