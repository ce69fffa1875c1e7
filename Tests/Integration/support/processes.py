"""Child processes: started on free ports, watched, and ended with whoever started them."""
import os
import pathlib
import signal
import socket
import subprocess
import time


class ProcessError(Exception):
    pass


def free_ports(count):
    """Ports that nothing listens on. All are taken before the first is given back."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def free_port_run(count):
    """The first of `count` ports in a row that nothing listens on."""
    for _ in range(100):
        (first,) = free_ports(1)
        if first + count > 65536:
            continue
        sockets = []
        try:
            for port in range(first, first + count):
                sockets.append(socket.socket())
                sockets[-1].bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
        finally:
            for each in sockets:
                each.close()
    raise ProcessError(f"there are no {count} free ports in a row")


def wait_until(what, condition, seconds=20.0, process=None):
    """Polls until `condition` is true; returns what it returned. Exceptions count as "not yet"."""
    deadline = time.monotonic() + seconds
    last = None
    while time.monotonic() < deadline:
        if process is not None and not process.is_running:
            raise ProcessError(f"{process.name} ended before {what}\n{process.log_tail()}")
        try:
            if result := condition():
                return result
        except Exception as error:  # what a service that is not up yet throws, is its own matter
            last = error
        time.sleep(0.02)
    log = f"\n{process.log_tail()}" if process is not None else ""
    raise ProcessError(f"not within {seconds} s: {what} ({last}){log}")


class Process:
    """One child process, with its output in a file."""

    def __init__(self, name, command, folder, environment=None):
        self.name = name
        self.log_path = pathlib.Path(folder) / f"{name}.log"
        with open(self.log_path, "ab") as log:
            self._child = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )

    @property
    def is_running(self):
        return self._child.poll() is None

    def log(self):
        return self.log_path.read_text(errors="replace")

    def log_tail(self, lines=40):
        tail = self.log().splitlines()[-lines:]
        return "\n".join([f"--- {self.name}: {self.log_path}", *tail])

    def send_signal(self, number):
        self._child.send_signal(number)

    def terminate(self):
        self._child.send_signal(signal.SIGTERM)

    def wait(self, seconds=20.0):
        """The exit code, once it has ended."""
        return self._child.wait(seconds)

    def stop(self, seconds=5.0):
        if self.is_running:
            self.terminate()
            try:
                self._child.wait(seconds)
            except subprocess.TimeoutExpired:
                self._child.kill()
        self._child.wait()


class Processes:
    """Processes that end together, the last started first. Use in a `with` statement."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._running = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self._running):
            process.stop()

    def start(self, name, command, environment=None):
        process = Process(name, command, self.folder, environment)
        self._running.append(process)
        return process

    def log_tails(self):
        return "\n".join(process.log_tail() for process in self._running)
