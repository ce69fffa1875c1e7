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
