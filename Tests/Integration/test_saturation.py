"""What happens when every endpoint has as many requests as it may have."""
import grpc

from support.client import completion
from support.ext_proc import Stream
from support.fleet import Engines, EndpointsFile, Warmpath

BODY = completion("Hello")


def test_beyond_the_limit_of_every_endpoint_clients_get_429_until_a_request_ends(
    shared_processes,
):
    engines = Engines(shared_processes, 2)
    file = EndpointsFile(shared_processes.folder / "endpoints.yaml", engines.entries)
    options = ["--max-endpoint-requests", 1]
    warmpath = Warmpath(shared_processes, file.path, options=options).wait_until_ready()
    with grpc.insecure_channel(f"127.0.0.1:{warmpath.grpc_port}") as channel:
        with Stream(channel) as first, Stream(channel) as second, Stream(channel) as third:
            picks = {
                stream.headers().body(BODY, end=True).receive_pick() for stream in (first, second)
            }
            assert picks == set(engines.addresses)  # one request each
            refused = third.headers().body(BODY, end=True).receive().immediate_response
            assert refused.status.code == 429
            reasons = {each.header.key: each.header.raw_value for each in refused.headers.set_headers}
            assert reasons["x-llm-d-request-dropped-reason"] == b"rejected-saturated"

            first.close().receive_all()
            with Stream(channel) as fourth:
                assert fourth.headers().body(BODY, end=True).receive_pick() in picks
