"""Where requests go by configuration: roles, prefill, ranks, sessions, headers that steer."""
import base64
import collections

import pytest

from support.ext_proc import DESTINATION
from support.scheduling import Pick, Picker, entries, picker_config

STEERING = {
    "x-prefiller-host-port": "10.9.9.9:1",
    "x-prefiller-url": "http://10.9.9.9:1",
    "x-encoder-hosts-ports": "10.9.9.9:1",
    "x-data-parallel-host-port": "10.9.9.9:1",
    "x-data-parallel-rank": "7",
    "x-kv-cache-source-host-port": "10.9.9.9:1",
}
LONG = "word " * 400


def roles(**counts):
    """Endpoints by role; their hosts say which: 127.1.ROLE.NUMBER."""
    return [
        {"name": f"{role}-{number}", "address": f"127.1.{index}.{number + 1}:8000",
         "role": role.replace("_", "-")}
        for index, (role, count) in enumerate(counts.items())
        for number in range(count)
    ]


def is_role(address, index):
    return address.startswith(f"127.1.{index}.")


@pytest.mark.parametrize("environment", [{}, {"ENABLE_LOAD_AWARE_SCORER": "true"}],
                         ids=["default policy", "weighted sum"])
def test_by_default_requests_spread_over_decode_pods_and_name_two_that_may_stand_in(
    processes, environment,
):
    picker = Picker(processes, roles(decode=4, prefill=2), environment=environment)
    picks = [picker.pick(f"Story {number}") for number in range(16)]
    assert all(len(set(pick.endpoints)) == 3 for pick in picks)
    assert all(is_role(each, 0) for pick in picks for each in pick.endpoints)
    firsts = collections.Counter(pick.endpoint for pick in picks)
    assert sorted(firsts.values()) == [4, 4, 4, 4]


def test_what_a_client_says_of_its_route_is_taken_out(processes):
    picker = Picker(processes, entries(1))
    pick = picker.pick(headers={**STEERING, DESTINATION: "10.9.9.9:1"})
    assert pick.headers[DESTINATION] == "127.1.0.1:8000"
    assert set(STEERING) <= pick.removed
    assert not set(STEERING) & set(pick.headers)
    with picker.stream() as stream:  # without a body, too
        answer = stream.headers(STEERING, end=True).receive()
    assert set(STEERING) <= set(answer.request_headers.response.header_mutation.remove_headers)


PD = picker_config(
    ["prefill-filter", "decode-filter", "queue-scorer", "max-score-picker",
     {"type": "prefix-based-pd-decider", "parameters": {"nonCachedTokens": 64}},
     {"type": "disagg-profile-handler", "parameters": {
         "profiles": {"prefill": "prefill", "decode": "decode"},
         "deciders": {"prefill": "prefix-based-pd-decider"},
     }}],
    {"prefill": ["prefill-filter", "queue-scorer", "max-score-picker"],
     "decode": ["decode-filter", "queue-scorer", "max-score-picker"]},
)


def test_a_long_prompt_is_computed_by_a_prefill_pod_and_a_short_one_is_not(processes):
    picker = Picker(processes, roles(decode=2, prefill=2), PD)
    short = picker.pick("Hi", headers=STEERING)
    assert is_role(short.endpoint, 0)
    assert "x-prefiller-host-port" not in short.headers
    assert "x-prefiller-host-port" in short.removed
    for number in range(4):
        long = picker.pick(f"{number} {LONG}", headers=STEERING)
        assert is_role(long.endpoint, 0)
        assert is_role(long.headers["x-prefiller-host-port"], 1)
    # What the decode pod will hold by now need not be computed elsewhere.
    assert "x-prefiller-host-port" not in picker.pick(f"0 {LONG}").headers
    assert picker.metric("llm_d_epp_disagg_decision_total", decision_type="decode-only") == 2
    assert picker.metric("llm_d_epp_disagg_decision_total", decision_type="prefill-decode") == 4


def test_without_a_prefill_pod_the_decode_pod_computes_the_prompt(processes):
    picker = Picker(processes, roles(decode=2), PD)
    assert "x-prefiller-host-port" not in picker.pick(LONG).headers


@pytest.mark.parametrize("threshold, is_split", [("2000", True), ("2001", False), ("0", True)])
def test_the_first_releases_variables_decide_by_characters(processes, threshold, is_split):
    picker = Picker(processes, roles(decode=1, prefill=1), environment={
        "PD_ENABLED": "true", "PD_PROMPT_LEN_THRESHOLD": threshold,
        "ENABLE_LOAD_AWARE_SCORER": "true", "PREFILL_ENABLE_LOAD_AWARE_SCORER": "true",
    })
    assert len(LONG) == 2000
    assert ("x-prefiller-host-port" in picker.pick(LONG).headers) == is_split


def test_the_old_sidecar_is_told_in_its_own_header_unless_there_is_none(processes):
    pool = roles(decode=1, prefill=1)
    headers = Picker(processes, pool, PD).pick(LONG).headers
    assert headers["x-prefiller-url"] == f"http://{headers['x-prefiller-host-port']}"
    picker = Picker(processes, pool, PD, options=["--no-prefiller-url-header"])
    assert "x-prefiller-url" not in picker.pick(LONG).headers


def test_images_are_encoded_where_encoders_are(processes):
    config = picker_config(
        ["encode-filter", "prefill-filter", "decode-filter", "always-disagg-multimodal-decider",
         {"type": "disagg-profile-handler", "parameters": {
             "profiles": {"encode": "encode", "decode": "decode"},
             "deciders": {"encode": "always-disagg-multimodal-decider"},
         }}],
        {"encode": ["encode-filter"], "decode": ["decode-filter"]},
    )
    picker = Picker(processes, roles(decode=1, encode=2), config,
                    options=["--fallback-endpoints", "0"])
    text = [{"role": "user", "content": "Hello"}]
    image = [{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]}]
    chat = {"headers": {":path": "/v1/chat/completions"}}
    assert "x-encoder-hosts-ports" not in picker.pick(messages=text, **chat).headers
    assert is_role(picker.pick(messages=image, **chat).headers["x-encoder-hosts-ports"], 1)


def test_ranks_of_one_endpoint_take_turns(processes):
    picker = Picker(processes, entries(1, dataParallelSize=4))
    streams = [picker.stream() for _ in range(8)]
    ranks = []
    for number, stream in enumerate(streams):
        picker.ask(stream, f"Story {number}", headers=STEERING)
        mutation = stream.receive().request_headers.response.header_mutation
        ranks += [each.header.raw_value or each.header.value.encode()
                  for each in mutation.set_headers if each.header.key == "x-data-parallel-rank"]
    assert collections.Counter(ranks) == {b"%d" % rank: 2 for rank in range(4)}
    for stream in streams:
        stream.cancel()


def test_a_sidecar_before_ranks_is_told_which_one(processes):
    config = picker_config(
        [{"type": "data-parallel-profile-handler", "parameters": {"primaryPort": 9000}},
         "max-score-picker"],
        {"default": ["max-score-picker"]},
    )
    picker = Picker(processes, entries(1), config, options=["--fallback-endpoints", "0"])
    pick = picker.pick()
    assert pick.headers[DESTINATION] == "127.1.0.1:9000"
    assert pick.headers["x-data-parallel-host-port"] == "127.1.0.1:8000"


def session_headers(answer):
    assert answer.WhichOneof("response") == "response_headers", answer
    return {
        each.header.key: (each.header.raw_value or each.header.value.encode()).decode()
        for each in answer.response_headers.response.header_mutation.set_headers
    }


def serve(picker, headers=None):
    """A request and the head of its response: the pick, and the response's new headers."""
    with picker.stream() as stream:
        picker.ask(stream, headers=headers)
        pick = Pick(stream.receive())
        stream.receive_body()
        stream.response_headers({":status": "200"})
        return pick, session_headers(stream.receive())


AFFINITY = {
    "token": {},
    "cookie": {"strategy": "cookie", "cookieName": "fleet"},
    "session id": {"strategy": "session_id"},
}


@pytest.mark.parametrize("kind", AFFINITY)
def test_a_session_stays_at_its_pod(processes, kind):
    config = picker_config(
        [{"type": "session-affinity-scorer", "parameters": AFFINITY[kind]}, "max-score-picker"],
        {"default": [("session-affinity-scorer", 1), "max-score-picker"]},
    )
    picker = Picker(processes, entries(8), config)

    def headers_of(given):
        if kind == "token":
            token = given["x-session-token"]
            assert base64.b64decode(token).decode() in [f"pod-{number}" for number in range(8)]
            return {"x-session-token": token}
        if kind == "cookie":
            cookie = given["set-cookie"]
            assert cookie.startswith("fleet=") and "HttpOnly" in cookie
            return {"cookie": f"theme=dark; {cookie.split(';')[0]}"}
        return {"x-session-id": "a session"}

    first, given = serve(picker, headers_of({}) if kind == "session id" else None)
    headers = headers_of(given)
    for _ in range(8):
        assert serve(picker, headers)[0].endpoint == first.endpoint
    others = {serve(picker, {"x-session-id": f"other {number}"})[0].endpoint for number in range(8)}
    assert len(others) > 1
    if kind == "cookie":  # another replica, and a later run
        replica = Picker(processes, entries(8), config)
        assert serve(replica, headers)[0].endpoint == first.endpoint
        # All but the first pod of the session may go without moving it.
        index = int(first.endpoint.split(".")[3].split(":")[0]) - 1
        replica.file.replace([each for number, each in enumerate(entries(8)) if number in
                              (index, (index + 3) % 8)])
        replica.wait_for_metric(2, "llm_d_epp_ready_endpoints")
        assert serve(replica, headers)[0].endpoint == first.endpoint


def test_a_pod_that_fails_gets_no_requests_for_a_while(processes):
    picker = Picker(processes, entries(2))

    def fail(endpoint):
        """Answers 500 to requests at the endpoint until it has failed three times."""
        failures = 0
        while failures < 3:
            with picker.stream() as stream:
                picker.ask(stream, f"Failure {failures}")
                pick = Pick(stream.receive())
                stream.receive_body()
                is_failure = pick.endpoint == endpoint
                stream.response_headers({":status": "500" if is_failure else "200"}, end=True)
                stream.receive()
                failures += is_failure
                stream.close().receive_all()

    fail("127.1.0.1:8000")
    assert {picker.pick(f"Story {number}").endpoint for number in range(12)} == {"127.1.0.2:8000"}
