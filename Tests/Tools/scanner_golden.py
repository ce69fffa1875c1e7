#!/usr/bin/env python3
"""Writes texts and how HF tokenizers and tiktoken split them, as the golden for ScannerTests.

usage: scanner_golden.py OUTPUT_JSON [--fuzz N] [--seed N]

Output: {FAMILY: {"patterns": [...], "tiktoken": BOOL, "cases": [[text, byte counts], ...]}}. The
byte counts are those of the pieces of the text, in order. Patterns of HF are those of Split steps
that follow each other; none stands for ByteLevel with `use_regex`.
"""
import argparse
import json
import random

import tokenizer_golden as texts
from tokenizers import Regex, pre_tokenizers

CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
BLANKS = r"\s*[\r\n]+|\s+(?!\S)|\s+"
UPPER = r"\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}"
LOWER = r"\p{Ll}\p{Lm}\p{Lo}\p{M}"


def cased(extra="", suffix=CONTRACTIONS + "?"):
    return (rf"[^\r\n\p{{L}}\p{{N}}]?[{UPPER}{extra}]*[{LOWER}{extra}]+{suffix}"
            rf"|[^\r\n\p{{L}}\p{{N}}]?[{UPPER}{extra}]+[{LOWER}{extra}]*{suffix}")


FAMILIES = {
    "gpt2": [],
    "gpt2-pattern": [
        r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"],
    "cl100k": [CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
               r"| ?[^\s\p{L}\p{N}]+[\r\n]*|" + BLANKS],
    "qwen2": [CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|"
              + BLANKS],
    "qwen35": [CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}"
               r"| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|" + BLANKS],
    "o200k": [cased() + r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + BLANKS],
    "tekken": [cased(suffix="") + r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + BLANKS],
    "kimi": [r"[\p{Han}]+|" + cased(r"&&[^\p{Han}]")
             + r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + BLANKS],
    "deepseek": [
        r"\p{N}{1,3}", "[一-龥\u3040-ゟ゠-ヿ]+",
        r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|"""
        "[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|"
        "\\s*[\r\n]+|\\s+(?!\\S)|\\s+"],
}
# How tiktoken 0.14 spells two of them. Its engine gives `$` and `++` another meaning than HF's.
TIKTOKEN = {
    "tiktoken-gpt2":
        r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s",
    "tiktoken-cl100k":
        r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
        r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
}
FRAGMENTS = texts.FRAGMENTS + [
    "々", "〇", "⺀", "・", "゛", "ー", "\u3040", "\u3099", "龥", "龦", "𠀀", "\u0e33", "ʰ", "ª",
    "ﬁ", "aB", "Ab", "AB", "'S", "'ſ", "'m", "n't", "\\", "]", "^", "`", "~", "—", "€", "\u0378",
    "\ue000", "\x01", "\x1c", "\u0600", "\u20dd", "²", "Ⅷ", "\r", "\n\n", " \n", "   ",
]
EDGES = [
    "HELLOworld", "ABCあDE", "ABあcd", "あAB", "\u0301ABC", "!\u0301a", "!!\u0301a", " \u0301",
    "Don'T", "DON'T stop", "x's's", "a'ſ", "'", "a'", "12'34", "中国人民ABC中", "X中", " 中", "⺀中x",
    "〇一二三", "1〇2", "\u3007\u3007", "a  1", "  中", " \n 1", "東京・京都", "カ\u3099ー゛", "\x00",
    "\x00\x00a", "\x00\x00!", "\x00 \x00", "  \x00a", "\u3040あ", "あ\u3040", "あ\u3040\u3040い",
    "\u3040・", ".abc", ".éa", "!ab中", "\t!x", "\t x", "/\n/", "?//\n\n//", "a\n  ", "a\n \n  ",
    "\n  ", " \n\t", "x \r\n \r", "a\u2028\u2029 ", "abcdefgh", "abcdefghi", " abcdefgh", "abcdefghI",
    "abcdefghé", " abcdefg'", "Éa", "aÉ", "ǅa", "aǅ", "AǅB", "ʰA", "Aʰ", "AʰB", "ABʰCD", "नीA",
]


def pieces(split, text):
    return [len(piece.encode()) for piece, _ in split.pre_tokenize_str(text)]


def hf_split(patterns):
    """Gives the pieces as text: ByteLevel would write them in its own alphabet."""
    gpt2 = FAMILIES["gpt2-pattern"]
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in patterns or gpt2])


def byte_level_pieces(text):
    """What the pattern built into ByteLevel gives: every byte is one character there."""
    split = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    return [len(piece) for piece, _ in split.pre_tokenize_str(text)]


def tiktoken_pieces(pattern, text):
    """With every part of the text in the vocabulary, each piece becomes one token."""
    import tiktoken

    data = text.encode()
    parts = {data[i:j] for i in range(len(data)) for j in range(i + 1, len(data) + 1)}
    parts |= {bytes([byte]) for byte in range(256)}
    ranks = {part: rank for rank, part in enumerate(sorted(parts, key=lambda p: (len(p), p)))}
    encoding = tiktoken.Encoding(
        "parts", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    return [len(part) for part in encoding.decode_tokens_bytes(encoding.encode_ordinary(text))]


def fuzz_text(rng, words):
    if rng.random() < 0.4:
        return "".join(rng.choice(FRAGMENTS) for _ in range(rng.randrange(1, 40)))
    return texts.fuzz_text(rng, words)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("output")
    parser.add_argument("--fuzz", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()

    rng = random.Random(options.seed)
    words = (texts.PROSE + texts.CODE + "".join(texts.LANGUAGES)).split()
    corpus = [text for text in EDGES + texts.EDGES + texts.LANGUAGES if text]
    corpus += [texts.PROSE, texts.CODE]
    corpus += [fuzz_text(rng, words) for _ in range(options.fuzz)]

    golden = {}
    for name, patterns in FAMILIES.items():
        split = hf_split(patterns)
        measure = (lambda text: pieces(split, text)) if patterns else byte_level_pieces
        golden[name] = {"patterns": patterns, "tiktoken": False,
                        "cases": [[text, measure(text)] for text in corpus]}
    short = [text for text in corpus if len(text.encode()) <= 48][: 200 + options.fuzz // 20]
    for name, pattern in TIKTOKEN.items():
        golden[name] = {"patterns": [pattern], "tiktoken": True,
                        "cases": [[text, tiktoken_pieces(pattern, text)] for text in short]}
    with open(options.output, "w", encoding="utf-8") as file:
        json.dump(golden, file)


if __name__ == "__main__":
    main()
