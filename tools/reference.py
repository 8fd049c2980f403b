"""Pages of the manual that are written from the code: commands, Python, tables of a folder, outcomes, rules."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterable, Sequence

import typer

import corridor
from corridor.rules import PARAMETERS, RULES
from corridor.rules.base import Rule
from corridor.tables.field import Field, Table
from corridor.tables.folder import SETTINGS, TABLES, YAML_FILES, targets
from corridor.tables.outcome import OUTCOMES
from corridor.tables.parameter import Parameter
from corridor.tables.variable import VARIABLES

MADE = "This page is written from the code when the manual is built.\n"


def cell(text: object) -> str:
    """Return a text that breaks no Markdown table."""
    return re.sub(r"\s+", " ", str(text)).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").strip()


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; cells that begin with a backtick are code and stay as they are."""
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for row in rows:
        cells = (str(one).replace("|", "\\|") if str(one).startswith("`") else cell(one) for one in row)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def number(value: float | None) -> str:
    """Return a number as short as it is exact; nothing for none, and for no bound."""
    return "" if value is None or math.isinf(value) else f"{value:.6g}"


def commands() -> str:
    """Return the page of every command with its arguments and options."""
    from corridor.cli.main import app

    root = typer.main.get_command(app)
    out = [
        "# Commands",
        "",
        MADE,
        "Exit status: 0 done, 1 a fault of the program, 3 bad input or usage, 130 stopped.",
        "",
    ]
    for name, one in _leaves(root.commands, ()):  # type: ignore[attr-defined]
        out += [f"## {name}", "", (one.help or "").strip(), ""]
        rows = []
        for option in one.params:
            if option.name == "help":
                continue
            words = option.opts + option.secondary_opts
            called = ", ".join(words) if option.param_type_name == "option" else (option.metavar or option.name).upper()
            default = "" if option.default in (None, False, ()) or callable(option.default) else option.default
            rows.append((f"`{called}`", _kind(option), getattr(option, "help", "") or "", default))
        if rows:
            out += [table(("option", "takes", "does", "default"), rows)]
    return "\n".join(out)


def _leaves(found: dict[str, object], above: tuple[str, ...]) -> Iterable[tuple[str, object]]:
    for name, one in found.items():
        if hasattr(one, "commands"):
            if one.invoke_without_command:
                yield " ".join((*above, name)), one
            yield from _leaves(one.commands, (*above, name))
        else:
            yield " ".join((*above, name)), one


def _kind(option: object) -> str:
    """Return "switch" for an option that takes no word, "words" for one that may be given again."""
    if getattr(option, "is_flag", False):
        return "switch"
    many = getattr(option, "multiple", False) or getattr(option, "nargs", 1) == -1
    return "words" if many else "word"


def python() -> str:
    """Return the page of everything that `import corridor` offers."""
    out = ["# Python", "", MADE]
    for name in corridor.__all__:
        if name == "__version__":
            continue
        thing = getattr(corridor, name)
        if inspect.ismodule(thing):
            out += [f"## corridor.{name}", "", _doc(thing)]
            for inner in thing.__all__:
                out += _entry(f"corridor.{name}.{inner}", getattr(thing, inner), "###")
        elif inspect.isclass(thing):
            out += [f"## corridor.{name}", "", _doc(thing)]
            for inner, member in vars(thing).items():
                public = not inner.startswith("_") and inspect.isfunction(member)
                if public and inspect.getdoc(member):
                    out += _entry(f"{name}.{inner}", member, "###")
        else:
            out += _entry(f"corridor.{name}", thing, "##")
    return "\n".join(out)


def _entry(name: str, thing: object, level: str) -> list[str]:
    sign = str(inspect.signature(thing))  # type: ignore[arg-type]
    sign = re.sub(r"'([^']*)'", r"\1", sign).replace("NoneType", "None")
    return [f"{level} {name}", "", f"```text\n{_wrapped(name + sign)}\n```", "", _doc(thing)]


def _wrapped(sign: str) -> str:
    if len(sign) <= 90:
        return sign
    head, _, rest = sign.partition("(")
    inside, _, result = rest.rpartition(")")
    parts, depth, one = [], 0, ""
    for letter in inside:
        depth += (letter in "[({") - (letter in "])}")
        if letter == "," and not depth:
            parts.append(one.strip())
            one = ""
        else:
            one += letter
    parts.append(one.strip())
    return f"{head}(\n" + "".join(f"    {part},\n" for part in parts if part) + f"){result}"


def _doc(thing: object) -> str:
    """Return a docstring in Markdown: sections of NumPy's form become lists."""
    lines, out, section = (inspect.getdoc(thing) or "").splitlines(), [], ""
    skip = False
    for i, line in enumerate(lines):
        if skip:
            skip = False
            continue
        if i + 1 < len(lines) and re.fullmatch(r"-{3,}", lines[i + 1]):
            section, skip = line, True
            out += ["", f"**{line}**", ""]
        elif section and re.match(r"[\w*][\w, *.]* : ", line):
            names, _, says = line.partition(" : ")
            out.append(f"- `{names}`: {_plain(says)}")
        elif section and line.startswith("    "):
            out.append(f"  {_plain(line.strip())}")
        elif line.startswith("    "):
            out.append(line)
        else:
            out.append(_plain(line))
    return re.sub(r"::\n", ":\n", "\n".join(out)).strip() + "\n"


def _plain(text: str) -> str:
    parts = text.split("`")
    return "`".join(
        part.replace("<", "&lt;").replace("*", "\\*") if i % 2 == 0 else part for i, part in enumerate(parts)
    )


def folder() -> str:
    """Return the page of every table of a folder, column by column."""
    out = ["# Tables of a folder", "", MADE]
    files = ", ".join(f"`{name}`" + ("" if needed else " (may be missing)") for name, needed in YAML_FILES.items())
    out += [f"Beside the tables: {files}. Every table may have a column `note`.", ""]
    for one in TABLES.values():
        need = "Every folder has it." if one.required else "A folder may do without it."
        out += [
            f"## {one.file}",
            "",
            f"{_sentence(one.meaning)} {need} No two rows share {_and(one.key)}.",
            "",
            fields(one),
        ]
    out += ["## scenario.yaml", "", table(("key", "needed", "holds"), _settings(SETTINGS)), ""]
    rows = [(f"`{field.form}`", ", ".join(field.imposable), field.canonical or field.kind) for field in targets()]
    out += ["## What a policy may act on", "", table(("target", "do", "value"), rows)]
    return "\n".join(out)


def fields(one: Table) -> str:
    """Return the columns of a table."""
    rows = []
    for field in one.columns:
        names = (field.name, *(field.ends or ()))
        default = number(field.default) if field.default is not None else ""
        rows.append((
            f"`{', '.join(names)}`", "yes" if field.required else "", _holds(field), field.unit, _bounds(field),
            default, field.meaning,
        ))  # fmt: skip
    return table(("column", "needed", "holds", "unit where none is written", "bounds", "where empty", "meaning"), rows)


def _holds(field: Field) -> str:
    if field.choices:
        return f"{field.kind}: {', '.join(filter(None, field.choices))}"
    if field.refers:
        return f"id of {', '.join(f'{name}.csv' for name in field.refers)}" + "".join(f", or {w}" for w in field.words)
    return field.kind


def _bounds(field: Field) -> str:
    if field.kind not in ("number", "quantity"):
        return ""
    low = f"{'above' if field.above else 'from'} {number(field.low)}"
    return f"{low} to {number(field.high)}" if number(field.high) else low


def _settings(found: Iterable[Field]) -> Iterable[tuple[str, str, str]]:
    return [(f"`{one.name}`", "yes" if one.required else "", one.meaning) for one in found]


def outcomes() -> str:
    """Return the page of the outcomes by which policies are compared."""
    out = ["# Outcomes", "", MADE, "What a policy is judged by. None is added to another."]
    rows = [(f"`{one.id}`", one.name, one.unit, one.better, one.how) for one in OUTCOMES]
    return "\n".join([*out, "", table(("id", "name", "unit", "better", "how"), rows)])


def variables() -> str:
    """Return the page of what a run can record."""
    out = ["# Variables of a run", "", MADE]
    out += [
        "`corridor.run(case, record=[...])` and `--record` take these names; the future is a dimension of each.",
        "",
    ]
    rows = [(f"`{one.name}`", ", ".join(one.dims), one.unit, one.kind, one.long_name) for one in VARIABLES]
    return "\n".join([*out, table(("name", "dimensions besides day", "unit", "kind", "meaning"), rows)])


def parameters() -> str:
    """Return the page of every number of every rule."""
    out = ["# Parameters", "", MADE, "`--set NAME=LOW..VALUE..HIGH` changes one; a folder does under `parameters`.", ""]
    return "\n".join([*out, _numbers(PARAMETERS.values())])


def _numbers(found: Iterable[Parameter]) -> str:
    rows = []
    for one in found:
        ends = "fixed" if one.low == one.high else f"{one.low:g} to {one.high:g}"
        rows.append((f"`{one.name}`", f"{one.default:g}", ends, one.unit, one.meaning, one.source))
    return table(("parameter", "default", "90 % range", "unit", "meaning", "source"), rows)


def rule(process: str) -> str:
    """Return what the rules of a process declare: numbers, what they read and write."""
    out = ["", "## As declared in the code", ""]
    for one in RULES[process].values():
        out += [f"**`{one.name}`**: {_sentence(one.summary)}", "", _access(one)]
        if one.parameters:
            out += [_numbers(one.parameters)]
    return "\n".join(out)


def _access(one: Rule) -> str:
    rows = [
        ("writes", _codes(one.written)),
        ("reads of today", _codes(one.reads)),
        ("reads of yesterday", _codes(one.yesterday)),
        ("inputs of the folder", _codes(one.inputs)),
    ]
    return table(("", "arrays"), [row for row in rows if row[1]])


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _and(names: Sequence[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


PAGES = {
    "reference/commands": commands,
    "reference/python": python,
    "reference/tables": folder,
    "reference/outcomes": outcomes,
    "reference/variables": variables,
    "reference/parameters": parameters,
}
"""page of the manual -> what writes it"""
