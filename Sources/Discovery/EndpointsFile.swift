import Domain
package import YAML

/// The pool as a YAML or JSON text:
///
///     endpoints:
///       - name: pod-a
///         address: 10.0.0.1:8000
///         kvEvents: tcp://10.0.0.1:5557   # optional
///         role: both                      # prefill, decode or both; optional
package enum EndpointsFile {
    /// Endpoints in one file. Each costs a socket, a thread and its share of every decision.
    static let endpointsMax = 10_000

    /// - Throws: with the line, for an unknown key, a missing one, or a value that cannot be used.
    package static func parse(_ bytes: [UInt8]) throws(YAMLError) -> [EndpointEntry] {
        let root = try YAMLParser.parse(bytes)
        guard let list = try root.entries(of: ["endpoints"])["endpoints"] else {
            throw YAMLError(line: root.line, problem: "the key \"endpoints\" is missing")
        }
        let nodes = try list.elements()
        guard nodes.count <= endpointsMax else {
            throw YAMLError(line: list.line, problem: "more than \(endpointsMax) endpoints")
        }
        var entries: [EndpointEntry] = []
        var taken: Set<String> = []
        for node in nodes {
            let entry = try entry(node)
            for word in ["name \(entry.name)", "address \(entry.address)"] {
                guard taken.insert(word).inserted else {
                    throw YAMLError(line: node.line, problem: "\(word) occurs twice")
                }
            }
            entries.append(entry)
        }
        return entries
    }

    private static func entry(_ node: YAMLNode) throws(YAMLError) -> EndpointEntry {
        let fields = try node.entries(of: ["name", "address", "kvEvents", "role"])
        func required(_ key: String) throws(YAMLError) -> YAMLNode {
            guard let value = fields[key] else {
                throw YAMLError(line: node.line, problem: "an endpoint lacks \"\(key)\"")
            }
            return value
        }
        return EndpointEntry(
            name: try required("name").text(),
            address: try address(try required("address")),
            role: try fields["role"].map(role) ?? .both,
            kvEventsAddress: try fields["kvEvents"].map(eventsAddress)
        )
    }

    /// Goes into a header as it is, so nothing but a host and a port may be in it.
    private static func address(_ node: YAMLNode) throws(YAMLError) -> String {
        let text = try node.text()
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let isHost = text.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: ",") && byte != UInt8(ascii: "/")
        }
        guard isHost, parts.count >= 2, let port = parts.last.flatMap({ UInt16($0) }), port > 0,
            text.utf8.count > parts[parts.count - 1].utf8.count + 1
        else {
            throw YAMLError(
                line: node.line,
                problem: "expected an address like 10.0.0.1:8000, found \"\(text)\""
            )
        }
        return text
    }

    private static func role(_ node: YAMLNode) throws(YAMLError) -> EndpointRole {
        let text = try node.text()
        guard let role = EndpointRole(rawValue: text) else {
            let known = EndpointRole.allCases.map(\.rawValue).joined(separator: ", ")
            throw YAMLError(
                line: node.line,
                problem: "expected one of \(known), found \"\(text)\""
            )
        }
        return role
    }

    private static func eventsAddress(_ node: YAMLNode) throws(YAMLError) -> String {
        let text = try node.text()
        guard text.hasPrefix("tcp://") || text.hasPrefix("ipc://") else {
            throw YAMLError(
                line: node.line,
                problem: "expected an address like tcp://10.0.0.1:5557, found \"\(text)\""
            )
        }
        return text
    }
}
