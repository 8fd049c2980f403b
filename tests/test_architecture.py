"""The house stands as it is drawn: sizes, layers, what is really loaded, what is not written anywhere."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "corridor"
MODULES = sorted(SOURCE.rglob("*.py"))
MAY_PRINT = {"cli/say.py", "report/screen/progress.py"}


def name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree(path)))


def of_each(paths: Sequence[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """Hold a rule against each file, in one test: one for each file would cost more than the rules do."""

    def held(rule: Callable[[Path], None]) -> Callable[[], None]:
        def everywhere() -> None:
            broken = []
            for path in paths:
                try:
                    rule(path)
                except AssertionError as error:
                    broken.append(f"{path.relative_to(ROOT)}: {error}")
            assert not broken, "\n".join(broken)

        return everywhere

    return held


@of_each(MODULES)
def test_no_file_over_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@of_each(MODULES)
def test_nothing_is_run_or_patched_from_text(path: Path) -> None:
    for node in nodes(path):
        if isinstance(node, ast.Call):
            called = node.func
            word = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            if isinstance(called, ast.Name):
                assert word not in ("setattr", "delattr", "exec", "eval", "compile", "__import__"), node.lineno
            assert word not in ("__setattr__", "__delattr__"), node.lineno
        if isinstance(node, ast.FunctionDef) and node.name in ("__getattr__", "__getattribute__"):
            assert name(path) in ("__init__.py", "engine/__init__.py"), node.lineno  # what is imported when first used


@of_each(MODULES)
def test_only_the_screen_prints(path: Path) -> None:
    calls = [n for n in nodes(path) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    printing = [n.lineno for n in calls if n.func.id == "print"]  # type: ignore[attr-defined]
    assert name(path) in MAY_PRINT or not printing, printing


KERNELS = ("kernel", "bare", "inlined")


@of_each(MODULES)
def test_kernels_are_compiled_one_way_and_take_no_functions(path: Path) -> None:
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "numba":
            assert name(path) == "kernels/jit.py", node.lineno
        if not isinstance(node, ast.FunctionDef):
            continue
        if any(isinstance(one, ast.Name) and one.id in KERNELS for one in node.decorator_list):
            for argument in node.args.args:
                assert "Callable" not in ast.unparse(argument.annotation or ast.Constant("")), node.lineno


ARRAYS = re.compile(r"\b(Table|Floats|Ints|Longs|Bytes|Bools|Words|NDArray\[.*)\b")
MOST_ARGUMENTS = 8
_LINE = "each argument is an option of the command line"
_KEYWORDS = "called by keyword, each argument with a default; told apart by name at every call"
MORE_ARGUMENTS = {
    "cli/studies.py: run": _LINE,
    "cli/studies.py: compare": _LINE,
    "cli/sides.py: actors": _LINE,
    "cli/ask.py: ask": _LINE,
    "studies/ask.py: ask": _KEYWORDS,
    "engine/evaluate.py: run": _KEYWORDS,
    "analysis/sides/law.py: choice_law": _KEYWORDS,
    "analysis/structures.py: sweep": _KEYWORDS,
    "studies/comparison.py: compare": _KEYWORDS,
    "tables/field.py: quantity": "each argument is a column of the table of fields",
}
"""Functions that take more, at most ten in all: file and name -> why."""


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in nodes(path) if isinstance(node, ast.FunctionDef)]


def is_kernel(node: ast.FunctionDef) -> bool:
    return any(isinstance(one, ast.Name) and one.id in KERNELS for one in node.decorator_list)


def arguments(node: ast.FunctionDef) -> dict[str, str]:
    """Return name -> annotation."""
    every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    return {one.arg: ast.unparse(one.annotation) if one.annotation else "" for one in every}


def bundles() -> set[str]:
    """Return the names of all NamedTuples."""
    classes = [node for path in MODULES for node in nodes(path) if isinstance(node, ast.ClassDef)]
    return {node.name for node in classes if any(ast.unparse(base) == "NamedTuple" for base in node.bases)}


def parts_of(node: ast.FunctionDef) -> set[str]:
    """Return the local names that are bound to a part of something: `row = table[i]`."""
    found: set[str] = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Assign):
            for target in one.targets:
                pairs = [(target, one.value)]
                if isinstance(target, ast.Tuple) and isinstance(one.value, ast.Tuple):
                    pairs = list(zip(target.elts, one.value.elts, strict=True))
                found |= {t.id for t, v in pairs if isinstance(t, ast.Name) and isinstance(v, ast.Subscript)}
    return found


def handed_on(node: ast.FunctionDef, kernels: dict[str, ast.FunctionDef], tuples: set[str]) -> list[str]:
    """Return what a kernel hands to another kernel that is neither a whole array nor a number."""
    mine = {name for name, kind in arguments(node).items() if kind in tuples}
    parts, found = parts_of(node), []
    for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
        called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if called not in kernels:
            continue
        wanted = arguments(kernels[called])
        given = [*zip(wanted, call.args, strict=False), *((one.arg or "", one.value) for one in call.keywords)]
        for argument, value in given:
            takes_array = bool(ARRAYS.search(wanted.get(argument, "")))
            bundle = isinstance(value, ast.Name) and value.id in mine
            made = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in tuples
            part = isinstance(value, ast.Subscript) or (isinstance(value, ast.Name) and value.id in parts)
            if bundle or made or isinstance(value, ast.Starred) or (part and takes_array):
                found.append(f"line {call.lineno}: {called}({ast.unparse(value)})")
    return found


def test_kernels_hand_on_whole_arrays_and_numbers_only() -> None:
    kernels = {node.name: node for path in MODULES for node in functions(path) if is_kernel(node)}
    tuples = bundles()
    assert len(kernels) > 50
    assert {"Network", "Graph"} <= tuples
    found = {
        f"{name(path)}: {node.name}": wrong
        for path in MODULES
        for node in functions(path)
        if is_kernel(node) and (wrong := handed_on(node, kernels, tuples))
    }
    assert not found, found


def test_what_a_kernel_may_not_hand_on_is_seen() -> None:
    source = """
def helper(x: Floats, k: int) -> None: ...
def outer(table: Floats, net: Network, k: int) -> None:
    row, n = table[k], 3
    whole = net.km
    helper(table, k); helper(whole, table[k, 0]); helper(net.km, k=n)
    helper(table[k], k); helper(row, k); helper(x=net, k=k); helper(Network(k), k); helper(*table)
"""
    helper, outer = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    wrong = handed_on(outer, {"helper": helper}, {"Network"})
    assert [one.split(": ")[1] for one in wrong] == [
        "helper(table[k])", "helper(row)", "helper(net)", "helper(Network(k))", "helper(*table)",
    ]  # fmt: skip


def test_bare_kernels_are_given_no_array() -> None:
    """Nobody counts who holds their arrays: what another kernel made for one of them would never be freed."""
    plain = re.compile(r"(None|bool|int|float|tuple|[\[\], ])+")
    kernels = [node for path in MODULES for node in functions(path) if is_kernel(node)]
    makers = {node.name for node in kernels if not plain.fullmatch(ast.unparse(node.returns or ast.Constant("")))}
    assert {"sort_arcs", "order_of"} <= makers
    for node in kernels:
        if "bare" in (ast.unparse(one) for one in node.decorator_list):
            assert not makers & {node.name, *(one.id for one in ast.walk(node) if isinstance(one, ast.Name))}, node.name


def test_kernels_have_names_that_a_profile_can_tell_apart() -> None:
    places: dict[str, list[str]] = {}
    for path in MODULES:
        for node in functions(path):
            if is_kernel(node):
                places.setdefault(node.name, []).append(name(path))
    twice = {word: paths for word, paths in places.items() if len(paths) > 1}
    assert not twice, twice
    vague = {word: places[word][0] for word in ("day", "step", "start", "play") if word in places}
    assert not vague, vague


def test_no_function_takes_more_than_eight_arguments() -> None:
    found = {}
    for path in MODULES:
        for node in functions(path):
            count = len(set(arguments(node)) - {"self", "cls"})
            if count > MOST_ARGUMENTS:
                found[f"{name(path)}: {node.name}"] = count
    assert len(MORE_ARGUMENTS) <= 10
    unknown = {key: count for key, count in found.items() if key not in MORE_ARGUMENTS}
    assert not unknown, unknown
    assert not set(MORE_ARGUMENTS) - set(found), set(MORE_ARGUMENTS) - set(found)


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
        for node in nodes(path):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("corridor.rules"):
                found |= {alias.name for alias in node.names} | {(node.module or "").rsplit(".", 1)[1]}
        assert not found & set(rules), (rule, found & set(rules))


def of_a_shadow(node: ast.AST) -> str:
    """Return the name or text of a node that speaks of history as a second set of variables; empty elsewhere."""
    word = ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        word = node.value
    elif isinstance(node, ast.Name):
        word = node.id
    elif isinstance(node, ast.Attribute):
        word = node.attr
    return word if word.startswith("past" + "_") else ""


READERS = [path for path in (*MODULES, *sorted((ROOT / "tests").rglob("*.py"))) if path.parent.name != "results"]


@of_each(READERS)
def test_only_results_reads_attributes_and_history_has_no_shadow(path: Path) -> None:
    for node in nodes(path):
        assert not (isinstance(node, ast.Attribute) and node.attr == "attrs"), node.lineno
        assert not of_a_shadow(node), (node.lineno, of_a_shadow(node))


def packages_of(module: str) -> str:
    """Return the package of a module of ours, down to the package inside a package."""
    parts = module.split(".")
    where = SOURCE.joinpath(*parts[1:])
    return module if where.is_dir() else ".".join(parts[:-1])


def circles(edges: set[tuple[str, str]]) -> list[set[str]]:
    """Return the sets of more than one name in which each leads to every other."""
    onward: dict[str, set[str]] = {}
    for a, b in edges:
        onward.setdefault(a, set()).add(b)

    def reach(start: str) -> set[str]:
        seen: set[str] = set()
        todo = [start]
        while todo:
            for name in onward.get(todo.pop(), set()) - seen:
                seen.add(name)
                todo.append(name)
        return seen

    reached = {name: reach(name) for name in onward}
    found = {frozenset(b for b in reached[a] if a in reached.get(b, set())) for a in onward if a in reached[a]}
    return sorted((set(circle) for circle in found if len(circle) > 1), key=sorted)


def test_no_circle_of_modules_and_none_of_packages() -> None:
    import grimp

    graph = grimp.build_graph("corridor", cache_dir=None)
    edges = {(a, b) for a in graph.modules for b in graph.find_modules_directly_imported_by(a)}
    assert len(edges) > 500
    assert circles(edges) == []
    between = {(packages_of(a), packages_of(b)) for a, b in edges}
    # a package and what is inside it are one room: its face may name its parts
    between = {(a, b) for a, b in between if not (f"{a}.".startswith(f"{b}.") or f"{b}.".startswith(f"{a}."))}
    assert circles(between) == []


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
