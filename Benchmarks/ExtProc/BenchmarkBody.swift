import Randomness

/// The bodies that are measured.
enum BodySize: String, CaseIterable {
    static let model = "meta-llama/Llama-3.1-8B-Instruct"

    case small = "1KB"
    case large = "200KB"

    var byteCount: Int { self == .small ? 1000 : 200_000 }
    var requestCount: Int { self == .small ? 4000 : 400 }

    /// Prompts to take turns. The server knows them too: its index holds some of them.
    var promptCount: Int { self == .small ? 64 : 8 }

    /// An OpenAI-style request of about this size, with a prompt of words at random.
    func body(number: Int) -> [UInt8] {
        var random = SplitMix64(seed: UInt64(number) << 32 | UInt64(byteCount))
        var text = "{\"model\":\"\(BodySize.model)\",\"max_tokens\":64,\"prompt\":\""
        while text.utf8.count < byteCount - 2 {
            text += Self.words[Int(random.next() % UInt64(Self.words.count))] + " "
        }
        return Array((text + "\"}").utf8)
    }

    private static let words =
        """
        the cache holds what engine has seen and router only guesses where a prompt went before \
        it's matter of blocks isn't They'll say we'd known I'm sure right twice On 2024 March \
        fleet served 1234567 tokens at 99.95% availability because every replica keeps its own \
        attention state for prefixes shared between conversations documents system instructions \
        retrieval Summarize following paragraph: please, answer briefly; configuration
        """.split(separator: " ").map(String.init)
}
