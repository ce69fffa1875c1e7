"""What clients are told, through a real Envoy, when a request cannot be routed."""
import json

import pytest

from support.client import completion, send
from support.envoy import Envoy, use_buffered_bodies
from support.fleet import Engines, EndpointsFile, Warmpath

BODY_BYTES_MAX = 100_000
NO_MODEL = json.dumps({"prompt": "Hello"}).encode()
TOO_LONG = completion("x" * BODY_BYTES_MAX)


@pytest.fixture(scope="module", params=["full duplex", "buffered"])
def edits(request):
    return [use_buffered_bodies] if request.param == "buffered" else []


@pytest.fixture(scope="module")
def warmpath(shared_processes):
    engines = Engines(shared_processes, 1)
    file = EndpointsFile(shared_processes.folder / "endpoints.yaml", engines.entries)
    options = ["--max-body-bytes", BODY_BYTES_MAX]
    return Warmpath(shared_processes, file.path, options=options).wait_until_ready()


@pytest.fixture(scope="module")
def envoy(shared_processes, warmpath, edits):
    name = "envoy-buffered" if edits else "envoy"
    return Envoy(shared_processes, warmpath.grpc_port, edits, name=name)


def chunks(body):
    return (body[start : start + 10_000] for start in range(0, len(body), 10_000))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"\xff\xfe\x00", 400),
        (completion("Hello")[:-1], 400),
        (NO_MODEL, 400),
        (completion("Hello", model=""), 400),
        (completion("Hello", model=7), 400),
        (TOO_LONG, 413),
    ],
    ids=["cut", "no object", "no UTF-8", "without its end", "no model", "empty model",
         "model is a number", "too long"],
)
def test_a_bad_body_is_refused(envoy, body, status):
    answer = send(envoy.port, body)
    assert answer.status == status, answer.body
    assert answer.body.startswith(b"inference error: ")
    assert "x-inference-pod" not in answer.headers
    assert send(envoy.port, completion("Hello")).status == 200  # and the next one is served


def test_a_body_too_long_is_refused_though_its_length_was_not_announced(envoy):
    assert send(envoy.port, chunks(TOO_LONG)).status == 413


def test_without_endpoints_clients_are_told_to_try_again(processes, edits):
    file = EndpointsFile(processes.folder / "endpoints.yaml", [])
    warmpath = Warmpath(processes, file.path)
    envoy = Envoy(processes, warmpath.grpc_port, edits)
    answer = send(envoy.port, completion("Hello"))
    assert answer.status == 503
    assert answer.headers["x-llm-d-request-dropped-reason"] == "rejected-no-endpoints"


def test_without_warmpath_clients_are_told_to_try_again(processes, edits):
    envoy = Envoy(processes, ext_proc_port=1, edits=edits)
    assert send(envoy.port, completion("Hello")).status == 503
