#!/usr/bin/env python3
"""Packs event batches with msgspec, as engines do, as the golden for EventBatchDecoderGoldenTests.

usage: event_golden.py OUTPUT_JSONL [--batches N] [--seed N]

One line per batch: {"layout": who sends it, "payload": in hexadecimal, "expected": [what must be
read from it, as EventText in the tests writes it]}. The recorded traces of vLLM come first.
"""
import argparse
import itertools
import json
import pathlib
import random

import msgspec

TRACES = pathlib.Path(__file__).parents[1] / "Fixtures/kv-events"
REQUIRED = ["block_hashes", "parent_block_hash", "token_ids", "block_size", "lora_id"]
HEAD = REQUIRED + ["medium", "lora_name"]
TAIL = ["extra_keys", "group_idx", "kv_cache_spec_kind", "kv_cache_spec_sliding_window", "locality",
        "ownership", "session_id", "lookahead_token_ids"]

TIERS = {
    "gpu": ["GPU", "gpu", "DEVICE", None, ""], "cpu": ["CPU", "CPU_PINNED", "Cpu_Tier1"],
    "disk": ["CPU_TIER2", "DISK", "FS", "fs", "NVME", "STORAGE"],
    "object": ["EXTERNAL", "NETWORK", "REMOTE", "SHARED", "OBJ", "SHARED_STORAGE", "OBJECT_STORE"],
    "unknown": ["TAPE", "GPU2", "G", "A" * 40],
}
KINDS = ["full_attention", "mla_attention", "sliding_window", "sliding_window_mla", "mamba",
         "chunked_local_attention", "sink_full_attention", "encoder_only_attention",
         "cross_attention"]


class Layout:
    """How one version packs events. Fields not in `required` may be left out of maps."""

    def __init__(self, name, stored, removed, required, is_array, rank=True, **quirks):
        self.name, self.stored, self.removed, self.rank = name, stored, removed, rank
        self.quirks = quirks
        self.types = {
            tag: msgspec.defstruct(
                tag,
                [(f, object) if f in required else (f, object, None) for f in fields],
                tag=True, array_like=is_array, omit_defaults=True)
            for tag, fields in [
                ("BlockStored", stored), ("BlockRemoved", removed), ("AllBlocksCleared", []),
                ("BlockMoved", ["block_hashes", "medium"])]
        }


def vllm(version, tail_count, removed, is_array, head=HEAD, rank=True):
    return Layout(f"vLLM {version}", head + TAIL[:tail_count], removed, head, is_array, rank)


LAYOUTS = [
    vllm("0.9.0", 0, ["block_hashes"], True, head=REQUIRED, rank=False),
    vllm("0.10.2", 0, ["block_hashes", "medium"], True, head=REQUIRED + ["medium"]),
    vllm("0.14", 0, ["block_hashes", "medium"], True),
    vllm("0.17", 1, ["block_hashes", "medium"], True),
    vllm("0.20", 2, ["block_hashes", "medium", "group_idx"], True),
    vllm("0.22", 4, ["block_hashes", "medium", "group_idx"], True),
    vllm("0.24", 4, ["block_hashes", "medium", "group_idx"], False),
    vllm("0.26", 5, ["block_hashes", "medium", "group_idx", "locality"], False),
    vllm("0.29", 6, ["block_hashes", "medium", "group_idx", "locality", "ownership"], False),
    vllm("0.30", 7, ["block_hashes", "medium", "group_idx", "locality", "ownership"], False),
    vllm("0.33", 8, ["block_hashes", "medium", "group_idx", "locality", "ownership"], False),
    Layout("SGLang 0.5.8", REQUIRED, ["block_hashes"], REQUIRED, True, signed=True),
    Layout("SGLang 0.5.9", REQUIRED + ["medium"], ["block_hashes", "medium"], REQUIRED, True,
           signed=True),
    Layout("SGLang 0.5.19", REQUIRED + ["medium", "metadata"], ["block_hashes", "medium"],
           REQUIRED, True, signed=True),
    Layout("SGLang 0.5.23", HEAD + ["cache_salt", "session_id"], ["block_hashes", "medium"],
           REQUIRED, False, signed=True),
    Layout("storage", REQUIRED + ["medium"], ["block_hashes", "medium"], HEAD, True, rank=False,
           storage=True),
    # What nobody sends yet: a field more at the end, and one more key.
    Layout("later arrays", HEAD + TAIL[:4] + ["origin"], ["block_hashes", "medium", "group_idx",
           "origin"], HEAD, True),
    Layout("later maps", HEAD + ["origin"] + TAIL, ["block_hashes", "medium", "origin"], HEAD,
           False),
]


def random_hash(rng, layout, kind):
    if kind == "bytes":
        return rng.randbytes(rng.choice([0, 1, 7, 8, 9, 16, 32, 32, 40, 300]))
    value = rng.getrandbits(rng.choice([7, 8, 16, 32, 63, 64, 64, 64, 64]))
    if layout.quirks.get("signed"):
        return value - 2**64 if value >= 2**63 else value
    return value


def random_tokens(rng, count):
    widths = rng.choice([[16], [5, 7, 8, 16, 17, 17, 16, 16], [32], [17]])
    tokens = [rng.getrandbits(rng.choice(widths)) for _ in range(count)]
    if tokens and rng.random() < 0.1:
        odd = rng.choice(["digest", [7, 8], -1, 2**32, None, 1.5, True])
        tokens[rng.randrange(count)] = odd
    return tokens


def random_extras(rng, lora):
    items = [("img", -3), "salt", ("video", 70000), b"\x00\x01" * 16, ["alone"], 5, [], [7, 1],
             ("a", "b"), ("a", 3, "more")]
    weights = [9, 9, 9, 9, 1, 1, 1, 1, 1, 1]
    chosen = rng.choices(items, weights, k=rng.randint(0, 3))
    return ([lora] if lora else []) + chosen or None


def stored_values(rng, layout):
    count = rng.choice([1, 1, 1, 2, 2, 5, 5, 20, rng.choice([20, 128])])
    size = rng.choice([1, 4, 16])
    if rng.random() < 0.002:
        count, size = 1, 70000
    kind = rng.choice(["bytes", "number", "number"])
    lora = rng.choice([None, None, "adapter-1", "a" * 40, "Ünï", ""])
    medium = rng.choice(sum(TIERS.values(), TIERS["gpu"] * 3))
    values = {
        "block_hashes": [random_hash(rng, layout, kind) for _ in range(count)],
        "parent_block_hash": rng.choice([None, 0, random_hash(rng, layout, kind)]),
        "token_ids": random_tokens(rng, count * size),
        "block_size": size,
        "lora_id": rng.choice([7, 10**6]) if lora else None,
        "medium": medium,
        "lora_name": lora,
        "extra_keys": rng.choice([None, [random_extras(rng, lora) for _ in range(count)]]),
        "group_idx": rng.choice([None, 0, 3]),
        "kv_cache_spec_kind": rng.choice([None, "full_attention", "odd", *KINDS]),
        "kv_cache_spec_sliding_window": rng.choice([None, 4096]),
        "locality": rng.choice([None, "LOCAL", "REMOTE"]),
        "ownership": rng.choice([None, "tier-1"]),
        "session_id": rng.choice([None, "s1"]),
        "lookahead_token_ids": rng.choice([None, None, [], [[9], [10, 11]]]),
        "cache_salt": rng.choice([None, "tenant", ""]),
        "metadata": rng.choice([None, {"cache_salt": "tenant"}, {"x": [1], "cache_salt": "t"}]),
        "origin": rng.choice([None, "NEW", {"deep": [[[{}]]]}]),
    }
    if layout.quirks.get("storage") or rng.random() < 0.05:  # blocks are only named
        values |= {"token_ids": [], "block_size": 0, "parent_block_hash": rng.choice([None, 0])}
    return {name: values[name] for name in layout.stored}


def low_64_bits(value):
    if isinstance(value, bytes):
        return int.from_bytes(value[-8:], "big")
    return value % 2**64


def plain(value):
    return "-" if value is None else str(value)


def flag(value):
    return "true" if value else "false"


def is_token(value):
    return type(value) is int and 0 <= value < 2**32


def extra_texts(event):
    """What is read of `extra_keys`, and whether something of it cannot be."""
    texts, unreadable = [], False
    for block, items in enumerate(event.get("extra_keys") or []):
        for place, item in enumerate(items or []):
            more = []
            if isinstance(item, (list, tuple)):
                item, more = (item[0], item[1:]) if item else (None, [])
            if not isinstance(item, (str, bytes)):
                unreadable = True
                continue
            identifier = item.encode() if isinstance(item, str) else item
            name = event.get("lora_name")
            if name and place == 0 and identifier == name.encode():
                continue
            if more and isinstance(more[0], int):
                kind = f"located@{more[0]}"
            else:
                kind = "text" if isinstance(item, str) else "bytes"
            texts.append(f"{block}:{kind}:{identifier.hex()}")
    return ";".join(texts), unreadable


def place_text(event):
    medium = event.get("medium")
    tier = next(tier for tier, words in TIERS.items() if medium in words)
    is_unknown = tier == "unknown"
    if is_unknown or event.get("locality") == "REMOTE":
        tier = "object"
    return (f"tier={tier} unknownMedium={flag(is_unknown)}"
            f" owner={flag(event.get('ownership') is not None)}"
            f" group={plain(event.get('group_idx'))}")


def stored_text(event):
    tokens = event["token_ids"]
    readable = list(itertools.takewhile(is_token, tokens))
    parent = event["parent_block_hash"]
    if parent is not None:
        parent = low_64_bits(parent)
    if parent == 0 and not tokens:
        parent = None
    extras, unreadable = extra_texts(event)
    salt = event.get("cache_salt") or (event.get("metadata") or {}).get("cache_salt") or None
    kind = event.get("kv_cache_spec_kind")
    if kind is not None and kind not in KINDS:
        kind = "unknown"
    return " ".join([
        "stored", "hashes=" + ",".join(str(low_64_bits(h)) for h in event["block_hashes"]),
        f"parent={plain(parent)}", "tokens=" + ",".join(map(str, readable)), f"of={len(tokens)}",
        f"size={event['block_size']}", f"adapterID={plain(event['lora_id'])}",
        f"adapter={plain(event.get('lora_name') or None)}", f"salt={plain(salt)}",
        place_text(event), f"extras={extras}", f"unreadable={flag(unreadable)}", f"kind={plain(kind)}",
        f"window={plain(event.get('kv_cache_spec_sliding_window'))}",
        f"lookahead={flag(event.get('lookahead_token_ids'))}",
    ])


def removed_text(event):
    hashes = ",".join(str(low_64_bits(h)) for h in event["block_hashes"])
    return f"removed hashes={hashes} {place_text(event)}"


def random_event(rng, layout):
    """An event as it is packed, and its text. None for one that cannot be used."""
    types = layout.types
    draw = rng.random()
    if draw < 0.65:
        values = stored_values(rng, layout)
        return types["BlockStored"](**values), stored_text(values)
    if draw < 0.85:
        values = stored_values(rng, layout)
        values = {name: values.get(name) for name in layout.removed}
        return types["BlockRemoved"](**values), removed_text(values)
    if draw < 0.93:
        return types["AllBlocksCleared"](), "cleared"
    if draw < 0.97:
        return types["BlockMoved"](block_hashes=[1], medium="GPU"), "unknown"
    values = stored_values(rng, layout)
    values[rng.choice(["block_hashes", "block_size"])] = rng.choice(["word", {}, 1.5])
    return types["BlockStored"](**values), "malformed"


def lines(batch_count, rng):
    for index in range(batch_count):
        layout = LAYOUTS[index % len(LAYOUTS)]
        packed, texts = [], []
        for _ in range(rng.choice([0, 1, 1, 1, 3, 10])):
            event, text = random_event(rng, layout)
            if layout.quirks.get("storage"):
                event = msgspec.msgpack.encode(event)
            packed.append(event)
            texts.append(text)
        rank = rng.choice([None, 0, 2, 300]) if layout.rank else None
        batch = [1.5, packed, rank] if layout.rank else [1.5, packed]
        yield layout.name, msgspec.msgpack.encode(batch), texts, rank


def named(event):
    """An event of a recorded trace, by the names of its fields."""
    if isinstance(event, dict):
        return event.get("type"), event
    fields = HEAD + TAIL if event[0] == "BlockStored" else ["block_hashes", "medium", "group_idx"]
    return event[0], dict(zip(fields, event[1:]))


def trace_lines():
    writers = {"BlockStored": stored_text, "BlockRemoved": removed_text,
               "AllBlocksCleared": lambda event: "cleared"}
    for path in sorted(TRACES.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            message = json.loads(line)
            _, events, rank = message["decoded"]
            texts = [writers[tag](event) for tag, event in map(named, events)]
            yield path.stem, bytes.fromhex(message["payload_hex"]), texts, rank


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--batches", type=int, default=3600)
    parser.add_argument("--seed", type=int, default=20260601)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    with arguments.output.open("w") as output:
        for layout, payload, texts, rank in itertools.chain(
                trace_lines(), lines(arguments.batches, rng)):
            skipped = {word: texts.count(word) for word in ["unknown", "malformed"]}
            told = [text for text in texts if text not in skipped]
            summary = (f"rank={plain(rank)} unknown={skipped['unknown']}"
                       f" malformed={skipped['malformed']}")
            line = {"layout": layout, "payload": payload.hex(), "expected": told + [summary]}
            output.write(json.dumps(line, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
