"""TLS on the ext_proc port."""
import subprocess

import grpc
import pytest

from support.client import completion
from support.ext_proc import Stream
from support.fleet import Engines, EndpointsFile, Warmpath
from support.processes import ProcessError

BODY = completion("Hello")


def make_certificate(folder):
    """A certificate for this machine that is its own authority."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-keyout", folder / "tls.key", "-out", folder / "tls.crt"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    return (folder / "tls.crt").read_bytes(), (folder / "tls.key").read_bytes()


@pytest.fixture(scope="module")
def endpoints(shared_processes):
    engines = Engines(shared_processes, 1)
    return EndpointsFile(shared_processes.folder / "endpoints.yaml", engines.entries).path


def secure_warmpath(processes, endpoints, folder, name):
    options = ["--secure-serving", "--cert-path", folder]
    return Warmpath(processes, endpoints, options=options, name=name).wait_until_ready()


def is_served(channel):
    with channel, Stream(channel, seconds=5) as stream:
        try:
            stream.headers().body(BODY, end=True).receive_pick()
        except grpc.RpcError:
            return False
        return True


def test_a_gateway_that_knows_the_certificate_is_served_and_plain_text_is_not(
    shared_processes, endpoints
):
    folder = shared_processes.folder / "server"
    certificate, _ = make_certificate(folder)
    warmpath = secure_warmpath(shared_processes, endpoints, folder, "warmpath-tls")
    target = f"127.0.0.1:{warmpath.grpc_port}"
    assert is_served(grpc.secure_channel(target, grpc.ssl_channel_credentials(certificate)))
    assert not is_served(grpc.insecure_channel(target))
    assert warmpath.process.is_running


def test_with_an_authority_for_clients_only_those_that_it_signed_are_served(
    shared_processes, endpoints
):
    folder = shared_processes.folder / "mutual"
    certificate, _ = make_certificate(folder)
    client_certificate, client_key = make_certificate(shared_processes.folder / "client")
    (folder / "ca.crt").write_bytes(client_certificate)
    warmpath = secure_warmpath(shared_processes, endpoints, folder, "warmpath-mtls")
    target = f"127.0.0.1:{warmpath.grpc_port}"
    known = grpc.ssl_channel_credentials(certificate, client_key, client_certificate)
    assert is_served(grpc.secure_channel(target, known))
    assert not is_served(grpc.secure_channel(target, grpc.ssl_channel_credentials(certificate)))
    assert warmpath.process.is_running


def test_without_a_certificate_secure_serving_is_refused_at_start(shared_processes, endpoints):
    name = "warmpath-no-certificate"
    with pytest.raises(ProcessError, match="--secure-serving needs --cert-path"):
        Warmpath(shared_processes, endpoints, options=["--secure-serving"], name=name)
