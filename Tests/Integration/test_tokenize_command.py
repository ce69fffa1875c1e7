"""`warmpath tokenize`, beside HF's own library."""
import json
import subprocess

import pytest
import tokenizers

from support.fleet import bin_dir, tokenizer_path
from support.models import write_model
from support.tokenize_command import tokenize

TEXT = "Ünïcode – 漢字 👍\n\n  12345 <|eot_id|>"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return write_model(tmp_path_factory.mktemp("models") / "model")


@pytest.fixture(scope="module")
def reference():
    return tokenizers.Tokenizer.from_file(str(tokenizer_path()))


@pytest.mark.parametrize("special", [True, False])
def test_a_text_has_the_tokens_that_hugging_face_gives_it(model, reference, special):
    options = ["--model", model] + ([] if special else ["--no-special-tokens"])
    expected = reference.encode(TEXT, add_special_tokens=special)
    for found in (tokenize(*options, TEXT), tokenize(*options, "-", stdin=TEXT)):
        assert [id for id, _ in found] == expected.ids


def test_a_piece_is_shown_beside_each_id(model):
    assert tokenize("--model", model, "--no-special-tokens", "Hello world") == [
        (9906, "Hello"), (1917, "Ġworld"),
    ]


def test_a_chat_is_written_by_the_models_template(model, reference, tmp_path):
    file = tmp_path / "chat.json"
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": TEXT}]
    file.write_text(json.dumps({"messages": messages}))
    text = (
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
        f"<|start_header_id|>user<|end_header_id|>\n\n{TEXT}<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    )
    found = [id for id, _ in tokenize("--model", model, "--chat", file)]
    assert found == reference.encode(text, add_special_tokens=False).ids


def test_a_folder_is_read_in_the_mode_that_is_asked_for(reference, tmp_path):
    model = write_model(tmp_path / "model", tokenizer_class="Qwen2Tokenizer", model_type="qwen2")
    options = ["--model", model, "--no-special-tokens"]
    raw = tokenize(*options, "--tokenizer-mode", "raw", "12345")
    assert [id for id, _ in raw] == reference.encode("12345", add_special_tokens=False).ids
    # transformers 5 gives that class a pattern of its own, which takes digits one by one.
    assert [piece for _, piece in tokenize(*options, "12345")] == list("12345")


def test_a_folder_without_a_model_is_a_usage_error(tmp_path):
    command = [bin_dir() / "warmpath", "tokenize", "--model", tmp_path, "Hello"]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode != 0
    assert str(tmp_path) in ended.stderr
