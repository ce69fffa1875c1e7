/// What the engine tokenizes for one request: for a chat one sequence, for a completion one for
/// each prompt of the request.
package struct RequestPrompts: Sendable, Equatable {
    package enum Sequence: Sendable, Equatable {
        case text(RenderedPrompt)
        /// Ids that the client sent, or an earlier stage of the same request.
        case tokens([UInt32])
    }

    /// How many tokens the engine keeps of a sequence, and of which end.
    package struct Truncation: Sendable, Equatable {
        package enum End: Sendable, Equatable { case first, last }

        /// -1 stands for as many as the model takes.
        package var tokenCount: Int
        /// Nil is the engine's default, which for generation keeps the last tokens.
        package var keptEnd: End?

        package init(tokenCount: Int, keptEnd: End? = nil) {
            (self.tokenCount, self.keptEnd) = (tokenCount, keptEnd)
        }
    }

    /// At least one.
    package var sequences: [Sequence]
    package var truncation: Truncation?

    package init(_ sequences: [Sequence], truncation: Truncation? = nil) {
        precondition(!sequences.isEmpty, "a request has at least one sequence")
        self.sequences = sequences
        self.truncation = truncation
    }

    /// Stands for all where only one can be routed by.
    package var first: Sequence { sequences[0] }
}

extension RequestPrompts {
    /// What a request for `endpoint` is read as.
    package enum Endpoint: Sendable, Equatable {
        /// `/v1/chat/completions`
        case chatCompletions
        /// `/v1/completions`
        case completions
        /// `/v1/messages`, Anthropic's
        case messages
    }
}
