/// The list of engines, in the YAML that Warmpath reads.
package enum EndpointsFile {
    package struct Entry: Equatable {
        package let name: String
        package let address: String
        package let eventsAddress: String
        package let replayAddress: String

        package init(
            name: String,
            address: String,
            eventsAddress: String,
            replayAddress: String
        ) {
            self.name = name
            self.address = address
            self.eventsAddress = eventsAddress
            self.replayAddress = replayAddress
        }
    }

    package static func render(_ entries: [Entry]) -> String {
        entries.reduce(into: "endpoints:\n") { text, entry in
            text += "  - name: \(entry.name)\n"
            text += "    address: \(entry.address)\n"
            text += "    kvEvents: \(entry.eventsAddress)\n"
            text += "    kvReplay: \(entry.replayAddress)\n"
        }
    }
}
