"""`--kv-cache-config`: what `check-config` says of a document, and what `serve` makes of it."""
import json
import os
import subprocess

import pytest

from support.fleet import EndpointsFile, Warmpath, bin_dir
from support.processes import free_ports, wait_until

DOCUMENT = {
    "tokenProcessorConfig": {"blockSize": 64, "hashSeed": "42"},
    "kvBlockIndexConfig": {"redisConfig": {"address": "redis://user:hunter2@redis:6379/1"}},
    "tokenizersPoolConfig": {"workersCount": 8, "huggingFaceToken": "hunter2"},
    "kvEvents": {},
}


def run(command, *options, **environment):
    arguments = [str(part) for part in (bin_dir() / "warmpath", command, *options)]
    return subprocess.run(
        arguments, env=dict(os.environ, **environment), capture_output=True, text=True, timeout=20
    )


@pytest.fixture
def write(tmp_path):
    def write_document(document, name="config.json"):
        path = tmp_path / name
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return path

    return write_document


def test_the_settings_are_shown_without_secrets(write):
    shown = run("check-config", "--kv-cache-config", write(DOCUMENT))
    assert shown.returncode == 0, shown.stderr
    assert "  blockSizeTokens: 64\n" in shown.stdout
    assert '    address: "redis://***@redis:6379/1"\n' in shown.stdout
    assert "hunter2" not in shown.stdout + shown.stderr
    assert "kvEvents is not known and has no effect (line 1)" in shown.stderr


def test_the_command_line_outweighs_the_environment_and_that_the_document(write):
    path = write(DOCUMENT)
    shown = run("check-config", "--kv-cache-config", path, BLOCK_SIZE="32")
    assert "  blockSizeTokens: 32\n" in shown.stdout
    options = ["--block-size", "16", "--redis-address", "redis://other:1"]
    shown = run(
        "check-config", "--kv-cache-config", path, *options,
        BLOCK_SIZE="32", KVCACHE_INDEXER_REDIS_ADDR="redis://third:1",
    )
    assert "  blockSizeTokens: 16\n" in shown.stdout
    assert '    address: "redis://other:1"\n' in shown.stdout


def test_what_is_shown_can_be_given_again(write):
    first = run("check-config", "--kv-cache-config", write(DOCUMENT)).stdout
    second = run("check-config", "--kv-cache-config", write(first, "again.yaml")).stdout
    assert second == first


@pytest.mark.parametrize("command", ["check-config", "serve"])
def test_everything_that_is_wrong_with_a_document_is_told(write, command):
    document = {"prefixStoreConfig": {"cacheSize": "many"}, "kvEventsConfig": {"concurrency": 0}}
    options = ["--kv-cache-config", write(document)]
    if command == "serve":
        options += ["--endpoints-file", write("endpoints: []", "endpoints.yaml")]
    ended = run(command, *options)
    assert ended.returncode == 1
    assert "prefixStoreConfig.cacheSize: expected a whole number from 0" in ended.stderr
    assert "kvEventsConfig.concurrency: expected a whole number from 1 to 256" in ended.stderr


def test_settings_that_are_wrong_together_are_told():
    ended = run("check-config", "--kv-snapshot-peer", "http://127.0.0.1:1")
    assert ended.returncode == 1
    assert "expected warmpath.snapshot.path, or --kv-snapshot, too" in ended.stderr


def serve(processes, write, document, entry):
    endpoints = EndpointsFile(processes.folder / "endpoints.yaml", [{"name": "engine", **entry}])
    warmpath = Warmpath(
        processes, endpoints.path, tokenizer=(),
        options=["--kv-cache-config", write(document)],
    )
    return warmpath.wait_until_ready()


def test_the_log_tells_of_the_index_at_the_interval_that_is_asked_for(processes, write):
    document = {"kvBlockIndexConfig": {"enableMetrics": True, "metricsLoggingInterval": "50ms"}}
    warmpath = serve(processes, write, document, {"address": "127.0.0.1:1"})
    line = '"msg":"index","admissions":"0","removals":"0","evictions":"0","lookups":"0","hits":"0"'
    wait_until("two lines are logged", lambda: warmpath.process.log().count(line) >= 2,
               process=warmpath.process)


@pytest.mark.parametrize(
    "discovers, entry, followed", [(True, {}, 1), (False, {"kvEvents": "tcp://127.0.0.1:2"}, 0)]
)
def test_engines_that_name_no_address_are_followed_at_the_configured_port_if_any_are(
    processes, write, discovers, entry, followed
):
    (port,) = free_ports(1)
    document = {
        "kvEventsConfig": {
            "discoverPods": discovers, "podDiscoveryConfig": {"socketPort": port},
        }
    }
    warmpath = serve(processes, write, document, {"address": "127.0.0.1:1", **entry})
    gauge = "llm_d_epp_kv_cache_events_active_subscribers"
    assert warmpath.metrics().total(gauge) == followed
