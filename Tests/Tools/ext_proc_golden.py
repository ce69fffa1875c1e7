#!/usr/bin/env python3
"""Compares protos/ with the messages that Envoy publishes, and writes examples of them.

usage: ext_proc_golden.py OUT

Exits with a list of differences if a message, field, enum value or method of protos/ is not the
one that Envoy (PyPI `xds-protos`), protobuf or gRPC's health protocol defines. Otherwise writes
lines "KIND NAME HEX" to OUT, made with those published definitions alone:

    message  every field that protos/ keeps, one at a time, all at once, and at random; NAME is
             the message's full name
    request  a `ProcessingRequest` that Sources/ExtProc is to decode; NAME says which
    reply    a `ProcessingResponse` that Sources/ExtProc is to send; NAME says which
"""
import math
import pathlib
import random
import subprocess
import sys
import tempfile

from envoy.config.core.v3 import base_pb2
from envoy.service.ext_proc.v3 import external_processor_pb2 as ext_proc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, struct_pb2
from google.protobuf.descriptor import FieldDescriptor as Field

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEED = 20260801
RANDOM_PER_MESSAGE = 40
DESTINATION = "x-gateway-destination-endpoint"
SUBSET = "x-gateway-destination-endpoint-subset"
# Headers that a decision sets or removes, in the order of our reply.
STEERING = [
    DESTINATION,
    SUBSET,
    "x-gateway-destination-endpoint-served",
    "x-prefiller-host-port",
    "x-prefiller-url",
    "x-encoder-hosts-ports",
    "x-data-parallel-host-port",
    "x-data-parallel-rank",
    "x-kv-cache-source-host-port",
]


# The definitions: ours from protos/, the published ones from Python's default pool.


def our_files():
    """Our .proto files, as the generator of Sources/CExtProc reads them."""
    protos = ROOT / "protos"
    names = sorted(str(p.relative_to(protos)) for p in protos.rglob("*.proto"))
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(
            ["protoc-c", f"--proto_path={protos}", f"--descriptor_set_out={out.name}", *names],
            check=True,
        )
        files = descriptor_pb2.FileDescriptorSet.FromString(out.read()).file
    pool = descriptor_pool.DescriptorPool()
    for file in files:
        pool.Add(file)
    return [pool.FindFileByName(file.name) for file in files]


def add_health(pool):
    """grpc.health.v1, which no package of ours carries, from gRPC's health checking protocol:
    https://github.com/grpc/grpc/blob/master/doc/health-checking.md"""
    file = descriptor_pb2.FileDescriptorProto(
        name="grpc/health/v1/health.proto", package="grpc.health.v1", syntax="proto3"
    )
    request = file.message_type.add(name="HealthCheckRequest")
    request.field.add(name="service", number=1, type=Field.TYPE_STRING, label=1)
    response = file.message_type.add(name="HealthCheckResponse")
    status = response.enum_type.add(name="ServingStatus")
    for number, name in enumerate(["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"]):
        status.value.add(name=name, number=number)
    kind = ".grpc.health.v1.HealthCheckResponse.ServingStatus"
    response.field.add(name="status", number=1, type=Field.TYPE_ENUM, label=1, type_name=kind)
    health = file.service.add(name="Health")
    for name, streams in [("Check", False), ("Watch", True)]:
        health.method.add(
            name=name,
            input_type=".grpc.health.v1.HealthCheckRequest",
            output_type=".grpc.health.v1.HealthCheckResponse",
            server_streaming=streams,
        )
    pool.Add(file)


def messages_below(parent):
    """Every message of a file or message, without the entries of maps."""
    own = parent.message_types_by_name if hasattr(parent, "package") else parent.nested_types_by_name
    for message in own.values():
        if not message.GetOptions().map_entry:
            yield message
            yield from messages_below(message)


# What differs.


def field_shape(field):
    kind = field.message_type or field.enum_type
    return {
        "name": field.name,
        "type": field.type,
        "of": kind.full_name if kind else None,
        "repeated": field.is_repeated,
        "presence": field.has_presence,
        "oneof": field.containing_oneof.name if field.containing_oneof else None,
    }


def message_differences(ours, pool):
    try:
        published = pool.FindMessageTypeByName(ours.full_name)
    except KeyError:
        yield f"{ours.full_name}: not published"
        return
    for field in ours.fields:
        name = f"{ours.full_name}.{field.name}"
        other = published.fields_by_number.get(field.number)
        if other is None:
            yield f"{name}: no field {field.number} is published"
        elif field_shape(field) != field_shape(other):
            yield f"{name}: ours {field_shape(field)}, published {field_shape(other)}"
    for enum in ours.enum_types:
        yield from enum_differences(enum, pool)


def enum_differences(ours, pool):
    published = pool.FindEnumTypeByName(ours.full_name).values_by_name
    for value in ours.values:
        other = published.get(value.name)
        if other is None or other.number != value.number:
            yield f"{ours.full_name}.{value.name} = {value.number}: not published"


def service_differences(ours, pool):
    published = pool.FindServiceByName(ours.full_name)
    for method in ours.methods:
        other = published.FindMethodByName(method.name)
        shapes = [
            other
            and (m.input_type.full_name, m.output_type.full_name)
            + (m.client_streaming, m.server_streaming)
            for m in (method, other)
        ]
        if shapes[0] != shapes[1] or other is None:
            yield f"{ours.full_name}.{method.name}: ours {shapes[0]}, published {shapes[1]}"


def differences(files, pool):
    for file in files:
        for message in messages_below(file):
            yield from message_differences(message, pool)
        for enum in file.enum_types_by_name.values():
            yield from enum_differences(enum, pool)
        for service in file.services_by_name.values():
            yield from service_differences(service, pool)


# Examples, made with the published classes, of the fields that we keep.


class Examples:
    """Map keys are never empty: written or left out, they mean the same."""

    TEXTS = ["a", "", "host:8000", "Grüße, 世界 🌍", "x" * 300]
    BYTES = [b"a", b"", b"\x00\xff\x80", bytes(range(256)) * 2]
    DOUBLES = [0.0, -0.0, 1.5, math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308]

    def __init__(self, pool, seed):
        self.pool = pool
        self.random = random.Random(seed)

    def new(self, ours):
        return message_factory.GetMessageClass(self.pool.FindMessageTypeByName(ours.full_name))()

    def scalars(self, field):
        if field.type == Field.TYPE_ENUM:
            # Ours, and one that no version defines: enums are open in proto3.
            return [value.number for value in field.enum_type.values] + [7777, -1, 2**31 - 1]
        return {
            Field.TYPE_STRING: self.TEXTS,
            Field.TYPE_BYTES: self.BYTES,
            Field.TYPE_BOOL: [True, False],
            Field.TYPE_DOUBLE: self.DOUBLES,
        }[field.type]

    def one_field(self, ours):
        """Each field alone, with each of its values."""
        yield self.new(ours)
        for field in ours.fields:
            for setting in self.settings(field):
                message = self.new(ours)
                setting(message)
                yield message

    def settings(self, field, depth=2):
        """Functions that set `field` of a message, each to another value."""
        name = field.name
        if field.message_type is None:
            for value in self.scalars(field):
                if field.is_repeated:
                    yield lambda m, v=value: getattr(m, name).extend([v])
                else:
                    yield lambda m, v=value: setattr(m, name, v)
            if field.is_repeated:
                yield lambda m: getattr(m, name).extend(self.scalars(field))
        elif field.message_type.GetOptions().map_entry:
            kind = field.message_type.fields_by_name["value"].message_type
            for value in self.some(kind, depth):
                yield lambda m, v=value: getattr(m, name)["key"].CopyFrom(v)
            yield lambda m: getattr(m, name)["Grüße" * 50].CopyFrom(self.new(kind))
        elif field.is_repeated:
            values = list(self.some(field.message_type, depth))
            for value in values:
                yield lambda m, v=value: getattr(m, name).add().CopyFrom(v)
            yield lambda m: [getattr(m, name).add().CopyFrom(v) for v in values]
        else:
            for value in self.some(field.message_type, depth):
                yield lambda m, v=value: getattr(m, name).CopyFrom(v)

    def some(self, ours, depth):
        """An empty message, one for each field, and a full one."""
        yield self.new(ours)
        if depth > 0:
            for field in ours.fields:
                message = self.new(ours)
                next(iter(self.settings(field, depth - 1)))(message)
                yield message
            yield self.full(ours, depth - 1)

    def full(self, ours, depth=4):
        """All fields set; of a oneof, the last one stays."""
        message = self.new(ours)
        for field in ours.fields:
            list(self.settings(field, min(depth, 1)))[-1](message)
        return message

    def at_random(self, ours, depth=5):
        message = self.new(ours)
        for field in ours.fields:
            if self.random.random() < 0.6:
                self.set_at_random(message, field, depth)
        return message

    def set_at_random(self, message, field, depth):
        if field.message_type is None:
            values = self.random.choices(self.scalars(field), k=self.random.randrange(1, 5))
            if field.is_repeated:
                getattr(message, field.name).extend(values)
            else:
                setattr(message, field.name, values[0])
        elif depth == 0:
            return
        elif field.message_type.GetOptions().map_entry:
            kind = field.message_type.fields_by_name["value"].message_type
            key = f"key-{self.random.randrange(1000)}"
            getattr(message, field.name)[key].CopyFrom(self.at_random(kind, depth - 1))
        elif field.is_repeated:
            for _ in range(self.random.randrange(5)):
                value = self.at_random(field.message_type, depth - 1)
                getattr(message, field.name).add().CopyFrom(value)
        else:
            value = self.at_random(field.message_type, depth - 1)
            getattr(message, field.name).CopyFrom(value)


def message_examples(files, pool):
    examples = Examples(pool, SEED)
    for file in files:
        for ours in messages_below(file):
            messages = list(examples.one_field(ours))
            messages.append(examples.full(ours))
            messages += [examples.at_random(ours) for _ in range(RANDOM_PER_MESSAGE)]
            encoded = {m.SerializeToString(deterministic=True): None for m in messages}
            for bytes_ in encoded:
                yield ours.full_name, bytes_


# What Envoy says to us. Tests/CExtProcTests knows what each is to be decoded to.


def headers(*pairs, raw=True, end_of_stream=False):
    message = ext_proc.HttpHeaders(end_of_stream=end_of_stream)
    for key, value in pairs:
        if raw:
            message.headers.headers.add(key=key, raw_value=value.encode())
        else:
            message.headers.headers.add(key=key, value=value)
    return message


def subset(value):
    metadata = base_pb2.Metadata()
    metadata.filter_metadata["other"].update({"a": [1, {"b": None}], "c": True})
    metadata.filter_metadata["envoy.lb.subset_hint"].update({SUBSET: value, "more": 1})
    return metadata


def requests():
    request = ext_proc.ProcessingRequest
    pairs = [
        (":method", "POST"),
        (":path", "/v1/completions"),
        ("content-type", "application/json"),
        ("x-request-id", "id-1"),
        ("content-length", "42"),
    ]
    yield "request headers", request(request_headers=headers(*pairs))
    yield "request headers as values", request(request_headers=headers(*pairs, raw=False))
    both = headers()
    both.headers.headers.add(key="x-request-id", value="value", raw_value=b"raw")
    yield "request headers with value and raw value", request(request_headers=both)
    yield "request headers that end the stream", request(
        request_headers=headers((":method", "GET"), end_of_stream=True)
    )
    # Everything that Envoy may send along, most of it not kept by us.
    full = request(
        request_headers=headers(*pairs), observability_mode=True, metadata_context=subset([])
    )
    full.attributes["envoy.filters.http.ext_proc"].update({"request.path": "/"})
    full.metadata_context.typed_filter_metadata["typed"].Pack(struct_pb2.Struct())
    full.protocol_config.request_body_mode = 4
    full.protocol_config.response_body_mode = 2
    full.protocol_config.send_body_without_waiting_for_header_response = True
    yield "request headers with all else", full
    hints = {"list": ["10.0.0.1:8000", "10.0.0.2:8000"], "text": "10.0.0.1:8000, 10.0.0.2:8000"}
    for name, value in hints.items():
        message = request(request_headers=headers(), metadata_context=subset(value))
        yield f"subset hint as {name}", message
    for mode in range(6):
        message = request(request_headers=headers())
        message.protocol_config.request_body_mode = mode
        message.protocol_config.response_body_mode = 5 - mode
        yield f"body mode {mode}", message
    for side in ["request", "response"]:
        for end in [False, True]:
            body = ext_proc.HttpBody(body=b"\x00body\xff", end_of_stream=end)
            name = f"{side} body, last" if end else f"{side} body"
            yield name, request(**{f"{side}_body": body})
        empty = ext_proc.HttpBody(end_of_stream=True)
        yield f"{side} body, empty", request(**{f"{side}_body": empty})
        trailers = ext_proc.HttpTrailers()
        trailers.trailers.headers.add(key="grpc-status", raw_value=b"0")
        yield f"{side} trailers", request(**{f"{side}_trailers": trailers})
    yield "response headers", request(response_headers=headers((":status", "200")))
    yield "response headers that end the stream", request(
        response_headers=headers((":status", "204"), end_of_stream=True)
    )


# What we are to say to Envoy.


def replies():
    response = ext_proc.ProcessingResponse
    unchanged = ext_proc.CommonResponse()
    yield "request headers, unchanged", response(
        request_headers=ext_proc.HeadersResponse(response=unchanged)
    )
    yield "response headers", response(response_headers=ext_proc.HeadersResponse(response=unchanged))
    more = ext_proc.CommonResponse()
    set_header(more.header_mutation, "x-session-token", "dG9rZW4=")
    append_header(more.header_mutation, "set-cookie", "warm=path; Path=/")
    yield "response headers, with more", response(
        response_headers=ext_proc.HeadersResponse(response=more)
    )
    yield "response body", response(response_body=ext_proc.BodyResponse(response=unchanged))
    yield "request trailers", response(request_trailers=ext_proc.TrailersResponse())
    yield "response trailers", response(response_trailers=ext_proc.TrailersResponse())
    full = mutation(
        (DESTINATION, "10.0.0.1:8000,10.0.0.2:8000"),
        ("x-prefiller-host-port", "10.0.0.3:8000"),
        ("x-prefiller-url", "http://10.0.0.3:8000"),
        ("x-encoder-hosts-ports", "10.0.0.4:8000,10.0.0.5:8000"),
        ("x-data-parallel-host-port", "10.0.0.1:8001"),
        ("x-data-parallel-rank", "1"),
        ("content-length", "17"),
        ("x-request-id", "id-1"),
    )
    short = mutation((DESTINATION, "[::1]:8000"))
    for name, common, address in [
        ("full", full, "10.0.0.1:8000,10.0.0.2:8000"),
        ("short", short, "[::1]:8000"),
    ]:
        metadata = struct_pb2.Struct()
        metadata.update({"envoy.lb": {DESTINATION: address}})
        yield f"request headers, {name} mutation", response(
            request_headers=ext_proc.HeadersResponse(response=common), dynamic_metadata=metadata
        )
        yield f"request body, {name} mutation", response(
            request_body=ext_proc.BodyResponse(response=common), dynamic_metadata=metadata
        )
        common.body_mutation.body = b"another body"
        yield f"request body, {name} mutation, replaced", response(
            request_body=ext_proc.BodyResponse(response=common), dynamic_metadata=metadata
        )
    for side in ["request", "response"]:
        for size in [0, 1, 127, 128, 62_000]:
            for end in [False, True]:
                body = bytes(i * 31 % 251 for i in range(size))
                chunk = ext_proc.StreamedBodyResponse(body=body, end_of_stream=end)
                common = ext_proc.CommonResponse()
                common.body_mutation.streamed_response.CopyFrom(chunk)
                reply = response(**{f"{side}_body": ext_proc.BodyResponse(response=common)})
                yield f"{side} chunk of {size}{', last' if end else ''}", reply
    for name, status, text, reason, retry in IMMEDIATE:
        immediate = ext_proc.ImmediateResponse(body=f"inference error: {text}".encode())
        immediate.status.code = status
        set_header(immediate.headers, "content-type", "text/plain; charset=utf-8")
        if reason:
            set_header(immediate.headers, "x-llm-d-request-dropped-reason", reason)
        if retry:
            set_header(immediate.headers, "retry-after", "1")
        yield f"immediate, {name}", response(immediate_response=immediate)


IMMEDIATE = [
    ("malformed", 400, "BadRequest - model not found in request body", None, False),
    ("too large", 413, "PayloadTooLarge - the request body exceeds 10 bytes", None, False),
    (
        "saturated",
        429,
        "ResourceExhausted - every endpoint is at its limit",
        "rejected-saturated",
        True,
    ),
    ("unsupported", 500, "Internal - no such mode", None, False),
    (
        "no endpoints",
        503,
        "ServiceUnavailable - failed to find endpoint candidates for serving the request",
        "rejected-no-endpoints",
        False,
    ),
    (
        "evicted",
        429,
        "ResourceExhausted - request evicted by flow control",
        "evicted-priority",
        True,
    ),
    (
        "no endpoints in time",
        503,
        "ServiceUnavailable - no endpoint appeared in time",
        "rejected-no-endpoints",
        True,
    ),
]


def set_header(mutation_, key, value):
    option = mutation_.set_headers.add()
    option.header.key = key
    option.header.raw_value = value.encode()
    option.append_action = base_pb2.HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD


def append_header(mutation_, key, value):
    """Envoy's ext_proc goes by `append`, other gateways by `append_action`."""
    option = mutation_.set_headers.add()
    option.header.key = key
    option.header.raw_value = value.encode()
    option.append.value = True
    option.append_action = base_pb2.HeaderValueOption.APPEND_IF_EXISTS_OR_ADD


def mutation(*pairs):
    common = ext_proc.CommonResponse(clear_route_cache=True)
    for key, value in pairs:
        set_header(common.header_mutation, key, value)
    set_keys = [key for key, _ in pairs]
    common.header_mutation.remove_headers.extend(k for k in STEERING if k not in set_keys)
    return common


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    pool = descriptor_pool.Default()
    add_health(pool)
    files = our_files()
    found = list(differences(files, pool))
    if found:
        sys.exit("protos/ differs from what is published:\n" + "\n".join(found))
    lines = [f"message {name} {data.hex()}" for name, data in message_examples(files, pool)]
    for kind, cases in [("request", requests()), ("reply", replies())]:
        for name, message in cases:
            data = message.SerializeToString(deterministic=True)
            lines.append(f"{kind} {name.replace(' ', '_')} {data.hex()}")
    pathlib.Path(sys.argv[1]).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
