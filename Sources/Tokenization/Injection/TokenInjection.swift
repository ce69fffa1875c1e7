package import Domain
package import JSON

/// Puts a chat's token ids into its body, so that the engine need not render and tokenize it.
///
/// vLLM 0.33 takes the ids from `kv_transfer_params.prompt_token_ids` of a chat request
/// (`renderers/online_renderer.py`) and drops the field before it reaches the KV connector. It
/// ignores them if the request echoes its prompt or has content that is not text, and it refuses
/// an empty list. The ids also bypass `truncate_prompt_tokens`.
package enum TokenInjection {
    /// The body with the ids added; every other byte of it stays as it is.
    ///
    /// Nil if the body must go out as it came: it is no text-only chat that the engine would take
    /// ids for, asks for `echo` or `truncate_prompt_tokens`, brings ids of its own, has a
    /// `kv_transfer_params` that is no object, or is not a JSON object that we can read; also if
    /// there are no ids.
    ///
    /// Linear in body and ids; allocates for the parse and once for the copy. Of a repeated key
    /// the last one counts, as in Python.
    package static func patched(body: Span<UInt8>, tokens: Span<TokenID>) -> [UInt8]? {
        guard !tokens.isEmpty, let root = try? JSONDocument(parsing: body).root else { return nil }
        return patched(body: body, parsed: root, tokens: tokens)
    }

    /// The same, for a body that has been parsed already.
    ///
    /// - Parameter root: of the document that was parsed from exactly these bytes.
    package static func patched(
        body: Span<UInt8>,
        parsed root: JSONValue,
        tokens: Span<TokenID>
    ) -> [UInt8]? {
        guard !tokens.isEmpty, let place = place(in: root, body) else { return nil }
        let bytesMax = tokens.count * idBytesMax + place.framingBytesMax
        return body.replacing(place.range, bytesMax: bytesMax) { bytes in
            bytes.append(contentsOf: place.before.utf8)
            append(tokens, to: &bytes)
            bytes.append(contentsOf: place.after.utf8)
        }
    }

    /// The digits of the largest id and a comma.
    private static let idBytesMax = 11

    /// The bytes that give way to the ids, and what stands around the ids.
    private struct Place {
        let range: Range<Int>
        let before: String
        let after: String

        var framingBytesMax: Int { before.utf8.count + after.utf8.count }
    }

    private static func place(in root: JSONValue, _ body: Span<UInt8>) -> Place? {
        guard let transfer = transferParameters(of: root) else { return nil }
        switch transfer {
        case .absent:
            let brace = body.firstNonSpace()
            guard body.indices.contains(brace) else { return nil }
            return Place(
                range: brace + 1..<brace + 1,
                before: "\"kv_transfer_params\":{\"prompt_token_ids\":[",
                after: "]},"  // the messages follow, at least
            )
        case .null(let index):
            guard let range = FieldRanges(ofObjectIn: body)[index] else { return nil }
            return Place(
                range: range,
                before: "{\"prompt_token_ids\":[",
                after: "]}"
            )
        case .object(let index, let isEmpty):
            guard let range = FieldRanges(ofObjectIn: body)[index] else { return nil }
            let brace = range.lowerBound
            return Place(
                range: brace + 1..<brace + 1,
                before: "\"prompt_token_ids\":[",
                after: isEmpty ? "]" : "],"
            )
        }
    }

    private static func append(_ tokens: Span<TokenID>, to bytes: inout [UInt8]) {
        bytes.append(addingCapacity: tokens.count * idBytesMax) { output in
            for index in tokens.indices {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                append(tokens[index].rawValue, to: &output)
            }
        }
    }

    /// Collects the digits, last one first, in a word from which they come out first one first.
    private static func append(_ id: UInt32, to output: inout OutputSpan<UInt8>) {
        guard id < 100_000_000 else {
            append(id / 100_000_000, to: &output)
            return appendPadded(id % 100_000_000, to: &output)
        }
        var rest = id
        var digits: UInt64 = 0
        repeat {
            digits = digits << 8 | UInt64(UInt8(ascii: "0")) | UInt64(rest % 10)
            rest /= 10
        } while rest > 0
        repeat {
            output.append(UInt8(truncatingIfNeeded: digits))
            digits >>= 8
        } while digits > 0
    }

    private static func appendPadded(_ number: UInt32, to output: inout OutputSpan<UInt8>) {
        var unit: UInt32 = 10_000_000
        while unit > 0 {
            output.append(UInt8(ascii: "0") + UInt8(number / unit % 10))
            unit /= 10
        }
    }
}

// MARK: Which bodies

extension TokenInjection {
    /// What the body says of `kv_transfer_params`, and in which of its fields.
    private enum TransferParameters {
        case absent
        case null(fieldIndex: Int)
        case object(fieldIndex: Int, isEmpty: Bool)
    }

    /// Nil if the body is not one to add ids to.
    private static func transferParameters(of root: JSONValue) -> TransferParameters? {
        guard root.kind == .object else { return nil }
        var transfer: (index: Int, value: JSONValue)?
        var messages: JSONValue?
        var echo: JSONValue?
        var truncation: JSONValue?
        var index = 0
        root.forEachField { key, value in
            switch key.count {
            case 4 where key.equals("echo"): echo = value
            case 8 where key.equals("messages"): messages = value
            case 18 where key.equals("kv_transfer_params"): transfer = (index, value)
            case 22 where key.equals("truncate_prompt_tokens"): truncation = value
            default: break
            }
            index += 1
        }
        guard echo == nil || echo?.bool == false, truncation == nil || truncation?.kind == .null,
            ChatContent.isTextOnly(messages)
        else { return nil }
        guard let transfer else { return .absent }
        switch transfer.value.kind {
        case .null: return .null(fieldIndex: transfer.index)
        case .object:
            var isEmpty = true
            var bringsIDs = false
            transfer.value.forEachField { key, _ in
                isEmpty = false
                bringsIDs = bringsIDs || key.equals("prompt_token_ids")
            }
            return bringsIDs ? nil : .object(fieldIndex: transfer.index, isEmpty: isEmpty)
        case .bool, .number, .string, .array: return nil
        }
    }
}
