import Randomness

/// Texts that grow, lose their end, change in the middle, and start anew, of pieces that meet
/// whatever a tokenizer may find difficult at a cut.
struct ChangingTexts {
    private var numbers: SplitMix64
    private var pieces: [String] = []
    private var older: [[String]] = []

    private static let vocabulary = [
        "The", " quick", " brown fox", "'s", "'LL", "I'm", " ", "  ", "   ", "\n", "\n\n", "\r\n",
        "\t", " \n", "\u{A0}", "\u{3000}", "\u{85}", "/", "//", "*/", "/\n", "12", "3456", " 7",
        ".", ". ", ", ", "。", "，", "！", "中文", "文字列", "ひらがな", "カー", "\u{3099}", "हिन्दी",
        "e\u{301}", "é", "\u{301}", "한국어", "\u{1112}\u{1161}", "_", " = ", "(x)", "{}", "[",
        "\u{200B}", "\u{FEFF}", "\0", "😀", " 👨\u{200D}👩", "Ⅷ", "ǅ", "<|eot_id|>",
        "<|start_header_id|>", "user", "assistant", "<|end_header_id|>", "\n\n",
        "<|begin_of_text|>",
        "<|", "|>", "<|eot", "_id|>", "<think>\n", "<", ">", "[INST]", " a b c d e f g h",
        "<|im_start|>", "<|im_end|>\n", "<｜begin▁of▁sentence｜>", "<｜User｜>", "<s>", "</s>",
        "<start_of_turn>", "<end_of_turn>", "<|endoftext|>", "<unk>", "<mask>", "▁", " ▁word",
        "word word word", "WORDword", "x = y / z\n    return", "====", "----\n", "\"quoted\"",
    ]

    init(seed: UInt64) { numbers = SplitMix64(seed: seed) }

    mutating func next() -> String {
        switch numbers.below(10) {
        case 0: start()
        case 1 where !pieces.isEmpty: pieces.removeLast(numbers.below(pieces.count))
        case 2 where !pieces.isEmpty: pieces[numbers.below(pieces.count)] = piece()
        case 3: pieces.insert(piece(), at: numbers.below(pieces.count + 1))
        case 4 where !older.isEmpty: pieces = older[numbers.below(older.count)]
        default: for _ in 0..<numbers.below(20) { pieces.append(piece()) }
        }
        if pieces.count > 300 { start() }
        return pieces.joined()
    }

    private mutating func start() {
        if older.count < 20 { older.append(pieces) } else { older[numbers.below(20)] = pieces }
        pieces = []
    }

    private mutating func piece() -> String {
        Self.vocabulary[numbers.below(Self.vocabulary.count)]
    }
}
