import CommandLineArguments
import Config
import Files

/// The settings of the KV cache, each with who gave it: found by what changes when one source after
/// the other is taken into account.
struct KVCacheOrigins {
    private struct Stage {
        let origin: String
        let settings: [(path: String, value: String)]
    }

    private let stages: [Stage]

    init(
        _ settings: ServeSettings,
        _ arguments: Arguments,
        environment: [String: String]
    ) throws {
        let path = arguments[ServeOptions.kvCacheConfig]
        let document = try path.map {
            try FileContents(of: $0, byteCountMax: KVCacheConfigFile.byteCountMax).bytes
        }
        func read(environment: [String: String]) throws -> KVCacheConfig {
            if document == nil, let parameters = settings.setup.kvCache {
                return try KVCacheConfigFile.read(parameters, environment: environment).config
            }
            return try KVCacheConfigFile.read(document, environment: environment).config
        }
        let sources: [(String, KVCacheConfig)] = [
            ("default", try KVCacheConfigFile.read(nil).config),
            (path ?? "the parameters of a plug-in", try read(environment: [:])),
            ("environment", try read(environment: environment)),
            ("option", settings.kvCache),
        ]
        stages = sources.map { Stage(origin: $0, settings: Self.flattened($1.document)) }
    }

    /// One line for each.
    var text: String { SettingsText.text(of: lines) }

    /// `kvCache.PATH`, its value and its origin: the last source that changed it.
    var lines: [(path: String, value: String, origin: String)] {
        guard let last = stages.last else { return [] }
        let earlier = stages.map { stage in
            Dictionary(stage.settings.map { ($0.path, $0.value) }) { first, _ in first }
        }
        return last.settings.map { path, value in
            var (origin, known) = ("default", earlier[0][path])
            for (stage, settings) in zip(stages, earlier).dropFirst() where settings[path] != known
            {
                (origin, known) = (stage.origin, settings[path])
            }
            return ("kvCache.\(path)", value, origin)
        }
    }

    /// Each scalar of a document that is indented by two spaces a level.
    private static func flattened(_ document: String) -> [(path: String, value: String)] {
        var keys: [Substring] = []
        var settings: [(path: String, value: String)] = []
        var item = 0
        for line in document.split(separator: "\n") {
            let text = line.drop { $0 == " " }
            let depth = (line.count - text.count) / 2
            keys.removeLast(max(0, keys.count - depth))
            if text.hasPrefix("- ") {
                settings.append(
                    ("\(keys.joined(separator: "."))[\(item)]", String(text.dropFirst(2)))
                )
                item += 1
                continue
            }
            let parts = text.split(separator: ":", maxSplits: 1)
            guard let key = parts.first else { continue }
            let value = parts.dropFirst().first?.drop { $0 == " " } ?? ""
            item = 0
            keys.append(key)
            if !value.isEmpty { settings.append((keys.joined(separator: "."), String(value))) }
        }
        return settings
    }
}
