import Foundation
import Testing

@testable import Config

/// Pages that are written by hand, against what they are about.
@Suite struct SchedulingPageTests {
    private static func page(_ name: String) throws -> String {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/\(name)"), encoding: .utf8)
    }

    @Test func `the page on scheduling names every type of plug-in`() throws {
        let page = try Self.page("scheduling.md")
        let missing = PluginFactory.types.filter { !page.contains("`\($0)`") }
        #expect(missing.sorted() == [])
    }

    @Test func `the settings that the page on configuration shows are printed so`() throws {
        let document = """
            apiVersion: llm-d.ai/v1alpha1
            kind: EndpointPickerConfig
            plugins:
            - type: load-aware-scorer
              parameters:
                threshold: 64
            schedulingProfiles:
            - name: default
              plugins:
              - pluginRef: load-aware-scorer
                weight: 2.5
            """
        let settings = try SchedulingDocument.read(document).settings
        let printed = SettingsText.text(of: settings, file: "pool.yaml").split(separator: "\n")
        let shown = try Self.page("configuration.md").split(separator: "\n")
            .filter { $0.contains(" = ") && $0.contains("# ") }
        #expect(shown.count == 5)
        #expect(shown.filter { !printed.contains($0) } == [])
    }
}
