#!/usr/bin/env python3
"""Writes the cases of the template benchmark, and times Jinja2 on them.

usage: peer.py GOLDEN_JSON CASES_JSON

The golden is that of Tests/Tools/template_golden.py. Then run: JinjaBenchmark CASES_JSON
"""
import json
import statistics
import sys
import time

import jinja2
from transformers.utils import chat_template_utils

TEMPLATES = {
    "llama3": "/meta-llama-Llama-3.1-8B-Instruct.jinja",
    "qwen3": "/Qwen-Qwen3-0.6B.jinja",
    "deepseek": "/deepseek-ai-DeepSeek-V3.1.jinja",
    "hermes-tools": "/tool_chat_template_hermes.jinja",
}
MESSAGES = [
    {"role": "system", "content": "You are a terse assistant that answers in one sentence."},
    {"role": "user", "content": "What does a key-value cache hold, and when is it reused?"},
    {"role": "assistant", "content": "Keys and values of a prefix; reused for equal prefixes."},
    {"role": "user", "content": "And who decides which replica has the prefix?"},
    {"role": "assistant", "content": "The router does, by an index of cached blocks."},
]
REPETITIONS = 2000


def main():
    golden_path, cases_path = sys.argv[1:]
    with open(golden_path, encoding="utf-8") as file:
        golden = json.load(file)
    cases = []
    for name, suffix in TEMPLATES.items():
        source = next(
            (t["source"] for t in golden["templates"] if t["name"].endswith(suffix)), None)
        if source is None:
            sys.exit(f"no template ends with {suffix}")
        variables = dict(golden["variables"]["sys_user"])
        variables["messages"] = MESSAGES
        cases.append({"name": name, "source": source, "variables": variables})
    with open(cases_path, "w", encoding="utf-8") as file:
        json.dump(cases, file)
    for case in cases:
        template = chat_template_utils._compile_jinja_template(case["source"])
        times = []
        for _ in range(REPETITIONS):
            start = time.perf_counter()
            template.render(**case["variables"])
            times.append(time.perf_counter() - start)
        value = statistics.median(times) * 1e6
        print(f"bench jinja/render/{case['name']}/jinja2-{jinja2.__version__} {value:.1f} us")


if __name__ == "__main__":
    main()
