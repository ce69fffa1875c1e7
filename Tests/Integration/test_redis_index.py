"""The index in a Redis that several replicas share, and that comes and goes."""
import json
import shutil

import pytest

from support.processes import free_ports, wait_until
from support.published_pool import Pool, new_prompt


class Redis:
    """A real server, which can be killed and started again."""

    def __init__(self, processes):
        self.processes = processes
        (self.port,) = free_ports(1)
        self.starts = 0
        self.start()

    @property
    def address(self):
        return f"redis://127.0.0.1:{self.port}"

    def start(self):
        self.starts += 1
        self.process = self.processes.start(
            f"redis-{self.starts}",
            ["redis-server", "--port", self.port, "--bind", "127.0.0.1", "--save", "",
             "--appendonly", "no", "--dir", self.processes.folder],
        )
        wait_until("Redis serves", lambda: "Ready to accept" in self.process.log(),
                   process=self.process)

    def kill(self):
        self.process.stop(seconds=0)


@pytest.fixture
def redis(processes):
    assert shutil.which("redis-server"), "scripts/bootstrap installs it"
    return Redis(processes)


def up(pool):
    return pool.metric("warmpath_kv_redis_up")


def test_replicas_share_what_engines_have_announced_to_one_of_them(processes, stack, redis):
    options = ["--redis-address", redis.address]
    first = Pool(processes, stack, has_replay=False, options=options)
    engine, prompt = first.engines[0], new_prompt()
    engine.store(prompt)
    first.wait_for_holder(engine, prompt)
    second = Pool(processes, stack, engines=first.engines, name="second", options=options)
    second.wait_for_holder(engine, prompt)


def test_routing_goes_on_while_redis_is_down_and_recovers_with_it(processes, stack, redis):
    pool = Pool(processes, stack, options=["--redis-address", redis.address])
    engine, prompts = pool.engines[0], [new_prompt() for _ in range(3)]
    engine.store(prompts[0])
    pool.wait_for_holder(engine, prompts[0])
    redis.kill()
    engine.store(prompts[1])
    for prompt in prompts:
        assert pool.pick(prompt) in {each.address for each in pool.engines}
    wait_until("the metric says so", lambda: up(pool) == 0)
    redis.start()
    wait_until("the metric says so", lambda: up(pool) == 1)
    engine.store(prompts[2])
    for prompt in prompts:
        pool.wait_for_holder(engine, prompt)
    log = pool.warmpath.process.log()
    assert log.count("Redis is down") == 1 and log.count("Redis is up") == 2


def test_a_restart_finds_what_it_left_in_redis(processes, stack, redis):
    pool = Pool(processes, stack, has_replay=False, options=["--redis-address", redis.address])
    engine, prompt = pool.engines[0], new_prompt()
    engine.store(prompt)
    pool.wait_for_holder(engine, prompt)
    pool.restart()
    pool.wait_for_holder(engine, prompt)


def test_the_environment_names_the_redis(processes, stack, redis):
    environment = {"KVCACHE_INDEXER_REDIS_ADDR": redis.address}
    pool = Pool(processes, stack, environment=environment)
    engine, prompt = pool.engines[0], new_prompt()
    engine.store(prompt)
    pool.wait_for_holder(engine, prompt)
    assert up(pool) == 1


def test_a_password_never_reaches_the_log(processes, stack, redis):
    address = f"redis://someone:hunter2@127.0.0.1:{redis.port}"
    pool = Pool(processes, stack, options=["--redis-address", address])
    assert pool.pick(new_prompt()) in {each.address for each in pool.engines}
    wait_until("Redis has refused", lambda: up(pool) == 0)
    assert "hunter2" not in pool.warmpath.process.log()


def test_the_document_of_the_kv_cache_manager_configures_the_index(processes, stack, redis):
    document = processes.folder / "kv-cache.json"
    document.write_text(json.dumps({
        "prefixStoreConfig": {"cacheSize": 500000, "blockSize": 256},
        "tokenProcessorConfig": {"blockSize": 16, "hashSeed": "12345"},
        "kvBlockIndexConfig": {
            "redisConfig": {"address": redis.address},
            "enableMetrics": True, "metricsLoggingInterval": "1s",
        },
        "tokenizersPoolConfig": {
            "workersCount": 2, "huggingFaceToken": "hf-secret", "tokenizersCacheDir": "",
        },
    }))
    pool = Pool(processes, stack, seed="12345", options=["--kv-cache-config", document])
    engine, prompt = pool.engines[0], new_prompt()
    engine.store(prompt)
    pool.wait_for_holder(engine, prompt)
    assert up(pool) == 1
    wait_until("metrics are logged", lambda: "lookups" in pool.warmpath.process.log())
    assert "hf-secret" not in pool.warmpath.process.log()
