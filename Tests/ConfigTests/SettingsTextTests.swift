import Config
import Testing

@Suite struct SettingsTextTests {
    @Test func `settings stand in columns, each with its origin`() {
        let settings = [
            EffectiveSetting(path: "a", value: "1.5", origin: .default),
            EffectiveSetting(path: "plugins.x.threshold", value: "64", origin: .file(line: 12)),
            EffectiveSetting(path: "b", value: "true", origin: .environment("PD_ENABLED")),
            EffectiveSetting(path: "c", value: "", origin: .flag("--fallback-endpoints")),
        ]
        #expect(
            SettingsText.text(of: settings, file: "epp.yaml") == """
                a                   = 1.5    # default
                plugins.x.threshold = 64     # epp.yaml:12
                b                   = true   # environment PD_ENABLED
                c                   =        # option --fallback-endpoints

                """
        )
    }

    @Test func `without a file a line stands alone`() {
        let setting = EffectiveSetting(path: "a", value: "1", origin: .file(line: 3))
        #expect(SettingsText.text(of: [setting]) == "a = 1   # line 3\n")
        #expect(SettingsText.text(of: []).isEmpty)
    }

    @Test func `settings of other kinds stand in the same columns`() {
        let rows: [SettingsText.Row] = [("kvCache.a", "1", "default"), ("b", "22", "kv.yaml")]
        let expected = "kvCache.a = 1    # default\nb         = 22   # kv.yaml\n"
        #expect(SettingsText.text(of: rows) == expected)
    }

    @Test func `a wide value moves no other origin, and none breaks a line`() {
        let settings = [
            EffectiveSetting(
                path: "a",
                value: String(repeating: "v", count: 100),
                origin: .default
            ),
            EffectiveSetting(path: "b", value: "x\ny\u{1B}", origin: .default),
            EffectiveSetting(
                path: "c",
                value: String(repeating: "w", count: 5000),
                origin: .default
            ),
        ]
        let lines = SettingsText.text(of: settings).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].hasSuffix("v   # default"))
        #expect(lines[1] == "b = x\u{FFFD}y\u{FFFD}   # default")
        #expect(lines[2].count < 450)
    }

    @Test func `what a document comes to is told so`() throws {
        let setup = try SchedulingDocument.read("featureGates: [flowControl]")
        let lines = SettingsText.text(of: setup.settings, file: "a.yaml").split(separator: "\n")
        #expect(lines.count == setup.settings.count)
        let gate = lines.filter { $0.hasPrefix("featureGates.flowControl ") }
        #expect(gate.first?.hasSuffix("# a.yaml:1") == true)
        let columns = Set(
            lines.compactMap { $0.firstRange(of: " = ")?.lowerBound.utf16Offset(in: $0) }
        )
        #expect(columns.count == 1)
    }
}
