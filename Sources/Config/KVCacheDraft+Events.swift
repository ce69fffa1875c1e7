import KVIndexer

/// The sections that say how events arrive.
extension KVCacheDraft {
    static let eventFields = [
        "zmqEndpoint", "topicFilter", "concurrency", "engineType", "discoverPods",
        "podDiscoveryConfig",
    ]

    /// - Parameter centralAddress: for a section that names none.
    mutating func readEvents(_ section: inout ConfigSection, centralAddress: String?) {
        var address = centralAddress
        section.readAddress(
            "zmqEndpoint",
            expected: "a ZeroMQ address such as \"tcp://*:5557\"",
            into: &address,
            where: Self.isZMQAddress
        )
        config.indexer.events.centralAddress = address
        // An empty filter takes every topic: it says more than none.
        if section.contains("topicFilter") {
            var filter = ""
            section.read("topicFilter", into: &filter)
            config.indexer.events.topicFilter = filter
        }
        section.read("concurrency", 1...256, into: &config.indexer.events.threadCount)
        // Layouts are told apart by what they are, so the engine's name changes nothing.
        var engine = EngineType.unsaid
        section.read("engineType", into: &engine)
        section.read("discoverPods", into: &config.followsEndpoints)
        section.section("podDiscoveryConfig") { readPods(&$0) }
    }

    private mutating func readPods(_ section: inout ConfigSection) {
        var ports = EnginePorts()
        section.read("socketPort", 1...65_535, into: &ports.events)
        section.read("replaySocketPort", 0...65_535, into: &ports.replay)
        config.enginePorts = ports
        for key in ["podLabelSelector", "podNamespace"] {
            var text: String?
            section.read(key, into: &text)
            if text != nil {
                section.findings.note(
                    "\(section.path(of: key)) has no effect: the pool is that of --endpoints-file"
                )
            }
        }
    }

    static func isZMQAddress(_ text: String) -> Bool {
        guard let scheme = ["tcp://", "ipc://"].first(where: text.hasPrefix) else { return false }
        let rest = text.dropFirst(scheme.count)
        guard scheme == "tcp://" else { return !rest.isEmpty }
        guard let colon = rest.lastIndex(of: ":"), colon > rest.startIndex,
            let port = Int(rest[rest.index(after: colon)...])
        else { return false }
        return (1...65_535).contains(port)
    }
}

private enum EngineType: String, CaseIterable {
    case vllm, sglang
    case unsaid = ""
}
