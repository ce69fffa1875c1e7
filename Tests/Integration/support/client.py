"""A client of the gateway."""
import dataclasses
import hashlib
import http.client
import json

from .fleet import MODEL


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def pod(self):
        return self.headers.get("x-inference-pod")

    @property
    def json(self):
        return json.loads(self.body)


def completion(prompt, **fields):
    return json.dumps({"model": MODEL, "prompt": prompt, "max_tokens": 1, **fields}).encode()


def chat(messages, **fields):
    return json.dumps({"model": MODEL, "messages": messages, "max_tokens": 1, **fields}).encode()


def sha256(body):
    return hashlib.sha256(body).hexdigest()


def send(port, body=None, *, method="POST", path="/v1/completions", headers=None, seconds=60):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request(method, path, body,
                           {"content-type": "application/json", **(headers or {})})
        reply = connection.getresponse()
        # Names of headers are lower case in Envoy's answers.
        return Answer(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
    finally:
        connection.close()
