/// How a folder with a `tokenizer.json` becomes a tokenizer: engines differ.
package enum TokenizerMode: String, CaseIterable, Sendable {
    /// As the file says, with the tokens that only `tokenizer_config.json` lists: vLLM's Rust
    /// frontend.
    case raw
    /// As transformers 5 does, and so vLLM's Python frontend: some classes keep only vocabulary
    /// and merges of the file, and `tokenizer_config.json` adds tokens.
    case transformersV5 = "transformers-v5"
}
