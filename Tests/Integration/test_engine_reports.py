"""What engines say of themselves on their metrics and models pages, and what comes of it."""
import concurrent.futures
import json

from support.client import completion, send
from support.envoy import Envoy
from support.fleet import Engines
from support.processes import wait_until
from support.scheduling import Picker, picker_config

RUNNING = "llm_d_epp_average_running_requests"


def scorer(name):
    return picker_config([name, "max-score-picker"], {"default": [name, "max-score-picker"]})


def renamed(entries, name):
    return [{**entry, "name": f"{name}-{number}"} for number, entry in enumerate(entries)]


def test_an_adapter_is_used_where_it_is_loaded(processes):
    plain = Engines(processes, 2, name="plain")
    loaded = Engines(processes, 1, name="loaded", options=["--lora", "poet"])
    picker = Picker(processes, renamed(plain.entries, "plain") + renamed(loaded.entries, "loaded"),
                    scorer("lora-affinity-scorer"))

    def picks(model):
        return {picker.pick(f"Story {number}", model=model).endpoint for number in range(9)}

    wait_until("the adapter is known", lambda: picks("poet") == set(loaded.addresses),
               process=picker.warmpath.process)
    assert picks(plain.model) == {*plain.addresses, *loaded.addresses}


def test_what_others_send_to_an_engine_counts(processes):
    engines = Engines(processes, 2, options=["--decode-step-ms", 20])
    picker = Picker(processes, engines.entries, scorer("running-requests-size-scorer"))
    with concurrent.futures.ThreadPoolExecutor() as pool:
        fields = {"model": engines.model, "prompt": "A long story", "max_tokens": 200}
        body = json.dumps(fields).encode()
        others = [pool.submit(engines.post, 0, "/v1/completions", body) for _ in range(3)]
        wait_until("the engine says that it runs them", lambda: picker.metric(RUNNING) == 1.5,
                   process=picker.warmpath.process)
        idle = engines.addresses[1]
        assert {picker.pick(f"Story {number}").endpoint for number in range(6)} == {idle}
        for each in others:
            each.result()
        wait_until("both are idle again", lambda: picker.metric(RUNNING) == 0,
                   process=picker.warmpath.process)
    assert len({picker.pick(f"Story {number}").endpoint for number in range(6)}) == 2


def test_an_engine_that_answers_500_is_left_alone_for_a_while(processes):
    broken = Engines(processes, 1, name="broken", options=["--fail-requests", 1000])
    sound = Engines(processes, 1, name="sound")
    picker = Picker(processes, renamed(broken.entries, "broken") + renamed(sound.entries, "sound"),
                    options=["--fallback-endpoints", "0"])
    envoy = Envoy(processes, picker.warmpath.grpc_port)
    statuses = [
        send(envoy.port, completion(f"Question {number}?", model=sound.model)).status
        for number in range(20)
    ]
    assert statuses.count(503) == 3
    assert statuses[-10:] == [200] * 10
    assert picker.metric("warmpath_endpoint_broken", endpoint_name="broken-0") == 1


def test_rates_are_learned_from_streamed_responses(processes):
    """One engine computes prompts a quarter as fast as the other, and gets fewer of them."""
    fast = Engines(processes, 1, name="fast", options=["--prefill-tokens-per-second", 40000])
    slow = Engines(processes, 2, name="slow", options=["--prefill-tokens-per-second", 10000])
    picker = Picker(processes, renamed(fast.entries, "fast") + renamed(slow.entries[1:], "slow"),
                    options=["--fallback-endpoints", "0"])
    envoy = Envoy(processes, picker.warmpath.grpc_port)

    def ask(number):
        body = {"model": fast.model, "prompt": f"Story {number}: " + f"{number} " * 700,
                "max_tokens": 1, "stream": True}
        answer = send(envoy.port, json.dumps(body).encode())
        assert answer.status == 200
        return answer.pod

    pods = [ask(number) for number in range(40)]
    assert set(pods[-10:]) == {"engine-0"}, pods
    rates = {name: picker.metric("warmpath_learned_prefill_tokens_per_second", endpoint_name=name)
             for name in ("fast-0", "slow-0")}
    assert rates["fast-0"] > rates["slow-0"], rates
