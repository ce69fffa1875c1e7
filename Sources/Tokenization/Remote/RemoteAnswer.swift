import Domain
import JSON

/// Reads what an engine answers to a `RemoteRequest`, and takes nothing on trust.
enum RemoteAnswer {
    /// - Parameter tokensMax: a longer answer is refused.
    /// - Throws: what is wrong with the answer, in English.
    static func tokens(
        in body: [UInt8],
        from api: RemoteAPI,
        _ form: RequestForm,
        tokensMax: Int
    ) throws(RemoteAnswerError) -> RemoteTokens {
        let root: JSONValue
        do {
            root = try JSONDocument(parsing: body).root
        } catch {
            throw RemoteAnswerError(reason: error.reason)
        }
        switch (api, form) {
        case (.tokenize, _): return try tokenized(root, tokensMax)
        case (.render, .chat): return try rendered(root, tokensMax)
        case (.render, .completion):
            // One answer for each prompt of the list; the first stands for all, as in routing.
            var first: JSONValue?
            root.forEachElement { if first == nil { first = $0 } }
            guard let first else { throw RemoteAnswerError(reason: "no prompt in the answer") }
            return try rendered(first, tokensMax)
        }
    }

    private static func tokenized(
        _ root: JSONValue,
        _ tokensMax: Int
    ) throws(RemoteAnswerError) -> RemoteTokens {
        let ids = try ids(root["tokens"], "tokens", tokensMax)
        guard root["count"]?.int == ids.count else {
            throw RemoteAnswerError(reason: "count is not the number of tokens")
        }
        return RemoteTokens(ids: ids, isComplete: true)
    }

    private static func rendered(
        _ root: JSONValue,
        _ tokensMax: Int
    ) throws(RemoteAnswerError) -> RemoteTokens {
        let ids = try ids(root["token_ids"], "token_ids", tokensMax)
        guard !ids.isEmpty else { throw RemoteAnswerError(reason: "token_ids is empty") }
        guard let start = try firstPlaceholder(root) else {
            return RemoteTokens(ids: ids, isComplete: true)
        }
        guard ids.indices.contains(start) else {
            throw RemoteAnswerError(reason: "a placeholder lies outside of token_ids")
        }
        return RemoteTokens(ids: Array(ids[..<start]), isComplete: false)
    }

    /// Blocks with media in them are keyed by the media too, which routing does not know.
    private static func firstPlaceholder(_ root: JSONValue) throws(RemoteAnswerError) -> Int? {
        var first: Int?
        var isValid = true
        root["features"]?["mm_placeholders"]?.forEachField { _, ranges in
            ranges.forEachElement { range in
                guard let offset = range["offset"]?.int else {
                    isValid = false
                    return
                }
                first = min(first ?? offset, offset)
            }
        }
        guard isValid else { throw RemoteAnswerError(reason: "a placeholder has no offset") }
        return first
    }

    private static func ids(
        _ value: JSONValue?,
        _ name: String,
        _ tokensMax: Int
    ) throws(RemoteAnswerError) -> [TokenID] {
        guard let value, value.kind == .array else {
            throw RemoteAnswerError(reason: "\(name) is not a list")
        }
        var ids: [TokenID] = []
        try value.forEachElement { (element) throws(RemoteAnswerError) in
            guard ids.count < tokensMax else {
                throw RemoteAnswerError(reason: "\(name) has more than \(tokensMax) elements")
            }
            guard let id = element.int.flatMap(UInt32.init(exactly:)) else {
                throw RemoteAnswerError(reason: "\(name) has an element that is no token id")
            }
            ids.append(TokenID(rawValue: id))
        }
        return ids
    }
}

/// Why an engine's answer is not one.
struct RemoteAnswerError: Error, Equatable, Sendable {
    /// In English.
    let reason: String
}
