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
///         role: prefill-decode             # optional: the label llm-d.ai/role, else decode
///         engine: vllm                     # optional: the label llm-d.ai/engine-type, else vllm
///         metrics: 10.0.0.1:8000/metrics   # optional: where it reports its load
///         labels: { zone: a }              # optional: as Kubernetes has them
package struct EndpointsFile: Equatable, Sendable {
    package let members: [PoolMember]
    /// What is not understood, and is no reason to refuse the file.
    package let warnings: [String]

    package init(parsing bytes: [UInt8]) throws(EndpointsFileError) {
        do throws(YAMLError) {
            var warnings: [String] = []
            members = try EndpointsFile.members(in: YAMLNode(parsing: bytes), &warnings)
            self.warnings = warnings
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

    private static func members(
        in root: YAMLNode,
        _ warnings: inout [String]
    ) throws(YAMLError) -> [PoolMember] {
        try root.requireKeys(among: ["endpoints"])
        // An empty list is a pool that is scaled to nothing. A file without one is a mistake.
        guard !(try root.fields.isEmpty) else {
            throw YAMLError(line: root.line, reason: "the key `endpoints` is missing")
        }
        var members: [PoolMember] = []
        // A name labels metrics, which must not mix two endpoints.
        var (lineOfAddress, lineOfName): ([String: Int], [String: Int]) = ([:], [:])
        for item in try root["endpoints"]?.items ?? [] {
            let member = try PoolMember(item, warnings: &warnings)
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
}
