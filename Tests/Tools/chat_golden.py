#!/usr/bin/env python3
"""Makes prompts by vLLM's own code, as the golden for ChatGoldenTests.

usage: chat_golden.py OUTPUT_JSON [--cache FOLDER] [--fuzz N] [--seed N]

vLLM's source package is downloaded from PyPI once; its request types, message parsing, template
arguments and encoders run from there, rendering is transformers', Harmony is oss-harmony's.

Output: {"templates": {name: source}, "options": {name: options}, "cases": [{"format",
"template", "options", "body", and "ok": text, or "pieces": [[kind, text]], or "err": message}]}.
A case with media has "media": its text is that before the first placeholder.
"""
import argparse
import copy
import datetime
import importlib
import json
import pathlib
import random

import tokenizers
import transformers
from transformers.utils import chat_template_utils

import source_packages
import vllm_frontend

PLACEHOLDER = "<|media|>"
TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}

TEMPLATES = {
    # Prints all that a template can see.
    "dump": "{{ bos_token }}{{ messages | tojson }}\n{{ tools | tojson }}\n"
            "{{ documents | tojson }}\n{{ add_generation_prompt }}"
            "{{ [reasoning_effort, enable_thinking, custom, unk_token, max_length] | string }}",
    "dump_openai": "{% for message in messages %}{{ message.role }}"
                   "{% if message.content is string %}={{ message.content }}"
                   "{% else %}{% for part in message.content %}"
                   "{% if part.type == 'text' %}[{{ part | tojson }}]"
                   "{% elif part.type in ('image', 'audio', 'video') %}<|media|>"
                   "{% else %}({{ part | tojson }}){% endif %}"
                   "{% endfor %}{% endif %}{{ message.tool_calls | default(none) | tojson }}\n{% endfor %}"
                   "{{ tools | tojson }}",
    "chatml": "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
              "{{ message['content'] | trim }}<|im_end|>\n{% endfor %}"
              "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}",
    "untrimmed": "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}"
                 "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}",
    "developer": "{% for message in messages %}{% if message.role == 'developer' %}dev:"
                 "{% endif %}{{ message.content }};{{ message.tools | default(none) | tojson }}{% endfor %}",
    "raising": "{% for message in messages %}{% if message.role not in ['user', 'assistant'] %}"
               "{{ raise_exception('Only user and assistant: ' + message.role) }}{% endif %}"
               "{{ message.content }}{% endfor %}",
}
# From vLLM's examples.
REAL_TEMPLATES = [
    "llama3.1_json", "llama3.2_pythonic", "llama4_pythonic", "hermes", "qwen3coder", "mistral3",
    "mistral_parallel", "deepseekv31", "granite", "phi4_mini", "gemma3_pythonic", "glm4",
    "internlm2_tool", "hunyuan_a13b", "xlam_llama"]
NOW = datetime.datetime(2026, 1, 2)


class StandingClock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


OPTIONS = {
    "plain": {},
    "defaults": {"default_chat_template_kwargs": {"custom": "c", "enable_thinking": False},
                 "reasoning_effort_map": {"high": "max"},
                 "exclude_tools_when_tool_choice_none": True},
    "trusting": {"trust_request_chat_template": True},
    "openai": {"content_format": "openai"},
}


class Placeholders:
    """Stands for the items of a request's messages: every one has the same placeholder."""

    def __init__(self, content_parser, model_config):
        class Parser(content_parser.BaseMultiModalContentParser):
            model_config = None

            def _add(self, modality):
                self._add_placeholder(modality, PLACEHOLDER)

            def parse_image(self, *_): self._add("image")
            def parse_image_embeds(self, *_): self._add("image")
            def parse_image_pil(self, *_): self._add("image")
            def parse_audio(self, *_): self._add("audio")
            def parse_input_audio(self, *_): self._add("audio")
            def parse_audio_embeds(self, *_): self._add("audio")
            def parse_video(self, *_): self._add("video")
            def parse_video_embeds(self, *_): self._add("video")
            def parse_prompt_embeds(self, *_): raise ValueError("prompt_embeds")

        Parser.__abstractmethods__ = frozenset()
        Parser.model_config = model_config
        self.parser = Parser
        self.count = 0

    def create_parser(self, **_):
        parser = self.parser()
        tracker = self
        original = parser._add_placeholder

        def count(modality, placeholder):
            tracker.count += 1
            original(modality, placeholder)

        parser._add_placeholder = count
        return parser


MISTRAL_TOKENS = [
    "<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]",
    "[TOOL_RESULTS]", "[/TOOL_RESULTS]", "[TOOL_CALLS]", "[IMG]", "<pad>", "[IMG_BREAK]",
    "[IMG_END]", "[PREFIX]", "[MIDDLE]", "[SUFFIX]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]",
    "[TOOL_CONTENT]", "[CALL_ID]", "[ARGS]", "[THINK]", "[/THINK]"]
MISTRAL_VERSIONS = ("v3", "v7", "v11", "v13")


def mistral_tokenizers(cache, load):
    """vLLM's tokenizer for each format, with the vocabulary that mistral-common brings along."""
    import mistral_common
    from mistral_common.protocol.instruct.validator import ValidationMode
    from transformers.tokenization_mistral_common import MistralCommonBackend
    wrapper = load("vllm.tokenizers.mistral")
    folder = pathlib.Path(mistral_common.__file__).parent / "data"
    file = json.loads((folder / "tekken_240718.json").read_text(encoding="utf-8"))
    file["vocab"] = file["vocab"][:1000]
    file["config"]["default_vocab_size"] = 1000 + file["config"]["default_num_special_tokens"]
    file["special_tokens"] = [
        {"rank": rank, "token_str": token, "is_control": True}
        for rank, token in enumerate(MISTRAL_TOKENS)]
    result = {}
    for version in MISTRAL_VERSIONS:
        file["config"]["version"] = version
        path = cache / version / "tekken.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(file), encoding="utf-8")
        result[version] = wrapper.MistralTokenizer(
            MistralCommonBackend(str(path), mode=ValidationMode.test))
    return wrapper, result


class Frontend:
    def __init__(self, root, cache):
        vllm_frontend.install(root)
        chat_template_utils.datetime = StandingClock
        for name in REAL_TEMPLATES:
            file = next(root.glob(f"examples/**/tool_chat_template_{name}.jinja"))
            TEMPLATES[name] = file.read_text(encoding="utf-8")
        load = importlib.import_module
        self.protocol = load("vllm.entrypoints.openai.chat_completion.protocol")
        self.chat_message = load("vllm.renderers.chat_utils.chat_message")
        self.content_parser = load("vllm.renderers.chat_utils.content_parser")
        self.hf = load("vllm.renderers.hf")
        self.params = load("vllm.renderers.params")
        self.deepseek = load("vllm.tokenizers.deepseek_v32_encoding")
        self.harmony = load("vllm.entrypoints.openai.parser.harmony_utils")
        self.anthropic = load("vllm.entrypoints.anthropic.serving").AnthropicServingMessages
        self.anthropic_request = load(
            "vllm.entrypoints.anthropic.protocol").AnthropicMessagesRequest
        self.model_config = type("ModelConfig", (), {
            "enable_prompt_embeds": False, "multimodal_config": None, "hf_config": None,
            "revision": None, "code_revision": None, "trust_remote_code": False,
            "tokenizer_revision": None, "tokenizer": "m", "model": "m"})()
        self.hf._try_get_processor_chat_template = lambda *_, **__: None
        self.hf.get_chat_template_fallback_path = lambda **_: None
        self.tokenizers = {
            name: transformers.PreTrainedTokenizerFast(
                tokenizer_object=tokenizers.Tokenizer(tokenizers.models.WordLevel({"a": 0}, "a")),
                chat_template=source, name_or_path=name, **TOKENS)
            for name, source in TEMPLATES.items()}
        self.mistral, self.mistral_tokenizers = mistral_tokenizers(cache, load)
        self.harmony.envs = type("Envs", (), {
            "VLLM_GPT_OSS_HARMONY_SYSTEM_INSTRUCTIONS": False,
            "VLLM_SYSTEM_START_DATE": "2026-01-02"})

    def request(self, body, merges_system):
        body = copy.deepcopy(body)
        if "max_tokens" not in body:  # which Anthropic's requests need, and ours leave out
            return self.protocol.ChatCompletionRequest.model_validate(body)
        return self.anthropic.to_chat_completion_request(
            self.anthropic_request.model_validate(body), merge_inline_system=merges_system,
            disabled_thinking_effort="none")

    def arguments(self, body, options, merges_system=True):
        """What OnlineRenderer.render_chat and preprocess_chat make of a body."""
        request = self.request(body, merges_system)
        if request.tools is None or (request.tool_choice == "none" and
                                     options.get("exclude_tools_when_tool_choice_none")):
            tools = None
        else:
            tools = [tool.model_dump() for tool in request.tools]
        kwargs = request.chat_template_kwargs
        if not options.get("trust_request_chat_template") and (
                request.chat_template is not None
                or (kwargs and kwargs.get("chat_template") is not None)):
            raise ValueError("Refused request with untrusted chat template.")
        if request.mm_processor_kwargs or request.media_io_kwargs:
            raise ValueError("Per-request media arguments are disabled")
        defaults = self.params.merge_kwargs(
            options.get("default_chat_template_kwargs"), dict(tools=tools, tokenize=False))
        # Media arguments have nothing to do with the prompt's text.
        params = request.build_chat_params(
            None, options.get("content_format", "auto"), options.get("reasoning_effort_map"))
        params = self.params.ChatParams(
            chat_template=params.chat_template,
            chat_template_content_format=params.chat_template_content_format,
            chat_template_kwargs=self.params.merge_kwargs(defaults, params.chat_template_kwargs))
        return request, tools, params

    def merges_system(self, template):
        try:
            return self.anthropic._detect_merge_inline_system(TEMPLATES[template])
        except TypeError:  # which the engine does not catch: such a template never serves
            return True

    def conversation(self, messages, content_format):
        tracker = Placeholders(self.content_parser, self.model_config)
        conversation = []
        for message in messages:
            conversation.extend(self.chat_message.parse_chat_message_content(
                message, tracker, content_format, interleave_strings=False))
        self.chat_message._postprocess_messages(conversation)
        return conversation, tracker.count > 0

    def jinja(self, template, body, options):
        tokenizer = self.tokenizers[template]
        request, _, params = self.arguments(body, options, self.merges_system(template))
        content_format = self.hf.resolve_chat_template_content_format(
            chat_template=params.chat_template, tools=params.chat_template_kwargs.get("tools"),
            given_format=params.chat_template_content_format, tokenizer=tokenizer,
            model_config=self.model_config)
        conversation, has_media = self.conversation(request.messages, content_format)
        text = self.hf.safe_apply_chat_template(
            self.model_config, tokenizer, conversation, **params.get_apply_chat_template_kwargs())
        return text, has_media

    def deepseek_v32(self, body, options):
        request, _, params = self.arguments(body, options)
        conversation, has_media = self.conversation(request.messages, "string")
        if has_media:
            raise ValueError("DeepSeek V3.2 is not a multimodal model")
        kwargs = params.get_apply_chat_template_kwargs()
        if {"conversation", "messages"} & kwargs.keys():
            raise TypeError("got multiple values for keyword argument")
        thinking = kwargs.get("thinking", False) or kwargs.get("enable_thinking", False)
        messages = conversation.copy()
        tools = kwargs.get("tools")
        if tools is not None and len(tools) > 0:
            messages.insert(0, {"role": "system", "tools": tools})
        text = self.deepseek.encode_messages(
            messages, thinking_mode="thinking" if thinking else "chat",
            drop_thinking=messages[-1]["role"] == "user")
        return text, False

    def harmony_pieces(self, body, options):
        request, tools, _ = self.arguments(body, options)
        harmony = self.harmony
        instructions, messages = harmony.extract_instructions_from_messages(list(request.messages))
        effort = self.params.map_reasoning_effort(
            request.reasoning_effort, options.get("reasoning_effort_map"))
        if effort == "none":
            raise ValueError("Harmony does not support none")
        result = harmony.build_harmony_preamble(
            instructions=instructions, tools=request.tools if tools is not None else None,
            reasoning_effort=effort, with_custom_tools=tools is not None)
        result.extend(harmony.parse_chat_inputs_to_harmony_messages(messages))
        encoding = harmony.get_encoding()
        return pieces(
            harmony.render_for_completion(result), lambda token: token >= 199998, encoding.decode)

    def mistral_pieces(self, version, body, options):
        from mistral_common.tokens.tokenizers.base import SpecialTokenPolicy
        request, tools, params = self.arguments(body, options)
        self.mistral.maybe_serialize_tool_calls(request)
        self.mistral.truncate_tool_call_ids(request)
        self.mistral.validate_request_params(request)
        tokenizer = self.mistral_tokenizers[version]
        kwargs = params.get_apply_chat_template_kwargs()
        ids = tokenizer.apply_chat_template(request.messages, **kwargs | {"tokenize": True})
        return pieces(
            ids, tokenizer.tokenizer.is_special,
            lambda run: tokenizer.tokenizer.decode(run, SpecialTokenPolicy.KEEP))


def pieces(ids, is_special, decode):
    """Special tokens, and the texts between them."""
    runs = []
    for token in ids:
        if is_special(token):
            runs.append(["special", [token]])
        elif runs and runs[-1][0] == "text":
            runs[-1][1].append(token)
        else:
            runs.append(["text", [token]])
    return [[kind, decode(run)] for kind, run in runs]


def first_words(error):
    return ' '.join(str(error).splitlines()[:3])[:200] if str(error) else type(error).__name__


def result(frontend, case, options):
    try:
        if case["format"] == "harmony":
            return {"pieces": frontend.harmony_pieces(case["body"], options)}
        if case["format"] == "mistral":
            return {"pieces": frontend.mistral_pieces(case["template"], case["body"], options)}
        if case["format"] == "deepseek_v32":
            text, has_media = frontend.deepseek_v32(case["body"], options)
        else:
            text, has_media = frontend.jinja(case["template"], case["body"], options)
    except Exception as error:  # every way of raising is a refused request
        return {"err": first_words(error)}
    if has_media:
        # Where a template leaves the placeholder out there is nothing to cut at.
        return {"ok": text.split(PLACEHOLDER)[0], "media": PLACEHOLDER in text}
    return {"ok": text}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("output")
    parser.add_argument("--cache", default=".build/golden", type=pathlib.Path)
    parser.add_argument("--fuzz", default=400, type=int)
    parser.add_argument("--seed", default=1, type=int)
    arguments = parser.parse_args()
    import chat_cases
    frontend = Frontend(source_packages.unpacked("vllm", arguments.cache), arguments.cache)
    cases = (
        chat_cases.written() + chat_cases.real(REAL_TEMPLATES)
        + chat_cases.fuzzed(random.Random(arguments.seed), arguments.fuzz))
    for case in cases:
        case.update(result(frontend, case, OPTIONS[case["options"]]))
    with open(arguments.output, "w", encoding="utf-8") as file:
        json.dump({"templates": TEMPLATES, "options": OPTIONS, "cases": cases}, file,
                  ensure_ascii=False)
    count = {kind: sum(kind in case for case in cases) for kind in ("ok", "pieces", "err")}
    print(f"{len(cases)} cases: {count}")


if __name__ == "__main__":
    main()
