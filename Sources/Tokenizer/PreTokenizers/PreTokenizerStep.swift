/// How a tokenizer splits normalized text into words, as HF tokenizers does.
///
/// Thread safety: an immutable value; any thread may use it.
indirect enum PreTokenizerStep: Sendable {
    /// Puts a space before each piece that has none, and splits as GPT-2 does, or not. Bytes
    /// stay bytes, unless `mapsBytes`: then each becomes a character of the alphabet of
    /// byte-level BPE, for steps that follow, and becomes a byte again after those.
    case byteLevel(addsPrefixSpace: Bool, splitter: PatternSplitter?, mapsBytes: Bool)
    /// The end of what `mapsBytes` has begun.
    case bytesOfCharacters
    case metaspace(Metaspace)
    /// Runs of word characters, and runs of what is neither that nor whitespace.
    case whitespace
    case whitespaceSplit
    case punctuation(SplitBehavior)
    case digits(individually: Bool)
    case bert
    case delimiter(UInt32)
    case unicodeScripts
    /// Pieces of so many scalars.
    case fixedLength(Int)
    case split(PatternSplitter)
    case sequence([PreTokenizerStep])

    /// Splits the pieces further.
    func apply(to list: inout PieceList) {
        switch self {
        case .byteLevel(let addsPrefixSpace, let splitter, let mapsBytes):
            if addsPrefixSpace { Self.addPrefixSpaces(to: &list) }
            if let splitter { list.splitEach { splitter.forEachPiece(in: $0, $1) } }
            if mapsBytes {
                list.rewriteEach { text, _, output in
                    for index in text.indices { output += ByteLevel.character(of: text[index]) }
                }
            }
        case .bytesOfCharacters:
            list.rewriteEach { text, _, output in output += ByteLevel.bytes(of: text) ?? [] }
        case .metaspace(let metaspace): metaspace.apply(to: &list)
        case .whitespace: list.splitEach { $0.forEachWord($1) }
        case .whitespaceSplit:
            list.splitEach { text, body in
                text.split(.removed, at: { TextProperty.of($0).contains(.whitespace) }, body)
            }
        case .punctuation(let behavior):
            list.splitEach { text, body in
                text.split(behavior, at: { TextProperty.of($0).contains(.punctuation) }, body)
            }
        case .digits(let individually):
            list.splitEach { text, body in
                text.split(
                    individually ? .isolated : .contiguous,
                    at: { TextProperty.of($0).contains(.numeric) },
                    body
                )
            }
        case .bert:
            Self.whitespaceSplit.apply(to: &list)
            list.splitEach { text, body in
                text.split(.isolated, at: { TextProperty.of($0).contains(.bertPunctuation) }, body)
            }
        case .delimiter(let scalar):
            list.splitEach { $0.split(.removed, at: { $0 == scalar }, $1) }
        case .unicodeScripts: list.splitEach { $0.forEachScriptRun($1) }
        case .fixedLength(let length): list.splitEach { $0.forEachPiece(ofLength: length, $1) }
        case .split(let splitter): list.splitEach { splitter.forEachPiece(in: $0, $1) }
        case .sequence(let steps): for step in steps { step.apply(to: &list) }
        }
    }

    private static func addPrefixSpaces(to list: inout PieceList) {
        let space: UInt8 = 0x20
        list.rewriteEach { text, _, output in
            if text[0] != space { output.append(space) }
            output.append(text, in: 0..<text.count)
        }
    }
}
