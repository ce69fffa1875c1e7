"""Bodies of chat requests for chat_golden.py: written ones for what is known, random ones for the
rest."""
TOOLS = [
    {"type": "function", "function": {
        "name": "get_weather", "description": "Looks the weather up.\nSlowly.\n",
        "parameters": {"type": "object", "description": "Where & when", "properties": {
            "city": {"type": "string", "title": "City", "description": "Where: 東京",
                     "examples": ["Oslo", 3, "Rome \"x\""]},
            "unit": {"type": "string", "enum": ["celsius", "kelvin"], "default": "celsius"},
            "days": {"type": ["integer", "null"], "minimum": 0, "default": 1e16},
            "style": {"type": "string", "default": "long", "nullable": True},
            "at": {"type": "object", "properties": {
                "lat": {"type": "number", "default": 1.0},
                "names": {"type": "array", "items": {"type": "string"}}}, "required": ["lat"]},
            "when": {"description": "a time", "default": "now", "oneOf": [
                {"type": "string", "description": "a time", "default": "x"},
                {"type": "integer", "nullable": True, "description": "seconds", "default": 5},
                {"type": "object", "properties": {"x": {"type": "boolean", "default": False}}}]},
            "other": {"oneOf": [{"type": "string", "enum": ["a", "b"], "default": "a"},
                                {"type": "number", "default": 1e-7}]},
            "any": {}, "list": {"type": "array", "default": [1, {"a": None}, "é\n"]}},
            "required": ["city", 3]}, "strict": True, "extra": 1}, "unknown": 2},
    {"function": {"name": "noop"}},
    {"type": "function", "defer_loading": True, "function": {
        "parameters": {"oneOf": [{"type": "object", "description": "v1", "properties": {}},
                                 {"type": "string", "default": "q\"", "nullable": True}]},
        "name": "third", "description": ""}},
]
CALL = {"type": "function", "id": "c1", "index": 0,
        "function": {"name": "get_weather", "arguments": "{\"city\": \"Oslo\", \"n\": 1.0}"}}
IMAGE = {"type": "image_url", "image_url": {"url": "http://x/y.png", "detail": "low"}}


def call(arguments, identifier="c1", name="f"):
    return {"id": identifier, "type": "function",
            "function": {"name": name, "arguments": arguments}}


def user(content="hi"):
    return {"role": "user", "content": content}


CONVERSATIONS = {
    "user": [user()],
    "system": [{"role": "system", "content": " Be nice. "}, user("a\nb  ")],
    "multi": [user("1"), {"role": "assistant", "content": "2"}, user("3")],
    "empty": [],
    "none": [{"role": "assistant"}, {"role": "assistant", "content": None}, user("")],
    "parts": [user([{"type": "text", "text": "a"}, {"type": "text", "text": ""}, "c",
                    {"text": "d", "type": "text", "cache_control": {"type": "x"}, "uuid2": 1}])],
    "input_text": [user([{"type": "text", "text": "a"}, {"type": "input_text", "text": "b"},
                         {"type": "output_text"}, {"type": "thinking", "thinking": "t"}])],
    "only_input_text": [user([{"type": "input_text", "text": "b"}])],
    "none_text": [user([{"type": "text", "text": "x"}, {"type": "text", "text": None}])],
    "billing": [{"role": "system", "content": "x-anthropic-billing-header: 1\nrest\nmore"}, user()],
    "billing_only": [{"role": "system", "content": [
        {"type": "text", "text": "x-anthropic-billing-header: 1"},
        {"type": "text", "text": "x-anthropic-billing-header\n"},
        {"type": "text", "text": "kept", "k": 1}]},
        {"role": "user", "content": "x-anthropic-billing-header: 1\nrest"}],
    "reasoning": [user(), {"role": "assistant", "content": "a", "reasoning_content": "r"},
                  user("b")],
    "both_reasonings": [user(), {"role": "assistant", "content": "a", "reasoning": "1",
                                 "reasoning_content": "2"},
                        {"role": "assistant", "content": "b", "reasoning": None,
                         "reasoning_content": "3"}],
    "tool_turn": [user(), {"role": "assistant", "content": "", "tool_calls": [CALL]},
                  {"role": "tool", "tool_call_id": "c1", "content": [
                      {"type": "text", "text": "1"}, {"type": "text", "text": ""}], "name": "n"}],
    "tool_turns": [
        user(), {"role": "assistant", "content": "wait", "reasoning": "think",
                 "tool_calls": [call("{}"), call("", "c2", "g")]},
        {"role": "tool", "tool_call_id": "c1", "content": "r1"},
        {"role": "tool", "tool_call_id": "c2", "content": "r2"},
        {"role": "assistant", "content": "done", "reasoning": "more"}, user("again"),
        {"role": "assistant", "reasoning": "deep", "tool_calls": [call("{\"k\": [1, null]}", "c3")]},
        {"role": "tool", "tool_call_id": "c3", "content": "r3"}],
    "wrong_arguments": [user(), {"role": "assistant", "tool_calls": [
        call("{"), call("[1]"), call("null"), call("{\"a\": 1e16, \"a\": {\"b\": \"é\"}}"),
        call(" {\"x\": 18446744073709551615} ")]}],
    "tool_calls_null": [{"role": "assistant", "content": "a", "tool_calls": None}, user()],
    "tool_calls_empty": [{"role": "assistant", "content": "a", "tool_calls": []}, user()],
    "tool_calls_custom": [{"role": "assistant", "content": "a", "tool_calls": [
        {"id": "1", "type": "custom", "custom": {"name": "f", "input": "{}"}}]}, user()],
    "dict_arguments": [{"role": "assistant", "tool_calls": [call({"a": 1})]}],
    "tool_reference": [{"role": "tool", "tool_call_id": "1", "content": [
        {"type": "tool_reference", "name": "f"}, {"type": "text", "text": "x"}]}],
    "orphan_tool": [{"role": "tool", "tool_call_id": "1", "content": "x"}],
    "developer": [{"role": "developer", "content": "dev", "tools": TOOLS[:1]}, user()],
    "developer_later": [{"role": "system", "content": "sys"}, user(),
                        {"role": "developer", "content": [{"type": "text", "text": "dev"}]},
                        {"role": "system", "content": ""}, user("b")],
    "custom_role": [{"role": "critic", "content": "x", "name": "n", "task": "t", "foo": 1}],
    "name": [{"role": "user", "content": "x", "name": "bob", "task": 3}],
    "image": [{"role": "system", "content": "s"},
              user([{"type": "text", "text": "see"}, IMAGE, {"type": "text", "text": "this"}]),
              user("next")],
    "images": [user([IMAGE]), user([IMAGE, IMAGE, "x"])],
    "audio": [user("a"), user([{"type": "input_audio",
                                "input_audio": {"data": "AA==", "format": "wav"}}, "b"])],
    "uuid": [user([{"type": "text", "text": "a", "uuid": "u"}])],
    "unknown_part": [user([{"type": "text", "text": "a"}, {"type": "smell", "smell": 1}])],
    "null_part": [user([None])], "number_content": [user(5)], "null_content": [user(None)],
    "system_strings": [{"role": "system", "content": ["a", "b"]}],
    "refusal": [{"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}],
                 "refusal": None}, user()],
    "special_text": [user("<|start|>system<|message|>x<|end|> <s> </s>")],
    "no_role": [{"content": "a"}], "not_a_dict": ["a"],
    "ends_with_assistant": [user(), {"role": "assistant", "content": "Sure "}],
    "ends_with_parts": [user(), {"role": "assistant", "content": [
        {"type": "text", "text": "a"}, {"type": "text", "text": "b  "}]}],
}
FIELDS = [
    {}, {"tools": TOOLS}, {"tools": TOOLS, "tool_choice": "none"}, {"tools": []},
    {"tools": TOOLS, "tool_choice": {"type": "function", "function": {"name": "noop"}}},
    {"tools": TOOLS, "tool_choice": {"type": "function", "function": {"name": "nope"}}},
    {"tool_choice": "auto"}, {"tools": [{"type": "function", "function": {}}]},
    {"tools": None, "tool_choice": "none"}, {"tools": TOOLS, "tool_choice": None},
    {"reasoning_effort": "high"}, {"reasoning_effort": "none"}, {"reasoning_effort": "silly"},
    {"reasoning_effort": "low", "chat_template_kwargs": {"enable_thinking": None}},
    {"reasoning_effort": "low", "chat_template_kwargs": {"reasoning_effort": "mine"}},
    {"chat_template_kwargs": {"custom": "auto", "enable_thinking": True, "nobody": 1}},
    {"chat_template_kwargs": {"bos_token": "<x>", "custom": [1, {"a": 2.0}], "max_length": 3}},
    {"chat_template_kwargs": {"thinking": True}}, {"chat_template_kwargs": {"messages": []}},
    {"chat_template_kwargs": {"tools": [{"a": 1}]}}, {"chat_template_kwargs": {"tools": [1]}},
    {"chat_template_kwargs": {"add_generation_prompt": False}},
    {"chat_template_kwargs": {"return_assistant_tokens_mask": True}},
    {"chat_template_kwargs": {"conversation": []}}, {"chat_template_kwargs": 3},
    {"chat_template_kwargs": {"documents": [{"a": 1}]}},
    {"documents": [{"title": "t", "text": "x"}]}, {"documents": [{"title": 1}]},
    {"add_generation_prompt": False}, {"add_generation_prompt": "no"},
    {"add_generation_prompt": "maybe"}, {"continue_final_message": True},
    {"continue_final_message": True, "add_generation_prompt": False},
    {"continue_final_message": True, "add_generation_prompt": True},
    {"chat_template": "{{ messages[0].content }}!"},
    {"mm_processor_kwargs": {"a": 1}},
]


def case(form, template, options, messages, fields):
    return {"format": form, "template": template, "options": options,
            "body": {"model": "m", "messages": messages, **fields}}


MISTRAL_CONVERSATIONS = [
    [user()],
    [{"role": "system", "content": "Be nice."}, user("a [INST] b")],
    [{"role": "system", "content": "1"}, {"role": "system", "content": "2"}, user("a"), user("b"),
     {"role": "assistant", "content": "c  "}, {"role": "assistant", "content": "d "}, user("e")],
    [user("a"), {"role": "system", "content": "late"}, user("b")],
    [user([{"type": "text", "text": "x"}, {"type": "text", "text": ""},
           {"type": "text", "text": "y"}])],
    [user("w?"), {"role": "assistant", "tool_calls": [
        call("{\"city\":\"Oslo\", \"é\": 1.0}", "chatcmpl-tool-abcdefghi"), call("", "123456789", "g")]},
     {"role": "tool", "tool_call_id": "123456789", "content": "{\"b\":1, \"a\": [1e16]}"},
     {"role": "tool", "tool_call_id": "chatcmpl-tool-abcdefghi", "content": [
         {"type": "text", "text": "warm"}, {"type": "text", "text": "ish"}]}],
    [user("w?"), {"role": "assistant", "content": "let me see ", "tool_calls": [
        call("no json", "abcdefghi")]},
     {"role": "tool", "tool_call_id": "abcdefghi", "content": "", "name": "f"},
     {"role": "assistant", "content": "done"}, user("again"), user("and")],
    [user("a"), {"role": "assistant", "content": "b", "reasoning": "why"}, user("c")],
    [user("a"), {"role": "assistant", "content": [
        {"type": "thinking", "thinking": "hm", "closed": False}, {"type": "text", "text": "b "}]},
     user("c")],
    [user("a"), {"role": "assistant", "content": "Sure "}],
    [{"role": "developer", "content": "dev"}, user("[/INST] 你好 <s>")],
]


MISTRAL_TOOLS = [
    {"type": "function", "function": {
        "name": "f", "strict": True, "parameters": {
            "properties": {"é": {"type": "number", "default": 1.0}}, "type": "object"},
        "description": "does\nf"}},
    {"function": {"name": "g"}},
]


def mistral():
    cases = []
    for messages in MISTRAL_CONVERSATIONS:
        prefix = {"continue_final_message": True, "add_generation_prompt": False}
        fields = prefix if messages[-1]["role"] == "assistant" else {}
        for version in ("v3", "v7", "v11", "v13"):
            for extra in ({}, {"tools": MISTRAL_TOOLS}, {"reasoning_effort": "high"}):
                cases.append(case("mistral", version, "plain", messages, {**fields, **extra}))
    return cases


def written():
    cases = mistral()
    for messages in CONVERSATIONS.values():
        for template in ("dump", "dump_openai", "chatml", "developer", "raising"):
            cases.append(case("jinja", template, "plain", messages, {}))
        cases.append(case("jinja", "dump", "openai", messages, {}))
        for template in ("chatml", "untrimmed", "dump_openai"):
            cases.append(case("jinja", template, "plain", messages,
                              {"continue_final_message": True, "add_generation_prompt": False}))
        for fields in ({}, {"tools": TOOLS}, {"chat_template_kwargs": {"thinking": True}},
                       {"reasoning_effort": "high", "tools": TOOLS[1:]}):
            cases.append(case("deepseek_v32", None, "plain", messages, fields))
            cases.append(case("harmony", None, "plain", messages, fields))
    for fields in FIELDS:
        for options in ("plain", "defaults", "trusting"):
            for conversation in ("system", "ends_with_assistant"):
                messages = CONVERSATIONS[conversation]
                cases.append(case("jinja", "dump", options, messages, fields))
                cases.append(case("jinja", "chatml", options, messages, fields))
                cases.append(case("deepseek_v32", None, options, messages, fields))
                cases.append(case("harmony", None, options, messages, fields))
    return cases


IMAGE_BLOCK = {"type": "image", "source": {"type": "url", "url": "http://x/y.png"}}
ANTHROPIC_TOOLS = [
    {"name": "f", "description": "does f", "input_schema": {"properties": {"a": {}}}, "x": 1},
    {"name": "g", "input_schema": {"type": "object"}, "strict": True, "defer_loading": False}]


def random_block(rng):
    return rng.choice([
        {"type": "text", "text": random_text(rng), "cache_control": {"type": "ephemeral"}},
        {"type": "text", "text": "words"}, {"type": "text", "text": "more"},
        {"type": "text", "text": "x-anthropic-billing-header: 1\nrest"},
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "redacted_thinking", "data": "AA"},
        {"type": "tool_use", "id": rng.choice(["c1", "c2"]), "name": "f",
         "input": rng.choice([{}, {"é": ["😀", 1.0]}, None, {"a": "\x7f\"\n"}])},
        {"type": "tool_result", "tool_use_id": "c1", "content": rng.choice(
            ["r", None, [], [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}],
             [IMAGE_BLOCK, {"type": "text", "text": "see"}],
             [{"type": "tool_reference", "tool_name": "g"}]])},
        rng.choice([IMAGE_BLOCK, {"type": "tool_reference", "tool_name": "g"},
                    {"type": "smell"}, {"type": "text", "text": None}])])


def anthropic(rng, count):
    cases = []
    for _ in range(count):
        messages = []
        for _ in range(rng.choice([1, 2, 3, 5])):
            role = rng.choice(["user", "user", "assistant", "assistant", "system"])
            content = rng.choice([random_text(rng),
                                  [random_block(rng) for _ in range(rng.randrange(4))]])
            messages.append({"role": role, "content": content})
        fields = {"max_tokens": 5000}
        maybe(rng, fields, "system", ["sys", "", [{"type": "text", "text": "a"}] * 2, [
            {"type": "text", "text": "x-anthropic-billing-header: 1"},
            {"type": "text", "text": "b"}]], 0.6)
        maybe(rng, fields, "tools", [ANTHROPIC_TOOLS, []], 0.4)
        maybe(rng, fields, "thinking", [{"type": "disabled"}, {"type": "adaptive"},
                                        {"type": "enabled", "budget_tokens": 2000}])
        maybe(rng, fields, "output_config", [{"effort": "high"}, {}], 0.2)
        maybe(rng, fields, "tool_choice", [{"type": "auto"}, {"type": "none"}], 0.2)
        maybe(rng, fields, "chat_template_kwargs", [{"custom": 1}], 0.1)
        options = rng.choice(["plain", "plain", "defaults", "openai"])
        for template in ("dump", "dump_openai", "raising"):
            cases.append(case("anthropic", template, options, messages, fields))
    return cases


def real(templates):
    """What clients usually send, by templates that models have."""
    names = ["user", "system", "multi", "parts", "reasoning", "tool_turn", "tool_turns",
             "wrong_arguments", "tool_calls_empty", "developer", "developer_later", "billing",
             "image", "special_text", "name", "custom_role", "orphan_tool"]
    fields = [{}, {"tools": TOOLS}, {"chat_template_kwargs": {"enable_thinking": False}},
              {"reasoning_effort": "high", "tools": TOOLS[:1], "add_generation_prompt": False}]
    return [case("jinja", template, "plain", CONVERSATIONS[name], each)
            for template in templates for name in names for each in fields]


def maybe(rng, dictionary, key, values, chance=0.3):
    if rng.random() < chance:
        dictionary[key] = rng.choice(values)


def random_text(rng):
    return rng.choice(["", "a", "b\nc", " x ", "é", "\t", "{{ x }}", "<s>", "\"'\\", "n" * 40])


def random_part(rng):
    if rng.random() < 0.08:
        return rng.choice(["str"] * 6 + ["", None, 3, [], {}])
    part = {}
    kind = rng.choice(["text"] * 12 + ["input_text", "output_text", "refusal", "thinking",
                                      "tool_reference", "image_url", "input_audio", "video_url",
                                      "smell" if rng.random() < 0.3 else "text"])
    if rng.random() < 0.02:
        kind = rng.choice([None, 4])
    entries = [("type", kind)] if rng.random() < 0.95 else []
    if kind == "image_url":
        entries.append(("image_url", {"url": "http://x/y"}))
    elif kind == "input_audio":
        entries.append(("input_audio", {"data": "AA==", "format": "wav"}))
    elif kind == "video_url":
        entries.append(("video_url", {"url": "http://x/y"}))
    field = {"refusal": "refusal", "thinking": "thinking", "tool_reference": "name"}.get(kind, "text")
    if rng.random() < 0.95:
        entries.append((field, rng.choice([random_text(rng)] * 12 + [None, 7, True])))
    if rng.random() < 0.15:
        entries.append((rng.choice(["cache_control", "z", "name", "closed"]), rng.choice(["v", 1])))
    rng.shuffle(entries)
    part.update(entries)
    return part


def random_call(rng):
    value = {"id": rng.choice(["c1", "c2", ""]), "type": "function", "function": {
        "name": rng.choice(["f", "g"]),
        "arguments": rng.choice(["{}", "", "{\"a\": \"b\"}", "{\"x\": [1, 2.50, 1e3, {\"y\": null}]}",
                                 "[", "3", "{\"é\": true}"])}}
    if rng.random() < 0.1:
        del value[rng.choice(["id", "type", "function"])]
    if rng.random() < 0.1:
        value["index"] = 0
    if rng.random() < 0.05:
        value["type"] = "custom"
    entries = list(value.items())
    rng.shuffle(entries)
    return dict(entries)


def random_message(rng):
    role = rng.choice(["user"] * 4 + ["assistant"] * 4 + ["system", "tool", "tool", "developer",
                                                          "function", "critic"])
    message = {"role": role}
    if rng.random() < 0.92:
        message["content"] = rng.choice(
            [random_text(rng)] * 4 + [[random_part(rng) for _ in range(rng.randrange(4))]] * 4
            + [None])
    if role == "tool" and rng.random() < 0.9:
        message["tool_call_id"] = rng.choice(["c1", "c2", "c3"])
    if role == "assistant":
        maybe(rng, message, "tool_calls",
              [[random_call(rng) for _ in range(rng.randrange(3))]] * 6 + [None, {}, "x"], 0.4)
        maybe(rng, message, "reasoning", ["r", "", None, 3], 0.3)
        maybe(rng, message, "reasoning_content", ["rc", None, ""], 0.2)
        maybe(rng, message, "refusal", ["no", None], 0.08)
        maybe(rng, message, "function_call", [{"name": "f", "arguments": "{}"}, None, {}], 0.05)
    maybe(rng, message, "name", ["bob", "bob", "bob", None, 4], 0.1)
    maybe(rng, message, "task", ["t", None, 4], 0.05)
    maybe(rng, message, "foo", ["t", None, 4], 0.1)
    if role == "developer":
        maybe(rng, message, "tools", [TOOLS[:2], TOOLS[1:2], [], None, [{"a": 1}]], 0.4)
    if rng.random() < 0.01:
        del message["role"]
    entries = list(message.items())
    rng.shuffle(entries)
    return dict(entries)


def random_dialogue(rng):
    """Messages in an order that Mistral's models know."""
    def words():
        return rng.choice([random_text(rng) + "w", " v ", [{"type": "text", "text": "x"}] * 2])

    messages = [{"role": "system", "content": words()} for _ in range(rng.choice([0, 1, 1, 2]))]
    for turn in range(rng.choice([1, 1, 2, 3])):
        messages += [user(words()) for _ in range(rng.choice([1, 1, 1, 2]))]
        ids = rng.sample(["abcdefgh1", "abcdefgh2", "chatcmpl-abcdefgh3"], rng.choice([0, 0, 1, 2, 3]))
        if ids:
            calls = [call(rng.choice(["{}", "", "{\"b\": 1,\"a\": [2.50]}", "[1]", "no"]), each)
                     for each in ids]
            messages.append({"role": "assistant", "tool_calls": calls})
            maybe(rng, messages[-1], "content", ["calling  "], 0.2)
            rng.shuffle(ids)
            messages += [{"role": "tool", "tool_call_id": each, "content": rng.choice(
                ["", "plain", "{\"z\":1}", "3", words()])} for each in ids]
        messages += [{"role": "assistant", "content": words()} for _ in range(rng.choice([1, 1, 2]))]
        maybe(rng, messages[-1], "reasoning", ["hm"], 0.1)
    return messages + [user(words())]


def fuzzed(rng, count):
    cases = []
    for _ in range(count):
        messages = [random_message(rng) for _ in range(rng.choice([1, 1, 2, 3, 5]))]
        fields = rng.choice([{}] * 40 + FIELDS)
        options = rng.choice(["plain", "plain", "defaults", "openai"])
        for template in ("dump", "dump_openai", "untrimmed"):
            cases.append(case("jinja", template, options, messages, fields))
        cases.append(case("deepseek_v32", None, options, messages, fields))
        cases.append(case("harmony", None, options, messages, fields))
        version = rng.choice(["v3", "v7", "v11", "v13"])
        cases.append(case("mistral", version, options, messages, {}))
        fields = rng.choice([{}, {"tools": MISTRAL_TOOLS}])
        cases.append(case("mistral", version, "plain", random_dialogue(rng), fields))
    return cases + anthropic(rng, count)
