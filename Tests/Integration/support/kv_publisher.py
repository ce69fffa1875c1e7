"""The events of engines without the engines: vLLM 0.33's layout and hashes, over real ZeroMQ."""
import hashlib
import struct
import threading
import time

import cbor2
import msgspec
import zmq

from .processes import wait_until

BLOCK_SIZE = 16
END = (2**64 - 1).to_bytes(8, "big")


class BlockStored(msgspec.Struct, tag=True, omit_defaults=True, kw_only=True):
    block_hashes: list
    parent_block_hash: int | None
    token_ids: list
    block_size: int
    lora_id: int | None
    medium: str | None
    lora_name: str | None
    extra_keys: list | None = None
    group_idx: int | None = None
    kv_cache_spec_kind: str | None = None


class BlockRemoved(msgspec.Struct, tag=True, omit_defaults=True, kw_only=True):
    block_hashes: list
    medium: str | None
    group_idx: int | None = None


class AllBlocksCleared(msgspec.Struct, tag=True):
    pass


class BlockHashes:
    """`--prefix-caching-hash-algo sha256_cbor`, with `PYTHONHASHSEED` if a seed is given."""

    def __init__(self, seed=None):
        self.root = self._hash("vllm-none-hash" if seed is None else seed)

    @staticmethod
    def _hash(value):
        return hashlib.sha256(cbor2.dumps(value, canonical=True)).digest()

    def chain(self, tokens, salt=None):
        parent, hashes = self.root, []
        for first in range(0, len(tokens) - BLOCK_SIZE + 1, BLOCK_SIZE):
            extra = (("cache_salt", salt),) if salt and first == 0 else None
            block = tuple(tokens[first:first + BLOCK_SIZE])
            parent = self._hash((parent, block, extra))
            hashes.append(int.from_bytes(parent[-8:], "big"))
        return hashes


class KVPublisher:
    """Publishes what one engine caches, numbers its batches, and sends them again if asked.

    `central` is the address of a subscriber that many engines connect to; without one, this binds
    to `ports`, or to free ones.
    """

    def __init__(self, name, address, *, seed=None, has_replay=True, central=None, topic="",
                 ports=None):
        self.name, self.address, self.topic = name, address, topic.encode()
        self.hashes = BlockHashes(seed)
        self._context = zmq.Context()
        self._central, self._has_replay = central, has_replay
        self._lock = threading.Lock()
        self._ports = dict(ports or {})
        self._open()

    def _open(self):
        self.number, self._sent = 0, []
        self._publisher = self._context.socket(zmq.XPUB)
        self._publisher.setsockopt(zmq.XPUB_VERBOSE, 1)
        self._publisher.setsockopt(zmq.LINGER, 0)
        if self._central:
            self._publisher.connect(self._central)
        else:
            self._bind(self._publisher, "events")
        self._is_open = True
        if self._has_replay:
            self._router = self._context.socket(zmq.ROUTER)
            self._router.setsockopt(zmq.LINGER, 0)
            self._bind(self._router, "replay")
            self._thread = threading.Thread(target=self._serve_replays, daemon=True)
            self._thread.start()

    def _bind(self, socket, what):
        """The same port as before, if there was one: an engine keeps its own."""
        wait_until(f"{what} can be bound", lambda: socket.bind(
            f"tcp://127.0.0.1:{self._ports.get(what, '*')}") or True)
        self._ports[what] = socket.getsockopt_string(zmq.LAST_ENDPOINT).rsplit(":", 1)[1]

    @property
    def entry(self):
        entry = {"name": self.name, "address": self.address}
        if not self._central:
            entry["kvEvents"] = f"tcp://127.0.0.1:{self._ports['events']}"
        if self._has_replay:
            entry["kvReplay"] = f"tcp://127.0.0.1:{self._ports['replay']}"
        return entry

    def wait_for_subscriber(self, seconds=20):
        assert self._publisher.poll(seconds * 1000), f"nobody subscribes to {self.name}"
        while self._publisher.poll(0):
            self._publisher.recv()

    # What the engine does

    def store(self, tokens, *, salt=None, medium="GPU", first_block=0, is_lost=False):
        """The blocks of a prompt, from `first_block` on."""
        chain = self.hashes.chain(tokens, salt)
        count = len(chain)
        extra = [None] * (count - first_block)
        if salt and first_block == 0:
            extra[0] = [salt]
        self.publish(BlockStored(
            block_hashes=chain[first_block:],
            parent_block_hash=chain[first_block - 1] if first_block else None,
            token_ids=list(tokens[first_block * BLOCK_SIZE:count * BLOCK_SIZE]),
            block_size=BLOCK_SIZE, lora_id=None, medium=medium, lora_name=None,
            extra_keys=extra, group_idx=0, kv_cache_spec_kind="full_attention",
        ), is_lost=is_lost)

    def remove(self, tokens, *, salt=None, is_lost=False):
        """Every block of a prompt, the last first."""
        for block in reversed(self.hashes.chain(tokens, salt)):
            self.publish(BlockRemoved(block_hashes=[block], medium="GPU", group_idx=0),
                         is_lost=is_lost)

    def clear(self):
        self.publish(AllBlocksCleared())

    def restart(self):
        """A new process on the same ports: numbers begin again, and nothing is cached."""
        self.close()
        self._open()

    def publish(self, *events, is_lost=False):
        """One batch. A lost one reaches nobody, but is sent if it is asked for."""
        payload = msgspec.msgpack.encode([time.time(), events, 0])
        number = struct.pack(">Q", self.number)
        with self._lock:
            self._sent.append((number, payload))
        self.number += 1
        if not is_lost:
            self._publisher.send_multipart([self.topic, number, payload])

    def forget_sent(self):
        """What was published so far cannot be asked for any more."""
        with self._lock:
            self._sent = []

    def _serve_replays(self):
        router = self._router
        while self._is_open:
            if not router.poll(20):
                continue
            identity, _, start = router.recv_multipart()
            with self._lock:
                sent = list(self._sent)
            for number, payload in sent:
                if number >= start:
                    router.send_multipart([identity, b"", self.topic, number, payload])
            router.send_multipart([identity, b"", b"", END, b""])
        router.close()

    def close(self):
        self._is_open = False
        if self._has_replay:
            self._thread.join()
        self._publisher.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
        self._context.term()
