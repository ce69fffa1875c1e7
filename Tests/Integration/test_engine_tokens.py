"""Tokens that go to the engine with the request, and tokens that engines are asked for."""
import json

import pytest

from support.client import chat, completion, send, sha256
from support.envoy import Envoy, use_buffered_bodies
from support.fleet import Engines, EndpointsFile, Warmpath
from support.house import House, long_prefix
from support.models import write_model
from support.recording_engine import RecordingEngine
from support.tokenize_command import tokenize

CHATS = "/v1/chat/completions"
# A busy machine is no reason to be late.
PATIENT = ["--tokenizer-timeout", "10s"]


def with_ids(body, ids):
    """The body with the ids put in front of its fields, as compactly as can be."""
    params = json.dumps({"prompt_token_ids": ids}, separators=(",", ":"))
    return b'{"kv_transfer_params":' + params.encode() + b"," + body[1:]


@pytest.mark.parametrize("edits", [(), (use_buffered_bodies,)], ids=["streamed", "buffered"])
def test_a_chat_reaches_the_engine_with_the_engines_own_ids(processes, tmp_path, edits):
    model = write_model(tmp_path / "model")
    house = House(
        processes,
        edits,
        engines=Engines(processes, 1, tokenizer=model),
        tokenizer=["--tokenizer", model],
        options=["--inject-token-ids", *PATIENT],
    )
    for prefix_count in (1, 60):  # 60 of them are more than one message to Warmpath
        prompt = " ".join(long_prefix(number) for number in range(prefix_count))
        messages = [{"role": "user", "content": f"{prompt} Ünïcode – 漢字 👍 <|eot_id|>"}]
        for fields in ({}, {"stream": False, "add_generation_prompt": False}):
            body = chat(messages, **fields)
            ids = house.engines.post(0, "/tokenize", body)["tokens"]
            answer = house.post(body, path=CHATS)
            assert answer.headers["x-request-body-sha256"] == sha256(with_ids(body, ids))
            assert answer.json["usage"]["prompt_tokens"] == len(ids)


def test_what_is_no_chat_of_text_reaches_the_engine_as_it_came(processes, tmp_path):
    model = write_model(tmp_path / "model")
    with RecordingEngine() as engine:
        file = EndpointsFile(processes.folder / "endpoints.yaml", [engine.entry])
        warmpath = Warmpath(
            processes,
            file.path,
            tokenizer=["--tokenizer", model],
            options=["--inject-token-ids", *PATIENT],
        ).wait_until_ready()
        envoy = Envoy(processes, warmpath.grpc_port)
        image = {"type": "image_url", "image_url": {"url": "http://pictures/1"}}
        requests = [
            ("/v1/completions", completion("Hello")),
            (CHATS, chat([{"role": "user", "content": "Hello"}], echo=True)),
            (CHATS, chat([{"role": "user", "content": [image]}])),
            (CHATS, chat([{"role": "user", "content": "Hello"}],
                         kv_transfer_params={"prompt_token_ids": [1, 2]})),
        ]
        for path, body in requests:
            assert send(envoy.port, body, path=path).status == 200
        assert engine.bodies == [body for _, body in requests]


def test_each_model_has_its_own_tokenizer(processes, tmp_path):
    one = write_model(tmp_path / "one")
    two = write_model(tmp_path / "two", template="{{ messages[0].content }}")
    with RecordingEngine() as engine:
        file = EndpointsFile(processes.folder / "endpoints.yaml", [engine.entry])
        warmpath = Warmpath(
            processes,
            file.path,
            tokenizer=["--tokenizer-map", f"one={one},org/two={two}"],
            options=["--inject-token-ids", *PATIENT],
        ).wait_until_ready()
        envoy = Envoy(processes, warmpath.grpc_port)
        warmpath.wait_for_models(2)
        for name, folder in (("one", one), ("org/two", two), ("one", one)):
            body = chat([{"role": "user", "content": f"Hello {name}"}], model=name)
            file = tmp_path / "chat.json"
            file.write_bytes(body)
            ids = [id for id, _ in tokenize("--model", folder, "--chat", file)]
            assert send(envoy.port, body, path=CHATS).status == 200
            assert engine.bodies[-1] == with_ids(body, ids)


# MARK: Engines are asked


ENGINE_BACKEND = ["--tokenizer-backend", "engine"]


@pytest.mark.parametrize("api", ["tokenize", "render"])
def test_without_a_tokenizer_requests_follow_their_prefix(processes, tmp_path, api):
    model = write_model(tmp_path / "model")
    house = House(
        processes,
        engines=Engines(processes, 2, tokenizer=model),
        tokenizer=ENGINE_BACKEND,
        options=["--engine-tokenizer-timeout", "10s", "--engine-tokenizer-api", api, *PATIENT],
    )
    assert house.second_turn_is_cached(20)

    def ask(question):
        return house.chat([{"role": "system", "content": long_prefix(21)},
                           {"role": "user", "content": question}])

    first = house.wait_for_events_of(lambda: ask("What happens first?"))
    second = ask("And how does it end?")
    assert second.pod == first.pod
    assert second.json["usage"]["prompt_tokens_details"]["cached_tokens"] > 300


@pytest.mark.parametrize(("engine", "timeout", "reasons"), [
    ({"tokenize_status": 404}, "10s", {"no-tokenizer", "full"}),
    ({"is_slow": True}, "50ms", {"late", "full"}),
], ids=["not there", "slow"])
def test_an_engine_that_tells_no_tokens_costs_no_request(processes, engine, timeout, reasons):
    with RecordingEngine(**engine) as engine:
        file = EndpointsFile(processes.folder / "endpoints.yaml", [engine.entry])
        options = ["--engine-tokenizer-timeout", timeout, *PATIENT]
        warmpath = Warmpath(
            processes, file.path, tokenizer=ENGINE_BACKEND, options=options
        ).wait_until_ready()
        envoy = Envoy(processes, warmpath.grpc_port)
        for number in range(10):
            assert send(envoy.port, completion(f"Request {number}")).status == 200
        assert len(engine.bodies) == 10
    metrics = warmpath.metrics()
    name = "warmpath_requests_routed_without_prompt_total"
    counts = {reason: metrics.total(name, reason=reason) for reason in reasons}
    assert sum(counts.values()) == metrics.total(name) == 10
    assert all(counts.values()), f"an engine that fails is soon not asked any more: {counts}"
    assert metrics.total("warmpath_remote_tokenization_open_circuits") == 1
