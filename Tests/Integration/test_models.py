"""Models as they come from a hub: their folders say how requests become tokens."""
import pytest

from support.client import chat, completion, send
from support.envoy import Envoy
from support.fleet import BLOCK_SIZE, Engines, EndpointsFile, Warmpath
from support.house import House, long_prefix
from support.models import TEMPLATE, write_model
from support.processes import wait_until
from support.recording_engine import RecordingEngine

SELF_CHECK = "warmpath_tokenizer_self_check_state"
SAME, MODE_CHANGED, ENGINE_ASKED = 1, 2, 3
DEGRADED = "warmpath_requests_routed_without_prompt_total"
TOOL = {
    "type": "function",
    "function": {"name": "tell", "description": long_prefix(3), "parameters": {"type": "object"}},
}
CONVERSATIONS = {
    "a system prompt": ([{"role": "system", "content": long_prefix(1)}], {}),
    "content in parts": (
        [{"role": "user", "content": [{"type": "text", "text": long_prefix(2)},
                                      {"type": "text", "text": " Once more."}]},
         {"role": "assistant", "content": "Once more what?"}], {}),
    "tools": ([], {"tools": [TOOL]}),
    "arguments of the template": ([], {"chat_template_kwargs": {"default_system": long_prefix(4)}}),
}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return write_model(tmp_path_factory.mktemp("models") / "model")


@pytest.fixture(scope="module")
def house(shared_processes, model):
    engines = Engines(shared_processes, 2, tokenizer=model)
    return House(shared_processes, engines=engines, tokenizer=["--tokenizer", model])


def hit_ratio(house):
    """Sum and count of what each request found."""
    metrics = house.warmpath.metrics()
    name = "llm_d_epp_prefix_indexer_hit_ratio"
    return metrics.total(f"{name}_sum"), metrics.total(f"{name}_count")


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_the_next_turn_of_a_chat_hits_the_cache_as_far_as_was_foreseen(house, name):
    messages, fields = CONVERSATIONS[name]
    messages = [*messages, {"role": "user", "content": "What happens first?"}]
    first = house.wait_for_events_of(lambda: house.chat(messages, **fields))
    assert first.json["usage"]["prompt_tokens"] > 300, "the long prefix is part of the prompt"
    before = hit_ratio(house)
    messages += [{"role": "assistant", "content": "Little."},
                 {"role": "user", "content": "And how does it end?"}]
    second = house.chat(messages, **fields)
    assert second.pod == first.pod
    usage = second.json["usage"]
    cached = usage["prompt_tokens_details"]["cached_tokens"]
    assert cached > 0.8 * usage["prompt_tokens"]
    ratio, count = (after - was for after, was in zip(hit_ratio(house), before))
    assert count == 1
    blocks = usage["prompt_tokens"] // BLOCK_SIZE
    assert round(ratio * blocks, 6) == cached // BLOCK_SIZE


def test_a_chat_that_the_template_refuses_is_routed_and_the_engine_says_why(house):
    messages = [{"role": "user", "content": "Hello"}, {"role": "system", "content": "Be late."}]
    before = house.warmpath.metrics().total(DEGRADED, reason="unrenderable")
    answer = send(house.envoy.port, chat(messages), path="/v1/chat/completions")
    assert answer.status == 400
    assert "a system prompt comes first" in answer.json["error"]["message"]
    assert house.warmpath.metrics().total(DEGRADED, reason="unrenderable") == before + 1


# MARK: Self-checks


def wait_for_self_check(warmpath, state):
    wait_until(
        f"the self-check ends in state {state}",
        lambda: warmpath.metrics().total(SELF_CHECK, model="simulated-model") == state,
        process=warmpath.process,
    )


def warnings(warmpath, text):
    return [line for line in warmpath.process.log().splitlines() if text in line]


def test_an_engine_with_the_same_tokenizer_is_found_to_have_it(house):
    wait_for_self_check(house.warmpath, SAME)
    assert not warnings(house.warmpath, "other tokens than we do")


def test_the_mode_of_the_engine_is_found_out_and_taken(processes, tmp_path):
    model = write_model(tmp_path / "model", tokenizer_class="Qwen2Tokenizer", model_type="qwen2")
    engines = Engines(processes, 2, tokenizer=model, options=["--tokenizer-mode", "raw"])
    house = House(processes, engines=engines, tokenizer=["--tokenizer", model])
    wait_for_self_check(house.warmpath, MODE_CHANGED)
    (warning,) = warnings(house.warmpath, "other tokens than we do")
    assert "tokenized in mode raw" in warning
    assert house.second_turn_is_cached(10)


def test_an_engine_with_another_template_is_asked(processes, tmp_path):
    model = write_model(tmp_path / "model")
    theirs = write_model(tmp_path / "theirs", template=TEMPLATE.replace("You help.", "You hinder."))
    house = House(
        processes,
        engines=Engines(processes, 2, tokenizer=theirs),
        tokenizer=["--tokenizer", model],
        options=["--engine-tokenizer-timeout", "10s"],
    )
    wait_for_self_check(house.warmpath, ENGINE_ASKED)
    (warning,) = warnings(house.warmpath, "other tokens than we do")
    assert "the engine is asked" in warning
    assert house.second_turn_is_cached(11)
    asked = house.warmpath.metrics().total("warmpath_remote_tokenization_requests_total")
    assert asked >= 2


# MARK: Which models there are


def test_a_model_without_a_tokenizer_is_routed_by_load_with_one_warning(processes):
    with RecordingEngine() as engine:
        file = EndpointsFile(processes.folder / "endpoints.yaml", [engine.entry])
        options = ["--tokenizer-timeout", "10s"]
        warmpath = Warmpath(
            processes, file.path, tokenizer=(), options=options
        ).wait_until_ready()
        envoy = Envoy(processes, warmpath.grpc_port)
        wait_until("it is warned of", lambda: warnings(warmpath, '"msg":"no tokenizer'))
        for number in range(10):
            assert send(envoy.port, completion(f"Request {number}")).status == 200
    assert len(warnings(warmpath, '"msg":"no tokenizer')) == 1
    metrics = warmpath.metrics()
    assert metrics.total(DEGRADED, reason="no-tokenizer") == 10
    assert metrics.total("warmpath_tokenization_model_load_failures_total") == 1
    assert metrics.total("llm_d_epp_request_error_total") == 0
