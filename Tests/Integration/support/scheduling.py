"""Warmpath with a scheduling configuration, asked over ext_proc itself: engines need not exist."""
import contextlib
import itertools
import json

import grpc
import yaml

from .ext_proc import DESTINATION, Stream
from .fleet import MODEL, EndpointsFile, Warmpath
from .processes import wait_until

API_VERSION = "llm-d.ai/v1alpha1"


def picker_config(plugins, profiles=None, **fields):
    """An EndpointPickerConfig. Plug-ins are types, or mappings; profiles map names to references,
    each a name or a name and a weight."""
    def reference(each):
        name, weight = each if isinstance(each, tuple) else (each, None)
        return {"pluginRef": name, **({"weight": weight} if weight is not None else {})}

    document = {
        "apiVersion": API_VERSION,
        "kind": "EndpointPickerConfig",
        "plugins": [{"type": each} if isinstance(each, str) else each for each in plugins],
        **fields,
    }
    if profiles is not None:
        document["schedulingProfiles"] = [
            {"name": name, "plugins": [reference(each) for each in references]}
            for name, references in profiles.items()
        ]
    return document


class ConfigFile:
    """A file that is replaced whole."""

    def __init__(self, path, document):
        self.path = path
        self.replace(document)

    def replace(self, document):
        text = document if isinstance(document, str) else yaml.safe_dump(document, sort_keys=False)
        draft = self.path.with_suffix(".draft")
        draft.write_text(text)
        draft.rename(self.path)


class Picker:
    """A Warmpath whose picks go nowhere."""

    names = itertools.count()

    def __init__(self, processes, entries, config=None, *, options=(), environment=None):
        name = f"picker-{next(self.names)}"
        self.file = EndpointsFile(processes.folder / f"{name}.yaml", entries)
        options = list(options)
        if config is not None:
            self.config = ConfigFile(processes.folder / f"{name}-config.yaml", config)
            options += ["--config-file", self.config.path]
        self.warmpath = Warmpath(
            processes, self.file.path, options=options, environment=environment,
            name=name, fallbacks=None,
        ).wait_until_ready()
        self.stack = contextlib.ExitStack()
        self.channel = self.stack.enter_context(
            grpc.insecure_channel(f"127.0.0.1:{self.warmpath.grpc_port}"))

    def stream(self):
        return Stream(self.channel)

    def ask(self, stream, prompt="Hello", *, headers=None, subset=None, **fields):
        fields = {"model": MODEL, "max_tokens": 1, **fields}
        if "messages" not in fields:
            fields["prompt"] = prompt
        body = json.dumps(fields).encode()
        return stream.headers(headers, subset=subset).body(body, end=True)

    def pick(self, prompt="Hello", **options):
        """What a request's headers become: those that are set, and the names of those removed."""
        with self.stream() as stream:
            return Pick(self.ask(stream, prompt, **options).receive())

    def refusal(self, prompt="Hello", **options):
        with self.stream() as stream:
            return self.ask(stream, prompt, **options).receive().immediate_response

    def metric(self, name, **labels):
        return self.warmpath.metrics().total(name, **labels)

    def wait_for_metric(self, value, name, **labels):
        wait_until(f"{name} {labels} is {value}", lambda: self.metric(name, **labels) == value,
                   process=self.warmpath.process)


class Pick:
    def __init__(self, answer):
        assert answer.WhichOneof("response") == "request_headers", answer
        common = answer.request_headers.response
        self.headers = {
            each.header.key: (each.header.raw_value or each.header.value.encode()).decode()
            for each in common.header_mutation.set_headers
        }
        self.removed = {each.lower() for each in common.header_mutation.remove_headers}
        assert answer.dynamic_metadata["envoy.lb"][DESTINATION] == self.headers[DESTINATION]

    @property
    def endpoints(self):
        """The picked one and those that may stand in for it."""
        return self.headers[DESTINATION].split(",")

    @property
    def endpoint(self):
        return self.endpoints[0]


def entries(count, **fields):
    """Endpoints that nobody listens at."""
    return [
        {"name": f"pod-{number}", "address": f"127.1.0.{number + 1}:8000", **fields}
        for number in range(count)
    ]
