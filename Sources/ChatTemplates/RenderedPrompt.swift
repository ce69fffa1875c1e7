/// A prompt as text, with what the tokenizer must know about each part of it.
package struct RenderedPrompt: Sendable, Equatable {
    package enum Segment: Sendable, Equatable {
        /// Text in which special tokens are recognized, as in a rendered chat template.
        case text([UInt8])
        /// Text in which nothing is: what a user wrote, where the format says so.
        case ordinaryText([UInt8])
        /// A special token, by the content that the tokenizer knows it by.
        case special([UInt8])
    }

    package var segments: [Segment]
    /// Whether the tokenizer adds the tokens that a completion starts and ends with.
    package var addsSpecialTokens: Bool
    /// False if the engine's prompt goes on with something that it alone can expand, such as an
    /// image: these segments are its beginning.
    package var isComplete: Bool

    package init(segments: [Segment], addsSpecialTokens: Bool = false, isComplete: Bool = true) {
        self.segments = segments
        self.addsSpecialTokens = addsSpecialTokens
        self.isComplete = isComplete
    }
}
