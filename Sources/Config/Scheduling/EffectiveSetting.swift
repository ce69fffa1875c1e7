/// One setting as it counts, and who said so.
package struct EffectiveSetting: Equatable, Sendable {
    /// What is set, in the words of the documents: `plugins.load-aware-scorer.threshold`.
    package let path: String
    package let value: String
    package let origin: SettingOrigin

    package init(path: String, value: String, origin: SettingOrigin) {
        self.path = path
        self.value = value
        self.origin = origin
    }
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

    package var description: String { text() }

    /// - Parameter file: the name of the document's file, so that a line reads `FILE:LINE`. Nil: it
    ///   has none.
    package func text(inFile file: String? = nil) -> String {
        switch self {
        case .default: "default"
        case .file(let line): file.map { "\($0):\(line)" } ?? "line \(line)"
        case .environment(let name): "environment \(name)"
        case .flag(let name): "option \(name)"
        }
    }
}
