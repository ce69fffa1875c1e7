"""A gateway that does exactly what a test says: one ext_proc stream, message by message."""
import queue

import grpc
from envoy.config.core.v3 import base_pb2
from envoy.extensions.filters.http.ext_proc.v3 import processing_mode_pb2
from envoy.service.ext_proc.v3 import external_processor_pb2 as pb

from .fleet import EXT_PROC_SERVICE

PROCESS = f"/{EXT_PROC_SERVICE}/Process"
DESTINATION = "x-gateway-destination-endpoint"
SUBSET_NAMESPACE, SUBSET = "envoy.lb.subset_hint", "x-gateway-destination-endpoint-subset"
OVERWRITE = base_pb2.HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD
FULL_DUPLEX = processing_mode_pb2.ProcessingMode.FULL_DUPLEX_STREAMED
BUFFERED = processing_mode_pb2.ProcessingMode.BUFFERED
CHUNK_BYTES_MAX = 62_000

REQUEST_HEADERS = {
    ":method": "POST",
    ":path": "/v1/completions",
    ":authority": "gateway",
    ":scheme": "http",
    "content-type": "application/json",
    "x-request-id": "conformance",
}


class Stream:
    """One ext_proc stream. Leaving a `with` statement cancels it, if it still runs."""

    def __init__(self, channel, seconds=20):
        self._outbox = queue.Queue()
        method = channel.stream_stream(
            PROCESS,
            request_serializer=lambda message: (
                message if isinstance(message, bytes) else message.SerializeToString()
            ),
            response_deserializer=pb.ProcessingResponse.FromString,
        )
        self._call = method(iter(self._outbox.get, None), timeout=seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._outbox.put(None)
        self._call.cancel()

    def send(self, message):
        """A ProcessingRequest, or bytes as they are."""
        self._outbox.put(message)
        return self

    def close(self):
        """No more messages."""
        self._outbox.put(None)
        return self

    def cancel(self):
        self._call.cancel()

    def receive(self):
        return next(self._call)

    def receive_all(self):
        return list(self._call)

    def code(self):
        """The status with which the stream ended, for which this waits."""
        return self._call.code()

    # MARK: What gateways send

    def headers(self, headers=None, *, end=False, body_mode=FULL_DUPLEX, subset=None,
                without=(), path=None):
        message = pb.ProcessingRequest()
        message.protocol_config.request_body_mode = body_mode
        message.protocol_config.response_body_mode = (
            FULL_DUPLEX if body_mode == FULL_DUPLEX else processing_mode_pb2.ProcessingMode.NONE
        )
        message.request_headers.end_of_stream = end
        for key, value in {**REQUEST_HEADERS, **(headers or {})}.items():
            if key not in without:
                message.request_headers.headers.headers.add(key=key, raw_value=value.encode())
        if subset is not None:
            message.metadata_context.filter_metadata[SUBSET_NAMESPACE].update({SUBSET: subset})
        return self.send(message)

    def body(self, data, *, end):
        message = pb.ProcessingRequest()
        message.request_body.body = data
        message.request_body.end_of_stream = end
        return self.send(message)

    def trailers(self):
        message = pb.ProcessingRequest()
        message.request_trailers.trailers.headers.add(key="grpc-status", raw_value=b"0")
        return self.send(message)

    def response_headers(self, headers, *, end=False):
        message = pb.ProcessingRequest()
        message.response_headers.end_of_stream = end
        for key, value in headers.items():
            message.response_headers.headers.headers.add(key=key, raw_value=value.encode())
        return self.send(message)

    def response_body(self, data, *, end):
        message = pb.ProcessingRequest()
        message.response_body.body = data
        message.response_body.end_of_stream = end
        return self.send(message)

    # MARK: What Warmpath answers

    def receive_pick(self):
        """The answer to the request's headers: checks its form; returns the endpoint."""
        answer = self.receive()
        assert answer.WhichOneof("response") == "request_headers", answer
        return check_pick(answer, answer.request_headers.response)

    def receive_body(self, *, ended_by_trailers=False):
        """The body's chunks, joined, up to the end of the stream."""
        body = b""
        while True:
            answer = self.receive()
            if ended_by_trailers and answer.WhichOneof("response") == "request_trailers":
                return body
            assert answer.WhichOneof("response") == "request_body", answer
            mutation = answer.request_body.response.body_mutation
            assert mutation.WhichOneof("mutation") == "streamed_response", answer
            chunk = mutation.streamed_response
            assert len(chunk.body) <= CHUNK_BYTES_MAX
            body += chunk.body
            if chunk.end_of_stream:
                assert not ended_by_trailers, "trailers end the stream, not a chunk"
                return body

    def receive_refusal(self):
        """The HTTP status of an immediate response."""
        answer = self.receive()
        assert answer.WhichOneof("response") == "immediate_response", answer
        return answer.immediate_response.status.code


def set_headers(common):
    """Headers that an answer sets, by name."""
    headers = {}
    for option in common.header_mutation.set_headers:
        assert option.append_action == OVERWRITE, option
        assert option.header.key not in headers, option
        headers[option.header.key] = (option.header.raw_value or option.header.value.encode()
                                      ).decode()
    return headers


def check_pick(answer, common):
    endpoint = set_headers(common)[DESTINATION]
    assert common.clear_route_cache
    assert answer.dynamic_metadata["envoy.lb"][DESTINATION] == endpoint
    return endpoint
