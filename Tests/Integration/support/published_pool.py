"""Warmpath among engines of which there are only the events."""
import itertools
import json
import random

import grpc

from .ext_proc import Stream
from .fleet import MODEL, EndpointsFile, Warmpath
from .kv_publisher import BLOCK_SIZE, KVPublisher
from .processes import free_ports, wait_until

BLOCKS = 12
_prompts = itertools.count()


def new_prompt(blocks=BLOCKS):
    """Tokens that no other prompt begins with, and one that fills no block."""
    numbers = random.Random(next(_prompts))
    return [numbers.randrange(1000, 30_000) for _ in range(blocks * BLOCK_SIZE + 1)]


class Pool:
    """A pool whose requests are routed, and go nowhere."""

    def __init__(self, processes, stack, *, count=2, options=(), name="warmpath", engines=None,
                 entries=None, environment=None, **publisher):
        # Only what engines announce counts, unless a test says otherwise.
        if "--speculative-indexing" not in options:
            options = ["--no-speculative-indexing", *options]
        self.processes, self.options, self.name = processes, options, name
        self.environment = environment
        self.engines = engines or [
            stack.enter_context(KVPublisher(f"engine-{number}", f"127.0.0.1:{port}", **publisher))
            for number, port in enumerate(free_ports(count))
        ]
        self.file = EndpointsFile(processes.folder / f"{name}.yaml",
                                  entries or [engine.entry for engine in self.engines])
        self.starts = itertools.count()
        self.start()

    def start(self):
        self.warmpath = Warmpath(self.processes, self.file.path, options=self.options,
                                 environment=self.environment,
                                 name=f"{self.name}-{next(self.starts)}").wait_until_ready()
        for engine in self.engines:
            engine.wait_for_subscriber()

    def restart(self):
        self.stop()
        self.start()

    def stop(self):
        self.warmpath.process.terminate()
        self.warmpath.process.wait()

    def pick(self, tokens, *, is_answered=False, **fields):
        """The endpoint of a request that its client gives up, or that the endpoint answers."""
        body = json.dumps({"model": MODEL, "prompt": tokens, "max_tokens": 1, **fields}).encode()
        with grpc.insecure_channel(f"127.0.0.1:{self.warmpath.grpc_port}") as channel:
            with Stream(channel) as stream:
                endpoint = stream.headers().body(body, end=True).receive_pick()
                if is_answered:
                    stream.receive_body()
                    stream.response_headers({":status": "200"}, end=True).receive()
                    stream.close().receive_all()
                return endpoint

    def holder(self, tokens, **fields):
        """The engine that gets a prompt every time. None if several do: ties are drawn by lot."""
        picks = {self.pick(tokens, **fields) for _ in range(14)}
        return picks.pop() if len(picks) == 1 else None

    def wait_for_holder(self, engine, tokens, **fields):
        wanted = engine and engine.address
        # Once may be luck, where it is waited for often.
        wait_until(f"{engine and engine.name} holds the prompt",
                   lambda: all(self.holder(tokens, **fields) == wanted for _ in range(2)),
                   process=self.warmpath.process)

    def metric(self, name, **labels):
        return self.warmpath.metrics().total(name, **labels)
