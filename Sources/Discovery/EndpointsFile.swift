import Domain
import Files
import YAML

/// The pool as an operator writes it down, in YAML or JSON:
///
///     endpoints:
///       - name: engine-0
///         address: 10.0.0.1:8000           # where the gateway sends requests
///         kvEvents: tcp://10.0.0.1:5557    # optional: where the engine publishes KV events
///         kvReplay: tcp://10.0.0.1:6557    # optional: where it sends lost events again
///         dataParallelSize: 1              # optional: rank r has both ports plus r
///         role: both                       # optional: prefill, decode or both
package struct EndpointsFile: Equatable, Sendable {
    package let members: [PoolMember]

    package init(parsing bytes: [UInt8]) throws(EndpointsFileError) {
        do throws(YAMLError) {
            members = try EndpointsFile.members(in: YAMLNode(parsing: bytes))
        } catch {
            throw .invalid(line: error.line, reason: error.reason)
        }
    }

    package init(path: String) throws(EndpointsFileError) {
        self = try EndpointsFile.read(path).file
    }

    /// The file, and what it was on disk at the moment it was read.
    static func read(
        _ path: String
    ) throws(EndpointsFileError) -> (file: EndpointsFile, identity: FileIdentity) {
        let contents: FileContents
        do throws(FileError) {
            contents = try FileContents(of: path, byteCountMax: YAMLNode.byteCountMax)
        } catch {
            throw .unreadable(reason: error.reason)
        }
        return (try EndpointsFile(parsing: contents.bytes), contents.identity)
    }

    private static func members(in root: YAMLNode) throws(YAMLError) -> [PoolMember] {
        try root.requireKeys(among: ["endpoints"])
        // An empty list is a pool that is scaled to nothing. A file without one is a mistake.
        guard !(try root.fields.isEmpty) else {
            throw YAMLError(line: root.line, reason: "the key `endpoints` is missing")
        }
        var members: [PoolMember] = []
        // A name labels metrics, which must not mix two endpoints.
        var (lineOfAddress, lineOfName): ([String: Int], [String: Int]) = ([:], [:])
        for item in try root["endpoints"]?.items ?? [] {
            let member = try member(in: item)
            if let line = lineOfAddress.updateValue(item.line, forKey: member.address) {
                throw YAMLError(
                    line: item.line,
                    reason: "the address \(member.address) is that of line \(line) already"
                )
            }
            if let line = lineOfName.updateValue(item.line, forKey: member.name) {
                throw YAMLError(
                    line: item.line,
                    reason: "the name \(member.name) is that of line \(line) already"
                )
            }
            members.append(member)
        }
        return members
    }

    private static func member(in item: YAMLNode) throws(YAMLError) -> PoolMember {
        try item.requireKeys(
            among: ["name", "address", "kvEvents", "kvReplay", "dataParallelSize", "role"]
        )
        let name = try item.required("name")
        let address = try item.required("address")
        guard !(try name.string.isEmpty) else { throw name.expected("a name") }
        guard NetworkAddress.isHostAndPort(try address.string) else {
            throw address.expected("host:port")
        }
        let rankCount = try dataParallelSize(in: item["dataParallelSize"])
        return PoolMember(
            name: try name.string,
            address: try address.string,
            role: try role(in: item["role"]),
            kvEventsAddress: try eventsAddress(in: item["kvEvents"], rankCount: rankCount),
            kvReplayAddress: try eventsAddress(in: item["kvReplay"], rankCount: rankCount),
            dataParallelSize: rankCount
        )
    }

    private static func role(in node: YAMLNode?) throws(YAMLError) -> EndpointRole {
        guard let node else { return .both }
        guard let role = EndpointRole(rawValue: try node.string) else {
            throw node.expected("prefill, decode or both")
        }
        return role
    }

    private static func dataParallelSize(in node: YAMLNode?) throws(YAMLError) -> Int {
        guard let node else { return 1 }
        guard let size = Int(try node.string), (1...256).contains(size) else {
            throw node.expected("a whole number from 1 to 256")
        }
        return size
    }

    /// - Parameter rankCount: How many addresses are meant, with ports that follow each other.
    private static func eventsAddress(
        in node: YAMLNode?,
        rankCount: Int
    ) throws(YAMLError) -> String? {
        guard let node else { return nil }
        let address = try node.string
        guard NetworkAddress.isConnectable(address) else {
            throw node.expected("tcp://host:port or ipc://path")
        }
        guard rankCount == 1 || NetworkAddress.hasPorts(address, count: rankCount) else {
            throw node.expected("tcp://host:port, with a port for each of \(rankCount) ranks")
        }
        return address
    }
}
