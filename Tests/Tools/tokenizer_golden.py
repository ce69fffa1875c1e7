#!/usr/bin/env python3
"""Writes texts and the ids that HF tokenizers gives them, as the golden for TokenizerTests.

usage: tokenizer_golden.py TOKENIZER_JSON OUTPUT_JSON [--fuzz N] [--seed N]

Output: {"version": ..., "cases": [[text, ids, ids with special tokens], ...],
"small": [[tokenizer.json, cases], ...]}: `small` are tokenizers of a few merges with random
added tokens, for the rules of finding those.
"""
import argparse
import contextlib
import json
import os
import random

import tokenizers

PROSE = (
    "The cache holds what the engine has seen; the router only guesses. It's a matter of "
    "blocks, isn't it? They'll say \"we'd known\", I'm sure — and they've been right (twice).\n\n"
    "On 2024-03-01 the fleet served 1234567890 tokens at 99.95% of 3.5e6 req/s…"
)
CODE = (
    "func route(_ request: Request) throws -> Endpoint {\n\tguard !pool.isEmpty else { throw "
    ".noEndpoints }\r\n    let x = a[i] << 2 | 0xFF_FF; // TODO: don't\n    return pool.min(by: "
    "{ $0.load < $1.load })!\n}\n\n\n#include <stdio.h>\n/* == */ int main(void){return 0;}\n"
    "https://example.com/a?b=c&d=%20e#f <html><body class=\"x\">&nbsp;</body></html>\n"
    "SELECT * FROM t WHERE id='42' AND name LIKE '%O''Brien%';\n"
)
LANGUAGES = [
    "这个路由器会根据键值缓存选择端点。中文，标点。东京・京都、カタカナとひらがな。한국어 문장입니다.",
    "القاهرة مدينةٌ كبيرة، ١٢٣٤٥ كتابًا؛ هل تعلم؟ עִבְרִית שלום עולם",
    "हिन्दी में लिखा हुआ वाक्य। क्षत्रिय ज्ञान १२३ বাংলা ভাষা தமிழ் మలయాళం ಕನ್ನಡ ગુજરાતી "
    "ไทยภาษา ລາວ ខ្មែរ မြန်မာ",
    "Привет, мир! Съешь ещё этих мягких французских булок. Ελληνικά: Ὀδυσσεύς. Հայերեն ქართული",
    "Zażółć gęślą jaźń. Größe, façade, naïve, Ærø, İstanbul, ŒUVRE, ﬁne, ǅ, ſtraße; Tiếng Việt.",
    "😀😃👨‍👩‍👧‍👦🇩🇪🏳️‍🌈👍🏽❤️☃︎ ✂️ 1️⃣ 🫠🪿 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟙𝟚𝟛 ∀x∈ℝ: ⌈x⌉ ≤ ½ ²³ Ⅷ ① ㋿",
]
EDGES = [
    "", " ", "  ", "\n", "\r\n", "\t", "\x00", "\x7f\x01\x02", "a", "A ", " a", "  a",
    "   a   b", "a\n", "a\n\n", "a \n b", "a \n\n  \n b", "x\r\ny\r\n\r\nz", " \n", "\n ",
    "\n\n \n", "a\t\tb", "trailing   ", "trailing\n\n", "\x85x", "\u180ex", "\u200bx",
    "\ufeffx", "\u3000x", "\u3000\u3000x", "\xa0x", "\xa0\xa0!", "\u2028x\u2029y", "I'M",
    "I'm I'Ll you'RE 'S 's ''s it''s '' ' 'x 'ſ I'ſ I'ſt 'K'K 'd'D 'T't 've'VE' 'l 'll 'r"
    " 're 'v",
    "\u1112\u1161\u11ab", "\u0915\u093c",
    "1234567890", "1 12 123 1234 12345 123456", "½²³Ⅷ①", "१२३४५६", "1a2b3c", "3.14159", "١٢٣٤",
    "e\u0301", "é", "한", "한", "क़", "豈", "Å", "𝒳𝓎", "\U0001fffe\U000e0001", "!!!", "?!\n\n",
    "//", "*/\n", "?/", "--\r\n\r\n", " ...", "  ...", "\t...", "\n...", "...\n a", "🙂\n", " 🙂",
    "  🙂", "HelloWORLDfoo", "camelCaseString", "snake_case_string", "_x", "__init__", "$var",
    "@user", "#tag", "(abc", "((abc", "\n(abc", "Ġ", "Ċ", "▁a", "<0x41>", "ĠĠa", "�", "\ufffe",
    "=" * 64, "=" * 1000, "a" * 47, "a" * 48, "a" * 49, "a" * 1000, "ab" * 3000, "A" * 100,
    " " * 1000, " " * 129 + "x", "\n" * 300, "0" * 100, "中" * 200, "😀" * 60, "\u0301" * 99,
    "abcdefghijklmno", "abcdefghijklmnop", "abcdefghijklmn",
    "dGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZw" * 5,
    "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
]
SPECIALS = [
    "<|begin_of_text|>", "<|eot_id|>",
    "<|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|>", " <|eot_id|> ", "a<|eot_id|>b",
    "<|eot_id|><|eot_id|>", "<|eot_id", "<|eot_id|", "<|<|eot_id|>|>",
    "<|reserved_special_token_1|>", "<|reserved_special_token_10|>",
    "<|reserved_special_token_250|>", "<|reserved_special_token_999|>", "<|EOT_ID|>",
    "<|begin_of_text|>x <|end_of_text|>\n", "it'<|eot_id|>s", "12<|eot_id|>3",
    "a \n<|eot_id|> \nb", "<" * 50, "<|" * 50,
]
FRAGMENTS = [
    "a", "B", "é", "ß", "ſ", "中", "文", "あ", "한", "ا", "हि", "न्", "\u0301", "😀", "👍🏽", "1",
    "22", "½", "٣", "_", "-", "'", "\"", "'s", "'LL", "'re", ".", ",", "!", "?", "/", "(", ")",
    "{", "}", "#", "<", ">", "|", "=", "==", " ", "  ", "    ", "\n", "\r\n", "\r", "\t",
    "\xa0", "\u3000", "\u2028", "\x85", "\x00", "\u200b", "\u200d", "\ufeff", "the", " The",
    "ing", "tion", "def ", "return", "http://", "<|eot_id|>", "<|eot", "ǅ", "İ", "Ω", "ж", "Ж",
    "𝔸", "\U0001f600", "ㄅ", "ๆ", "ก", "က", "aaaa", "ABC", "xyz", "0000",
]


def random_scalar(rng):
    kind = rng.random()
    if kind < 0.5:
        return rng.randrange(0x80)
    if kind < 0.8:
        return rng.randrange(0x3000)
    if kind < 0.9:
        return rng.randrange(0x3000, 0xD800)
    return rng.choice([rng.randrange(0xE000, 0x10000), rng.randrange(0x10000, 0x110000)])


def fuzz_text(rng, words):
    kind = rng.randrange(4)
    if kind == 0:
        return "".join(rng.choice(FRAGMENTS) for _ in range(rng.randrange(1, 60)))
    if kind == 1:
        return "".join(chr(random_scalar(rng)) for _ in range(rng.randrange(1, 80)))
    if kind == 2:
        return "".join(
            rng.choice(words) if rng.random() < 0.6 else rng.choice(FRAGMENTS)
            for _ in range(rng.randrange(1, 60))
        )
    text = rng.choice([PROSE, CODE] + LANGUAGES)
    start = rng.randrange(len(text))
    chars = list(text[start : start + rng.randrange(1, 200)])
    for _ in range(rng.randrange(4)):
        chars.insert(rng.randrange(len(chars) + 1), rng.choice(FRAGMENTS))
    return "".join(chars)


# Added tokens that overlap, share beginnings, and are whitespace themselves.
ADDED = [
    "[X]", "[Y]", "[X][Y]", "[", "<a>", "<a>b", "ab", "abc", "b", "c]", " ", "  ", "\n", "_",
    "é", "X]",
]
ADDED_TEXT = [
    "[X]", "[Y]", "<a>", "a", "b", "c", "ab", "abc", " ", "  ", "\n", "\u3000", "_", "é", "]",
    "[", "1", "\u200d", "½",
]


FLAGS = ("single_word", "lstrip", "rstrip", "normalized", "special")


def byte_alphabet():
    """GPT-2's printable character for each byte."""
    prints = [b for b in range(256) if 0x21 <= b <= 0x7E or 0xA1 <= b <= 0xAC or b >= 0xAE]
    others = [b for b in range(256) if b not in prints]
    table = {b: chr(b) for b in prints}
    table.update({b: chr(0x100 + i) for i, b in enumerate(others)})
    return [table[b] for b in range(256)]


def small_tokenizer(rng):
    """A tokenizer.json of 256 bytes and a few merges, with random added tokens and flags."""
    vocab = {character: i for i, character in enumerate(byte_alphabet())}
    # A hole in the ids: added tokens are numbered from the number of entries, not from the end.
    for token in ["ab", "abc", "bc", "Ġa", "[X", "unreached"]:
        vocab[token] = len(vocab) + 10
    merges = ["b c", "a b", "ab c", "Ġ a", "[ X"]
    rng.shuffle(merges)
    if rng.random() < 0.5:
        merges = [merge.split(" ") for merge in merges]
    elif rng.random() < 0.5:
        merges.insert(0, "#version: 0.2")
    added = [
        {
            "id": rng.randrange(1000),
            "content": content,
            **{flag: rng.random() < 0.4 for flag in FLAGS},
        }
        for content in rng.sample(ADDED, rng.randrange(1, 6))
    ]
    digits = rng.choice([r"\p{N}{1,3}", r"\p{N}"])
    pattern = (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|" + digits
        + r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    )
    bos = {"SpecialToken": {"id": "<s>", "type_id": 0}}
    template = {
        "type": "TemplateProcessing",
        "single": [bos, {"Sequence": {"id": "A", "type_id": 0}}] + [bos] * rng.randrange(2),
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [7, 8], "tokens": ["<s>", "<t>"]}},
    }
    byte_level = {
        "type": "ByteLevel",
        "add_prefix_space": False,
        "trim_offsets": True,
        "use_regex": False,
    }
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {
                    "type": "Split",
                    "pattern": {"Regex": pattern},
                    "behavior": "Isolated",
                    "invert": False,
                },
                byte_level,
            ],
        },
        "post_processor": rng.choice([
            None, byte_level, template, {"type": "Sequence", "processors": [byte_level, template]},
        ]),
        "decoder": None,
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False,
            "ignore_merges": rng.random() < 0.5, "vocab": vocab, "merges": merges,
        },
    }


@contextlib.contextmanager
def silent():
    """HF prints a trace for each panic, below Python's own stderr."""
    saved = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(null)


def golden_cases(tokenizer, texts):
    cases = []
    for text in texts:
        try:
            plain = tokenizer.encode(text, add_special_tokens=False).ids
            special = tokenizer.encode(text, add_special_tokens=True).ids
        except BaseException as error:
            # An added token inside whitespace that another one took makes HF itself panic.
            if type(error).__name__ != "PanicException":
                raise
            continue
        cases.append([text, plain, special])
    return cases


def small_golden(rng):
    file = json.dumps(small_tokenizer(rng))
    texts = [
        "".join(rng.choice(ADDED_TEXT) for _ in range(rng.randrange(1, 14))) for _ in range(12)
    ]
    texts += ["", "unreached", " unreached abcabc"]
    return [file, golden_cases(tokenizers.Tokenizer.from_str(file), texts)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tokenizer")
    parser.add_argument("output")
    parser.add_argument("--fuzz", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20260101)
    arguments = parser.parse_args()

    tokenizer = tokenizers.Tokenizer.from_file(arguments.tokenizer)
    rng = random.Random(arguments.seed)
    # Words of the vocabulary itself, so that fuzz reaches all of its tokens.
    words = [tokenizer.decode([i]) for i in range(tokenizer.get_vocab_size(False))]
    words = [word for word in words if word and "\ufffd" not in word]
    texts = [PROSE, CODE, *LANGUAGES, *EDGES, *SPECIALS]
    texts += [one + other for one in LANGUAGES[:3] for other in (PROSE, CODE)]
    texts += [fuzz_text(rng, words) for _ in range(arguments.fuzz)]
    golden = {"version": tokenizers.__version__, "cases": golden_cases(tokenizer, texts)}
    with silent():
        golden["small"] = [small_golden(rng) for _ in range(300)]
    with open(arguments.output, "w", encoding="utf-8") as file:
        json.dump(
            golden,
            file,
            ensure_ascii=True,
            separators=(",", ":"),
        )


if __name__ == "__main__":
    main()
