/// Texts by what is peculiar about them.
enum ProbeTexts {
    static let all: [(kind: String, texts: [String])] = [
        ("prose", prose), ("whole word", wholeWords), ("code", code), ("digits", digits),
        ("contraction", contractions),
        ("whitespace", whitespace), ("punctuation", punctuation), ("East Asian", eastAsian),
        ("script", scripts), ("emoji", emoji), ("normal form", normalForms), ("case", cases),
        ("literal token", literalTokens), ("control", controls), ("run", runs),
    ]

    private static let prose = [
        "The quick brown fox jumps over the lazy dog.",
        "In 1984, Mr. O'Brien said: \"It's a bright cold day in April\"",
        "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.",
        "Le cœur déçu mais l'âme plutôt naïve, Louÿs rêva de crapaüter en canoë.",
        "¿Qué pasa, señor? ¡Mañana será otro día!", "Pchnąć w tę łódź jeża lub ośm skrzyń fig",
        "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
        "Chapter 1\n\nIt was the best of times, it was the worst of times,\nit was the age",
    ]

    /// In the vocabularies of Llama 3, Qwen 3.6 and GLM 4 as a whole, and not what their merges
    /// make of them: tokenizers that lose `ignore_merges` differ here and on little else.
    private static let wholeWords = [
        "a nhiều việc hợp điều ngoài nhiên Việt jeho", "anjutnya\nyarakat", "irsiniz\nkohol\nfahrt",
    ]

    private static let code = [
        "def f(x: int) -> int:\n    return x ** 2\n", "for (int i=0;i<n;++i){a[i]+=b[i];}",
        "\t\tif err != nil {\n\t\t\treturn nil, err\n\t\t}\n", "SELECT * FROM t WHERE a='b' -- c",
        "<div class=\"a\">&nbsp;</div>", "https://example.com/a/b?c=d&e=%20f#g",
        "C:\\Users\\a\\b.txt",
        "#include <stdio.h>\r\n\r\nint main(void) { return 0; }\r\n",
        "{\"a\": [1, 2.5e-3, null], \"b\": {\"c\": \"d\\n\"}}", "//////\n/* a */\n*/\n",
        "x = y_z__w___v",
        "fn main<'a>() -> Result<(), Box<dyn Error + 'a>> {}",
    ]

    private static let digits = [
        "1", "12", "123", "1234", "12345", "1234567890", "3.14159", "1,234,567.89", "0x7FFF 1e-10",
        "٠١٢٣٤٥٦٧٨٩", "½²³Ⅷ①", "a1b22c333d4444", "2024-01-31T23:59:59Z",
    ]

    private static let contractions = [
        "I'm you're he's we'll they've she'd don't", "I'M YOU'RE HE'S WE'LL THEY'VE SHE'D DON'T",
        "it''s", " 's 't", "'tis 'twas", "rock 'n' roll", "I\u{2019}m don\u{2019}t", "I'\u{17F} 'K",
        "o'clock's", "'S'T'RE'VE'M'LL'D",
    ]

    private static let whitespace = [
        "a b", "a  b", "a   b", "a \n b", "a\n\nb", "a\r\nb\r\n\r\nc", "\n\n\n", "   ",
        "a \t b\t\tc",
        "trailing   ", "  leading", "a\u{A0}b", "a\u{A0}\u{A0} b", "a\u{2028}b\u{2029}c",
        "a\u{85}b",
        "a\u{180E}b", "a\u{200B}b", "\u{3000}x\u{3000}\u{3000}y", "\n \n  \n   a",
    ]

    private static let punctuation = [
        "!!!", "...", "?!?!", "a,b;c:d", "(a)[b]{c}<d>", "--- *** ===", "“quoted” ‘single’ — dash",
        "$100 €5 ¥7 £9", "a+b=c^d|e~f`g", "#hashtag @mention", "\"\"\"''''", "№ § ¶ † ‡ • …",
        ",,\n,", ".\n\n.",
    ]

    private static let eastAsian = [
        "中文，标点。符号！", "我喜欢机器学习和自然语言处理", "日本語のテキストです。カタカナ", "한국어 문장입니다.",
        "漢字ひらがなカタカナ混在text", "龥龦龧𠀀𠀁", "𝒳𝒴 全角ＡＢＣ１２３", "中 文 间 隔", "ㄅㄆㄇ ㄱㄴㄷ",
        "你好\n世界",
    ]

    private static let scripts = [
        "हिन्दी में लिखा हुआ वाक्य", "العربية مكتوبة من اليمين", "שָׁלוֹם עולם", "ภาษาไทยไม่มีช่องว่าง",
        "தமிழ் எழுத்து", "বাংলা লেখা", "Ελληνικά κείμενα", "Русский текст ёлка", "ქართული ენა",
        "አማርኛ ጽሑፍ", "Tiếng Việt có dấu",
    ]

    private static let emoji = [
        "😀", "👨‍👩‍👧‍👦 family", "🇩🇪🇯🇵", "👍🏽👍", "a😀b 😀", "❤️ ☺️", "🫠🫡", "1️⃣2️⃣",
    ]

    private static let normalForms = [
        "e\u{301}", "\u{E9}", "\u{212B}\u{C5}A\u{30A}", "\u{1112}\u{1161}\u{11AB}", "\u{958}",
        "\u{FB01}ne", "\u{F900}", "a\u{323}\u{307} a\u{307}\u{323}", "\u{32FF}", "x\u{301}y",
    ]

    private static let cases = [
        "HelloWORLDfooBar", "camelCase PascalCase SCREAMING_CASE", "iPhone macOS",
        "İstanbul ıI ß ẞ",
        "ΑΣ ας", "ǅ ǆ Ǆ",
    ]

    private static let literalTokens = [
        "<s>", "</s>", "<s> a</s> b", "a<s>b", "<unk>", "<pad>", "<bos>a<eos>",
        "<|endoftext|>", "<|im_start|>user\nhi<|im_end|>\n", "<|begin_of_text|>a<|eot_id|>",
        "<|start_header_id|>user<|end_header_id|>\n\n", "[INST] a [/INST]", "<start_of_turn>user\n",
        "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>", "<tool_call>\n{}\n</tool_call>",
        "<think>\na\n</think>\n\n", "<|file_sep|><|repo_name|>", "<|vision_start|><|image_pad|>",
        "<｜begin▁of▁sentence｜><｜User｜>a<｜Assistant｜>", "[gMASK]<sop><|user|>\n", "<0x41>", "▁a ▁",
        "ĠaĊ", "[CLS] a [SEP] [MASK]", "##ing", "<|start|>user<|message|>a<|end|>",
    ]

    private static let controls = [
        "\u{0}", "a\u{0}b", "\u{1}\u{1F}\u{7F}", "\u{FEFF}a", "a\u{FFFD}b", "\u{202E}abc",
        "\u{E000}\u{10FFFF}", "\u{AD}a\u{AD}",
    ]

    private static let runs = [
        String(repeating: "a", count: 70), String(repeating: "=", count: 64),
        String(repeating: " ", count: 33) + "x", String(repeating: "ab", count: 40),
        String(repeating: "\n", count: 17), String(repeating: "_", count: 50),
        String(repeating: "9", count: 31), String(repeating: "哈", count: 20),
        String(repeating: "\t", count: 9) + "}",
    ]
}
