#!/usr/bin/env python3
"""Writes block keys as Python's own pickle, cbor2, hashlib and xxhash make them.

Usage: block_key_golden.py [--cases N] OUTPUT

Each line of OUTPUT is one prompt as JSON: its scheme, its scope, its tokens, and the key of each
of its full blocks. Blocks of vLLM are hashed as tuples that are built the way vLLM builds them:
the tags "lora", "mm" and "cache_salt" are the same object each time, names and identifiers are
not. Keys of llm-d are computed from their definition.
"""
import argparse
import hashlib
import json
import pickle
import random

import cbor2
import xxhash

LOW64 = (1 << 64) - 1
TOKEN_EDGES = [
    0, 1, 22, 23, 24, 25, 127, 128, 255, 256, 257, 65534, 65535, 65536, 65537,
    2**31 - 1, 2**31, 2**31 + 1, 2**32 - 1,
]
BLOCK_SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 13, 15, 16, 16, 16, 16, 17, 23, 24, 32, 64, 100, 255, 300]
STYLES = ["tagged", "offsets", "names", "loraNumber"]
TEXTS = "ab/éß-中🙂._0"


def pickled(value):
    return pickle.dumps(value, protocol=5)


def canonical(value):
    return cbor2.dumps(value, canonical=True)


SERIALIZED = {
    "sha256": pickled,
    "xxhash": pickled,
    "sha256_cbor": canonical,
    "xxhash_cbor": canonical,
    "sha256_cbor_64bit": canonical,
}


def vllm_hash(algorithm, value):
    data = SERIALIZED[algorithm](value)
    if algorithm.startswith("xxhash"):
        return xxhash.xxh3_128_digest(data)
    digest = hashlib.sha256(data).digest()
    if algorithm == "sha256_cbor_64bit":
        return int.from_bytes(digest, "big") & LOW64
    return digest


def wire(digest):
    return digest if isinstance(digest, int) else int.from_bytes(digest, "big") & LOW64


def own(text):
    """An object of its own, as if it had come over a wire."""
    return bytes(text, "utf-8").decode("utf-8")


def vllm_extra_keys(style, scope, block):
    adapter, salt = scope["adapter"], scope["salt"]
    keys = []
    if adapter:
        if style == "loraNumber":
            keys.append(adapter["number"])
        elif style == "tagged":
            keys.append(("lora", own(adapter["name"]), own(adapter["path"])))
        else:
            keys.append(own(adapter["name"]))
    here = [extra for extra in scope["extras"] if extra["block"] == block]
    for extra in here:
        if "digest" in extra:
            continue
        identifier, offset = own(extra["identifier"]), extra["offset"]
        if style == "tagged":
            keys.append(("mm", identifier, offset))
        elif style == "offsets":
            keys.append((identifier, offset))
        else:
            keys.append(identifier)
    if block == 0 and salt:
        keys.append(("cache_salt", own(salt)) if style == "tagged" else own(salt))
    keys += [bytes.fromhex(extra["digest"]) for extra in here if "digest" in extra]
    return tuple(keys) or None


def vllm_keys(case):
    seed = "vllm-none-hash" if case["seed"] is None else case["seed"]
    parent = vllm_hash(case["algorithm"], seed)
    for block, tokens in enumerate(blocks(case)):
        extra = vllm_extra_keys(case["style"], case, block)
        parent = vllm_hash(case["algorithm"], (parent, tuple(tokens), extra))
        yield wire(parent)


def little(number, count):
    return number.to_bytes(count, "little")


def sglang_keys(case):
    parent = b""
    for tokens in blocks(case):
        parent = hashlib.sha256(parent + b"".join(little(token, 4) for token in tokens)).digest()
        yield int.from_bytes(parent[:8], "big")


def fnv1a(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & LOW64
    return value


def llmd_extras(case, block):
    extras = [extra["identifier"] for extra in case["extras"] if extra["block"] == block]
    return extras + ([case["salt"]] if block == 0 and case["salt"] else [])


def llmd_model(case):
    return case["adapter"]["name"] if case["adapter"] else case["model"]


def cbor_fnv_keys(case):
    parent = fnv1a((case["seed"] or "").encode())
    parent = fnv1a(canonical([parent, None, llmd_model(case)]))
    for block, tokens in enumerate(blocks(case)):
        extras = [{"Hash": text} for text in llmd_extras(case, block)] or None
        parent = fnv1a(canonical([parent, tokens, extras]))
        yield parent


def xxh64_keys(case):
    def counted(text):
        return little(len(text.encode()), 8) + text.encode()

    parent = xxhash.xxh64_intdigest((case["seed"] or "").encode())
    parent = xxhash.xxh64_intdigest(little(parent, 8) + counted(llmd_model(case)))
    for block, tokens in enumerate(blocks(case)):
        data = little(parent, 8) + b"".join(little(token, 4) for token in tokens)
        data += b"".join(counted(text) for text in llmd_extras(case, block))
        parent = xxhash.xxh64_intdigest(data)
        yield parent


def blocks(case):
    size, tokens = case["blockSize"], case["tokens"]
    return [tokens[first:first + size] for first in range(0, len(tokens) - size + 1, size)]


KEYS = {"sglang": sglang_keys, "cbor-fnv": cbor_fnv_keys, "xxh64": xxh64_keys} | {
    algorithm: vllm_keys for algorithm in SERIALIZED
}


# Prompts.

def text(rng, shortest=2):
    if rng.random() < 0.05:  # lengths where the serialized form changes
        return "x" * rng.choice([23, 24, 255, 256, 257, 3000])
    return "".join(rng.choice(TEXTS) for _ in range(rng.randint(shortest, 30)))


def token(rng, vocabulary):
    if rng.random() < 0.1:
        return rng.choice(TOKEN_EDGES)
    return rng.randrange(vocabulary)


def extra(rng, block, size, may_be_digest):
    if may_be_digest and rng.random() < 0.2:
        return {"block": block, "digest": rng.randbytes(rng.choice([32, 32, 256])).hex()}
    offset = rng.choice([0, 1, size - 1, -1, -255, -256, -40000, -70000, 255, 256, 65535, 65536])
    return {"block": block, "identifier": text(rng), "offset": offset}


def prompt(rng):
    algorithm = rng.choice(list(KEYS))
    style = rng.choice(STYLES) if algorithm in SERIALIZED else "tagged"
    size = rng.choice(BLOCK_SIZES)
    block_count = rng.choice([1, 1, 2, 3, 5, 40 if size < 40 else 2])
    vocabulary = rng.choice([24, 256, 65536, 128_000, 2**32])
    count = size * block_count + rng.randrange(size)
    seeds = ["", "0", "42", text(rng)]
    if algorithm in ("sha256", "sha256_cbor", "sglang", "cbor-fnv", "xxh64"):
        seeds.append(None)
    case = {
        "algorithm": algorithm, "style": style, "blockSize": size, "seed": rng.choice(seeds),
        "model": text(rng), "adapter": None, "salt": None, "extras": [],
        "tokens": [token(rng, vocabulary) for _ in range(count)],
    }
    if algorithm != "sglang":
        if rng.random() < 0.3:
            number = rng.choice([1, 7, 117, 255, 256, 65535, 65536])
            case["adapter"] = {"name": text(rng), "number": number, "path": text(rng, 0)}
        if rng.random() < 0.3:
            case["salt"] = text(rng)
        if rng.random() < 0.3:
            may_be_digest = algorithm in SERIALIZED and style in ("offsets", "names")
            for block in sorted(rng.randrange(block_count) for _ in range(rng.randint(1, 6))):
                case["extras"].append(extra(rng, block, size, may_be_digest))
    case["keys"] = [str(key) for key in KEYS[algorithm](case)]
    return case


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=4000)
    parser.add_argument("output")
    arguments = parser.parse_args()
    rng = random.Random(20_261_121)
    with open(arguments.output, "w", encoding="utf-8") as output:
        for _ in range(arguments.cases):
            print(json.dumps(prompt(rng), ensure_ascii=False), file=output)


if __name__ == "__main__":
    main()
