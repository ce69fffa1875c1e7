internal import CYAML

/// Parses one YAML document. JSON is YAML too.
///
/// Bounded: in bytes, in depth, and in nodes. Anchors and aliases are refused, because a short
/// text can stand for an endless one through them.
@safe package struct YAMLParser: ~Copyable {
    package static let bytesMax = 16 << 20
    static let depthMax = 32
    static let nodesMax = 1_000_000

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private var nodeCount = 0

    private init() {
        unsafe parser = .allocate(capacity: 1)
        unsafe yaml_parser_initialize(parser)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
    }

    /// The text's root. An empty text is an empty scalar.
    package static func parse(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode {
        guard bytes.count <= bytesMax else {
            throw YAMLError(line: 1, problem: "the text is longer than \(bytesMax) bytes")
        }
        // libyaml reads the bytes as it goes, so they must stay where they are.
        let result: Result<YAMLNode, YAMLError> = unsafe bytes.withUnsafeBufferPointer { bytes in
            var reader = YAMLParser()
            unsafe yaml_parser_set_input_string(reader.parser, bytes.baseAddress, bytes.count)
            do throws(YAMLError) { return .success(try reader.document()) } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private mutating func document() throws(YAMLError) -> YAMLNode {
        var root: YAMLNode?
        while true {
            let event = try next()
            switch event.kind {
            case YAML_STREAM_START_EVENT, YAML_DOCUMENT_START_EVENT, YAML_DOCUMENT_END_EVENT:
                continue
            case YAML_STREAM_END_EVENT:
                return root ?? .scalar("", isPlain: true, line: 1)
            default:
                guard root == nil else {
                    throw YAMLError(line: event.line, problem: "a second document begins")
                }
                root = try node(from: event, depth: 0)
            }
        }
    }

    private mutating func node(from event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
        nodeCount += 1
        guard nodeCount <= Self.nodesMax, depth < Self.depthMax else {
            throw YAMLError(line: event.line, problem: "too many nodes, or too deeply nested")
        }
        switch event.kind {
        case YAML_SCALAR_EVENT:
            return .scalar(event.text, isPlain: event.isPlain, line: event.line)
        case YAML_SEQUENCE_START_EVENT:
            var elements: [YAMLNode] = []
            while true {
                let element = try next()
                if element.kind == YAML_SEQUENCE_END_EVENT { break }
                elements.append(try node(from: element, depth: depth + 1))
            }
            return .sequence(elements, line: event.line)
        case YAML_MAPPING_START_EVENT: return try mapping(from: event, depth: depth)
        default: throw YAMLError(line: event.line, problem: "aliases are not supported")
        }
    }

    private mutating func mapping(from event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
        var entries: [YAMLNode.Entry] = []
        var keys: Set<String> = []
        while true {
            let key = try next()
            if key.kind == YAML_MAPPING_END_EVENT { break }
            guard key.kind == YAML_SCALAR_EVENT else {
                throw YAMLError(line: key.line, problem: "a key must be a text")
            }
            guard keys.insert(key.text).inserted else {
                throw YAMLError(line: key.line, problem: "key \"\(key.text)\" occurs twice")
            }
            let value = try node(from: try next(), depth: depth + 1)
            entries.append(YAMLNode.Entry(key: key.text, line: key.line, value: value))
        }
        return .mapping(entries, line: event.line)
    }

    /// What we keep of one of libyaml's events.
    private struct Event {
        let kind: yaml_event_type_t
        let line: Int
        var text = ""
        var isPlain = false
    }

    private mutating func next() throws(YAMLError) -> Event {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else {
            throw unsafe YAMLError(
                line: Int(cyaml_problem_line(parser)),
                problem: String(cString: cyaml_problem(parser))
            )
        }
        defer { unsafe yaml_event_delete(&event) }
        var kept = unsafe Event(kind: event.type, line: Int(cyaml_event_line(&event)))
        if kept.kind == YAML_SCALAR_EVENT {
            let bytes = unsafe UnsafeRawBufferPointer(
                start: cyaml_scalar_bytes(&event),
                count: cyaml_scalar_count(&event)
            )
            kept.text = unsafe String(decoding: bytes, as: UTF8.self)
            kept.isPlain = unsafe cyaml_scalar_is_plain(&event) != 0
        }
        return kept
    }
}
