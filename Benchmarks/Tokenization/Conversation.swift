import Randomness

/// A chat as Llama 3 writes it, of words that have not been seen in this order before.
struct Conversation {
    /// The prompt of each request before the last one, in which the answer is still to come.
    let earlierTurns: [[UInt8]]
    let text: [UInt8]

    private static let opening = "<|start_header_id|>assistant<|end_header_id|>\n\n"
    private static let words = [
        "the", " of", " request", " blocks", " and", " in", " cache", " for", " tokens", " is",
        " that", " a", " prefix", " engine", " with", ", which", ".", "\n\n", " return", "(x", ")",
        " = ", "self.", " def", " 1024", " über", "中文", "。", " не", " I'm", ":", " ->", "\n    ",
    ]

    /// - Parameter newByteCount: how much of the text no earlier turn has.
    init(byteCount: Int, newByteCount: Int, from numbers: inout SplitMix64) {
        var text = Array("<|begin_of_text|>".utf8)
        var turns: [[UInt8]] = []
        while text.count < byteCount {
            let isEarlier = text.count < byteCount - newByteCount
            let turnBytes = min(isEarlier ? 4 << 10 : newByteCount, byteCount - text.count)
            text += "<|start_header_id|>user<|end_header_id|>\n\n".utf8
            Self.appendProse(turnBytes / 2, to: &text, from: &numbers)
            text += "<|eot_id|>".utf8
            if text.count < byteCount - newByteCount { turns.append(text + Self.opening.utf8) }
            text += Self.opening.utf8
            Self.appendProse(turnBytes / 2 - 150, to: &text, from: &numbers)
            text += "<|eot_id|>".utf8
        }
        // The last earlier request ends where the new text starts.
        if let last = turns.popLast() {
            turns.append(last)
            turns.append(Array(text.prefix(byteCount - newByteCount)))
        }
        self.text = Array(text.prefix(byteCount))
        earlierTurns = turns
    }

    private static func appendProse(
        _ count: Int,
        to text: inout [UInt8],
        from numbers: inout SplitMix64
    ) {
        let end = text.count + max(count, 0)
        while text.count < end {
            let number = numbers.next()
            // One word in four is made up, so that not every one is in a cache.
            if number % 4 == 0 {
                text.append(0x20)
                for shift in 0..<(3 + Int(number >> 8) % 6) {
                    text.append(UInt8(97 + (number >> (16 + 5 * UInt64(shift))) % 26))
                }
            } else {
                text += words[Int(number >> 8) % words.count].utf8
            }
        }
    }
}
