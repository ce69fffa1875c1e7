/// Builds a tree from events, within bounds.
struct YAMLParser: ~Copyable {
    private var events: YAMLEvents
    private var nodeCount = 0

    private init(_ events: consuming YAMLEvents) { self.events = events }

    /// The one document of a text; a null if the text holds nothing.
    static func parse(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode {
        guard bytes.count <= YAMLNode.byteCountMax else {
            throw YAMLError(line: 1, reason: "the text has over \(YAMLNode.byteCountMax) bytes")
        }
        var parser = YAMLParser(try YAMLEvents.open(bytes))
        guard case .document = try parser.events.next() else {
            return .scalar("", isQuoted: false, line: 1)
        }
        let root = try parser.node(from: try parser.events.next(), depth: 1)
        guard case .end = try parser.events.next() else {
            throw parser.error("expected one document, found another")
        }
        return root
    }

    private mutating func node(from event: YAMLEvent, depth: Int) throws(YAMLError) -> YAMLNode {
        nodeCount += 1
        guard nodeCount <= YAMLNode.nodeCountMax else {
            throw error("the text has more than \(YAMLNode.nodeCountMax) values")
        }
        guard depth <= YAMLNode.depthMax else {
            throw error("values are nested more than \(YAMLNode.depthMax) deep")
        }
        let line = events.line
        switch event {
        case .scalar(let text, let isQuoted):
            return .scalar(text, isQuoted: isQuoted, line: line)
        case .sequenceStart:
            return .sequence(try items(depth: depth + 1), line: line)
        case .mappingStart:
            return .mapping(try fields(depth: depth + 1), line: line)
        case .end, .document, .close:
            throw error("expected a value")
        }
    }

    private mutating func items(depth: Int) throws(YAMLError) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let event = try events.next()
            if case .close = event { return items }
            items.append(try node(from: event, depth: depth))
        }
    }

    private mutating func fields(depth: Int) throws(YAMLError) -> [YAMLField] {
        var fields: [YAMLField] = []
        var keys: Set<String> = []
        while true {
            let event = try events.next()
            if case .close = event { return fields }
            guard case .scalar(let key, _) = event else { throw error("a key must be a string") }
            guard keys.insert(key).inserted else { throw error("the key `\(key)` occurs twice") }
            let line = events.line
            let value = try node(from: try events.next(), depth: depth)
            fields.append(YAMLField(key: key, line: line, value: value))
        }
    }

    private func error(_ reason: String) -> YAMLError {
        YAMLError(line: events.line, reason: reason)
    }
}

extension YAMLNode {
    /// More than any configuration or list of endpoints; a wrong path must not fill the memory.
    package static let byteCountMax = 4 << 20
    package static let nodeCountMax = 200_000
    /// Readers recurse.
    package static let depthMax = 64

    /// Parses a text that holds one document, or nothing. JSON is accepted as well, for YAML
    /// contains it.
    package init(parsing bytes: [UInt8]) throws(YAMLError) {
        self = try YAMLParser.parse(bytes)
    }
}
