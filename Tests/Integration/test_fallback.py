"""A pick that cannot be reached: the gateway goes on to the next endpoint of the list."""
from support.envoy import Envoy
from support.client import completion, send
from support.fleet import Engines, EndpointsFile, Warmpath
from support.processes import free_ports

METADATA = {"key": "envoy.lb", "path": [{"key": "x-gateway-destination-endpoint"}]}
SERVED = {"key": "envoy.lb", "path": [{"key": "x-gateway-destination-endpoint-served"}]}
POLICIES = "type.googleapis.com/envoy.extensions.load_balancing_policies"


def walk_the_list(addresses):
    """An Envoy that knows the endpoints and tries those that Warmpath names, in their order."""
    def edit(bootstrap):
        resources = bootstrap["static_resources"]
        cluster = next(each for each in resources["clusters"] if each["name"] == "engines")
        del cluster["original_dst_lb_config"], cluster["lb_policy"]
        cluster["type"] = "STATIC"
        cluster["load_assignment"] = {"cluster_name": "engines", "endpoints": [{"lb_endpoints": [
            {"endpoint": {"address": {"socket_address": {
                "address": address.split(":")[0], "port_value": int(address.split(":")[1])}}}}
            for address in addresses
        ]}]}
        cluster["load_balancing_policy"] = {"policies": [{"typed_extension_config": {
            "name": "envoy.load_balancing_policies.override_host",
            "typed_config": {
                "@type": f"{POLICIES}.override_host.v3.OverrideHost",
                "override_host_sources": [{"metadata": METADATA}],
                "selected_host_key": SERVED,
                "fallback_policy": {"policies": [{"typed_extension_config": {
                    "name": "envoy.load_balancing_policies.round_robin",
                    "typed_config": {"@type": f"{POLICIES}.round_robin.v3.RoundRobin"},
                }}]},
            },
        }}]}
        (listener,) = resources["listeners"]
        manager = listener["filter_chains"][0]["filters"][0]["typed_config"]
        (host,) = manager["route_config"]["virtual_hosts"]
        host["routes"][0]["route"]["retry_policy"] = {
            "retry_on": "connect-failure,reset", "num_retries": 2,
        }

    return edit


def test_requests_to_a_dead_pod_are_served_by_the_next_of_the_list(processes):
    engines = Engines(processes, 2)
    (dead_port,) = free_ports(1)
    dead = f"127.0.0.1:{dead_port}"
    file = EndpointsFile(processes.folder / "endpoints.yaml",
                         [{"name": "dead", "address": dead}, *engines.entries])
    warmpath = Warmpath(processes, file.path, fallbacks=None).wait_until_ready()
    envoy = Envoy(processes, warmpath.grpc_port, [walk_the_list([dead, *engines.addresses])])
    answers = [send(envoy.port, completion(f"Question {number}?")) for number in range(12)]
    assert {answer.status for answer in answers} == {200}
    assert {answer.pod for answer in answers} == set(engines.names)
    # The gateway says who has answered, so the dead pod is soon left out.
    broken = warmpath.metrics().total("warmpath_endpoint_broken", endpoint_name="dead")
    assert broken == 1
