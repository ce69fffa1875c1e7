"""An engine that answers what a test tells it to, when it tells it to."""
import http.server
import queue
import threading


def read_body(handler):
    if length := handler.headers.get("content-length"):
        return handler.rfile.read(int(length))
    body = b""
    while size := int(handler.rfile.readline(), 16):
        body += handler.rfile.read(size)
        handler.rfile.readline()
    handler.rfile.readline()
    return body


class ScriptedEngine:
    """Streams the chunks that are put into `chunks`, until it meets None."""

    def __init__(self):
        self.chunks = queue.Queue()
        self.requests = queue.Queue()
        engine = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = read_body(self)
                if self.path == "/tokenize":  # what Warmpath asks for itself
                    self.send_response(404)
                    self.send_header("content-length", "0")
                    self.end_headers()
                    return
                engine.requests.put(body)
                self.send_response(200)
                self.send_header("content-type", "text/event-stream; charset=utf-8")
                self.send_header("transfer-encoding", "chunked")
                self.end_headers()
                while (chunk := engine.chunks.get()) is not None:
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
                self.wfile.write(b"0\r\n\r\n")

            def do_GET(self):
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def entry(self):
        return {"name": "scripted", "address": f"127.0.0.1:{self._server.server_port}"}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.chunks.put(None)  # whoever still waits
        self._server.shutdown()
        self._server.server_close()
