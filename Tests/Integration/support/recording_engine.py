"""An engine that answers every request alike, and remembers it."""
import http.server
import threading

from .scripted_engine import read_body

ANSWER = b'{"choices":[],"usage":{"prompt_tokens":1}}'


class RecordingEngine:
    """Answers `/tokenize` with a status, or not at all while `is_slow`."""

    def __init__(self, *, tokenize_status=404, is_slow=False, name="recording"):
        self.name = name
        self.bodies = []
        self._end = threading.Event()
        engine = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = read_body(self)
                if self.path != "/tokenize":
                    engine.bodies.append(body)
                    return self._answer(200, ANSWER)
                if is_slow:
                    engine._end.wait()
                return self._answer(tokenize_status, b"{}")

            def do_GET(self):
                self._answer(200, b"")

            def _answer(self, status, body):
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def entry(self):
        return {"name": self.name, "address": f"127.0.0.1:{self._server.server_port}"}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end.set()
        self._server.shutdown()
        self._server.server_close()
