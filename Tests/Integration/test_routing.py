"""The main job: requests go to the pod that holds their prefix. Real Envoy, real ZeroMQ."""
import pytest

from support.client import completion, send
from support.envoy import Envoy, let_clients_send_destinations
from support.fleet import Engines, EndpointsFile, Warmpath
from support.house import House, long_prefix
from support.processes import wait_until


@pytest.fixture(scope="module")
def house(shared_processes):
    return House(shared_processes)


def test_the_second_request_with_a_prefix_goes_to_the_pod_that_holds_it(house):
    pods = set()
    for number in range(20):
        prefix = long_prefix(number)
        first = house.ask_and_wait_for_events(f"{prefix} What happens first?")
        second = house.ask(f"{prefix} And how does it end?")
        assert second.pod == first.pod, f"prefix {number}"
        usage = second.json["usage"]
        cached = usage["prompt_tokens_details"]["cached_tokens"]
        assert cached > 0.8 * usage["prompt_tokens"], f"prefix {number}"
        pods.add(first.pod)
    assert pods == set(house.engines.names), "prefixes that nobody holds spread over the fleet"


def test_chats_follow_their_prefix_too(house):
    def chat(question):
        return house.chat([
            {"role": "system", "content": long_prefix(1000)},
            {"role": "user", "content": question},
        ])

    first = house.wait_for_events_of(lambda: chat("What happens first?"))
    assert {chat(f"Question {number}?").pod for number in range(4)} == {first.pod}


def test_header_only_requests_are_routed(house):
    answer = send(house.envoy.port, method="GET", path="/v1/models")
    assert answer.status == 200
    assert [model["id"] for model in answer.json["data"]] == ["simulated-model"]


@pytest.mark.parametrize("edits", [(), (let_clients_send_destinations,)],
                         ids=["Envoy removes it", "Warmpath overwrites it"])
def test_a_client_cannot_choose_the_endpoint(house, processes, edits):
    envoy = Envoy(processes, house.warmpath.grpc_port, edits)
    prefix = long_prefix(2000 + len(edits))
    holder = house.ask_and_wait_for_events(f"{prefix} What happens first?").pod
    (other,) = set(house.engines.names) - {holder}
    wanted = house.engines.addresses[house.engines.names.index(other)]
    for name in ("x-gateway-destination-endpoint", "X-Gateway-Destination-Endpoint"):
        answer = send(envoy.port, completion(f"{prefix} And then?"), headers={name: wanted})
        assert (answer.status, answer.pod) == (200, holder)


# The order of this file matters from here on: these tests take pods away and give them back.


def replace(file, entries):
    file.replace(entries)


def write_in_place(file, entries):
    file.path.write_text(file.text(entries))


@pytest.mark.parametrize("change", [replace, write_in_place])
def test_traffic_moves_when_the_pod_leaves_the_endpoints_file(house, change):
    number = 3000 + [replace, write_in_place].index(change)
    prefix = long_prefix(number)
    holder = house.ask_and_wait_for_events(f"{prefix} What happens first?").pod
    others = [entry for entry in house.engines.entries if entry["name"] != holder]
    change(house.file, others)
    try:
        wait_until("traffic moves", lambda: house.ask(f"{prefix} And then?").pod != holder)
        for _ in range(5):
            assert house.ask(f"{prefix} And then?").pod == others[0]["name"]
    finally:
        change(house.file, house.engines.entries)
    wait_until(
        "both pods serve again",
        lambda: {house.ask(f"Which of you? {index} ").pod for index in range(8)}
        == set(house.engines.names),
    )


def test_a_broken_endpoints_file_changes_nothing(house):
    house.file.path.write_text("endpoints: [{name: 7, address: ")
    try:
        for _ in range(5):
            house.ask("Is anyone there?")
    finally:
        house.file.replace(house.engines.entries)


def test_a_file_mounted_from_a_config_map_is_followed(processes):
    """Kubernetes swaps a symbolic link of the folder, not the file."""
    engines = Engines(processes, 2)
    mount = processes.folder / "mount"
    mount.mkdir()

    def publish(version, entries):
        (mount / version).mkdir()
        (mount / version / "endpoints.yaml").write_text(EndpointsFile.text(entries))
        (mount / "draft").symlink_to(version)
        (mount / "draft").rename(mount / "..data")

    publish("v1", engines.entries[:1])
    (mount / "endpoints.yaml").symlink_to("..data/endpoints.yaml")
    warmpath = Warmpath(processes, mount / "endpoints.yaml").wait_until_ready()
    envoy = Envoy(processes, warmpath.grpc_port)
    assert send(envoy.port, completion("Who?")).pod == "engine-0"
    publish("v2", engines.entries[1:])
    wait_until(
        "the other pod serves", lambda: send(envoy.port, completion("Who?")).pod == "engine-1"
    )


def test_random_routing_ignores_what_is_cached(processes):
    house = House(processes, policy="random")
    pods = [house.ask(long_prefix(1)).pod for _ in range(30)]
    assert set(pods) == set(house.engines.names)
