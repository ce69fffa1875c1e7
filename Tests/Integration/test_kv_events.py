"""What the index makes of events that come, get lost, come twice, or come from a new engine."""
import pytest

from support.fleet import MODEL, EndpointsFile, Warmpath
from support.kv_publisher import KVPublisher
from support.processes import free_port_run, free_ports
from support.published_pool import Pool, new_prompt


def test_blocks_are_found_after_they_are_stored_and_not_after_they_are_removed(processes, stack):
    pool = Pool(processes, stack)
    prompt, engine = new_prompt(), pool.engines[1]
    assert pool.holder(prompt) is None
    engine.store(prompt)
    pool.wait_for_holder(engine, prompt)
    engine.remove(prompt)
    pool.wait_for_holder(None, prompt)


def test_two_tenants_never_match_each_other(processes, stack):
    pool = Pool(processes, stack)
    prompt, (first, second) = new_prompt(), pool.engines
    first.store(prompt, salt="tenant-a")
    second.store(prompt, salt="tenant-b")
    pool.wait_for_holder(first, prompt, cache_salt="tenant-a")
    pool.wait_for_holder(second, prompt, cache_salt="tenant-b")
    assert pool.holder(prompt) is None
    assert pool.holder(prompt, cache_salt="tenant-c") is None


def test_a_lost_batch_is_asked_for_again(processes, stack):
    pool = Pool(processes, stack)
    engine, prompts = pool.engines[0], [new_prompt() for _ in range(3)]
    engine.store(prompts[0])
    pool.wait_for_holder(engine, prompts[0])
    engine.store(prompts[1], is_lost=True)
    engine.store(prompts[2])
    for prompt in prompts:
        pool.wait_for_holder(engine, prompt)


def test_a_lost_removal_is_asked_for_again(processes, stack):
    pool = Pool(processes, stack)
    engine, prompts = pool.engines[0], [new_prompt() for _ in range(2)]
    engine.store(prompts[0])
    pool.wait_for_holder(engine, prompts[0])
    engine.remove(prompts[0], is_lost=True)
    engine.store(prompts[1])
    pool.wait_for_holder(engine, prompts[1])
    pool.wait_for_holder(None, prompts[0])


def test_what_was_published_before_the_start_is_asked_for(processes, stack):
    port = free_ports(1)[0]
    early = stack.enter_context(KVPublisher("early", f"127.0.0.1:{port}"))
    other = stack.enter_context(KVPublisher("other", f"127.0.0.1:{free_ports(1)[0]}"))
    prompt = new_prompt()
    early.store(prompt)
    pool = Pool(processes, stack, engines=[early, other])
    early.store(new_prompt())
    pool.wait_for_holder(early, prompt)


def test_without_replay_what_was_known_is_uncertain_and_what_comes_counts(processes, stack):
    pool = Pool(processes, stack, has_replay=False)
    engine, prompts = pool.engines[0], [new_prompt() for _ in range(3)]
    engine.store(prompts[0])
    pool.wait_for_holder(engine, prompts[0])
    assert pool.metric("warmpath_kv_uncertain_publishers") == 0
    engine.store(prompts[1], is_lost=True)
    engine.store(prompts[2])
    pool.wait_for_holder(engine, prompts[2])
    assert pool.holder(prompts[1]) is None
    assert pool.metric("warmpath_kv_uncertain_publishers") == 1


@pytest.mark.parametrize("has_replay", [True, False])
def test_a_restarted_engine_has_nothing_of_before(processes, stack, has_replay):
    pool = Pool(processes, stack, has_replay=has_replay)
    engine, prompts = pool.engines[0], [new_prompt() for _ in range(4)]
    for prompt in prompts[:3]:
        engine.store(prompt)
    pool.wait_for_holder(engine, prompts[2])
    engine.restart()
    engine.wait_for_subscriber()
    engine.store(prompts[3])
    pool.wait_for_holder(engine, prompts[3])
    for prompt in prompts[:3]:
        assert pool.holder(prompt) is None


def test_a_restarted_engine_is_known_though_its_numbers_have_passed_the_old_ones(
        processes, stack):
    pool = Pool(processes, stack)
    engine, old, new = pool.engines[0], new_prompt(), new_prompt()
    engine.store(old)
    pool.wait_for_holder(engine, old)
    engine.restart()
    engine.wait_for_subscriber()
    for _ in range(5):
        engine.store(new_prompt(), is_lost=True)
    engine.store(new)
    pool.wait_for_holder(engine, new)
    pool.wait_for_holder(None, old)


def test_all_ranks_of_an_engine_are_followed(processes, stack):
    address, *others = (f"127.0.0.1:{port}" for port in free_ports(2))
    events, replay = free_port_run(2), free_port_run(2)
    ranks = [
        stack.enter_context(KVPublisher(
            "ranks", address, ports={"events": events + rank, "replay": replay + rank}))
        for rank in range(2)
    ]
    other = stack.enter_context(KVPublisher("other", others[0]))
    pool = Pool(processes, stack, engines=[*ranks, other],
                entries=[{**ranks[0].entry, "dataParallelSize": 2}, other.entry])
    prompts = [new_prompt() for _ in ranks]
    for rank, prompt in zip(ranks, prompts):
        rank.store(prompt)
    for rank, prompt in zip(ranks, prompts):
        pool.wait_for_holder(rank, prompt)


def test_engines_may_connect_to_one_central_address(processes, stack):
    port, *ports = free_ports(3)
    central = f"tcp://127.0.0.1:{port}"
    engines = [
        stack.enter_context(KVPublisher(
            f"engine-{number}", f"127.0.0.1:{each}", central=central, has_replay=False,
            topic=f"kv@127.0.0.1:{each}@{MODEL}"))
        for number, each in enumerate(ports)
    ]
    pool = Pool(processes, stack, engines=engines, options=["--kv-events-address", central])
    prompts = [new_prompt() for _ in engines]
    for engine, prompt in zip(engines, prompts):
        engine.store(prompt)
    for engine, prompt in zip(engines, prompts):
        pool.wait_for_holder(engine, prompt)


@pytest.mark.parametrize("has_replay", [True, False])
def test_a_restart_keeps_what_is_cached(processes, stack, has_replay):
    options = ["--kv-snapshot", processes.folder / "index.snapshot"]
    pool = Pool(processes, stack, has_replay=has_replay, options=options)
    engine, prompts = pool.engines[0], [new_prompt() for _ in range(2)]
    engine.store(prompts[0])
    pool.wait_for_holder(engine, prompts[0])
    pool.stop()
    if has_replay:  # while nobody listens
        engine.store(prompts[1])
        engine.remove(prompts[0])
    pool.start()
    if has_replay:
        pool.wait_for_holder(engine, prompts[1])
        pool.wait_for_holder(None, prompts[0])
    else:
        pool.wait_for_holder(engine, prompts[0])


def test_a_damaged_snapshot_is_refused(processes, stack):
    snapshot = processes.folder / "index.snapshot"
    pool = Pool(processes, stack, has_replay=False, options=["--kv-snapshot", snapshot])
    engine, prompt = pool.engines[0], new_prompt()
    engine.store(prompt)
    pool.wait_for_holder(engine, prompt)
    pool.stop()
    damaged = bytearray(snapshot.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    snapshot.write_bytes(damaged)
    pool.start()
    assert pool.holder(prompt) is None
    assert "snapshot" in pool.warmpath.process.log()


def test_a_second_replica_begins_with_what_the_first_knows(processes, stack):
    first = Pool(processes, stack, has_replay=False)
    engine, prompt = first.engines[0], new_prompt()
    engine.store(prompt)
    first.wait_for_holder(engine, prompt)
    peer = f"http://127.0.0.1:{first.warmpath.metrics_port}"
    second = Pool(processes, stack, engines=first.engines, name="second",
                  options=["--kv-snapshot", processes.folder / "second.snapshot",
                           "--kv-snapshot-peer", peer])
    second.wait_for_holder(engine, prompt)


def test_a_prompt_follows_an_equal_one_before_the_engine_has_said_anything(processes, stack):
    pool = Pool(processes, stack, count=4, options=["--speculative-indexing"])
    prompt = new_prompt()
    first = pool.pick(prompt, is_answered=True)
    assert {pool.pick(prompt, is_answered=True) for _ in range(8)} == {first}
    # What its client gave up is not computed, as far as is known.
    given_up = new_prompt()
    assert len({pool.pick(given_up) for _ in range(8)}) > 1


def test_many_engines_share_a_few_threads(processes, stack):
    pool = Pool(processes, stack, count=40, has_replay=False)
    prompts = [new_prompt() for _ in pool.engines]
    for engine, prompt in zip(pool.engines, prompts):
        engine.store(prompt)
    for engine, prompt in zip(pool.engines, prompts):
        pool.wait_for_holder(engine, prompt)
    assert pool.metric("llm_d_epp_kv_cache_events_active_subscribers") == 40


def test_the_log_tells_how_an_engine_hashes(processes, stack):
    pool = Pool(processes, stack)
    engine, prompt = pool.engines[0], new_prompt()
    engine.store(prompt)
    pool.wait_for_holder(engine, prompt)
    assert "sha256_cbor" in pool.warmpath.process.log()


def test_replicas_that_ask_each_other_for_a_snapshot_both_start(processes, stack):
    """Neither has one to give: they must not wait for each other."""
    ports = free_ports(2)
    engine = stack.enter_context(KVPublisher("engine", f"127.0.0.1:{free_ports(1)[0]}"))
    file = EndpointsFile(processes.folder / "endpoints.yaml", [engine.entry])
    replicas = [
        Warmpath(processes, file.path, name=f"replica-{own}",
                 metrics_port=own,
                 options=["--kv-snapshot", processes.folder / f"{own}.snapshot",
                          "--kv-snapshot-peer", f"http://127.0.0.1:{peer}"])
        for own, peer in (ports, reversed(ports))
    ]
    for replica in replicas:
        replica.wait_until_ready()
