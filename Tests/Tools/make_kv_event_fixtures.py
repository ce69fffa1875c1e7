#!/usr/bin/env python3
"""Writes Tests/Fixtures/kv-events/msgspec.jsonl: event batches packed by msgspec, as engines do.

One line per batch: its layout, the payload, and what a decoder must find in its one stored event.
Needs the PyPI package msgspec. The output is the same in every run.
"""
import json
import pathlib
import random

import msgspec

OUTPUT = pathlib.Path(__file__).parents[1] / "Fixtures/kv-events/msgspec.jsonl"

# vLLM's fields of BlockStored, in the order in which they were introduced.
FIELDS = [
    ("block_hashes", list), ("parent_block_hash", object), ("token_ids", list),
    ("block_size", int), ("lora_id", object), ("medium", object), ("lora_name", object),
    ("extra_keys", object, None), ("group_idx", object, None),
    ("kv_cache_spec_kind", object, None), ("kv_cache_spec_sliding_window", object, None),
    ("locality", object, None), ("ownership", object, None), ("session_id", object, None),
    ("lookahead_token_ids", object, None),
]
# Version, number of fields, whether events are arrays.
LAYOUTS = [
    ("0.9", 5, True), ("0.10.2", 6, True), ("0.14", 7, True), ("0.17", 8, True),
    ("0.20", 9, True), ("0.22", 11, True), ("0.24", 11, False), ("0.26", 12, False),
    ("0.29", 13, False), ("0.30", 14, False), ("0.33", 15, False),
]


def batch_type(field_count, is_array):
    event = msgspec.defstruct(
        "BlockStored", FIELDS[:field_count], tag=True, array_like=is_array, omit_defaults=True
    )
    fields = [("ts", float), ("events", list), ("data_parallel_rank", object, None)]
    return event, msgspec.defstruct("EventBatch", fields, array_like=True, omit_defaults=True)


def random_hash(rng, kind):
    if kind == "bytes":
        return rng.randbytes(rng.choice([8, 16, 32]))
    width = rng.choice([7, 8, 16, 32, 63])
    return rng.getrandbits(width) if rng.random() < 0.8 else -rng.getrandbits(width)


def low_64_bits(value):
    if isinstance(value, bytes):
        return int.from_bytes(value[-8:], "big")
    return value % 2**64


def values(rng):
    count = rng.choice([1, 2, 5, 20])
    size = rng.choice([1, 4, 16])
    kind = rng.choice(["bytes", "number"])
    lora = rng.choice([None, None, "adapter-1", "a" * 40])
    items = [("img", -3), "salt", ("video", 5)]
    extra_keys = [
        [*([lora] if lora else []), *rng.sample(items, rng.randint(0, 3))] or None
        for _ in range(count)
    ]
    return {
        "block_hashes": [random_hash(rng, kind) for _ in range(count)],
        "parent_block_hash": rng.choice([None, random_hash(rng, kind)]),
        "token_ids": [rng.getrandbits(rng.choice([5, 8, 16, 17])) for _ in range(count * size)],
        "block_size": size,
        "lora_id": 7 if lora else None,
        "medium": rng.choice(["GPU", "CPU"]),
        "lora_name": lora,
        "extra_keys": rng.choice([None, extra_keys]),
        "group_idx": rng.choice([None, 0, 3]),
        "kv_cache_spec_kind": rng.choice([None, "full_attention", "mamba"]),
        "kv_cache_spec_sliding_window": rng.choice([None, 4096]),
        "locality": rng.choice([None, "LOCAL", "REMOTE"]),
        "ownership": rng.choice([None, "tier-1"]),
        "session_id": rng.choice([None, "s1"]),
        "lookahead_token_ids": rng.choice([None, [[9], [10, 11]]]),
    }


def expectation(event):
    extras = [
        [block, item if isinstance(item, str) else item[0]]
        for block, items in enumerate(event.get("extra_keys") or [])
        for place, item in enumerate(items or [])
        if (place, item) != (0, event.get("lora_name"))
    ]
    tier = {"GPU": "gpu", "CPU": "cpu"}[event.get("medium", "GPU")]
    parent = event["parent_block_hash"]
    return {
        "hashes": [str(low_64_bits(value)) for value in event["block_hashes"]],
        "parent": None if parent is None else str(low_64_bits(parent)),
        "tokens": event["token_ids"],
        "blockSize": event["block_size"],
        "adapter": event.get("lora_name"),
        "tier": "remote" if event.get("locality") == "REMOTE" else tier,
        "extras": extras,
        "group": event.get("group_idx"),
        "kind": event.get("kv_cache_spec_kind"),
    }


def main():
    rng = random.Random(20260601)
    with OUTPUT.open("w") as output:
        for layout, field_count, is_array in LAYOUTS:
            event_type, batch = batch_type(field_count, is_array)
            for _ in range(6):
                names = [field[0] for field in FIELDS[:field_count]]
                event = {name: value for name, value in values(rng).items() if name in names}
                payload = msgspec.msgpack.encode(batch(1.5, [event_type(**event)], 2))
                line = {
                    "layout": layout, "payload_hex": payload.hex(), "stored": expectation(event)
                }
                output.write(json.dumps(line, separators=(",", ":")) + "\n")


main()
