#!/usr/bin/env python3
"""Writes the texts of the tokenizer benchmark, the same on every machine with the same packages.

usage: texts.py FOLDER

Each file of the folder holds texts, each after its count of bytes on a line of its own. No part of
a text is in two of them. Prose is Python's manual and docstrings, code is Python's own library,
and the other languages are Django's translations, all in NFC. `warm` and `unseen-*` mix the three
in pieces of 400 to 4000 characters.
"""
import ast
import base64
import pathlib
import random
import re
import sys
import unicodedata
from pydoc_data import topics

import django

UNSPACED = {"zh_Hans", "zh_Hant", "ja", "th", "my", "km"}
FIRST_PASS_BYTES = 400_000
MIXED_BYTES = 3_300_000
CHUNK = 32_000


def source_files(rng):
    root = pathlib.Path(topics.__file__).parent.parent
    paths = [path for path in sorted(root.glob("**/*.py"))
             if "site-packages" not in path.parts and path.name != "topics.py"]
    rng.shuffle(paths)
    return [path.read_text(encoding="utf-8", errors="ignore") for path in paths]


def docstrings(source):
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            if (text := ast.get_docstring(node)) and len(text) > 100:
                yield text


def translations(rng):
    """Paragraphs of the sentences of one language each."""
    folder = pathlib.Path(django.__file__).parent
    languages = {path.name for path in folder.glob("conf/locale/*") if path.is_dir()}
    for language in sorted(name for name in languages if not name.startswith("en")):
        sentences = set()
        for path in sorted(folder.glob(f"**/locale/{language}/LC_MESSAGES/*.po")):
            for match in re.finditer(r'^msgstr(?:\[\d\])? ((?:".*"\n?)+)', path.read_text(), re.M):
                text = "".join(re.findall(r'"(.*)"', match[1])).replace("\\n", "\n")
                sentences.add(unicodedata.normalize("NFC", text.replace('\\"', '"')))
        sentences = sorted(sentences - {""})
        rng.shuffle(sentences)
        separator = "" if language in UNSPACED else " "
        for start in range(0, len(sentences), 20):
            yield separator.join(sentences[start : start + 20])


def cut(texts, rng):
    """Pieces of 400 to 4000 characters, in the order of the texts."""
    whole = "\n".join(texts)
    start = 0
    while start < len(whole):
        size = rng.randrange(400, 4000)
        yield whole[start : start + size]
        start += size


def take(pieces, byte_count):
    """Gives so many bytes of the pieces at the end, and leaves the rest."""
    data = b""
    while len(data) < byte_count:
        data += pieces.pop().encode()
    text = data[:byte_count].decode(errors="ignore").encode()
    pieces.append(data[len(text) :].decode())
    return text


def up_to(pieces, byte_count):
    for piece in pieces:
        byte_count -= len(piece.encode())
        if byte_count < 0:
            return
        yield piece


def adversarial(rng):
    scalars = [chr(c) for c in range(0x20, 0x110000) if not 0xD800 <= c < 0xE000]
    parts = [
        "a" * 20_000, "ab" * 10_000, " " * 10_000, "\n" * 5000, "=" * 10_000, "0" * 5000,
        base64.b64encode(rng.randbytes(30_000)).decode(), rng.randbytes(15_000).hex(),
        "".join(rng.choices(scalars, k=15_000)), "e" + "\u0301" * 5000, "中" * 5000,
        "".join(scalars[:: len(scalars) // 15_000]),
    ]
    return unicodedata.normalize("NFC", "".join(parts)).encode()


def write(path, texts):
    path.write_bytes(b"".join(b"%d\n" % len(text) + text for text in texts))


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(7)
    sources = source_files(rng)
    third = len(sources) // 3
    prose = [*topics.topics.values(), *(d for s in sources[third:] for d in docstrings(s))]
    rng.shuffle(prose)
    kinds = {"prose": prose, "code": sources[:third], "multi": list(translations(rng))}
    mixed = []
    for kind, texts in kinds.items():
        pieces = list(cut(texts, rng))
        rng.shuffle(pieces)
        write(folder / kind, [take(pieces, CHUNK) for _ in range(FIRST_PASS_BYTES // CHUNK)])
        mixed += up_to(pieces, MIXED_BYTES // 3)
    rng.shuffle(mixed)
    write(folder / "warm", [take(mixed, CHUNK) for _ in range(1_000_000 // CHUNK)])
    write(folder / "unseen-4KB", [take(mixed, 4 << 10) for _ in range(120)])
    write(folder / "unseen-128KB", [take(mixed, 128 << 10) for _ in range(10)])
    write(folder / "adversarial-257KB", [adversarial(rng)[:257_000].decode(errors="ignore").encode()])


if __name__ == "__main__":
    main()
