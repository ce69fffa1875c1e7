import Domain
import KVEvents

/// Decodes what libFuzzer makes up, as `scripts/fuzz-events` builds it. A trap, a read out of
/// bounds or a lie about what lies in the payload ends the run, with the input in a file.
@_cdecl("LLVMFuzzerTestOneInput")
public func decodeFuzzedEvents(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // Safe: libFuzzer owns the bytes for the length of the call.
    let payload = unsafe UnsafeBufferPointer(start: start, count: count).span
    var decoder = EventBatchDecoder()
    var visitor = CheckingVisitor()
    for _ in 0..<2 {  // the second time with lists that the first has grown
        _ = try? decoder.decode(payload, into: &visitor)
    }
    return 0
}

/// Reads all that an event refers to.
private struct CheckingVisitor: EventVisitor {
    private var tokens: [TokenID] = []

    mutating func stored(_ blocks: borrowing StoredBlocks, in payload: Span<UInt8>) {
        tokens.removeAll(keepingCapacity: true)
        blocks.tokens.appendTokens(in: payload, to: &tokens)
        precondition(tokens.count == blocks.tokens.count, "tokens were announced, and not there")
        precondition(tokens.count <= payload.count, "more tokens than bytes")
        precondition(blocks.hashes.count <= payload.count, "more hashes than bytes")
        var previousBlock = 0
        for extra in blocks.extras {
            precondition(extra.block >= previousBlock, "extras out of order")
            previousBlock = extra.block
            precondition(extra.identifier(in: payload).count <= payload.count)
        }
        precondition((blocks.adapterName?.utf8.count ?? 0) <= 4096, "a name without bound")
        precondition((blocks.cacheSalt?.utf8.count ?? 0) <= 4096, "a salt without bound")
    }

    mutating func removed(_ blocks: borrowing RemovedBlocks) {
        precondition(!blocks.hasUnknownMedium || blocks.tier == .object)
    }

    mutating func allBlocksCleared() {}
}
