/// What a file of ranks does not say: how its model splits words, and its special tokens.
enum TiktokenFamily: String, CaseIterable, Sendable {
    case r50k, p50k, cl100k, o200k, llama3, llama4, qwen, kimi, glm4

    /// Recognizes the family by the name of the file, the tokenizer's class or the model's type.
    init?(fileName: String, tokenizerClass: String?, modelType: String?) {
        switch fileName {
        case "r50k_base.tiktoken", "gpt2.tiktoken": self = .r50k
        case "p50k_base.tiktoken": self = .p50k
        case "cl100k_base.tiktoken": self = .cl100k
        case "o200k_base.tiktoken": self = .o200k
        case "qwen.tiktoken": self = .qwen
        default:
            guard let family = Self(tokenizerClass: tokenizerClass) ?? Self(modelType: modelType)
            else { return nil }
            self = family
        }
    }

    private init?(tokenizerClass: String?) {
        switch tokenizerClass {
        case "TikTokenTokenizer": self = .kimi
        case "QWenTokenizer": self = .qwen
        case "ChatGLM4Tokenizer": self = .glm4
        default: return nil
        }
    }

    private init?(modelType: String?) {
        switch modelType {
        case "llama", "mllama": self = .llama3
        case "llama4", "llama4_text": self = .llama4
        case "qwen": self = .qwen
        case "kimi_k2", "kimi_k25", "kimi_linear", "kimi_vl", "kimi": self = .kimi
        case "chatglm", "glm4", "glm": self = .glm4
        default: return nil
        }
    }

    var splitter: WordSplitter? {
        switch self {
        case .r50k, .p50k: .gpt2
        case .cl100k: WordSplitter(tiktokenPattern: SplitPattern.tiktokenCl100k)
        case .o200k, .llama4: WordSplitter(patterns: [SplitPattern.o200k])
        case .llama3, .glm4: WordSplitter(patterns: [SplitPattern.cl100k])
        case .qwen: WordSplitter(patterns: [SplitPattern.qwen2])
        case .kimi: WordSplitter(patterns: [SplitPattern.kimi])
        }
    }

    /// Special tokens and their ids; `rankEnd` is the first id that is free.
    func specialTokens(rankEnd: UInt32) -> [(name: String, id: UInt32)] {
        switch self {
        case .r50k, .p50k: [("<|endoftext|>", 50256)]
        case .cl100k:
            [
                ("<|endoftext|>", 100257), ("<|fim_prefix|>", 100258),
                ("<|fim_middle|>", 100259), ("<|fim_suffix|>", 100260),
                ("<|endofprompt|>", 100276),
            ]
        case .o200k: [("<|endoftext|>", 199999), ("<|endofprompt|>", 200018)]
        case .llama3: Self.numbered(Self.llama3Names, from: rankEnd)
        case .llama4: Self.numbered(Self.llama4Names, from: rankEnd)
        case .qwen:
            Self.numbered(
                ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
                    + (0..<205).map { "<|extra_\($0)|>" },
                from: rankEnd
            )
        case .kimi:
            Self.numbered(
                (0..<256).map { "<|reserved_token_\(rankEnd + UInt32($0))|>" },
                from: rankEnd
            )
        case .glm4: []
        }
    }

    private static func numbered(
        _ names: [String],
        from first: UInt32
    ) -> [(name: String, id: UInt32)] {
        names.enumerated().map { ($0.element, first + UInt32($0.offset)) }
    }

    private static let llama3Names: [String] = {
        let names = [
            "<|begin_of_text|>", "<|end_of_text|>", "<|reserved_special_token_0|>",
            "<|reserved_special_token_1|>", "<|finetune_right_pad_id|>", "<|step_id|>",
            "<|start_header_id|>", "<|end_header_id|>", "<|eom_id|>", "<|eot_id|>",
            "<|python_tag|>", "<|image|>",
        ]
        return names
            + (names.count..<256).map { "<|reserved_special_token_\($0 - names.count + 2)|>" }
    }()

    private static let llama4Names: [String] = {
        var names = [
            "<|begin_of_text|>", "<|end_of_text|>", "<|fim_prefix|>", "<|fim_middle|>",
            "<|fim_suffix|>", "<|header_start|>", "<|header_end|>", "<|eom|>", "<|eot|>",
            "<|step|>",
        ]
        let post = "text_post_train_reserved_special_token"
        names += (0..<6).map { "<|\(post)_\($0)|>" }
        names += ["<|python_start|>", "<|python_end|>", "<|finetune_right_pad|>"]
        names += (8..<69).map { "<|\(post)_\($0)|>" }
        let vision = "vision_reserved_special_token"
        names += ["<|image_start|>", "<|image_end|>", "<|\(vision)_0|>", "<|\(vision)_1|>"]
        names += ["<|tile_x_separator|>", "<|tile_y_separator|>"]
        names += (2..<6).map { "<|\(vision)_\($0)|>" }
        names += ["<|image|>", "<|\(vision)_6|>", "<|patch|>"]
        names += (7..<1048).map { "<|\(vision)_\($0)|>" }
        names += (0..<8).map { "<|reasoning_reserved_special_token_\($0)|>" }
        names += ["<|reasoning_thinking_start|>", "<|reasoning_thinking_end|>"]
        return names + (0..<2048 - names.count).map { "<|reserved_special_token_\($0)|>" }
    }()
}
