"""Which files of the repository the image of a container holds: what its process imports, and the data that these modules read.

    python -m deploy.build.image_files CONTAINER            # lists the files
    python -m deploy.build.image_files CONTAINER --to /app  # copies them, as deploy/Dockerfile does

Followed are imports at any depth of a file, and names of modules in strings. A package brings what lies in its folder and is not
Python; a model of ``deploy/models.toml`` comes along where a module names its id.
"""

import argparse
import ast
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from services.pipeline import PIPELINE
from shared.settings import REPOSITORY

GATEWAY = "gateway"
CONTAINERS = (*(row.name for row in PIPELINE), GATEWAY)
_MODELS = "deploy/models.toml"
_TABLE = "services.pipeline"  # names the builders of all stages; a container has one
_OURS = re.compile(r"(?:shared|services|gateway|lab|deploy)(?:\.\w+)+(?::\w+)?")


def image_files(container: str) -> set[str]:
    """The files as paths in the repository; raises StopIteration for a container that is not in CONTAINERS."""
    modules = container_modules(container)
    return {*modules.values(), *_data(modules), _MODELS}


def container_modules(container: str) -> dict[str, str]:
    """The modules that the container's process may import, and their files."""
    found: dict[str, str] = {}
    waiting = [name for entry in _entry_points(container) for name in (entry, f"{entry}.__main__")]
    while waiting:
        name = waiting.pop()
        file = _file(name)
        if file is None or name in found:
            continue
        found[name] = file
        waiting += [name.rpartition(".")[0], *_names(name, file)]
    return found


def copy_files(container: str, folder: Path) -> None:
    """Copy the container's files into a folder, each at its place."""
    for name in image_files(container):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REPOSITORY / name, target)


def _entry_points(container: str) -> tuple[str, ...]:
    """What ``python -m`` runs, and the module that it finds in the table."""
    if container == GATEWAY:
        return (GATEWAY,)
    row = next(row for row in PIPELINE if row.name == container)
    return "services.worker", row.builder.partition(":")[0]


@cache
def _file(module: str) -> str | None:
    """The file of a module of ours, None for anything else."""
    path = REPOSITORY.joinpath(*module.split(".")) if module else REPOSITORY
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if module and file.is_file():
            return file.relative_to(REPOSITORY).as_posix()
    return None


@cache
def _tree(file: str) -> ast.Module:
    return ast.parse((REPOSITORY / file).read_text(encoding="utf-8"))


def _names(module: str, file: str) -> Iterator[str]:
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
    if module != _TABLE:
        yield from (text.partition(":")[0] for text in _strings(file) if _OURS.fullmatch(text))


def _strings(file: str) -> Iterator[str]:
    nodes = ast.walk(_tree(file))
    return (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def _data(modules: dict[str, str]) -> set[str]:
    """What the modules read: data of their packages, and the models of this repository that they name."""
    named = {text for file in modules.values() for text in _strings(file)}
    packages = {Path(file).parent.as_posix() for file in modules.values()}
    tops = sorted({package.partition("/")[0] for package in packages})
    return {name for top in tops for name in _data_files(top) if _is_read(name, packages, named)}


def _is_read(name: str, packages: set[str], named: set[str]) -> bool:
    """A model of ``shared`` is read by whoever names it; one of a service only there: elsewhere its id is a mere label."""
    model_id = next((model_id for path, model_id in _models() if name == path or name.startswith(f"{path}/")), None)
    in_reach = _package_of(name) in packages
    return in_reach if model_id is None else model_id in named and (in_reach or name.startswith("shared/"))


@cache
def _models() -> tuple[tuple[str, str], ...]:
    """Path and id of each model whose file is in this repository."""
    rows = tomllib.loads((REPOSITORY / _MODELS).read_text(encoding="utf-8"))["model"]
    return tuple((row["path"], row["id"]) for row in rows if row.get("path") and not row.get("package"))


@cache
def _data_files(top: str) -> tuple[str, ...]:
    paths = (p for p in (REPOSITORY / top).rglob("*") if p.is_file() and p.suffix != ".py" and "__pycache__" not in p.parts)
    return tuple(path.relative_to(REPOSITORY).as_posix() for path in paths)


def _package_of(name: str) -> str:
    """The folder of the package that the file lies in."""
    folder = Path(name).parent
    while not (REPOSITORY / folder / "__init__.py").is_file():
        folder = folder.parent
    return folder.as_posix()


def main() -> int:
    """List the files of a container or copy them."""
    parser = argparse.ArgumentParser(prog="python -m deploy.build.image_files")
    parser.add_argument("container", choices=CONTAINERS)
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="copy the files there")
    options = parser.parse_args()
    if options.to:
        copy_files(options.container, options.to)
    else:
        print("\n".join(sorted(image_files(options.container))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
