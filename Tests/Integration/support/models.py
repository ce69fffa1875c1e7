"""Folders of models, as they come from a hub: with a real tokenizer, and a template of a kind
that real ones are of."""
import json
import os
import pathlib

from .fleet import tokenizer_path

# Llama 3's form, with tools, lists of content, and the arguments that templates take.
TEMPLATE = """\
{%- macro text(content) -%}
    {%- if content is string -%}
        {{- content | trim -}}
    {%- else -%}
        {%- for part in content -%}
            {%- if part.type == "text" -%}{{- part.text -}}{%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
{{- bos_token -}}
{%- if messages[0].role == "system" -%}
    {%- set system = text(messages[0].content) -%}
    {%- set rest = messages[1:] -%}
{%- else -%}
    {%- set system = default_system | default("You help.") -%}
    {%- set rest = messages -%}
{%- endif -%}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" + system -}}
{%- if tools -%}
    {{- "\\n\\nTools:" -}}
    {%- for tool in tools -%}{{- "\\n" + (tool.function | tojson) -}}{%- endfor -%}
{%- endif -%}
{{- "<|eot_id|>" -}}
{%- for message in rest -%}
    {%- if message.role == "system" -%}
        {{- raise_exception("a system prompt comes first") -}}
    {%- endif -%}
    {{- "<|start_header_id|>" + message.role + "<|end_header_id|>\\n\\n" -}}
    {{- text(message.content) + "<|eot_id|>" -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- "<|start_header_id|>assistant<|end_header_id|>\\n\\n" -}}
{%- endif -%}
"""


def write_model(folder, *, template=TEMPLATE, tokenizer_class="PreTrainedTokenizerFast",
                model_type="llama"):
    """Writes a model's folder; returns its path."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    os.symlink(tokenizer_path(), folder / "tokenizer.json")
    (folder / "chat_template.jinja").write_text(template)
    (folder / "config.json").write_text(json.dumps({"model_type": model_type}))
    config = {
        "tokenizer_class": tokenizer_class,
        "bos_token": "<|begin_of_text|>",
        "eos_token": "<|eot_id|>",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    return folder
