"""Python environments of the libraries that benchmarks compare with, each in .build."""
import pathlib
import subprocess
import sys

BUILD = pathlib.Path(__file__).resolve().parent.parent / ".build"


def python(name, packages):
    """The interpreter of an environment that has just these packages, made if it is not there."""
    folder = BUILD / name
    stamp = folder / "packages.txt"
    wanted = "\n".join(packages)
    if not stamp.exists() or stamp.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([folder / "bin/pip", "install", "--quiet", "--no-deps",
                        "--disable-pip-version-check", *packages], check=True)
        stamp.write_text(wanted)
    return folder / "bin/python"


DYNAMO = [
    "ai-dynamo-runtime==1.6.1", "annotated-types==0.8.0", "pydantic==2.13.5",
    "pydantic_core==2.46.5", "typing-inspection==0.4.5", "typing_extensions==4.16.0",
    "uvloop==0.23.0", "xxhash==4.1.0",
]


def dynamo_python():
    """NVIDIA Dynamo's interpreter. None, with a word about it, where it cannot be installed."""
    try:
        return python("bench-venv-dynamo", DYNAMO)
    except subprocess.CalledProcessError as error:
        print(f"dynamo cannot be installed here, and is left out: {error}", file=sys.stderr)
        return None
