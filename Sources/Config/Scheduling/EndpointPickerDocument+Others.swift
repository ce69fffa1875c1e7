/// Sections of an `EndpointPickerConfig` that say nothing of scheduling.
extension SchedulingDraft {
    mutating func readOthers(_ root: inout ConfigSection) {
        root.section("requestHandler") { handler in
            handler.sections("parsers", countMax: 32) { checkReference(&$0) }
        }
        root.section("parser") { checkReference(&$0) }
        root.section("dataLayer") { readDataLayer(&$0) }
    }

    private func readDataLayer(_ section: inout ConfigSection) {
        var injects = true
        section.read("injectDefaults", into: &injects)
        section.sections("sources", countMax: 64) { source in
            checkReference(&source)
            source.sections("extractors", countMax: 64) { checkReference(&$0) }
        }
        for key in ["discovery", "peerDiscovery"] where section.contains(key) {
            findings.mistake(
                "\(section.path(of: key)) has no effect: where endpoints are is said on the command "
                    + "line, and pickers do not know of each other "
                    + "(line \(section.line(of: key) ?? section.line))"
            )
            section.section(key) { checkReference(&$0) }
        }
        for key in ["crossReplicaSyncerPluginRef", "crossReplicaSyncInterval"]
        where section.field(key) != nil {
            findings.mistake(
                "\(section.path(of: key)) has no effect: pickers exchange no load "
                    + "(line \(section.line(of: key) ?? section.line))"
            )
        }
    }

    /// A name that stands for nothing is a slip of the pen, even where nothing comes of it.
    private func checkReference(_ section: inout ConfigSection) {
        guard let node = section.field("pluginRef") else {
            return section.refuse("pluginRef", expected: "a name")
        }
        let name = node.text ?? ""
        guard plugins[name] == nil, !PluginFactory.types.contains(name) else { return }
        section.refuse("pluginRef", node, expected: "the name of an entry of plugins")
    }
}
