#!/usr/bin/env python3
"""Measures one decision of NVIDIA Dynamo's selection service (PyPI: ai-dynamo-runtime), the
scheduler that its endpoint picker embeds.

usage: peer.py

Prints lines of the form: bench scheduling/decision-dynamo/ENDPOINTS VALUE us. It is asked over
HTTP with the hashes of a prompt of 64 blocks, of which nobody holds any; what is told is the CPU
time of its process for one request, less that of a request that decides nothing (GET /health).
"""
import http.client
import json
import os
import subprocess
import sys
import time

REQUESTS = 2000
BLOCK_SIZE = 16
BLOCKS = 64
PORT = 18992
TICKS = os.sysconf("SC_CLK_TCK")


class Service:
    def __init__(self):
        environment = {**os.environ, "DYN_LOG": "off", "RUST_LOG": "off"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dynamo.select_service", "--port", str(PORT), "--threads", "1"],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            try:
                self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
                self.ask("GET", "/health")
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the service does not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)

    def ask(self, method, path, body=None):
        self.connection.request(method, path, body, {"content-type": "application/json"})
        reply = self.connection.getresponse()
        text = reply.read()
        if reply.status >= 300:
            raise SystemExit(f"{path}: {reply.status} {text[:300]}")
        return text

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def cost(self, method, path, body=None):
        """CPU seconds of one request."""
        for _ in range(REQUESTS // 10):
            self.ask(method, path, body)
        before = self.cpu_seconds()
        for _ in range(REQUESTS):
            self.ask(method, path, body)
        return (self.cpu_seconds() - before) / REQUESTS


def register(service, count):
    for worker in range(1, count + 1):
        service.ask("POST", "/workers", json.dumps({
            "worker_id": worker, "model_name": "m", "endpoint": f"http://127.0.0.1:{9000 + worker}",
            "block_size": BLOCK_SIZE, "data_parallel_start_rank": 0, "data_parallel_size": 1,
            "kv_events_endpoints": {"0": f"tcp://127.0.0.1:{20000 + worker}"},
            "max_num_batched_tokens": 8192, "total_kv_blocks": 100000,
        }))


def main():
    hashes = [(number * 0x9E3779B97F4A7C15) % (1 << 62) for number in range(1, BLOCKS + 1)]
    request = json.dumps({"model_name": "m", "block_hashes": hashes, "sequence_hashes": hashes,
                          "isl_tokens": BLOCKS * BLOCK_SIZE})
    for count in (10, 100, 1000):
        with Service() as service:
            register(service, count)
            floor = service.cost("GET", "/health")
            decision = service.cost("POST", "/select", request)
            print(f"bench scheduling/decision-dynamo/{count} {(decision - floor) * 1e6:.1f} us",
                  flush=True)


if __name__ == "__main__":
    main()
