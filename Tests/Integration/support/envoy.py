"""A real Envoy that runs gateway/envoy.yaml on ports of its own."""
import copy
import pathlib
import sys
import urllib.request

import yaml

from .processes import free_ports, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[3]
BOOTSTRAP = ROOT / "gateway" / "envoy.yaml"


def _connection_manager(bootstrap):
    (listener,) = bootstrap["static_resources"]["listeners"]
    return listener["filter_chains"][0]["filters"][0]["typed_config"]


def use_buffered_bodies(bootstrap):
    """What a gateway that cannot do full duplex would say."""
    (listener,) = bootstrap["static_resources"]["listeners"]
    listener["per_connection_buffer_limit_bytes"] = 64 << 20
    mode = _connection_manager(bootstrap)["http_filters"][0]["typed_config"]["processing_mode"]
    mode.update(
        request_body_mode="BUFFERED",
        response_body_mode="NONE",
        request_trailer_mode="SKIP",
        response_trailer_mode="SKIP",
    )


def let_clients_send_destinations(bootstrap):
    """Leaves it to Warmpath alone to overwrite a client's destination header."""
    del _connection_manager(bootstrap)["early_header_mutation_extensions"]


class Envoy:
    """One running Envoy.

    Its ports are those of the file plus what makes them free, unless they are given.
    """

    def __init__(self, processes, ext_proc_port, edits=(), name="envoy"):
        self.port, self.admin_port = free_ports(2)
        path = processes.folder / f"{name}.yaml"
        path.write_text(yaml.safe_dump(self._rendered(ext_proc_port, edits)))
        self.process = processes.start(
            name,
            [
                pathlib.Path(sys.executable).parent / "envoy",
                *("--config-path", path),
                *("--use-dynamic-base-id", "--concurrency", "2"),
                *("--log-level", "warning"),
            ],
        )
        wait_until("Envoy is ready", self._is_ready, process=self.process)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def _rendered(self, ext_proc_port, edits):
        with open(BOOTSTRAP) as file:
            # A copy without the file's anchors, so that an edit of one place stays there.
            bootstrap = copy.deepcopy(yaml.safe_load(file))
        resources = bootstrap["static_resources"]
        warmpath = next(each for each in resources["clusters"] if each["name"] == "warmpath")
        (endpoint,) = warmpath["load_assignment"]["endpoints"][0]["lb_endpoints"]
        for holder, port in (
            (bootstrap["admin"], self.admin_port),
            (resources["listeners"][0], self.port),
            (endpoint["endpoint"], ext_proc_port),
        ):
            holder["address"]["socket_address"]["port_value"] = port
        for edit in edits:
            edit(bootstrap)
        return bootstrap

    def _is_ready(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}/ready", timeout=2) as reply:
            return reply.status == 200
