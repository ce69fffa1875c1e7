"""A whole house: engines, Warmpath and a real Envoy before them."""
from .client import chat, completion, send
from .envoy import Envoy
from .fleet import BLOCK_SIZE, Engines, EndpointsFile, Warmpath
from .processes import wait_until

WORDS = "amber birch cedar delta ember fjord grove haven inlet jetty".split()


def long_prefix(number):
    """Differs from others from its first words on, and fills many blocks."""
    return f"Story {number}. " + " ".join(
        WORDS[(number * 7 + index * (3 + number % 5)) % len(WORDS)] for index in range(300)
    )


class House:
    """Two engines, Warmpath and an Envoy.

    What is not named here is said to Warmpath.
    """

    def __init__(self, processes, edits=(), engines=None, **warmpath):
        self.engines = engines or Engines(processes, 2)
        self.file = EndpointsFile(processes.folder / "endpoints.yaml", self.engines.entries)
        self.warmpath = Warmpath(
            processes, self.file.path, model=self.engines.model, **warmpath
        ).wait_until_ready()
        name = warmpath.get("name", "warmpath")
        self.envoy = Envoy(processes, self.warmpath.grpc_port, edits, name=f"envoy-of-{name}")
        self.warmpath.wait_for_events(self.engines)

    def ask(self, prompt, **options):
        return self.post(completion(prompt, model=self.engines.model), **options)

    def chat(self, messages, **fields):
        body = chat(messages, model=self.engines.model, **fields)
        return self.post(body, path="/v1/chat/completions")

    def post(self, body, **options):
        answer = send(self.envoy.port, body, **options)
        assert answer.status == 200, answer.body
        return answer

    def blocks_stored(self):
        return self.warmpath.metrics().total("llm_d_epp_kv_cache_index_admissions_total")

    def ask_and_wait_for_events(self, prompt):
        """Asks for something new, and waits until its blocks are in the index."""
        return self.wait_for_events_of(lambda: self.ask(prompt))

    def wait_for_events_of(self, ask):
        before = self.blocks_stored()
        answer = ask()
        blocks = answer.json["usage"]["prompt_tokens"] // BLOCK_SIZE
        wait_until(
            f"{blocks} blocks are in the index",
            lambda: self.blocks_stored() >= before + blocks,
            process=self.warmpath.process,
        )
        return answer

    def second_turn_is_cached(self, number):
        """Whether a prompt's second turn goes to where the first was, and is mostly cached."""
        prompt = f"{long_prefix(number)} What happens first? It was 1984 or 12345."
        first = self.ask_and_wait_for_events(prompt)
        second = self.ask(f"{prompt} And then?")
        usage = second.json["usage"]
        cached = usage["prompt_tokens_details"]["cached_tokens"]
        return second.pod == first.pod and cached > 0.8 * usage["prompt_tokens"]
