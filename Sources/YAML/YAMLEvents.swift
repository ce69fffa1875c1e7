import CYAML

/// One step through a YAML text.
enum YAMLEvent {
    case end
    case document
    case scalar(String, isQuoted: Bool)
    case sequenceStart
    case mappingStart
    /// Of a sequence or a mapping.
    case close
}

/// libyaml's event parser. What lets one node stand for another, or change its type, is refused:
/// an alias of aliases can make a short text into more nodes than there is memory.
@safe struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<cyaml_parser>
    /// Of the event that `next` returned last.
    private(set) var line = 1

    private init(owning parser: UnsafeMutablePointer<cyaml_parser>) {
        unsafe self.parser = unsafe parser
    }

    deinit { unsafe cyaml_close(parser) }

    static func open(_ bytes: [UInt8]) throws(YAMLError) -> YAMLEvents {
        let parser = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe cyaml_open(buffer.baseAddress, buffer.count)
        }
        guard let parser = unsafe parser else {
            throw YAMLError(line: 1, reason: "out of memory")
        }
        return unsafe YAMLEvents(owning: parser)
    }

    mutating func next() throws(YAMLError) -> YAMLEvent {
        let event = unsafe cyaml_next(parser)
        line = unsafe Int(event.line)
        if unsafe event.is_anchored || event.kind == CYAML_ALIAS {
            throw YAMLError(line: line, reason: "anchors and aliases are not supported")
        }
        if unsafe event.is_tagged {
            throw YAMLError(line: line, reason: "tags are not supported")
        }
        switch unsafe event.kind {
        case CYAML_END: return .end
        case CYAML_DOCUMENT: return .document
        case CYAML_SEQUENCE_START: return .sequenceStart
        case CYAML_MAPPING_START: return .mappingStart
        case CYAML_SEQUENCE_END, CYAML_MAPPING_END: return .close
        case CYAML_SCALAR:
            let bytes = unsafe UnsafeBufferPointer(start: event.text, count: event.length)
            return unsafe .scalar(String(decoding: bytes, as: UTF8.self), isQuoted: event.is_quoted)
        default:
            line = unsafe Int(cyaml_problem_line(parser))
            throw YAMLError(line: line, reason: unsafe String(cString: cyaml_problem(parser)))
        }
    }
}
