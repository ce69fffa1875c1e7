"""A hub of models on this machine, with the few answers of Hugging Face's that a download needs."""
import hashlib
import http.server
import json
import pathlib
import threading

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """Serves the files of one folder as one model, to those who have the token."""

    def __init__(self, model, folder, token):
        self.downloads = []
        hub, root = self, f"/{model}/resolve/{COMMIT}/"
        files = {each.name: each.read_bytes() for each in pathlib.Path(folder).iterdir()}
        listing = {"sha": COMMIT, "siblings": [{"rfilename": name} for name in files]}

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self):
                self._answer(sends_body=False)

            def do_GET(self):
                self._answer(sends_body=True)

            def _answer(self, sends_body):
                if self.headers.get("authorization") != f"Bearer {token}":
                    return self._send(401, b"", sends_body)
                if self.path == f"/api/models/{model}/revision/main":
                    return self._send(200, json.dumps(listing).encode(), sends_body)
                name = self.path.removeprefix(root)
                if not self.path.startswith(root) or name not in files:
                    return self._send(404, b"", sends_body)
                if sends_body:
                    hub.downloads.append(name)
                return self._send(200, files[name], sends_body)

            def _send(self, status, body, sends_body):
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.send_header("x-repo-commit", COMMIT)
                header = b"blob %d\0" % len(body)  # as git names a file's content
                self.send_header("etag", f'"{hashlib.sha1(header + body).hexdigest()}"')
                self.end_headers()
                if sends_body:
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
