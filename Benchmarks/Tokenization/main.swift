import Domain
import Glibc
import Randomness
import Telemetry
import Tokenization
import Tokenizer

// Prints what a prompt costs that begins as an earlier one did, beside a short one.
//
// usage: TokenizationBenchmark TOKENIZER_JSON

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func report(_ name: String, _ durations: [Duration]) {
    let microseconds = median(durations.map { $0 / .microseconds(1) })
    print("bench tokenizer/\(name)/warmpath \(Double(Int(microseconds * 10)) / 10) us")
}

func makeStore() -> PrefixStore {
    PrefixStore(
        config: PrefixStoreConfig(),
        metrics: TokenizationMetrics(registry: MetricsRegistry())
    )
}

/// What `body` takes on each conversation, each with a store of its own.
func measure(
    _ conversations: [Conversation],
    with tokenizer: any Tokenizer,
    after prepare: (Conversation, PrefixStore, PrefixScope) -> Void,
    _ body: (Conversation, PrefixStore, PrefixScope, inout [TokenID]) -> Void
) -> [Duration] {
    conversations.map { conversation in
        let (store, scope) = (makeStore(), PrefixScope())
        prepare(conversation, store, scope)
        var tokens: [TokenID] = []
        return ContinuousClock().measure { body(conversation, store, scope, &tokens) }
    }
}

/// What the pool adds to the work that it is given.
func measurePool() async throws {
    let clock = ContinuousClock()
    var config = TokenizationPoolConfig()
    config.threadCount = 1
    let pool = try TokenizationPool(config: config)
    var durations: [Duration] = []
    for _ in 0..<5000 {
        let start = clock.now
        _ = try await pool.perform(for: "m") { 0 }
        durations.append(clock.now - start)
    }
    report("pool/one-caller", durations)

    let count = 500
    durations = []
    for _ in 0..<50 {
        let start = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count { group.addTask { _ = try await pool.perform(for: "m") { 0 } } }
            try await group.waitForAll()
        }
        durations.append((clock.now - start) / count)
    }
    report("pool/many-callers", durations)
}

func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 2 else {
        print("usage: TokenizationBenchmark TOKENIZER_JSON")
        exit(2)
    }
    let tokenizer = try PipelineTokenizer.load(path: arguments[1])
    var numbers = SplitMix64(seed: 1)
    // Fills the cache of words, as a server that has run for a while has it filled.
    for _ in 0..<8 {
        var tokens: [TokenID] = []
        let text = Conversation(byteCount: 128 << 10, newByteCount: 0, from: &numbers).text
        tokenizer.encode(text.span, addSpecialTokens: false, to: &tokens)
    }
    let conversations = (0..<60).map { _ in
        Conversation(byteCount: 128 << 10, newByteCount: 4 << 10, from: &numbers)
    }
    report(
        "128KB-unseen-alone/llama3",
        measure(conversations, with: tokenizer, after: { _, _, _ in }) { chat, _, _, tokens in
            tokenizer.encode(chat.text.span, addSpecialTokens: false, to: &tokens)
        }
    )
    report(
        "128KB-unseen-with-store/llama3",
        measure(conversations, with: tokenizer, after: { _, _, _ in }) {
            chat,
            store,
            scope,
            tokens in
            store.encode(
                chat.text.span,
                with: tokenizer,
                in: scope,
                addSpecialTokens: false,
                to: &tokens
            )
        }
    )
    report(
        "128KB-last-4KB-new/llama3",
        measure(
            conversations,
            with: tokenizer,
            after: { chat, store, scope in
                for turn in chat.earlierTurns {
                    var tokens: [TokenID] = []
                    store.encode(
                        turn.span,
                        with: tokenizer,
                        in: scope,
                        addSpecialTokens: false,
                        to: &tokens
                    )
                }
            }
        ) { chat, store, scope, tokens in
            store.encode(
                chat.text.span,
                with: tokenizer,
                in: scope,
                addSpecialTokens: false,
                to: &tokens
            )
        }
    )
    let short = (0..<300).map { _ in
        Conversation(byteCount: 4 << 10, newByteCount: 0, from: &numbers)
    }
    report(
        "4KB-alone/llama3",
        measure(short, with: tokenizer, after: { _, _, _ in }) { chat, _, _, tokens in
            tokenizer.encode(chat.text.span, addSpecialTokens: false, to: &tokens)
        }
    )
    try await measurePool()
}

try await main()
