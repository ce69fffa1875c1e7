import Domain
import YAML

/// One entry of an endpoints file. Each error names the key that it is about.
extension PoolMember {
    private static let keys = [
        "name", "address", "kvEvents", "kvReplay", "dataParallelSize", "role", "engine", "metrics",
        "labels",
    ]
    private static let roleLabel = "llm-d.ai/role"
    /// The second one is the older spelling.
    private static let engineLabels = [
        "llm-d.ai/engine-type", "inference.networking.k8s.io/engine-type",
    ]
    private static let labelsMax = 64
    /// Of a key or a value. Kubernetes allows 317 and 63.
    private static let labelBytesMax = 512

    /// - Parameter warnings: gets what the labels say that is not understood. They may belong to
    ///   somebody else, so that they must not cost the pool.
    init(_ item: YAMLNode, warnings: inout [String]) throws(YAMLError) {
        try item.requireKeys(among: Self.keys)
        let name = try item.required("name")
        let address = try item.required("address")
        let labels = try Self.read("labels", in: item, Self.labels) ?? [:]
        let rankCount = try Self.read("dataParallelSize", in: item, Self.dataParallelSize) ?? 1
        self.init(
            name: try Self.read("name", name, Self.name),
            address: try Self.read("address", address, Self.address),
            role: try Self.role(in: item, labels: labels, &warnings),
            kvEventsAddress: try Self.eventsAddress("kvEvents", in: item, rankCount: rankCount),
            kvReplayAddress: try Self.eventsAddress("kvReplay", in: item, rankCount: rankCount),
            dataParallelSize: rankCount,
            labels: labels,
            metricsURL: try Self.read("metrics", in: item, Self.metricsURL),
            engine: try Self.engine(in: item, labels: labels, &warnings)
        )
    }

    // MARK: Keys

    private static func read<T>(
        _ key: String,
        in item: YAMLNode,
        _ read: (YAMLNode) throws(YAMLError) -> T
    ) throws(YAMLError) -> T? {
        guard let node = item[key] else { return nil }
        return try self.read(key, node, read)
    }

    private static func read<T>(
        _ key: String,
        _ node: YAMLNode,
        _ read: (YAMLNode) throws(YAMLError) -> T
    ) throws(YAMLError) -> T {
        do throws(YAMLError) {
            return try read(node)
        } catch {
            throw YAMLError(line: error.line, reason: "`\(key)`: \(error.reason)")
        }
    }

    // MARK: Values

    private static func name(_ node: YAMLNode) throws(YAMLError) -> String {
        guard !(try node.string.isEmpty) else { throw node.expected("a name") }
        return try node.string
    }

    private static func address(_ node: YAMLNode) throws(YAMLError) -> String {
        guard NetworkAddress.isHostAndPort(try node.string) else {
            throw node.expected("host:port")
        }
        return try node.string
    }

    private static func role(
        in item: YAMLNode,
        labels: [String: String],
        _ warnings: inout [String]
    ) throws(YAMLError) -> EndpointRole {
        try word("role", in: item, label: roleLabel, of: labels, or: .decode, &warnings)
    }

    private static func engine(
        in item: YAMLNode,
        labels: [String: String],
        _ warnings: inout [String]
    ) throws(YAMLError) -> EngineFamily {
        let label = engineLabels.first { labels[$0] != nil } ?? engineLabels[0]
        return try word("engine", in: item, label: label, of: labels, or: .vllm, &warnings)
    }

    /// The word under `key`, or else that of `label`, or else `standard`.
    private static func word<Word: RawRepresentable & CaseIterable>(
        _ key: String,
        in item: YAMLNode,
        label: String,
        of labels: [String: String],
        or standard: Word,
        _ warnings: inout [String]
    ) throws(YAMLError) -> Word where Word.RawValue == String {
        let words = Word.allCases.map(\.rawValue)
        let choice = words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
        let written = try read(key, in: item) { node throws(YAMLError) in
            guard let word = Word(rawValue: try node.string) else { throw node.expected(choice) }
            return word
        }
        guard let text = labels[label], let node = item["labels"]?[label] else {
            return written ?? standard
        }
        guard let labelled = Word(rawValue: text) else {
            let error = node.expected(choice)
            let taken = (written ?? standard).rawValue
            warnings.append(
                "`\(label)`: \(error.reason); `\(taken)` is taken (line \(error.line))"
            )
            return written ?? standard
        }
        if let written, written.rawValue != text {
            throw YAMLError(
                line: node.line,
                reason: "`\(label)` is `\(text)`, and `\(key)` is `\(written.rawValue)`"
            )
        }
        return labelled
    }

    private static func dataParallelSize(_ node: YAMLNode) throws(YAMLError) -> Int {
        guard let size = Int(try node.string), (1...256).contains(size) else {
            throw node.expected("a whole number from 1 to 256")
        }
        return size
    }

    /// - Parameter rankCount: How many addresses are meant, with ports that follow each other.
    private static func eventsAddress(
        _ key: String,
        in item: YAMLNode,
        rankCount: Int
    ) throws(YAMLError) -> String? {
        try read(key, in: item) { node throws(YAMLError) in
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

    private static func metricsURL(_ node: YAMLNode) throws(YAMLError) -> String {
        guard let url = NetworkAddress.metricsURL(try node.string) else {
            throw node.expected("a URL of http or https, or host:port with or without a path")
        }
        return url
    }

    private static func labels(_ node: YAMLNode) throws(YAMLError) -> [String: String] {
        let fields = try node.fields
        guard fields.count <= labelsMax else { throw node.expected("at most \(labelsMax) labels") }
        var labels: [String: String] = [:]
        for field in fields {
            labels[field.key] = try read(field.key, field.value) { node throws(YAMLError) in
                let text = try node.string
                guard field.key.utf8.count <= labelBytesMax, text.utf8.count <= labelBytesMax
                else { throw node.expected("at most \(labelBytesMax) bytes") }
                return text
            }
        }
        return labels
    }
}
