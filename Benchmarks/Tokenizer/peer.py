#!/usr/bin/env python3
"""Writes the texts of the tokenizer benchmark, and times HF tokenizers on them.

usage: peer.py TOKENIZER_JSON TEXTS_FILE [--texts-only]

Texts of 4 KB and 128 KB: English prose and code, cut from Python's own library and its manual
without using any part twice, mixed with multilingual text made of the vocabulary's tokens.
The text is new in every iteration; its common words are not. Then run:
TokenizerBenchmark TOKENIZER_JSON TEXTS_FILE
"""
import pathlib
import random
import statistics
import sys
import time
from pydoc_data import topics

import tokenizers

COUNTS = {4: 200, 128: 20}
PIECE = 1024
MULTILINGUAL_SHARE = 0.15


def english(rng):
    """Pieces of prose and code, each used once."""
    root = pathlib.Path(topics.__file__).parent.parent
    files = sorted(p for p in root.glob("**/*.py") if "site-packages" not in p.parts)
    files = [p for p in files if "test" not in p.parts and p.name != "topics.py"]
    rng.shuffle(files)
    sources = list(topics.topics.values())
    sources += [p.read_text(encoding="utf-8", errors="ignore") for p in files]
    rng.shuffle(sources)
    whole = "\n".join(sources)
    pieces = [whole[i : i + PIECE] for i in range(0, len(whole) - PIECE, PIECE)]
    rng.shuffle(pieces)
    return iter(pieces)


def scripts(tokenizer):
    """Tokens outside ASCII, by block of 256 code points: words of one language."""
    blocks = {}
    for i in range(tokenizer.get_vocab_size(False)):
        word = tokenizer.decode([i])
        if len(word) > 1 and "\ufffd" not in word and ord(word[-1]) > 0xFF:
            blocks.setdefault(ord(word[-1]) >> 8, []).append(word)
    return [words for words in blocks.values() if len(words) > 50]


def multilingual(rng, languages):
    words = rng.choices(languages, [len(words) for words in languages])[0]
    text = ""
    while len(text) < PIECE // 2:
        text += rng.choice(words)
        if rng.random() < 0.1:
            text += rng.choice(["。", ". ", "، ", " 😀 ", "\n"])
    return text


def make_text(rng, pieces, languages, size):
    text = ""
    while len(text.encode()) < size:
        if rng.random() < MULTILINGUAL_SHARE:
            text += multilingual(rng, languages)
        else:
            text += next(pieces)
    return text.encode()[:size].decode(errors="ignore")


def report(name, microseconds):
    print(f"bench tokenizer/{name}/llama3/hf-0.23 {statistics.median(microseconds):.1f} us")


def timed(tokenizer, text):
    start = time.perf_counter()
    tokenizer.encode(text, add_special_tokens=False)
    return (time.perf_counter() - start) * 1e6


def main():
    tokenizer_path, texts_path = sys.argv[1:3]
    start = time.perf_counter()
    tokenizer = tokenizers.Tokenizer.from_file(tokenizer_path)
    load = (time.perf_counter() - start) * 1e6

    rng = random.Random(7)
    pieces, languages = english(rng), scripts(tokenizer)
    texts = {size: [make_text(rng, pieces, languages, size << 10) for _ in range(count)]
             for size, count in COUNTS.items()}
    with open(texts_path, "wb") as file:
        for sized in texts.values():
            for text in sized:
                encoded = text.encode()
                file.write(b"%d\n" % len(encoded) + encoded)
    if "--texts-only" in sys.argv:
        return
    report("load", [load])
    for size, sized in texts.items():
        report(f"unseen-{size}KB", [timed(tokenizer, text) for text in sized])
        report(f"repeat-{size}KB", [timed(tokenizer, sized[0]) for _ in range(30)])


if __name__ == "__main__":
    main()
