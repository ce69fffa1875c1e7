import CommandLineArguments
import JSON

/// What is sent: a pure function of the settings, so that the same seed gives the same bytes in
/// the same order, whatever the answers are and however long they take.
package struct Workload: Sendable {
    package enum Kind: String, OptionWord {
        /// Completions: one of a few long prefixes, and a question of its own.
        case sharedPrefix = "shared-prefix"
        /// Chats: each turn repeats what was said before. What the assistant "said" is made up,
        /// because the requests must not depend on the answers.
        case multiTurn = "multi-turn"
    }

    package enum Length: Equatable, Sendable {
        case words(Int)
        case bytes(Int)
    }

    package var kind = Kind.sharedPrefix
    package var model = "simulated-model"
    package var seed: UInt64 = 1
    /// Different prefixes, or conversations under way at once.
    package var groupCount = 16
    /// Of a conversation, before another takes its place.
    package var turnCount = 8
    package var prefixLength = Length.bytes(4096)
    package var questionBytes = 200
    package var outputTokens = 32
    package var isStreamed = true

    package init() {}

    package struct Request: Equatable, Sendable {
        package let path: String
        package let body: [UInt8]
        /// The request whose answer a real client would read before it sends this one.
        package let predecessor: Int?
    }

    package func request(_ index: Int) -> Request {
        switch kind {
        case .sharedPrefix: sharedPrefix(index)
        case .multiTurn: multiTurn(index)
        }
    }

    // MARK: Kinds

    /// Streams of random numbers: one for the text of each group, request or turn.
    private enum Stream {
        static func prefix(_ group: Int) -> UInt64 { 1 << 56 | UInt64(group) }
        static func request(_ index: Int) -> UInt64 { 2 << 56 | UInt64(index) }
        static func turn(_ turn: Int, of conversation: Int) -> UInt64 {
            3 << 56 | UInt64(conversation) << 16 | UInt64(turn)
        }
    }

    private func sharedPrefix(_ index: Int) -> Request {
        var numbers = SeededNumbers(seed: seed, stream: Stream.request(index))
        let prefix = prefix(ofGroup: numbers.below(groupCount))
        let question = WorkloadText.bytes(questionBytes, &numbers)
        let body = body { $0.field("prompt", "\(prefix)\n\(question)") }
        return Request(path: "/v1/completions", body: body, predecessor: nil)
    }

    private func multiTurn(_ index: Int) -> Request {
        let turn = index / groupCount % turnCount
        let conversation = index / (groupCount * turnCount) * groupCount + index % groupCount
        let body = body { json in
            json.arrayField("messages") { json in
                append("system", prefix(ofGroup: conversation), to: &json)
                for earlier in 0..<turn {
                    let (question, answer) = exchange(earlier, of: conversation)
                    append("user", question, to: &json)
                    append("assistant", answer, to: &json)
                }
                append("user", exchange(turn, of: conversation).question, to: &json)
            }
        }
        return Request(
            path: "/v1/chat/completions",
            body: body,
            predecessor: turn == 0 ? nil : index - groupCount
        )
    }

    private func exchange(_ turn: Int, of conversation: Int) -> (question: String, answer: String) {
        var numbers = SeededNumbers(seed: seed, stream: Stream.turn(turn, of: conversation))
        let question = WorkloadText.bytes(questionBytes, &numbers)
        return (question, WorkloadText.words(outputTokens, &numbers))
    }

    /// Groups differ from the first word on, so that they share no block.
    private func prefix(ofGroup group: Int) -> String {
        var numbers = SeededNumbers(seed: seed, stream: Stream.prefix(group))
        let number = "Topic \(group): "
        switch prefixLength {
        case .words(let count): return number + WorkloadText.words(max(0, count - 3), &numbers)
        case .bytes(let count):
            let text = number + WorkloadText.bytes(max(0, count - number.utf8.count), &numbers)
            return String(decoding: text.utf8.prefix(count), as: UTF8.self)
        }
    }

    // MARK: JSON

    private func body(_ prompt: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("model", model)
            prompt(&json)
            json.field("max_tokens", outputTokens)
            json.field("stream", isStreamed)
            if isStreamed {
                json.objectField("stream_options") { $0.field("include_usage", true) }
            }
        }
        return json.bytes
    }

    private func append(_ role: String, _ content: String, to json: inout JSONWriter) {
        json.object { json in
            json.field("role", role)
            json.field("content", content)
        }
    }
}
