"""Command lines that people bring along."""
import grpc
import pytest

from support.client import completion
from support.ext_proc import Stream
from support.fleet import SERVING, Engines, EndpointsFile, Warmpath

LLM_D_OPTIONS = ["--pool-namespace", "default", "--pool-group=inference.networking.k8s.io", "-v=4",
                 "--zap-encoder", "json", "--refresh-metrics-interval=50ms", "--tracing=false"]


@pytest.fixture(scope="module")
def endpoints(shared_processes):
    engines = Engines(shared_processes, 1)
    return EndpointsFile(shared_processes.folder / "endpoints.yaml", engines.entries).path


def test_options_of_llm_d_that_mean_nothing_here_are_named_in_a_warning(
    shared_processes, endpoints
):
    warmpath = Warmpath(shared_processes, endpoints, options=LLM_D_OPTIONS, name="warmpath-llm-d")
    warmpath.wait_until_ready()
    log = warmpath.process.log()
    for name in ["pool-namespace", "pool-group", "v", "zap-encoder", "tracing"]:
        assert f'"msg":"--{name} has no effect"' in log
    assert "metrics-staleness-threshold" not in log


def test_health_is_answered_on_the_ext_proc_port_if_that_is_asked_for(
    shared_processes, endpoints
):
    options = ["--health-checking"]
    warmpath = Warmpath(shared_processes, endpoints, options=options, name="warmpath-health")
    warmpath.wait_until_ready()
    with grpc.insecure_channel(f"127.0.0.1:{warmpath.grpc_port}") as channel:
        answer = channel.unary_unary("/grpc.health.v1.Health/Check")(b"", timeout=5)
        assert answer == bytes([8, SERVING])
        with Stream(channel) as stream:
            stream.headers().body(completion("Hello"), end=True).receive_pick()
