import BlockKeys
import Domain
import Synchronization

/// Key spaces that processes with a common index tell each other. A prompt is looked for in spaces
/// that are in use, and an engine that is silent now may have announced blocks to another process,
/// or to this one before it was restarted.
///
/// Thread safety: every method may be called from any thread.
package final class SharedSpaces: Sendable {
    /// Bounds what others can cause: each space costs a prompt one more chain of hashes.
    private static let learnedMax = 16
    private static let textBytesMax = 4_096
    /// In no algorithm's name, and in no model's that a person would give.
    private static let separator: Character = "\u{1F}"

    private let registry: KeySpaceRegistry
    private let learned = Mutex<Set<KeySpaceID>>([])

    package init(_ registry: KeySpaceRegistry) { self.registry = registry }

    /// Spaces in which publishers of this process keep blocks.
    var own: [String] {
        let learned = learned.withLock { $0 }
        return registry.active
            .filter { $0.userCount > (learned.contains($0.id) ? 1 : 0) }
            .compactMap(SharedSpaces.text)
    }

    /// Looks into a space of others from here on. A text that names none changes nothing.
    func learn(_ text: String) {
        guard text.utf8.count <= SharedSpaces.textBytesMax,
            let (scheme, model) = SharedSpaces.space(text),
            let id = registry.id(of: scheme, model: model)
        else { return }
        let isNew = learned.withLock { learned in
            learned.count < SharedSpaces.learnedMax && learned.insert(id).inserted
        }
        if isNew { registry.join(id) }
    }

    private static func text(_ space: KeySpace) -> String? {
        let scheme = space.scheme
        let fields = [
            scheme.algorithm.rawValue, "\(scheme.blockSize.tokenCount)", space.model,
            scheme.seed.map { "=\($0)" } ?? "",
        ]
        guard !fields.contains(where: { $0.contains(separator) }) else { return nil }
        return fields.joined(separator: String(separator))
    }

    private static func space(_ text: String) -> (BlockKeyScheme, model: String)? {
        let fields = text.split(separator: separator, omittingEmptySubsequences: false)
        guard fields.count == 4, let algorithm = BlockKeyAlgorithm(rawValue: String(fields[0])),
            let tokenCount = Int(fields[1]), (1...1 << 20).contains(tokenCount)
        else { return nil }
        let scheme = BlockKeyScheme(
            algorithm: algorithm,
            blockSize: BlockSize(tokenCount: tokenCount),
            seed: fields[3].isEmpty ? nil : String(fields[3].dropFirst())
        )
        return (scheme, String(fields[2]))
    }
}
