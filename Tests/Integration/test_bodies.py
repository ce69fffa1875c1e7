"""Bodies arrive unchanged, in both modes that gateways use, many at once."""
import concurrent.futures
import http.client
import random

import pytest

from support.client import completion, send, sha256
from support.envoy import Envoy, use_buffered_bodies
from support.fleet import Engines, EndpointsFile, Warmpath
from support.scripted_engine import ScriptedEngine

STREAMS = 64
FULL_DUPLEX, BUFFERED = "full duplex", "buffered"


@pytest.fixture(scope="module")
def warmpath(shared_processes):
    engines = Engines(shared_processes, 2, options=[
        # Long prompts are accepted, and cost nothing: bodies are what is tried here.
        *("--max-model-len", 1_000_000), *("--num-gpu-blocks", 200_000),
        *("--prefill-tokens-per-second", 1e9), *("--max-num-batched-tokens", 1_000_000),
    ])
    file = EndpointsFile(shared_processes.folder / "endpoints.yaml", engines.entries)
    return Warmpath(shared_processes, file.path).wait_until_ready()


@pytest.fixture(scope="module", params=[FULL_DUPLEX, BUFFERED])
def envoy(shared_processes, warmpath, request):
    edits = [use_buffered_bodies] if request.param == BUFFERED else []
    name = "envoy-" + request.param.replace(" ", "-")
    return Envoy(shared_processes, warmpath.grpc_port, edits, name=name)


def body_of(byte_count, seed):
    """JSON of exactly so many bytes, with characters of one to four bytes."""
    letters = random.Random(seed).choices("abcdefgh éß中文 🙂\n\"\\", k=byte_count)
    low, high = 0, byte_count
    while low < high:  # the longest text that fits
        middle = (low + high + 1) // 2
        if len(completion("".join(letters[:middle]), seed=seed)) <= byte_count:
            low = middle
        else:
            high = middle - 1
    body = completion("".join(letters[:low]), seed=seed)
    return body + b" " * (byte_count - len(body))  # white space after JSON is JSON


@pytest.mark.parametrize("byte_count", [100, 61_999, 62_000, 62_001, 65_536, 124_000, 200_000,
                                        1_000_000])
def test_a_body_arrives_unchanged(envoy, byte_count):
    body = body_of(byte_count, seed=byte_count)
    answer = send(envoy.port, body)
    assert answer.status == 200, answer.body
    assert answer.headers["x-request-body-sha256"] == sha256(body)


def test_a_body_without_content_length_arrives_unchanged(envoy):
    body = body_of(200_000, seed=1)
    pieces = (body[start : start + 7_000] for start in range(0, len(body), 7_000))
    answer = send(envoy.port, pieces)
    assert answer.status == 200, answer.body
    assert answer.headers["x-request-body-sha256"] == sha256(body)


def test_64_bodies_of_200_000_bytes_at_once_arrive_unchanged(envoy):
    bodies = [body_of(200_000, seed) for seed in range(STREAMS)]
    with concurrent.futures.ThreadPoolExecutor(STREAMS) as threads:
        for _ in range(2):
            answers = list(threads.map(lambda body: send(envoy.port, body), bodies))
            problems = [answer.body for answer in answers if answer.status != 200]
            assert not problems
            assert [answer.headers["x-request-body-sha256"] for answer in answers] == [
                sha256(body) for body in bodies
            ]


def test_a_streamed_answer_passes_through_unchanged_and_at_once(processes):
    events = [b'data: {"choices":[{"text":"%d \xc3\xa9"}]}\n\n' % index for index in range(50)]
    events += [b": comment\n\n", b"data: " + b"x" * 150_000 + b"\n\n", b"data: [DONE]\n\n"]
    with ScriptedEngine() as engine:
        file = EndpointsFile(processes.folder / "endpoints.yaml", [engine.entry])
        warmpath = Warmpath(processes, file.path).wait_until_ready()
        for edits, name in (([], "envoy"), ([use_buffered_bodies], "envoy-buffered")):
            envoy = Envoy(processes, warmpath.grpc_port, edits, name=name)
            _check_stream(envoy, engine, events)


def _check_stream(envoy, engine, events):
    connection = http.client.HTTPConnection("127.0.0.1", envoy.port, timeout=20)
    connection.request("POST", "/v1/completions", completion("Go on.", stream=True))
    reply = None
    for event in events:  # each is read before the next one is sent, so none may be held back
        engine.chunks.put(event)
        if reply is None:
            reply = connection.getresponse()
            assert reply.status == 200
            assert reply.getheader("content-type") == "text/event-stream; charset=utf-8"
        assert reply.read(len(event)) == event
    engine.chunks.put(None)
    assert reply.read() == b""
    connection.close()
