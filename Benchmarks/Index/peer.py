#!/usr/bin/env python3
"""Measures NVIDIA Dynamo's KV index (PyPI: ai-dynamo-runtime) on the work of Workload.swift.

usage: peer.py core | peer.py service PUBLISHER_BINARY

Prints lines of the form: bench index/CASE/dynamo VALUE UNIT.

`core` is the radix tree in this process. It lives on a thread of its own; what is told is the CPU
time of that thread alone, less a floor that is no part of an index: reading the JSON of an event,
or a lookup that ends at its first block. `service` is the standalone indexer, fed over ZeroMQ by
PUBLISHER_BINARY; what is told is the CPU time of its process until the last block can be found.
"""
import ctypes
import gc
import http.client
import json
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import time

import xxhash

MASK = (1 << 64) - 1
ENDPOINTS = 64
PLACEMENTS = 1 << 20
QUERIES = 2000
BLOCK_SIZE = 16


def mixed(seed):
    value = (seed + 0x9E3779B97F4A7C15) & MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def numbers(seed, owner, count):
    return [mixed((seed * 1000003 + owner * 1048583 + block) & MASK) for block in range(count)]


class Workload:
    """See Workload.swift. A block's own number is the hash that the tree is searched by."""

    def __init__(self, depth=128, groups=4, shared_part=0.25):
        self.depth, self.groups = depth, groups
        self.sequences = PLACEMENTS // depth
        self.shared = int(depth * shared_part)
        self.prefixes = [numbers(1, group, self.shared) for group in range(groups)]

    def blocks(self, sequence):
        own = numbers(2, sequence, self.depth - self.shared)
        return self.prefixes[sequence % self.groups] + own

    def pairs(self):
        prefixes = {(s % ENDPOINTS, s % self.groups) for s in range(self.sequences)}
        return self.sequences * (self.depth - self.shared) + self.shared * len(prefixes)


def chained(blocks):
    chain = blocks[:1]
    for block in blocks[1:]:
        chain.append(xxhash.xxh3_64_intdigest(struct.pack("<QQ", chain[-1], block), seed=1337))
    return chain


def report(name, value, unit):
    print(f"bench index/{name} {value:.2f} {unit}", flush=True)


# The tree in this process.


def thread_ids():
    return set(os.listdir("/proc/self/task"))


class TreeThread:
    """The CPU time of the threads that appear while the tree is made."""

    def __init__(self, make):
        before = thread_ids()
        self.tree = make()
        time.sleep(0.05)  # until its thread shows
        self.ids = thread_ids() - before

    def nanoseconds(self):
        return sum(int(pathlib.Path(f"/proc/self/task/{id}/schedstat").read_text().split()[0])
                   for id in self.ids)


def encoded(data):
    event = {"event_id": 0, "data": data, "dp_rank": 0}
    return json.dumps(event, separators=(",", ":")).encode()


def store_events(workload, sequence, batch):
    blocks = workload.blocks(sequence)
    chain = chained(blocks)
    for first in range(0, workload.depth, batch):
        stored = [{"block_hash": name, "tokens_hash": block, "mm_extra_info": None} for block, name
                  in zip(blocks[first:first + batch], chain[first:first + batch])]
        parent = chain[first - 1] if first else None
        yield encoded({"stored": {"parent_hash": parent, "start_position": None,
                                  "blocks": stored}})


def reading_floor(thread, events):
    """Nanoseconds that an event costs which is read to its end, and then refused."""
    start = thread.nanoseconds()
    for event in events:
        try:
            thread.tree.apply_event(0, event[:-1])
        except Exception:
            pass
    return (thread.nanoseconds() - start) / len(events)


def fill(thread, workload, batch):
    """Returns nanoseconds for each block, those of reading JSON left out."""
    tree, used, floor = thread.tree, 0, None
    at_once = max(1, 65536 // workload.depth)
    for first in range(0, workload.sequences, at_once):
        sequences = range(first, min(first + at_once, workload.sequences))
        events = [(sequence % ENDPOINTS, event) for sequence in sequences
                  for event in store_events(workload, sequence, batch)]
        start = thread.nanoseconds()
        for endpoint, event in events:
            tree.apply_event(endpoint, event)
        used += thread.nanoseconds() - start
        if floor is None:
            floor = reading_floor(thread, [event for _, event in events[:400]]) / batch
    return used / (workload.sequences * workload.depth) - floor


def nanoseconds_of(thread, prompts):
    start = thread.nanoseconds()
    for prompt in prompts:
        thread.tree.find_matches(prompt)
    return (thread.nanoseconds() - start) / len(prompts)


def find(thread, prompts, unknown):
    """Microseconds for each prompt beyond those of one that is unknown from its first block on:
    the median of many small runs of both, one right after the other, because handing a prompt to
    the thread costs more than finding it, and not always the same."""
    runs = range(0, len(prompts), 100)
    return statistics.median(
        nanoseconds_of(thread, prompts[run:run + 100])
        - nanoseconds_of(thread, unknown[run:run + 100]) for run in runs) / 1e3


def find_all(thread, workload, name):
    unknown = [numbers(4, query, workload.depth) for query in range(QUERIES)]
    asked = [query * 7919 % workload.sequences for query in range(QUERIES)]
    half = workload.depth // 2
    cases = {
        name: [workload.blocks(sequence) for sequence in asked],
        f"{name}-half": [workload.blocks(sequence)[:half] + numbers(3, sequence, half)
                         for sequence in asked],
    }
    for case, prompts in cases.items():
        report(f"find/{case}/dynamo", find(thread, prompts, unknown), "us")


def remove(thread, workload, batch):
    used, removed, floor = 0, 0, None
    for sequence in range(0, workload.sequences, 4):
        chain = chained(workload.blocks(sequence))[workload.shared:][::-1]
        events = [encoded({"removed": {"block_hashes": chain[first:first + batch]}})
                  for first in range(0, len(chain), batch)]
        if floor is None:
            floor = reading_floor(thread, events * 32)
        start = thread.nanoseconds()
        for event in events:
            thread.tree.apply_event(sequence % ENDPOINTS, event)
        used += thread.nanoseconds() - start - floor * len(events)
        removed += len(chain)
    report(f"remove/{batch}/dynamo", used / removed, "ns/block")


def resident_bytes():
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4096


def in_own_process(case, *arguments):
    """Each case starts with fresh memory."""
    pid = os.fork()
    if pid == 0:
        case(*arguments)
        sys.stdout.flush()
        os._exit(0)
    if os.waitpid(pid, 0)[1] != 0:
        print(f"dynamo: {case.__name__}{arguments} failed", file=sys.stderr)


def store_case(workload, batch):
    from dynamo._core import RadixTree
    report(f"store/{batch}/dynamo", fill(TreeThread(RadixTree), workload, batch), "ns/block")


def find_case(workload, name):
    from dynamo._core import RadixTree
    thread = TreeThread(RadixTree)
    fill(thread, workload, workload.depth)
    find_all(thread, workload, name)
    if workload.depth == 128:
        remove(thread, workload, 8)


def memory_case(workload, name):
    from dynamo._core import RadixTree
    thread = TreeThread(RadixTree)
    thread.tree.find_matches([1])
    before = resident_bytes()
    fill(thread, workload, workload.depth)
    report(f"memory/{name}/dynamo", (resident_bytes() - before) / workload.pairs(), "B/pair")


def core():
    # Smaller events cost this tree's thread less to store than to receive: only the service tells.
    in_own_process(store_case, Workload(), 128)
    in_own_process(store_case, Workload(depth=1024), 1024)
    in_own_process(find_case, Workload(), "128x16")
    in_own_process(find_case, Workload(depth=1024, groups=1), "1024x64")
    in_own_process(memory_case, Workload(), "shared")
    in_own_process(memory_case, Workload(shared_part=0), "unshared")


# The standalone service.


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ask(connection, method, path, body=None):
    connection.request(method, path, body and json.dumps(body),
                       {"Content-Type": "application/json"})
    return json.loads(connection.getresponse().read())


def matched_tokens(connection, tokens, endpoint):
    hashes = [xxhash.xxh3_64_intdigest(struct.pack("<16I", *tokens[i:i + BLOCK_SIZE]), seed=1337)
              for i in range(0, len(tokens), BLOCK_SIZE)]
    signed = [value - (1 << 64) if value >> 63 else value for value in hashes]
    answer = ask(connection, "POST", "/query_by_hash",
                 {"block_hashes": signed, "model_name": "model"})
    return answer["scores"].get(str(endpoint), {}).get("0", 0)


def wait_for(condition):
    deadline = time.monotonic() + 120
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("dynamo.indexer")
        time.sleep(0.002)


def service_case(binary, batch, blocks):
    publisher = subprocess.Popen([binary, "publish", str(batch), str(blocks)], text=True,
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    addresses = json.loads(publisher.stdout.readline())
    port = "18990"
    workers = ",".join(f"{number}={address}" for number, address in enumerate(addresses))
    indexer = subprocess.Popen(
        [sys.executable, "-m", "dynamo.indexer", "--port", port, "--threads", "1", "--block-size",
         str(BLOCK_SIZE), "--model-name", "model", "--workers", workers],
        env=os.environ | {"DYN_LOG": "error", "RUST_LOG": "error"}, stdout=subprocess.DEVNULL)
    try:
        connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=30)

        def is_up():
            try:
                return all(worker["status"] == "active"
                           for worker in ask(connection, "GET", "/workers"))
            except (OSError, http.client.HTTPException):
                connection.close()
                return False

        wait_for(is_up)
        publisher.stdout.readline()  # every subscription has arrived
        start = cpu_seconds(indexer.pid)
        publisher.stdin.write("go\n")
        publisher.stdin.flush()
        last = json.loads(publisher.stdout.readline())  # the last prompt of each endpoint
        for endpoint, tokens in enumerate(last):
            wait_for(lambda: matched_tokens(connection, tokens, endpoint) >= len(tokens))
        used = cpu_seconds(indexer.pid) - start
        report(f"zmq-ingest/{batch}/dynamo", used / blocks * 1e9, "ns/block")
    finally:
        publisher.kill()
        indexer.terminate()
        indexer.wait(10)


def main():
    if sys.argv[1] == "core":
        return core()
    for batch, blocks in ((128, 1 << 20), (1, 1 << 18)):
        service_case(sys.argv[2], batch, blocks)


if __name__ == "__main__":
    main()
