#!/usr/bin/env python3
"""Writes what HF tokenizers' normalizers and pre-tokenizers make of texts, for TokenizerTests.

usage: component_golden.py OUTPUT_JSON [--fuzz N] [--seed N] [--charsmap FILE]

Output: {"version": ..., "normalizers": [{"json", "separator", "changed", "cases"}, ...],
"preTokenizers": [{"json", "cases"}, ...], "patterns": the same}. `json` is the component as tokenizer.json has it.
`changed` are all scalars that become something else, alone between separators; missing where
that makes no sense. A case is a text and its normalized form, or its pieces. --charsmap adds a
Precompiled normalizer of a real model.
"""
import argparse
import base64
import json
import random
import struct

import tokenizers

from tokenizer_golden import CODE, EDGES, FRAGMENTS, LANGUAGES, PROSE, random_scalar, silent

SCALARS = [s for s in range(0x110000) if not 0xD800 <= s < 0xE000]
CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
TAIL = r"\s*[\r\n]+|\s+(?!\S)|\s+"
UPPER, LOWER = r"\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}", r"\p{Ll}\p{Lm}\p{Lo}\p{M}"
O200K_WORDS = (
    rf"[^\r\n\p{{L}}\p{{N}}]?[{UPPER}]*[{LOWER}]+END|[^\r\n\p{{L}}\p{{N}}]?[{UPPER}]+[{LOWER}]*END"
)
KIMI_WORDS = (
    rf"[^\r\n\p{{L}}\p{{N}}]?[{UPPER}&&[^\p{{Han}}]]*[{LOWER}&&[^\p{{Han}}]]+END"
    rf"|[^\r\n\p{{L}}\p{{N}}]?[{UPPER}&&[^\p{{Han}}]]+[{LOWER}&&[^\p{{Han}}]]*END"
)
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
FAMILIES = [
    GPT2,
    CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + TAIL,
    CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + TAIL,
    CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|" + TAIL,
    O200K_WORDS.replace("END", CONTRACTIONS + "?")
    + r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + TAIL,
    O200K_WORDS.replace("END", "") + r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + TAIL,
    r"[\p{Han}]+|" + KIMI_WORDS.replace("END", CONTRACTIONS + "?")
    + r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + TAIL,
    r"\p{N}{1,3}",
    "[一-龥\u3040-ゟ゠-ヿ]+",
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
    r"| ?[\p{P}\p{S}]+[\r\n]*|" + TAIL,
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+",
    r"(?i)<\|endoftext\|>|'s|'t|'ll|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+",
    "[0-9][0-9][0-9]",
    r"\p{N}{1,3}(?=(?:\p{N}{3})*(?!\p{N}))|[^\p{N}]+",
    r"(?=(\d{3})+(?!\d))",
    r"\d{1,3}(?=(?:\d{3})*\b)|\s?\p{L}+",
    r"\s?\p{L}+|\s?[\p{P}\p{S}]+|[一-龥ࠀ-一가-퟿]+|\p{N}",
]
ODD = [
    " ", "  +", r"\s", r"\s+", r"\S+", r"\w+", r"[\w]+", r"\W", r"\d", r"\D+", r"\h+", r"\H",
    r"[^\w\s]+", ".", ".+", "(?m).+", ".*", ".*?", "a*", "a*?b", "a??b", "(?:ab)*", "(ab|a)(bc|c)",
    "a|ab|abc", "abc|ab|a", "(?:a|ab)(?:c|bcd)?", "a{2}", "a{2}?", "a{2,}", "a{,2}", "a{1,2}+",
    "a{1,2}?b", "a{x", "x{2,1", "a++b", "a*+a", "a?+a", "(?>a|ab)c", "(?>a+)b", "(?>ab?)c",
    "^", "$", "^a", "a$", r"\A.", r"\z", r".\Z", r"\b", r"\B", r"\b\w", "(?<=a)b", "(?<!a)b",
    "(?<=ab|c)d", r"(?<=\s)\S", r"(?<!\p{L})\p{N}", "a(?=b)", "a(?!b)", "a(?=b*c)", "(?=.*c)a",
    "(?!a(?=b)).", "(?i)abc", "(?i:k)x", "a(?i)b|c", "(?i:a(?-i)b)c", "(?i)[a-c]+", "(?i)[^a-c]+",
    r"(?i)[\p{L}]+", "[a-c]+", "[^a-c]+", "[]a]+", "[a-]", "[-a]", r"[\]\-a]+", "[a-c&&b-d]+",
    r"[\p{L}&&[^a-z]]+", "[^a-c&&b]+", "[a[bc]d]+", "[[:digit:]]+", "[[:space:]]", r"[\s\S]",
    r"\p{Lu}\p{Ll}*", r"\P{L}+", r"\p{^L}+", r"\p{Letter}+", r"\p{Nd}+", r"\p{Han}+",
    r"\p{Hiragana}+|\p{Katakana}+", r"\p{Cyrillic}+", r"[\p{Greek}\p{Latin}]+", r"\p{Zs}",
    r"\p{Cc}", r"\p{Sc}|\p{Sm}", r"\x41", r"\x{e9}", r"\u00e9", r"\t|\r\n|\n", r"\.", r"\/\-",
    r"(?#note)a", "(?<name>a)b", "a||b", "(?:)", "(|a)b", "é+", "[à-ÿ]+", "😀", "▁", r"▁+",
    r"(?:\r\n|\n)+", r"[^\n]+\n?", r"\n+|[^\n]+", r"(?:[^\s]|\s(?!\S))+", "(?:a+b)+c?", "(?:a|b)*c",
    "(?:a+)+b", "(?:a?b?)c", r"\s++$|\s*[\r\n]|\s", r"\p{N}{1,3}+", " ?[^ ]+", "(?<= )a|b",
]
PATTERN_TEXTS = [
    "abc", "aab abc aabb", "abcd ad cd bcd", "aaaa", "aaab", "ababab", "xab]a-[", "a\nb\n", "\n",
    "ab\r\ncd\r\n\r\n", "ABC abC Kx kx Kx", "bC C bA", "a{x a{2}", "x{2,1 xx", "1234567", "12 345 6789",
    "١٢٣٤٥ ½²", "éÉàÿ", "▁a▁▁b", "  a  b ", "a b c", "$5 + €3", "aaaaaaaaaaaaaaaaaaaaaaaac",
    "ſtraße 'ſ 'S", "ͅιΙ", "Ж жλΛ ひカ漢々", "don't I'LL", "a.b/-c\t", "A1b2", "aXbXc", "ac abc",
]
BEHAVIORS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]
MARKS = [
    "\u0300", "\u0301", "\u0308", "\u0323", "\u0327", "\u0331", "\u0334", "\u0345", "\u05b0",
    "\u064b", "\u0651", "\u093c", "\u094d", "\u0e38", "\u0f71", "\u0f72", "\u3099", "\u309a",
    "\u20dd", "\U0001d165", "\U0001d16d", "\U000119b3", "\U00011930", "\U00011935", "\u200d",
    "\u200c", "\ufe0f", "\U0001f3fb", "\u0903", "\u0305\u0306", "\u0344", "\u0f73", "\u0340",
]
BASES = [
    "a", "A", "e", "i", "ı", "I", "o", "K", "\u212b", "\u1112", "\u1161", "\u11ab", "\uac00",
    "\uac01", "\u0915", "\u0928", "\u0930", "\u304b", "\u30f2", "ſ", "ﬁ", "ẛ", "①", "㋿", "㍐", "ǆ",
    "\U00011935", "\U00011938", "\U00011131", "\U00011127", "\u0600", "\u06dd", "©", "❤", "😀",
    "👩", "🇩", "🇪", "\r", "\n", "\u0085", "\u00ad", "\ufeff", "\u2581", "\u3000", "豈", "¼", "İ",
    "Σ", "σς", "ΑΣ", "\u1100", "\ua960", "\ud7b0", "\U00016d67", "Ǆ", "\ufb1d",
    "\u0c95\u0ccd", "\u0995\u09cd\u0995",
]


def double_array(rules):
    """SentencePiece's charsmap of a mapping from bytes to texts."""
    blob = bytearray()
    tree = {}
    for key, text in rules.items():
        node = tree
        for byte in key:
            node = node.setdefault(byte, {})
        node[-1] = len(blob)
        blob += text.encode() + b"\0"
    units, used = {0: 0}, {0}

    def place(node, position):
        """Gives the children of a node a block where all of their places are free."""
        labels = [0 if label < 0 else label for label in node]
        base = 256
        while any((position ^ base ^ label) in used for label in labels) or base ^ position < 256:
            base += 256
        units[position] |= base << 10 if base < 1 << 21 else base << 2 | 1 << 9
        start = position ^ base
        used.update(start ^ label for label in labels)
        if -1 in node:
            units[position] |= 1 << 8
            units[start] = 1 << 31 | node[-1]
        for label, child in node.items():
            if label >= 0:
                units[start ^ label] = label
                place(child, start ^ label)

    place(tree, 0)
    size = max(units) // 256 * 256 + 256
    trie = struct.pack(f"<{size}I", *(units.get(i, 0) for i in range(size)))
    return struct.pack("<I", len(trie)) + trie + bytes(blob)


def charsmaps(rng):
    """Rules for scalars, for graphemes, and for beginnings of either."""
    graphemes = [base + mark for base in BASES for mark in MARKS]
    for count in (10, 60, 300):
        keys = rng.sample(BASES, min(count, 30)) + rng.sample(graphemes, count) + ["\r\n", "ab"]
        rules = {
            key.encode(): "".join(rng.choice(BASES + [" ", ""]) for _ in range(rng.randrange(3)))
            for key in keys
        }
        rules.pop(b"", None)
        yield double_array(rules)


def normalizers(rng, charsmap):
    """Each with whether all scalars are to be tried."""
    for name in ("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt"):
        yield {"type": name}, True
    for cleans in (False, True):
        for pads in (False, True):
            for strips in (None, False, True):
                for lowercases in (False, True):
                    yield {
                        "type": "BertNormalizer", "clean_text": cleans,
                        "handle_chinese_chars": pads, "strip_accents": strips,
                        "lowercase": lowercases,
                    }, cleans and pads and lowercases == bool(strips)
    yield {"type": "ByteLevel"}, False
    for left in (False, True):
        for right in (False, True):
            yield {"type": "Strip", "strip_left": left, "strip_right": right}, False
    for prefix in ("▁", "", "ab"):
        yield {"type": "Prepend", "prepend": prefix}, False
    for pattern, content in [
        ({"String": " "}, "▁"), ({"String": "``"}, "\""), ({"String": ""}, "-"),
        ({"String": "a.b"}, "$0"), ({"Regex": r"\s+"}, " "), ({"Regex": " {2,}"}, "▁"),
        ({"Regex": "a*"}, "x"), ({"Regex": r"\p{N}"}, ""), ({"Regex": "$"}, "<"),
        ({"Regex": r"(?<=a)b|[^\x00-\x7f]"}, "\\1"),
    ]:
        yield {"type": "Replace", "pattern": pattern, "content": content}, False
    yield {"type": "Sequence", "normalizers": []}, False
    yield {"type": "Sequence", "normalizers": [
        {"type": "NFC"},
        {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "},
        {"type": "Lowercase"},
    ]}, False
    yield {"type": "Sequence", "normalizers": [
        {"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Sequence", "normalizers": [
            {"type": "Strip", "strip_left": True, "strip_right": False},
            {"type": "Prepend", "prepend": "▁"},
        ]},
    ]}, False
    for number, map_bytes in enumerate([*charsmaps(rng), *charsmap]):
        text = base64.b64encode(map_bytes).decode()
        yield {"type": "Precompiled", "precompiled_charsmap": text}, number == 0


def split(pattern, behavior="Isolated", invert=False):
    return {"type": "Split", "pattern": pattern, "behavior": behavior, "invert": invert}


def byte_level(prefix, regex):
    return {"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": True,
            "use_regex": regex}


def sequence(*steps):
    return {"type": "Sequence", "pretokenizers": list(steps)}


def pre_tokenizers():
    """Each with whether it is a pattern."""
    for name in ("Whitespace", "WhitespaceSplit", "BertPreTokenizer", "UnicodeScripts"):
        yield {"type": name}, False
    yield {"type": "Punctuation"}, False
    for behavior in BEHAVIORS:
        yield {"type": "Punctuation", "behavior": behavior}, False
    for individually in (False, True):
        yield {"type": "Digits", "individual_digits": individually}, False
    for delimiter in (" ", "a", "é", "中"):
        yield {"type": "CharDelimiterSplit", "delimiter": delimiter}, False
    for length in (1, 2, 5):
        yield {"type": "FixedLength", "length": length}, False
    for prefix in (False, True):
        for regex in (False, True):
            yield byte_level(prefix, regex), False
    metaspaces = [
        {"type": "Metaspace", "replacement": replacement, "prepend_scheme": scheme, "split": splits}
        for replacement in ("▁", "_") for scheme in ("always", "first", "never")
        for splits in (False, True)
    ]
    metaspaces.append({"type": "Metaspace", "replacement": "▁", "add_prefix_space": True})
    for metaspace in metaspaces:
        yield metaspace, False
    white = {"type": "WhitespaceSplit"}
    yield sequence(), False
    yield sequence(white, metaspaces[0]), False
    yield sequence(white, metaspaces[2]), False
    yield sequence({"type": "Digits", "individual_digits": True}, metaspaces[3]), False
    yield sequence({"type": "Punctuation"}, byte_level(True, True)), False
    yield sequence(
        {"type": "Punctuation", "behavior": "Contiguous"}, byte_level(False, True),
        {"type": "Digits", "individual_digits": False}, split({"Regex": "[0-9][0-9][0-9]"}),
    ), False
    yield sequence(byte_level(True, False), {"type": "Punctuation"}, white), False
    yield sequence(*(split({"Regex": r}) for r in FAMILIES[7:10]), byte_level(False, False)), False
    for literal in (" ", "<!dummy-prefix!>", "", "a", "ab", "a.b", "中", "\n"):
        for behavior in BEHAVIORS:
            for invert in (False, True):
                yield split({"String": literal}, behavior, invert), literal != " "
    for regex in FAMILIES:
        yield split({"Regex": regex}), False
    for behavior in BEHAVIORS:
        for invert in (False, True):
            for regex in (FAMILIES[0], r"\s+", "a*", "$", r"\p{L}|(?=\p{N})"):
                yield split({"Regex": regex}, behavior, invert), True
    for regex in ODD:
        yield split({"Regex": regex}), True


# What random patterns are made of, and random texts for them.
ATOMS = [
    "a", "b", "c", "ab", "é", ".", r"\s", r"\d", r"\w", r"\S", r"\p{L}", r"\p{N}", r"\P{L}", "[ab]",
    "[^a]", "[a-c&&[^b]]", r"[\s\p{N}]", r"[^\s\p{L}]", " ", r"\n", "1", "^", "$", r"\b", r"\B",
]
QUANTIFIERS = ["*", "+", "?", "*?", "+?", "??", "++", "*+", "?+", "{2}", "{1,2}", "{2,}", "{,2}"]


def random_pattern(rng, depth=0):
    parts = []
    for _ in range(rng.randrange(1, 4)):
        kind = rng.random()
        if depth < 3 and kind < 0.35:
            opening = rng.choice(["(?:"] * 5 + ["(", "(?=", "(?!", "(?>", "(?i:"])
            part = opening + random_pattern(rng, depth + 1) + ")"
        elif kind < 0.4:
            part = rng.choice(["(?<=", "(?<!"]) + rng.choice(["a", r"\s", "ab", "b|c"]) + ")"
        else:
            part = rng.choice(ATOMS)
        looks = part[:3] in ("(?=", "(?!", "(?<") or part in ("^", "$", r"\b", r"\B")
        if rng.random() < 0.45 and not looks:
            part += rng.choice(QUANTIFIERS)
        parts.append(part)
    pattern = "".join(parts)
    if rng.random() < 0.3:
        pattern += "|" + random_pattern(rng, depth + 1)
    return pattern


def pattern_golden(rng, count):
    """Random patterns, some of which a matcher may refuse."""
    golden = []
    for _ in range(count):
        component = split({"Regex": random_pattern(rng)})
        texts = [
            "".join(rng.choice("aaabbbccAé1 \n") for _ in range(rng.randrange(1, 16)))
            for _ in range(15)
        ]
        try:
            step = load(pre_tokenizer=component).pre_tokenizer
        except Exception:  # not a pattern
            continue
        golden.append({
            "json": json.dumps(component),
            "cases": cases(lambda t: [p for p, _ in step.pre_tokenize_str(t)], texts),
        })
    return golden


def mark_text(rng):
    return "".join(
        rng.choice(BASES) if rng.random() < 0.4 else rng.choice(MARKS)
        for _ in range(rng.randrange(1, 14))
    )


def fuzz_text(rng):
    kind = rng.randrange(4)
    if kind == 0:
        return mark_text(rng)
    if kind == 1:
        return "".join(chr(random_scalar(rng)) for _ in range(rng.randrange(1, 50)))
    if kind == 2:
        return "".join(rng.choice(FRAGMENTS) for _ in range(rng.randrange(1, 40)))
    return "".join(
        rng.choice((rng.choice(FRAGMENTS), mark_text(rng), "a", "b", "c", " ", "\n"))
        for _ in range(rng.randrange(1, 20))
    )


def load(normalizer=None, pre_tokenizer=None):
    return tokenizers.Tokenizer.from_str(json.dumps({
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
        "normalizer": normalizer, "pre_tokenizer": pre_tokenizer, "post_processor": None,
        "decoder": None, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []},
    }))


def cases(function, texts):
    found = []
    for text in texts:
        try:
            found.append([text, function(text)])
        except BaseException as error:
            if type(error).__name__ != "PanicException":
                raise
    return found


def normalizer_golden(rng, charsmap, texts, fuzz):
    golden = []
    for component, tries_all in normalizers(rng, charsmap):
        normalize = load(normalizer=component).normalizer.normalize_str
        entry = {"json": json.dumps(component)}
        if tries_all:
            entry["separator"] = normalize("\n")
            entry["changed"] = [
                [s, out] for s in SCALARS if s != 10 and (out := normalize(chr(s))) != chr(s)
            ]
        mine = texts + [fuzz_text(rng) for _ in range(fuzz)]
        if component["type"] in ("Precompiled", "NFC", "NFD", "NFKC", "NFKD"):
            mine += [mark_text(rng) for _ in range(fuzz * 4)]
        entry["cases"] = cases(normalize, mine)
        golden.append(entry)
    return golden


def pre_tokenizer_golden(rng, texts, fuzz):
    golden = []
    for component, is_pattern in pre_tokenizers():
        step = load(pre_tokenizer=component).pre_tokenizer
        mine = PATTERN_TEXTS + (texts[: len(texts) // 4] if is_pattern else texts)
        mine = mine + [fuzz_text(rng) for _ in range(fuzz)]
        golden.append({
            "json": json.dumps(component),
            "cases": cases(lambda t: [p for p, _ in step.pre_tokenize_str(t)] if t else [], mine),
        })
    return golden


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("output")
    parser.add_argument("--fuzz", type=int, default=60)
    parser.add_argument("--patterns", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--charsmap", action="append", default=[])
    arguments = parser.parse_args()

    rng = random.Random(arguments.seed)
    texts = [*EDGES, *LANGUAGES, PROSE, CODE]
    charsmap = [open(path, "rb").read() for path in arguments.charsmap]
    with silent():
        golden = {
            "version": tokenizers.__version__,
            "normalizers": normalizer_golden(rng, charsmap, texts, arguments.fuzz),
            "preTokenizers": pre_tokenizer_golden(rng, texts, arguments.fuzz),
            "patterns": pattern_golden(rng, arguments.patterns),
        }
    with open(arguments.output, "w", encoding="utf-8") as file:
        json.dump(golden, file, ensure_ascii=True, separators=(",", ":"))


if __name__ == "__main__":
    main()
