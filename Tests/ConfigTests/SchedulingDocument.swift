import Config
import Foundation
import Scheduling

/// Documents of scheduling, and what they come to in short.
enum SchedulingDocument {
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/scheduling")

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    /// The names of all documents.
    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".yaml") }.sorted()
    }

    static func read(
        _ document: String? = nil,
        environment: [String: String] = [:],
        overrides: SchedulingOverrides = SchedulingOverrides()
    ) throws(ConfigError) -> SchedulingSetup {
        try SchedulingConfigFile.read(
            document: document.map { Array($0.utf8) },
            environment: environment,
            overrides: overrides
        )
    }

    /// What is wrong with a document, nothing if it is followed.
    static func problems(_ document: String, isStrict: Bool = false) -> [String] {
        var overrides = SchedulingOverrides()
        overrides.isStrict = isStrict
        do throws(ConfigError) {
            _ = try read(document, overrides: overrides)
            return []
        } catch {
            return error.problems
        }
    }
}

extension SchedulingSetup {
    /// The kinds of the plug-ins of each profile, with their weights, and that of the handler.
    var summary: [String] {
        scheduler.profiles.map { "\($0.name): \($0.summary)" }
            + ["\(type(of: scheduler.handler)) of \(scheduler.handler.profileNames)"]
    }

    func profile(_ name: String = "default") -> SchedulingProfile? {
        scheduler.profiles.first { $0.name == name }
    }

    func setting(_ path: String) -> String? {
        settings.first { $0.path == path }.map { "\($0.value) # \($0.origin)" }
    }
}

extension SchedulingProfile {
    fileprivate var summary: String {
        let filters = filters.map { "\(type(of: $0))" }.joined(separator: ", ")
        let scorers = scorers.map { "\(type(of: $0.scorer)) \($0.weight)" }.joined(separator: ", ")
        return "\(filters) | \(scorers) | \(type(of: picker))"
    }

    /// The first filter of a type.
    func filter<Kind: Filter>(_ type: Kind.Type) -> Kind? {
        filters.lazy.compactMap { $0 as? Kind }.first
    }

    /// The first scorer of a type.
    func scorer<Kind: Scorer>(_ type: Kind.Type) -> Kind? {
        scorers.lazy.compactMap { $0.scorer as? Kind }.first
    }
}
