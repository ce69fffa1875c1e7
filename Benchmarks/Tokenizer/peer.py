#!/usr/bin/env python3
"""Times one library on one vocabulary, as Benchmarks/Tokenizer/main.swift times ours.

usage: peer.py LIBRARY VOCABULARY TOKENIZER_JSON TEXTS_FOLDER
"""
import json
import pathlib
import statistics
import sys
import time

REPEATS = 100
BYTES = {chr(c): c for c in [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]}
BYTES |= {chr(0x100 + i): byte
          for i, byte in enumerate(b for b in range(256) if b not in BYTES.values())}


def hf(path):
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(path)
    return lambda text: tokenizer.encode(text, add_special_tokens=False).ids


def tiktoken(path):
    import tiktoken

    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    splits = [step["pattern"]["Regex"] for step in data["pre_tokenizer"]["pretokenizers"]
              if step["type"] == "Split"]
    if len(splits) > 1:
        sys.exit("tiktoken has one pattern")
    ranks = {bytes(BYTES[c] for c in token): rank
             for token, rank in data["model"]["vocab"].items()}
    encoding = tiktoken.Encoding(
        "benchmark", pat_str=splits[0], mergeable_ranks=ranks, special_tokens={})
    return encoding.encode_ordinary


def gigatoken(path):
    import gigatoken

    return gigatoken.Tokenizer(path).encode


def fastokens(path):
    import fastokens

    tokenizer = fastokens.Tokenizer.from_file(path)
    return lambda text: tokenizer.encode(text, add_special_tokens=False)


def splintr(path):
    import splintr

    return splintr.from_json(path).encode_raw


LOADERS = {"hf-0.23": hf, "hf-1.0rc3": hf, "tiktoken": tiktoken, "gigatoken": gigatoken,
           "fastokens": fastokens, "splintr": splintr}


def read_texts(path):
    data, texts = path.read_bytes(), []
    while data:
        count, data = data.split(b"\n", 1)
        texts.append(data[: int(count)].decode())
        data = data[int(count) :]
    return texts


def main():
    library, vocabulary, path, folder = sys.argv[1:5]
    texts = pathlib.Path(folder)

    def report(case, value, unit):
        print(f"bench tokenizer/{case}/{vocabulary}/{library} {value:.1f} {unit}")

    def microseconds(text):
        start = time.perf_counter()
        encode(text)
        return (time.perf_counter() - start) * 1e6

    start = time.perf_counter()
    encode = LOADERS[library](path)
    report("load", (time.perf_counter() - start) * 1e3, "ms")
    encode("Hello")  # some do a part of their loading now
    for kind in ("prose", "code", "multi"):
        chunks = read_texts(texts / kind)
        byte_count = sum(len(chunk.encode()) for chunk in chunks)
        # "llama3/gigatoken/prose": the kind comes last.
        value = byte_count / sum(microseconds(chunk) for chunk in chunks)
        print(f"bench tokenizer/first-pass/{vocabulary}/{library}/{kind} {value:.1f} MB/s")
    for chunk in read_texts(texts / "warm"):
        encode(chunk)
    for case in ("unseen-4KB", "unseen-128KB"):
        report(case, statistics.median(map(microseconds, read_texts(texts / case))), "us")
    text = read_texts(texts / "unseen-4KB")[0]
    report("repeat-4KB", statistics.median(microseconds(text) for _ in range(REPEATS)), "us")
    text = read_texts(texts / "adversarial-257KB")[0]
    report("adversarial-257KB", microseconds(text) / 1e3, "ms")


if __name__ == "__main__":
    main()
