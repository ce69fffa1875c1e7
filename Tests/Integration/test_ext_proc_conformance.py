"""The ext_proc stream, driven directly: what Envoy sends, what it might send, and what it must
not send."""
import random

import grpc
import pytest
from envoy.service.ext_proc.v3 import external_processor_pb2 as pb

from support.client import completion
from support.ext_proc import (
    BUFFERED,
    CHUNK_BYTES_MAX,
    DESTINATION,
    Stream,
    check_pick,
    set_headers,
)
from support.fleet import EXT_PROC_SERVICE, SERVING, Engines, EndpointsFile, Warmpath
from support.processes import wait_until

BODY_BYTES_MAX = 10 << 20
BODY = completion("Hé")
# Requests that were routed and have not ended.
IN_FLIGHT = "llm_d_epp_inflight_requests"


@pytest.fixture(scope="module")
def engines(shared_processes):
    return Engines(shared_processes, 2)


@pytest.fixture(scope="module")
def warmpath(shared_processes, engines):
    file = EndpointsFile(shared_processes.folder / "endpoints.yaml", engines.entries)
    options = ["--max-body-bytes", BODY_BYTES_MAX]
    return Warmpath(shared_processes, file.path, options=options).wait_until_ready()


@pytest.fixture(scope="module")
def channel(warmpath):
    with grpc.insecure_channel(f"127.0.0.1:{warmpath.grpc_port}") as channel:
        yield channel


@pytest.fixture
def stream(channel):
    with Stream(channel) as stream:
        yield stream


@pytest.fixture(autouse=True)
def the_server_lives_on(warmpath, channel):
    yield
    assert warmpath.process.is_running
    with Stream(channel) as stream:
        stream.headers().body(BODY, end=True).receive_pick()


# MARK: Requests


def test_nothing_is_answered_before_the_body_is_complete_and_then_all_of_it(stream, engines):
    stream.headers().body(BODY[:5], end=False).body(BODY[5:], end=True)
    answers = [stream.receive(), stream.receive()]
    stream.close()
    answers += stream.receive_all()
    assert [answer.WhichOneof("response") for answer in answers] == [
        "request_headers", "request_body"
    ]
    assert set_headers(answers[0].request_headers.response) == {
        DESTINATION: check_pick(answers[0], answers[0].request_headers.response),
        "content-length": str(len(BODY)),
    }
    assert set_headers(answers[0].request_headers.response)[DESTINATION] in engines.addresses
    chunk = answers[1].request_body.response.body_mutation.streamed_response
    assert (chunk.body, chunk.end_of_stream) == (BODY, True)
    assert stream.code() == grpc.StatusCode.OK


def test_a_request_without_an_id_is_given_one(channel):
    ids = set()
    for _ in range(2):
        with Stream(channel) as stream:
            stream.headers(without=["x-request-id"]).body(BODY, end=True)
            ids.add(set_headers(stream.receive().request_headers.response)["x-request-id"])
    assert len(ids) == 2 and "" not in ids


def test_a_body_may_be_split_anywhere(channel):
    for split in range(len(BODY) + 1):
        with Stream(channel) as stream:
            stream.headers().body(BODY[:split], end=False).body(BODY[split:], end=True)
            stream.receive_pick()
            assert stream.receive_body() == BODY, split


def test_a_body_may_come_byte_by_byte_and_end_with_an_empty_piece(stream):
    stream.headers()
    for byte in BODY:
        stream.body(bytes([byte]), end=False)
    stream.body(b"", end=True)
    stream.receive_pick()
    assert stream.receive_body() == BODY


@pytest.mark.parametrize("byte_count", [
    CHUNK_BYTES_MAX - 1, CHUNK_BYTES_MAX, CHUNK_BYTES_MAX + 1, 2 * CHUNK_BYTES_MAX, 1_000_000
])
def test_a_long_body_comes_back_unchanged_in_chunks(stream, byte_count):
    random_bytes = random.Random(byte_count)
    body = completion("".join(random_bytes.choices("abcé \n", k=byte_count // 2)))
    body += b" " * (byte_count - len(body))
    stream.headers()
    for start in range(0, len(body), 65_536):
        stream.body(body[start : start + 65_536], end=start + 65_536 >= len(body))
    stream.receive_pick()
    assert stream.receive_body() == body


def test_a_request_of_headers_only_is_answered_at_once(stream, engines):
    stream.headers({":method": "GET", ":path": "/v1/models"}, end=True)
    answer = stream.receive()
    headers = set_headers(answer.request_headers.response)
    assert headers == {DESTINATION: check_pick(answer, answer.request_headers.response)}
    assert headers[DESTINATION] in engines.addresses


def test_an_empty_body_is_given_back_as_one_empty_piece(stream, engines):
    stream.headers({":method": "GET"}).body(b"", end=True)
    assert stream.receive_pick() in engines.addresses
    assert stream.receive_body() == b""
    assert stream.close().receive_all() == []


def test_trailers_end_the_body_and_come_last(stream):
    stream.headers().body(BODY, end=False).trailers()
    stream.receive_pick()
    assert stream.receive_body(ended_by_trailers=True) == BODY


def test_a_client_cannot_name_the_destination(channel, engines):
    for _ in range(4):
        with Stream(channel) as stream:
            stream.headers({DESTINATION: "10.9.8.7:1"}).body(BODY, end=True)
            assert stream.receive_pick() in engines.addresses


def test_in_buffered_mode_the_pick_comes_with_the_body(stream, engines):
    stream.headers(body_mode=BUFFERED)
    answer = stream.receive()
    assert answer.WhichOneof("response") == "request_headers"
    assert not answer.request_headers.response.header_mutation.set_headers
    stream.body(BODY, end=True)
    answer = stream.receive()
    assert answer.WhichOneof("response") == "request_body"
    assert check_pick(answer, answer.request_body.response) in engines.addresses
    assert not answer.request_body.response.HasField("body_mutation"), "Envoy keeps the body"


# MARK: Responses


def test_the_response_passes_through_unchanged_piece_by_piece(stream):
    stream.headers().body(BODY, end=True)
    stream.receive_pick()
    assert stream.receive_body() == BODY

    message = pb.ProcessingRequest()
    message.response_headers.headers.headers.add(key=":status", raw_value=b"200")
    answer = stream.send(message).receive()
    assert answer.WhichOneof("response") == "response_headers"

    pieces = [b"data: 1\n\n", b"", b"\x00\xff", b"x" * 50_000, b"data: [DONE]\n\n"]
    for index, piece in enumerate(pieces):
        message = pb.ProcessingRequest()
        message.response_body.body = piece
        message.response_body.end_of_stream = index == len(pieces) - 1
        answer = stream.send(message).receive()
        chunk = answer.response_body.response.body_mutation.streamed_response
        assert (chunk.body, chunk.end_of_stream) == (piece, index == len(pieces) - 1)
    assert stream.close().receive_all() == []
    assert stream.code() == grpc.StatusCode.OK


def test_response_trailers_pass_through(stream):
    stream.headers().body(BODY, end=True)
    stream.receive_pick()
    stream.receive_body()
    message = pb.ProcessingRequest()
    message.response_headers.headers.headers.add(key=":status", raw_value=b"200")
    assert stream.send(message).receive().WhichOneof("response") == "response_headers"
    message = pb.ProcessingRequest()
    message.response_trailers.trailers.headers.add(key="grpc-status", raw_value=b"0")
    assert stream.send(message).receive().WhichOneof("response") == "response_trailers"


# MARK: The subset that the gateway allows


@pytest.mark.parametrize("form", ["list", "string"])
def test_only_endpoints_of_the_subset_are_picked(channel, engines, form):
    for address in engines.addresses:
        subset = {"list": ["10.0.0.1:8000", address], "string": f"10.0.0.1:8000, {address}"}
        for _ in range(5):
            with Stream(channel) as stream:
                stream.headers(subset=subset[form]).body(BODY, end=True)
                assert stream.receive_pick() == address


@pytest.mark.parametrize("subset", [["10.0.0.1:8000"], "10.0.0.1:8000", [], ""],
                         ids=["foreign list", "foreign string", "empty list", "empty string"])
def test_a_subset_without_a_member_of_the_pool_is_refused(stream, subset):
    stream.headers(subset=subset).body(BODY, end=True)
    assert stream.receive_refusal() == 503


def test_the_subset_holds_for_requests_of_headers_only(channel, engines):
    for address in engines.addresses * 3:
        with Stream(channel) as stream:
            stream.headers({":method": "GET"}, end=True, subset=[address])
            assert stream.receive_pick() == address


# MARK: Bad requests


@pytest.mark.parametrize("body", [b"{", b"null", b'"x"', b'{"prompt":"x"}', b"\xff",
                                  b"[" * 100_000, BODY + b"x"])
def test_a_body_that_is_no_request_is_refused(stream, body):
    stream.headers().body(body, end=True)
    assert stream.receive_refusal() == 400


def test_a_huge_body_is_refused_while_it_arrives(stream):
    stream.headers()
    for _ in range(20 << 20 >> 16):
        stream.body(b"x" * 65_536, end=False)
    assert stream.receive_refusal() == 413  # its end never came


def test_a_body_that_announces_too_much_is_refused_before_it_arrives(stream):
    stream.headers({"content-length": str(20 << 20)})
    assert stream.receive_refusal() == 413


def test_a_content_length_that_lies_is_not_believed(channel):
    for lie in ("0", "1", str(BODY_BYTES_MAX), "-1", "many", "99999999999999999999999"):
        with Stream(channel) as stream:
            stream.headers({"content-length": lie}).body(BODY, end=True)
            answer = stream.receive()
            if answer.WhichOneof("response") == "immediate_response":
                assert answer.immediate_response.status.code in (400, 413), lie
            else:
                assert set_headers(answer.request_headers.response)["content-length"] == str(
                    len(BODY)
                ), lie


# MARK: Gateways that go away or break the protocol


def test_a_cancelled_stream_gives_its_slot_back(warmpath, channel):
    def in_flight():
        return warmpath.metrics().total(IN_FLIGHT)

    wait_until("nothing is in flight", lambda: in_flight() == 0)
    streams = [Stream(channel) for _ in range(10)]
    for stream in streams:
        stream.headers().body(BODY, end=True)
        stream.receive_pick()
    assert in_flight() == 10
    for stream in streams:
        stream.cancel()
    wait_until("nothing is in flight", lambda: in_flight() == 0)


def test_streams_may_be_cancelled_at_any_point(warmpath, channel):
    for step in range(200):
        stream = Stream(channel)
        if step % 5 > 0:
            stream.headers()
        if step % 5 > 1:
            stream.body(BODY[: step % len(BODY)], end=False)
        if step % 5 > 2:
            stream.body(BODY[step % len(BODY) :], end=True)
        if step % 5 > 3:
            stream.receive_pick()
        stream.cancel()
    wait_until("nothing is in flight", lambda: warmpath.metrics().total(IN_FLIGHT) == 0)


def error_of(stream):
    with pytest.raises(grpc.RpcError):
        while True:
            stream.receive()
    assert stream.code() not in (grpc.StatusCode.OK, grpc.StatusCode.DEADLINE_EXCEEDED)
    return stream.code()


def test_bytes_that_are_no_message_end_the_stream_with_an_error(channel):
    rng = random.Random(1)
    headers = pb.ProcessingRequest()
    headers.request_headers.headers.headers.add(key="x", raw_value=b"y")
    message = headers.SerializeToString()
    for garbage in (b"\xff" * 100, message[:-1], b"\x12\xff\xff\xff\xff\x0f", rng.randbytes(64)):
        with Stream(channel, seconds=5) as stream:
            assert error_of(stream.send(garbage)) == grpc.StatusCode.INVALID_ARGUMENT


def test_damaged_messages_never_end_the_process(channel):
    rng = random.Random(2)
    message = pb.ProcessingRequest()
    message.request_headers.headers.headers.add(key=":path", raw_value=b"/v1/completions")
    message.metadata_context.filter_metadata["envoy.lb.subset_hint"].update({"a": [1, {"b": "c"}]})
    intact = message.SerializeToString()
    for _ in range(300):
        damaged = bytearray(intact)
        for _ in range(rng.randrange(1, 6)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        with Stream(channel) as stream:
            stream.send(bytes(damaged)).close()
            try:
                stream.receive_all()
            except grpc.RpcError as error:
                assert error.code() != grpc.StatusCode.DEADLINE_EXCEEDED


def test_a_body_before_its_headers_is_an_error(stream):
    assert error_of(stream.body(BODY, end=True))


def test_headers_that_come_twice_are_an_error(stream):
    assert error_of(stream.headers().headers())


def test_trailers_before_headers_are_an_error(stream):
    assert error_of(stream.trailers())


def test_a_body_after_its_end_is_an_error(stream):
    stream.headers().body(BODY, end=True)
    stream.receive_pick()
    stream.receive_body()
    assert error_of(stream.body(BODY, end=True))


def test_a_stream_that_says_nothing_ends_well(stream):
    assert stream.close().receive_all() == []
    assert stream.code() == grpc.StatusCode.OK


@pytest.mark.parametrize("method", [f"/{EXT_PROC_SERVICE}/Nothing", "/no.Service/Process", "/x"])
def test_unknown_methods_are_not_implemented(channel, method):
    with pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary(method)(b"", timeout=5)
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


# MARK: Health


@pytest.mark.parametrize("service", ["", "liveness", "readiness", EXT_PROC_SERVICE])
def test_health_answers(warmpath, service):
    assert warmpath.health(service) == SERVING


def test_health_of_other_services_is_unknown(warmpath):
    assert warmpath.health("other") == 3


