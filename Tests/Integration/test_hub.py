"""Tokenizers that are downloaded: from a hub on this machine, into Hugging Face's cache."""
from support.fleet import Engines
from support.house import House
from support.hub import COMMIT, Hub
from support.models import write_model

MODEL = "org/small"


def test_a_model_is_downloaded_once_and_found_in_the_cache_from_then_on(processes, tmp_path):
    model, cache = write_model(tmp_path / "model"), tmp_path / "cache"
    engines = Engines(processes, 2, model=MODEL, tokenizer=model)
    with Hub(MODEL, model, token="secret") as hub:
        environment = {
            "HF_ENDPOINT": hub.url, "HF_TOKEN": "secret", "HF_HUB_CACHE": str(cache),
            "no_proxy": "127.0.0.1",
        }

        def house(name):
            return House(
                processes,
                engines=engines,
                tokenizer=["--download-tokenizers"],
                environment=environment,
                name=name,
            )

        first = house("warmpath-first")
        first.warmpath.wait_for_models(1)
        assert first.second_turn_is_cached(30)
        snapshot = cache / "models--org--small" / "snapshots" / COMMIT
        for file in model.iterdir():
            assert (snapshot / file.name).read_bytes() == file.read_bytes()
        assert sorted(hub.downloads) == sorted(file.name for file in model.iterdir())
        assert "secret" not in first.warmpath.process.log()
    second = house("warmpath-second")
    second.warmpath.wait_for_models(1)
    assert second.second_turn_is_cached(31)
