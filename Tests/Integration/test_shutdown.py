"""SIGTERM drains: what is under way ends well, and nothing new is wanted."""
import http.client
import urllib.error

import grpc
import pytest

from support.client import completion
from support.envoy import Envoy
from support.fleet import NOT_SERVING, SERVING, EndpointsFile, Warmpath
from support.processes import wait_until
from support.scripted_engine import ScriptedEngine


def test_an_answer_under_way_is_completed_and_readiness_is_withdrawn(processes):
    with ScriptedEngine() as engine:
        file = EndpointsFile(processes.folder / "endpoints.yaml", [engine.entry])
        warmpath = Warmpath(processes, file.path).wait_until_ready()
        envoy = Envoy(processes, warmpath.grpc_port)

        connection = http.client.HTTPConnection("127.0.0.1", envoy.port, timeout=20)
        connection.request("POST", "/v1/completions", completion("Go on.", stream=True))
        engine.chunks.put(b"data: first\n\n")
        reply = connection.getresponse()
        assert reply.read(13) == b"data: first\n\n"

        warmpath.process.terminate()
        wait_until("readiness is withdrawn", lambda: warmpath.health("readiness") == NOT_SERVING,
                   process=warmpath.process)
        assert warmpath.health("liveness") == SERVING
        for index in range(10):
            engine.chunks.put(b"data: %d\n\n" % index)
            assert reply.read(9) == b"data: %d\n\n" % index
        assert warmpath.process.is_running
        engine.chunks.put(None)
        assert reply.read() == b""
        assert warmpath.process.wait() == 0


def test_an_idle_process_ends_at_once(processes):
    with ScriptedEngine() as engine:
        file = EndpointsFile(processes.folder / "endpoints.yaml", [engine.entry])
        warmpath = Warmpath(processes, file.path).wait_until_ready()
        warmpath.process.terminate()
        assert warmpath.process.wait(5) == 0
        with pytest.raises((grpc.RpcError, urllib.error.URLError)):
            warmpath.health("liveness")


def test_a_stream_that_does_not_end_is_cut_at_the_deadline(processes):
    with ScriptedEngine() as engine:
        file = EndpointsFile(processes.folder / "endpoints.yaml", [engine.entry])
        options = ["--drain-timeout", "1s"]
        warmpath = Warmpath(processes, file.path, options=options).wait_until_ready()
        envoy = Envoy(processes, warmpath.grpc_port)
        connection = http.client.HTTPConnection("127.0.0.1", envoy.port, timeout=20)
        connection.request("POST", "/v1/completions", completion("Go on.", stream=True))
        engine.chunks.put(b"data: first\n\n")
        assert connection.getresponse().read(13) == b"data: first\n\n"
        warmpath.process.terminate()
        assert warmpath.process.wait(10) == 0
