"""Imports the parts of vLLM that make prompts, from its source package and without its engine.

Modules that those parts need only for other things (torch, the model registry, ...) are replaced
by stand-ins. Call `install(root)` with the folder of the unpacked package before any import.
"""
import importlib.abc
import importlib.machinery
import importlib.util
import pathlib
import sys
import types
import typing

REAL = {
    "vllm.exceptions", "vllm.envs", "vllm.utils.func_utils", "vllm.utils.mistral",
    "vllm.renderers.params", "vllm.renderers.hf", "vllm.renderers.chat_utils",
    "vllm.renderers.chat_utils.types", "vllm.renderers.chat_utils.chat_message",
    "vllm.renderers.chat_utils.chat_template", "vllm.renderers.chat_utils.content_parser",
    "vllm.entrypoints.openai.chat_completion.protocol",
    "vllm.entrypoints.openai.completion.protocol",
    "vllm.entrypoints.generate.base.protocol", "vllm.entrypoints.serve.engine.protocol",
    "vllm.entrypoints.openai.parser.harmony_utils", "vllm.tokenizers.deepseek_v32_encoding",
    "vllm.tokenizers.mistral", "vllm.entrypoints.anthropic.protocol",
    "vllm.entrypoints.anthropic.serving",
}
REPLACED = {"vllm", "torch", "fastapi", "msgspec", "partial_json_parser"}


class StandInType(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn

    def __or__(cls, other):
        return typing.Any

    def __ror__(cls, other):
        return typing.Any

    def __getitem__(cls, key):
        return cls


class StandIn(metaclass=StandInType):
    """Any class or function: takes every argument, has every attribute, decorates nothing."""

    def __init__(self, *args, **kwargs):
        pass

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn()

    def __call__(self, *args, **kwargs):
        return args[0] if len(args) == 1 and callable(args[0]) else StandIn()


class StandInModule(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        # Types of request fields that have nothing to do with the prompt.
        if self.__name__ == "vllm.sampling_params" or name in ("Logprob", "WeightVersionSpan"):
            return typing.Any
        if name == "random_uuid":
            return lambda: "0"
        return StandIn


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, root):
        self.root = pathlib.Path(root)

    def find_spec(self, name, path, target=None):
        if name.split(".")[0] not in REPLACED:
            return None
        if name not in REAL:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        file = self.root.joinpath(*name.split("."))
        if file.is_dir():
            return importlib.util.spec_from_file_location(
                name, file / "__init__.py", submodule_search_locations=[str(file)])
        return importlib.util.spec_from_file_location(name, file.with_suffix(".py"))

    def create_module(self, spec):
        module = StandInModule(spec.name)
        module.__path__ = []
        return module

    def exec_module(self, module):
        if module.__name__ == "vllm.renderers":
            params = importlib.import_module("vllm.renderers.params")
            module.__dict__.update(
                {k: v for k, v in vars(params).items() if not k.startswith("__")})


def install(root):
    sys.meta_path.insert(0, Finder(root))
