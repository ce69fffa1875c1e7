#!/usr/bin/env python3
"""Writes the texts of the tokenizer benchmark, and times HF tokenizers on them.

usage: peer.py TOKENIZER_JSON TEXTS_FILE [--texts-only]

Texts: prose, code and multilingual text in turns, of 4 KB and 128 KB. Words are drawn by
Zipf's law from a vocabulary that grows as it is used, so that every text has words that no
text before it had. Then run: TokenizerBenchmark TOKENIZER_JSON TEXTS_FILE
"""
import random
import statistics
import sys
import time

COUNTS = {4: 200, 128: 20}
SYLLABLES = (
    "the an in re con de pro ex ing er tion ment able ous ly ist ic al ma to ri sa le no ve di "
    "ca ra si po lu tra ne mi cu fi ta bo gra pre sta clo en com ver wi sh th ou ea"
).split()
COMMON = (
    "the of and to in is that for it as was with be by on not he his but at are this have from "
    "or had an they which one you were all her she there would their we him been has when who "
    "will no more if out so up said what its about than into them can only other time new some "
    "could these two may first then do any like my now over such our man me even most made after"
).split()
CODE_WORDS = (
    "func let var return if else guard struct class import self init for in while switch case "
    "default break throws try await async int char void const static public private def None "
    "True False lambda print range len str list dict"
).split()
SCRIPTS = [
    (0x4E00, 0x9FA5), (0x3041, 0x3096), (0xAC00, 0xD7A3), (0x0430, 0x044F), (0x0627, 0x064A),
    (0x0905, 0x0939), (0x03B1, 0x03C9), (0x0E01, 0x0E2E),
]


def new_word(rng):
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randrange(1, 5)))


def word(rng, words):
    """A common word, one seen before, or a new one (4 %)."""
    kind = rng.random()
    if kind < 0.5:
        return COMMON[min(int(rng.paretovariate(0.9)) - 1, len(COMMON) - 1)]
    if kind < 0.54 or not words:
        words.append(new_word(rng))
        return words[-1]
    return words[min(int(rng.paretovariate(0.5)) - 1, len(words) - 1)]


def prose(rng, words):
    sentence = [word(rng, words) for _ in range(rng.randrange(5, 25))]
    sentence[0] = sentence[0].capitalize()
    if rng.random() < 0.2:
        sentence.insert(rng.randrange(len(sentence)), str(rng.randrange(100000)))
    if rng.random() < 0.2:
        sentence[-1] += rng.choice(["'s", "n't", "'ll", ",", ";", "—"])
    return " ".join(sentence) + rng.choice([". ", ". ", "? ", ".\n\n"])


def code(rng, words):
    indent = "    " * rng.randrange(4)
    name = rng.choice(["_", ""]).join(word(rng, words) for _ in range(rng.randrange(1, 4)))
    camel = "".join(word(rng, words).capitalize() for _ in range(rng.randrange(1, 4)))
    key = rng.choice(CODE_WORDS)
    return indent + rng.choice([
        f"{key} {name} = {camel}({rng.randrange(1000)}, {name}[i])\n",
        f"{key} {name}(_ {word(rng, words)}: {camel}) {{\n",
        f"}} // {prose(rng, words).strip()}\n",
        f"{name}.{camel} += 0x{rng.getrandbits(32):08X};\n\n",
        f"\"{word(rng, words)}\": {{\"{name}\": {rng.random():.4f}}},\n",
    ])


def multilingual(rng, words):
    first, last = rng.choice(SCRIPTS)
    spaced = first not in (0x4E00, 0x3041, 0x0E01)
    span = max(1, (last - first) // 8)
    parts = []
    for _ in range(rng.randrange(3, 12)):
        base = first + int(rng.paretovariate(0.7)) % (last - first)
        parts.append("".join(
            chr(first + (base - first + rng.randrange(span)) % (last - first + 1))
            for _ in range(rng.randrange(2, 8))
        ))
    return (" " if spaced else "").join(parts) + rng.choice(["。", ". ", "، ", " 😀 ", "\n"])


def make_text(rng, words, size):
    parts = []
    count = 0
    while count < size:
        writer = rng.choices([prose, code, multilingual], [5, 4, 1])[0]
        for _ in range(rng.randrange(2, 8)):
            part = writer(rng, words)
            parts.append(part)
            count += len(part.encode())
    return "".join(parts).encode()[:size].decode(errors="ignore")


def report(name, microseconds):
    print(f"bench tokenizer/{name}/llama3/hf-0.23 {statistics.median(microseconds):.1f} us")


def timed(tokenizer, text):
    start = time.perf_counter()
    tokenizer.encode(text, add_special_tokens=False)
    return (time.perf_counter() - start) * 1e6


def main():
    tokenizer_path, texts_path = sys.argv[1:3]
    rng = random.Random(7)
    words = []
    texts = {size: [make_text(rng, words, size << 10) for _ in range(count)]
             for size, count in COUNTS.items()}
    with open(texts_path, "wb") as file:
        for sized in texts.values():
            for text in sized:
                encoded = text.encode()
                file.write(b"%d\n" % len(encoded) + encoded)
    if "--texts-only" in sys.argv:
        return
    import tokenizers

    start = time.perf_counter()
    tokenizer = tokenizers.Tokenizer.from_file(tokenizer_path)
    report("load", [(time.perf_counter() - start) * 1e6])
    for size, sized in texts.items():
        report(f"unseen-{size}KB", [timed(tokenizer, text) for text in sized])
        report(f"repeat-{size}KB", [timed(tokenizer, sized[0]) for _ in range(30)])


main()
