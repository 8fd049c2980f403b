"""A case as it was known on a day, as files: what a folder would have held, had it been written then.

`assemble` leaves out of a Scenario what is known later. Here the same is left out of the files themselves, for those
who hand a case on: rows, policies, numbers of scenario.yaml, variants, and whatever names something that is gone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from corridor.core.errors import InputError
from corridor.core.files import write_whole
from corridor.scenario.build.actors import model_name
from corridor.scenario.build.draft import Draft, Settings
from corridor.scenario.build.known import Known, policy_known
from corridor.scenario.build.late import mixes_known, named
from corridor.scenario.convert import contents, csv_text
from corridor.scenario.load import examined_draft, load, problems
from corridor.scenario.override import override
from corridor.scenario.write.book import Rows
from corridor.tables.field import Table
from corridor.tables.folder import TABLES
from corridor.tables.goods import MIXES

Files = dict[str, str | Rows]
_WHOLE = ("commodities", "routes")
"""tables whose rows have no day: they stay, but for routes over a link that is gone"""


@dataclass
class _Then:
    """What is left on a day, and what is said of the rest."""

    draft: Draft
    settings: Settings
    known: Known
    day: date
    kept: dict[str, list[bool]] = field(default_factory=dict)
    """table -> whether each row stays"""
    told: list[str] = field(default_factory=list)

    def late(self) -> set[str]:
        """Return the ids of evidence.csv that are not there any more."""
        return {name for name, day in self.known.evidence.items() if day > self.day}


def known_by(folder: Path, day: date) -> tuple[Files, list[str]]:
    """Return the files of a folder or workbook with nothing in them that was known after a day, and what was left out.

    The day becomes the variant that is taken where none is named. `observed/` is left out whole, and so are comments
    and models of the sides that were written later: nobody can say what in them was known then.

    Raises
    ------
    InputError : every problem of the case, or of what would be left; a day of which no variant can be made
    """
    override(load(folder), {"as_of": day.isoformat()})  # says why not
    draft, known = examined_draft(folder)
    assert draft.settings is not None
    then = _Then(draft, draft.settings, known, day)
    _choose_rows(then)
    found: Files = {}
    gone = []
    by_file = {spec.file: spec for spec in TABLES.values()}
    whole = contents(folder, [])
    models = {file for file in whole if model_name(file) is not None}
    left = {file for file in models if _is_late(then, file)}
    late = left | {file for file in whole if file.startswith("observed/")}
    if "claims.yaml" in whole and (left or _late_claims(then, whole["claims.yaml"])):
        late.add("claims.yaml")
    for file, content in whole.items():
        if file in late:
            gone.append(file)
        elif file in by_file and not isinstance(content, str):
            found[file] = _rows(then, by_file[file], content)
        elif file == "scenario.yaml":
            found[file] = _settings(then, str(content))
        elif file == "policies.yaml":
            found[file] = _policies(then, str(content), sides=bool(models - left))
        else:
            found[file] = _uncommented(str(content))
    then.told += [f"left out whole: {', '.join(gone)}"] * bool(gone)
    _refuse(found)
    return found, then.told


def _refuse(files: Files) -> None:
    """Refuse what is no case any more, such as one in which no home was known yet."""
    with tempfile.TemporaryDirectory() as where:
        for name, content in files.items():
            write_whole(Path(where) / "case" / name, content if isinstance(content, str) else csv_text(content))
        found = problems(Path(where) / "case", [])
    if found:
        raise InputError(found)


def _choose_rows(then: _Then) -> None:
    """Choose the rows that stay: known by then, and about nothing that is gone."""
    variants = {one.id for one in then.settings.variants if one.as_of <= then.day}
    for table in TABLES:
        rows = then.draft.rows(table)
        then.kept[table] = [table in _WHOLE or then.known.of(row) <= then.day for row in rows]
        if table == "calibrated":
            then.kept[table] = [
                here and row.values["variant"] in variants for here, row in zip(then.kept[table], rows, strict=True)
            ]
    mixes = {name for name, day in mixes_known(then.settings, then.known).items() if day > then.day}
    before = -1
    while before != sum(map(sum, then.kept.values())):
        before = sum(map(sum, then.kept.values()))
        gone = {table: _ids(then, table, stay=False) - _ids(then, table, stay=True) for table in TABLES}
        gone[MIXES.name] = mixes
        for table, spec in TABLES.items():
            for n, row in enumerate(then.draft.rows(table)):
                then.kept[table][n] &= not any(name in gone.get(to, ()) for to, name in named(spec, row))


def _ids(then: _Then, table: str, *, stay: bool) -> set[str]:
    rows = zip(then.draft.rows(table), then.kept[table], strict=True)
    return {row.cells["id"].text for row, here in rows if here is stay and "id" in row.cells}


def _rows(then: _Then, spec: Table, content: Rows) -> Rows:
    header, late = list(content[0]), then.late()
    kept = [list(row) for row, here in zip(content[1:], then.kept[spec.name], strict=True) if here]
    if "evidence" in header:
        at = header.index("evidence")
        for row in kept:
            row[at] = " ".join(name for name in row[at].split() if name not in late)
    gone = len(content) - 1 - len(kept)
    said = f"{spec.file}: {gone} of {len(content) - 1} rows were not known on {then.day}, or are about what was not"
    then.told += [said] * bool(gone)
    return [header, *kept]


def _is_late(then: _Then, file: str) -> bool:
    """Whether a model of the sides was written after the day, or cites what was."""
    model = next((one for one in then.draft.actors.values() if one.file == file), None)
    if model is None:
        return False
    return (model.as_of is not None and model.as_of > then.day) or bool(then.late() & set(_cited(model.data)))


def _cited(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "evidence":
                yield from map(str, value if isinstance(value, list) else [value])
            else:
                yield from _cited(value)
    elif isinstance(data, list):
        for one in data:
            yield from _cited(one)


def _late_claims(then: _Then, content: str | Rows) -> bool:
    """Whether what a source argues was not known yet: its source was not, or nobody says which it is."""
    source = source_of_claims(str(content))
    return then.known.evidence.get(source, then.known.last) > then.day


def source_of_claims(text: str) -> str:
    """Return the evidence that a claims.yaml names as its source, "" where it names none."""
    data = yaml.safe_load(text)
    return str(data.get("source") or "") if isinstance(data, dict) else ""


def _settings(then: _Then, text: str) -> str:
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    late, settings, gone = then.late(), then.settings, []
    cited = {f"parameters.{name}": one for name, one in settings.parameters.items()}
    cited |= {f"mixes.{mix}.{good}": one for mix, shares in settings.mixes.items() for good, one in shares.items()}
    cited |= {"population": settings.population} if settings.population else {}
    for path, one in cited.items():
        if then.known.cited((cell.text for cell in one.evidence), one.known) > then.day:
            _remove(root, path.split("."))
            gone.append(path)
    for variant in settings.variants:
        if variant.as_of > then.day:
            _remove(root, ["variants", variant.id])
            gone.append(f"variants.{variant.id}")
    reference = settings.reference_policy
    left = [one.id for one in then.draft.policies or () if one.id in _policies_kept(then)]
    if reference is not None and left and reference.text not in left:
        next(value for key, value in root.value if key.value == "reference_policy").value = left[0]
        then.told.append(f"scenario.yaml: the reference policy is {left[0]}, as {reference.text} was not known")
    _put_variant(root, then)
    _uncite(root, late)
    then.told += [f"scenario.yaml: not known on {then.day}: {', '.join(gone)}"] * bool(gone)
    return _text(root)


def _remove(root: Any, path: list[str]) -> None:
    """Take a key out of a mapping; what stands in a key with dots is found under the rest of the path."""
    for key, value in root.value:
        if key.value == ".".join(path):
            root.value.remove((key, value))
            return
        if key.value == path[0] and len(path) > 1:
            _remove(value, path[1:])
            return


def _put_variant(root: Any, then: _Then) -> None:
    """Let the day be the default variant: one of the folder's own that looks back from it, or a new one."""
    own = [one.id for one in then.settings.variants if one.as_of == then.day]
    default = then.settings.default_variant
    name = default if default in own else own[0] if own else f"on_{then.day:%Y_%m_%d}"
    nodes = {key.value: value for key, value in root.value}
    if not own:
        note = f"What could be known on {then.day}."
        entry: Any = yaml.compose(yaml.safe_dump({name: {"as_of": then.day, "note": note}}), Loader=yaml.SafeLoader)
        nodes["variants"].value += entry.value
        nodes["variants"].flow_style = False
    nodes["default_variant"].value = name


def _policies_kept(then: _Then) -> set[str]:
    named = ("places", "links", "pipelines", "fleets", "buses")
    rows = {t: zip(then.draft.rows(t), then.kept[t], strict=True) for t in named}
    late = {(t, row.cells["id"].text): date.max for t in named for row, here in rows[t] if not here}
    return {one.id for one in then.draft.every_policy if policy_known(one, then.known, late) <= then.day}


def _policies(then: _Then, text: str, *, sides: bool) -> str:
    """Return policies.yaml without what could not be written then.

    sides : whether a model of the sides is left; policies that hold their options have no meaning without one
    """
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    kept, gone = _policies_kept(then), []
    for key, items in root.value:
        for item in list(items.value):
            name = next(value.value for part, value in item.value if part.value == "id")
            if name not in kept or (key.value == "actor_policies" and not sides):
                items.value.remove(item)
                gone.append(name)
    _uncite(root, then.late())
    then.told += [f"policies.yaml: not known on {then.day}: {', '.join(gone)}"] * bool(gone)
    return _text(root)


def _uncite(node: Any, late: set[str]) -> None:
    """Take late ids out of every list `evidence`."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == "evidence" and isinstance(value, yaml.SequenceNode):
                value.value = [one for one in value.value if one.value not in late]
            elif key.value == "evidence" and isinstance(value, yaml.ScalarNode):
                value.value = " ".join(name for name in value.value.split() if name not in late)
            else:
                _uncite(value, late)
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            _uncite(one, late)


def _text(root: Any) -> str:
    text: str = yaml.serialize(root, Dumper=yaml.SafeDumper, allow_unicode=True, width=110)
    return text


def _uncommented(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("#"))


def day_of_last(folder: Path, table: str) -> date:
    """Return the day from which the last row of a table is known. Raises InputError: every problem of the folder."""
    draft, known = examined_draft(folder)
    return known.of(draft.rows(table)[-1])
