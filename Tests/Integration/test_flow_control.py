"""What happens when there is more to do than the pool can take."""
import contextlib
import time

from support.processes import wait_until
from support.scheduling import Picker, entries, picker_config

REASON = "x-llm-d-request-dropped-reason"
OBJECTIVES = ["--objectives", "batch=-1,urgent=10"]


def concurrency(limit, **fields):
    return picker_config(
        ["max-score-picker", "queue-scorer",
         {"type": "concurrency-detector",
          "parameters": {"maxConcurrency": limit, "concurrencyMode": "requests", "headroom": 0}}],
        {"default": ["queue-scorer", "max-score-picker"]},
        **fields,
    )


def reason(refusal):
    headers = {each.header.key: (each.header.raw_value or each.header.value.encode()).decode()
               for each in refusal.headers.set_headers}
    return headers.get(REASON), headers.get("retry-after") or headers.get("Retry-After")


def objective(name):
    return {"x-llm-d-inference-objective": name}


def test_a_request_that_may_be_dropped_is_dropped_when_the_pool_is_saturated(processes):
    config = concurrency(1, saturationDetector={"pluginRef": "concurrency-detector"})
    picker = Picker(processes, entries(1), config, options=OBJECTIVES)
    assert picker.pick(headers=objective("batch")).endpoint == "127.1.0.1:8000"
    with picker.stream() as busy:
        picker.ask(busy).receive()
        refusal = picker.refusal(headers=objective("batch"))
        assert (refusal.status.code, *reason(refusal)) == (429, "rejected-saturated", "1")
        assert picker.pick().endpoint == "127.1.0.1:8000"  # its priority is 0


def flow_controlled(limit=1, **flow):
    return concurrency(limit, featureGates=["flowControl"], flowControl={
        "saturationDetector": {"pluginRef": "concurrency-detector"}, **flow,
    })


def wait_for_queue(picker, size):
    wait_until(f"{size} requests wait",
               lambda: picker.metric("llm_d_epp_flow_control_queue_size") == size,
               process=picker.warmpath.process)


def test_requests_wait_for_their_turn_and_urgent_ones_come_first(processes):
    picker = Picker(processes, entries(1), flow_controlled(), options=OBJECTIVES)
    with picker.stream() as busy, picker.stream() as early, picker.stream() as urgent:
        picker.ask(busy).receive()
        picker.ask(early)
        wait_for_queue(picker, 1)
        picker.ask(urgent, headers=objective("urgent"))
        wait_for_queue(picker, 2)
        busy.cancel()
        assert urgent.receive().WhichOneof("response") == "request_headers"
        wait_for_queue(picker, 1)
        urgent.cancel()
        assert early.receive().WhichOneof("response") == "request_headers"
    wait_for_queue(picker, 0)


def test_a_queue_drains_in_its_order_as_requests_end(processes):
    picker = Picker(processes, entries(1), flow_controlled())
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(picker.stream()) for _ in range(8)]
        picker.ask(streams[0], "Long " * 500).receive()
        for number, stream in enumerate(streams[1:], 1):
            # Not streamed: when its prompt counts as computed is estimated, and soon over.
            picker.ask(stream, f"Story {number}")
            wait_for_queue(picker, number)
        for before, stream in zip(streams, streams[1:]):
            before.cancel()
            assert stream.receive().WhichOneof("response") == "request_headers"
    wait_for_queue(picker, 0)
    picker.wait_for_metric(0, "llm_d_epp_inflight_requests")


def test_a_client_that_gives_up_leaves_the_queue_at_once(processes):
    picker = Picker(processes, entries(1), flow_controlled())
    with picker.stream() as busy:
        picker.ask(busy).receive()
        waiting = [picker.stream() for _ in range(5)]
        for stream in waiting:
            picker.ask(stream)
        wait_for_queue(picker, 5)
        for stream in waiting:
            stream.cancel()
        wait_for_queue(picker, 0)
    picker.wait_for_metric(0, "llm_d_epp_inflight_requests")
    assert picker.pick().endpoint == "127.1.0.1:8000"


def test_who_waits_too_long_or_finds_the_queue_full_is_told_why(processes):
    config = flow_controlled(defaultRequestTTL="500ms", maxRequests=1)
    picker = Picker(processes, entries(1), config)
    with picker.stream() as busy, picker.stream() as waiting:
        picker.ask(busy).receive()
        picker.ask(waiting)
        wait_for_queue(picker, 1)
        full = picker.refusal()
        assert (full.status.code, *reason(full)) == (429, "rejected-saturated", "1")
        late = waiting.receive().immediate_response
        assert (late.status.code, *reason(late)) == (429, "rejected-ttl-expired", "1")


def test_requests_are_held_while_the_pool_scales_from_zero(processes):
    picker = Picker(processes, [], flow_controlled(noEndpointRequestTTL="20s"))
    with picker.stream() as held:
        picker.ask(held)
        wait_for_queue(picker, 1)
        picker.file.replace(entries(1))
        assert held.receive().WhichOneof("response") == "request_headers"


def test_a_pool_that_stays_empty_is_told_in_time(processes):
    picker = Picker(processes, [], flow_controlled(noEndpointRequestTTL="300ms"))
    start = time.monotonic()
    refusal = picker.refusal()
    assert (refusal.status.code, reason(refusal)[0]) == (503, "rejected-no-endpoints")
    assert time.monotonic() - start >= 0.3
