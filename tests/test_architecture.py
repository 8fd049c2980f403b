"""The house stands as it is drawn: sizes, layers, what is really loaded, what is not written anywhere."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "corridor"
MODULES = sorted(SOURCE.rglob("*.py"))
MAY_PRINT = {"cli/main.py", "cli/report.py", "report/screen/tables.py", "report/screen/progress.py"}


def name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_file_over_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_nothing_is_run_or_patched_from_text(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            called = node.func
            word = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            if isinstance(called, ast.Name):
                assert word not in ("setattr", "delattr", "exec", "eval", "compile", "__import__"), node.lineno
            assert word not in ("__setattr__", "__delattr__"), node.lineno
        if isinstance(node, ast.FunctionDef) and node.name in ("__getattr__", "__getattribute__"):
            assert name(path) == "__init__.py", node.lineno


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_only_the_screen_prints(path: Path) -> None:
    calls = [n for n in ast.walk(tree(path)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    printing = [n.lineno for n in calls if n.func.id == "print"]  # type: ignore[attr-defined]
    assert name(path) in MAY_PRINT or not printing, printing


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_kernels_are_compiled_one_way_and_take_no_functions(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "numba":
            assert name(path) == "kernels/jit.py", node.lineno
        if not isinstance(node, ast.FunctionDef):
            continue
        if any(isinstance(one, ast.Name) and one.id in ("kernel", "inlined") for one in node.decorator_list):
            for argument in node.args.args:
                assert "Callable" not in ast.unparse(argument.annotation or ast.Constant("")), node.lineno


def test_the_layers_hold() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert out.returncode == 0, out.stdout[-3000:] + out.stderr[-3000:]
    assert "0 broken" in out.stdout


def test_every_package_has_a_layer() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    placed = {word.strip() for layer in layers for word in layer.split("|")}
    packages = {f"corridor.{path.parent.name}" for path in SOURCE.glob("*/__init__.py")}
    assert packages <= placed, packages - placed


def test_a_rule_never_imports_another_rule() -> None:
    def is_rule(path: Path) -> bool:
        assigned = [t for n in tree(path).body if isinstance(n, ast.Assign) for t in n.targets]
        return any(isinstance(t, ast.Name) and (t.id == "RULE" or t.id.endswith("_RULE")) for t in assigned)

    rules = {path.stem: path for path in (SOURCE / "rules").rglob("*.py") if is_rule(path)}
    assert len(rules) > 10
    for rule, path in sorted(rules.items()):
        found = set()
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("corridor.rules"):
                found |= {alias.name for alias in node.names} | {(node.module or "").rsplit(".", 1)[1]}
        assert not found & set(rules), (rule, found & set(rules))


HEAVY = ("numba", "xarray", "pandas", "zarr", "matplotlib", "scipy", "numpy", "pydantic", "yaml")


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("corridor", HEAVY),
        ("corridor.cli.main", HEAVY),
        ("corridor.tables.variable", HEAVY),
        ("corridor.tables.folder", HEAVY),
        ("corridor.scenario", ("numba", "xarray", "pandas", "zarr", "matplotlib", "corridor.engine")),
        # numba itself loads yaml where it is installed
        ("corridor.rules", ("xarray", "pandas", "pydantic", "zarr", "corridor.scenario")),
        ("corridor.kernels.draw", ("xarray", "pandas", "pydantic", "corridor.rules")),
        ("corridor.analysis.compare", ("matplotlib", "corridor.engine")),
        ("corridor.report", ("numba", "matplotlib", "corridor.engine", "corridor.analysis")),
        ("corridor.strategy", ("xarray", "matplotlib", "corridor.scenario", "corridor.engine")),
    ],
)
def test_what_is_really_loaded(module: str, absent: tuple[str, ...], tmp_path: Path) -> None:
    code = f"import sys, {module}; print([m for m in {absent!r} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert out.returncode == 0, out.stderr
    assert out.stdout.strip() == "[]"
    assert out.stderr == ""
    assert list(tmp_path.iterdir()) == []


def path_matches(path: Path, pattern: str) -> bool:
    return any(fnmatch(part, pattern.rstrip("/")) for part in path.relative_to(ROOT).parts)


def tracked() -> list[Path]:
    """Return the files git tracks; in a copy without git, every file that .gitignore does not name."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
        found = [path for path in ROOT.rglob("*") if path.is_file()]
        return [path for path in found if not any(path_matches(path, pattern) for pattern in ignored)]
    out = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / file for file in out.split("\0") if file and (ROOT / file).is_file()]


# put together from pieces, so that this file does not match itself
FOLDERS = "|".join(("work", "tmp", "home", "Users", "root", "mnt", "opt"))
LOCAL = re.compile(rf"(?<![\w.%~)-])(?:[A-Z]:\\\w|/(?:{FOLDERS})/[\w.])")
REGISTRY = re.compile(
    "|".join(("py" + r"pi\.org", "python" + "hosted", "index" + "[-_]url", "arti" + "factory", "dev" + "pi"))
)


def test_no_path_of_a_machine_and_no_registry_in_tracked_files() -> None:
    assert LOCAL.search(f"see /{'home'}/somebody/file")
    assert not LOCAL.search("https://example.org/home/file")
    found = []
    for path in tracked():
        text = path.read_bytes()
        if b"\0" in text:
            continue
        for number, line in enumerate(text.decode("utf-8", "replace").splitlines(), 1):
            matches = [match[0] for pattern in (LOCAL, REGISTRY) if (match := pattern.search(line))]
            found.extend(f"{path.relative_to(ROOT)}:{number}: {match}" for match in matches)
    assert not found, found


def test_tracked_files_are_small() -> None:
    large = [
        (path.relative_to(ROOT).as_posix(), path.stat().st_size)
        for path in tracked()
        if path.stat().st_size > 1_000_000
    ]
    assert not large
