"""`warmpath tokenize`."""
import subprocess

from .fleet import bin_dir


def tokenize(*arguments, stdin=""):
    """Pairs of id and piece."""
    command = [str(part) for part in (bin_dir() / "warmpath", "tokenize", *arguments)]
    output = subprocess.run(command, input=stdin.encode(), stdout=subprocess.PIPE, check=True)
    lines = output.stdout.decode().splitlines()
    return [(int(id), piece) for id, piece in (line.split("\t", 1) for line in lines)]
