/// One setting as it counts, and who said so.
package struct EffectiveSetting: Equatable, Sendable, CustomStringConvertible {
    /// What is set, in the words of the documents: `plugins.load-aware-scorer.threshold`.
    package let path: String
    package let value: String
    package let origin: SettingOrigin

    package var description: String { "\(path): \(value)  # \(origin)" }
}

/// Who said what a setting is.
package enum SettingOrigin: Equatable, Sendable, CustomStringConvertible {
    case `default`
    /// The document; lines count from 1.
    case file(line: Int)
    /// An environment variable, by its name.
    case environment(String)
    /// An option of the command line, by its name.
    case flag(String)

    package var description: String {
        switch self {
        case .default: "default"
        case .file(let line): "line \(line)"
        case .environment(let name): "environment \(name)"
        case .flag(let name): "option \(name)"
        }
    }
}
