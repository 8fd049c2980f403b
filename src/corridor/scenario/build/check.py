"""Second pass: what rows say about each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from corridor.core.errors import Problem, did_you_mean
from corridor.scenario.build.country import check_country, has_camps, has_homes
from corridor.scenario.build.draft import ActionDraft, ActorsDraft, Draft, Entry
from corridor.scenario.build.known import Known, check_known, find_known
from corridor.scenario.build.network import check_network
from corridor.scenario.build.policies import target_field
from corridor.scenario.build.sequence import check_sequences
from corridor.scenario.build.settings import registry
from corridor.scenario.build.signs import sign_problems
from corridor.scenario.build.supply import check_supply
from corridor.scenario.read.cells import shorten
from corridor.scenario.read.source import Cell
from corridor.tables.facts import EVENT_VALUES
from corridor.tables.field import Field
from corridor.tables.folder import OPTIONS, TABLES
from corridor.tables.goods import MIXES

_WORDS = {name: table.one for name, table in TABLES.items()} | {MIXES.name: MIXES.one}


def check(draft: Draft) -> tuple[list[Problem], Known | None]:
    """Return every problem between rows, and when each row could be known."""
    problems: list[Problem] = []
    _duplicates(draft, problems)
    _references(draft, problems)
    _roles(draft, problems)
    _events(draft, problems)
    _settings(draft, problems)
    _policies(draft, problems)
    known = find_known(draft)
    late: list[Problem] = []
    if known is not None:
        late = check_known(draft, known)
        problems.extend(late)
        _action_days(draft, problems)
    # what a variant lacks follows from days that are wrong, so those are mended first
    problems.extend(check_network(draft, None if late else known))
    problems.extend(check_country(draft))
    problems.extend(check_supply(draft))
    return problems, known


def missing(cell: Cell, name: str, tables: Iterable[str], draft: Draft, words: Iterable[str] = ()) -> Problem | None:
    """Return the problem of a name that none of the tables has; None where it exists or a table is unreadable."""
    known: set[str] = set()
    tables = tuple(tables)
    for table in tables:
        ids = draft.ids(table)
        if ids is None:
            return None
        known |= ids
    if name in known or name in words:
        return None
    what = " or ".join(_WORDS[table] for table in tables)
    draft.hints -= 1
    return cell.problem(f'no {what} "{shorten(name)}"', did_you_mean(name, known) if draft.hints > 0 else "")


def _add(problem: Problem | None, problems: list[Problem]) -> None:
    if problem is not None:
        problems.append(problem)


def _duplicates(draft: Draft, problems: list[Problem]) -> None:
    for name, spec in TABLES.items():
        seen: dict[tuple[str, ...], int] = {}
        if not spec.key:
            continue
        for entry in draft.rows(name):
            key = tuple(entry.cells[column].text if column in entry.cells else "" for column in spec.key)
            if not all(key[:1]):
                continue
            if key in seen:
                shown = " ".join(filter(None, key))
                message = f'"{shorten(shown)}" occurs twice (first in line {seen[key]})'
                problems.append(entry.at(spec.key[0]).problem(message, "rename or take out one of them"))
            else:
                seen[key] = entry.cell.line
    for table in ("stocks", "outputs", "livestock"):
        split = {entry.cells["commodity"].text for entry in draft.rows(table) if entry.cells["place"].text == "*"}
        for entry in draft.rows(table):
            if entry.cells["place"].text != "*" and entry.cells["commodity"].text in split:
                message = f"{entry.cells['commodity'].text} is given for all homes (*) and for one of them"
                problems.append(entry.at("place").problem(message, "give either the total or each home"))
    for kind in ("policies", "conditions", "actor_policies"):
        first: dict[str, int] = {}
        for policy in getattr(draft, kind) or []:
            if policy.id in first:
                message = f'"{policy.id}" occurs twice (first in line {first[policy.id]})'
                problems.append(policy.cell.problem(message, "rename or take out one of them"))
            first.setdefault(policy.id, policy.cell.line)
    if draft.settings:
        for mix, cell in draft.settings.mix_cells.items():
            if mix in draft.commodities:
                problems.append(cell.problem(f'"{mix}" is also the id of a commodity', "rename the mix"))


def _references(draft: Draft, problems: list[Problem]) -> None:
    """Check every column that names rows of another table."""
    for name, spec in TABLES.items():
        referring = [column for column in spec.columns if column.refers]
        for entry in draft.rows(name):
            for column in referring:
                if not entry.values.get(column.name):
                    continue
                cell = entry.cells[column.name]
                value = entry.values[column.name]
                parts = [cell.text] if isinstance(value, str) else cell.text.split()
                if len(parts) > 1:
                    if "*" in parts:
                        problems.append(cell.problem("* stands beside other ids", "write * alone"))
                    problems.extend(
                        cell.problem(f'"{shorten(part)}" is named twice', "name it once")
                        for part, times in sorted(Counter(parts).items())
                        if times > 1
                    )
                for part in dict.fromkeys(parts):
                    _add(missing(cell, part, column.refers, draft, column.words), problems)


def _roles(draft: Draft, problems: list[Problem]) -> None:
    """Check kinds of places and pairs of dates."""
    kinds = {entry.cells["id"].text: entry.values.get("kind") for entry in draft.rows("places")}
    if draft.settings:
        names = [variant.id for variant in draft.settings.variants]
        prior = {(e.cells["place"].text, e.cells["commodity"].text) for e in draft.rows("stocks")}
        for entry in draft.rows("calibrated"):
            cell = entry.cells["variant"]
            if cell.text not in names:
                problems.append(
                    cell.problem(f'no variant is called "{shorten(cell.text)}"', did_you_mean(cell.text, names))
                )
            if (entry.cells["place"].text, entry.cells["commodity"].text) not in prior:
                message = "stocks.csv has no such stock"
                problems.append(entry.at("commodity").problem(message, "give its prior there, or calibrate again"))
    for field in (field for table in TABLES.values() for field in table.columns if field.role[0]):
        kind, why = field.role
        for entry in draft.rows(field.table):
            if field.name not in entry.cells:
                continue
            for name in entry.cells[field.name].text.split():
                found = kinds.get(name)
                if found is not None and found != kind:
                    place = entry.at(field.name)
                    problems.append(
                        place.problem(f'"{name}" is of kind {found}', f"name a place of kind {kind}: {why}")
                    )
    for entry in draft.rows("places"):
        if entry.values.get("exit") and entry.values.get("kind") not in (None, "outside"):
            message = f"a place of kind {entry.values['kind']} is no exit"
            problems.append(entry.at("exit").problem(message, "people are safe at outside places only"))
    exits = {entry.cells["id"].text for entry in draft.rows("places") if entry.values.get("exit")}
    problems.extend(
        entry.at("to").problem("people are not safe there", "name an exit, or make it one in places.csv")
        for entry in draft.rows("buses")
        if kinds.get(entry.at("to").text) == "outside" and entry.at("to").text not in exits
    )
    for entry in (*draft.rows("pipelines"), *draft.rows("buses")):
        starts, ends = entry.values.get("starts"), entry.values.get("ends")
        if starts and ends and starts != "policy" and starts > ends:
            problems.append(entry.at("ends").problem(f"ends {ends} before it starts {starts}", "need starts <= ends"))
        if entry.values.get("every") is not None and entry.values.get("weekday"):
            problems.append(entry.at("every").problem("a convoy has a day of the week, too", "write one of the two"))
    driven: dict[str, str] = {}
    for entry in draft.rows("fleets"):
        for name in entry.values.get("pipelines") or ():
            if name in driven:
                message = f'"{name}" has lorries of fleet "{driven[name]}"'
                problems.append(entry.at("pipelines").problem(message, "name a pipeline in one fleet"))
            driven.setdefault(name, entry.cells["id"].text)
    shares = [entry.values.get("onward_share") for entry in draft.rows("reception")]
    total = sum(share.value for share in shares if share)
    if total > 1.005:
        message = f"the onward shares of all places add up to {total:.4g}"
        problems.append(Problem("reception.csv", 0, 0, "onward_share", message, "need at most 1 together"))
    problems.extend(problem for entry in draft.rows("signs") for problem in sign_problems(entry))
    places = draft.tables.get("places")
    if places and all(kinds.values()) and draft.ids("places") is not None:
        if not has_homes(draft) and has_camps(draft):
            return
        if "home" not in kinds.values():
            problems.append(Problem("places.csv", 0, 0, "kind", "no place is of kind home", "say where people live"))
        elif all(e.whole for e in places) and not any(
            e.values["population"] and e.values["population"].value > 0 for e in places if e.values["kind"] == "home"
        ):
            message = "no home has people"
            problems.append(Problem("places.csv", 0, 0, "population", message, "give persons, or weights of a total"))
        if "outside" not in kinds.values():
            message = "no place is of kind outside"
            problems.append(Problem("places.csv", 0, 0, "kind", message, "say where goods come from and people go"))


def _events(draft: Draft, problems: list[Problem]) -> None:
    seen: dict[tuple[object, ...], int] = {}
    for entry in draft.rows("events"):
        kind = entry.values.get("kind")
        tables = EVENT_VALUES[kind].refers if kind else ()
        if not tables:
            continue
        problems.extend(
            entry.at(column).problem(f"an event of kind {kind} needs a {column}", "write it")
            for column in ("target", "value")
            if column not in entry.cells or not entry.cells[column].text
        )
        target = entry.cells.get("target")
        day = entry.values.get("date")
        if target and target.text and day:
            first = seen.setdefault((day, kind, target.text), entry.cell.line)
            if first != entry.cell.line:
                message = f'a second {kind} of "{shorten(target.text)}" on {day} (first in line {first})'
                problems.append(target.problem(message, "keep the one that held at the end of the day"))
        if target and target.text:
            _add(missing(target, target.text, tables, draft), problems)


def _settings(draft: Draft, problems: list[Problem]) -> None:
    settings = draft.settings
    if settings is None:
        return
    name = settings.reference_policy
    if name and draft.policies is not None:
        ids = [policy.id for policy in draft.policies]
        if name.text not in ids:
            problems.append(name.problem(f'no policy "{shorten(name.text)}"', did_you_mean(name.text, ids)))
    for shares in settings.mixes.values():
        for commodity, share in shares.items():
            _add(missing(share.cell, commodity, ("commodities",), draft), problems)
            _cite(share.evidence, draft, problems)
    for quantity in [*settings.parameters.values(), *([settings.population] if settings.population else [])]:
        _cite(quantity.evidence, draft, problems)


def _cite(cells: Iterable[Cell], draft: Draft, problems: list[Problem]) -> None:
    for cell in cells:
        _add(missing(cell, cell.text, ("evidence",), draft), problems)


def _policies(draft: Draft, problems: list[Problem]) -> None:
    if draft.policies is not None and not draft.policies:
        problems.append(
            Problem("policies.yaml", 0, 0, "policies", "no policy is given", "write at least the reference")
        )
    if draft.conditions is not None and not draft.conditions:
        message = "no condition is given"
        problems.append(Problem("policies.yaml", 0, 0, "conditions", message, "write one without actions"))
    _held_options(draft, problems)
    problems.extend(check_sequences(draft))
    for policy in draft.every_policy:
        _cite(policy.evidence, draft, problems)
        for action in policy.actions:
            _cite(action.evidence, draft, problems)
            _target(action, draft, problems)


def _held_options(draft: Draft, problems: list[Problem]) -> None:
    """Check that what actor policies hold is declared by the main model of the sides, or by another of the folder."""
    main = draft.actors.get("actors")
    others = [model for name, model in draft.actors.items() if name != "actors"]
    for policy in draft.actor_policies:
        for kind in ("fixes", "flags"):
            words = {name for model in ([main] if main else others) for name in _declared(model, kind)}
            for name in getattr(policy, kind):
                what = "option" if kind == "fixes" else "flag"
                if draft.actors and name not in words:
                    message = f'no {what} "{shorten(name)}" in the model of the sides'
                    problems.append(policy.names[name].problem(message, did_you_mean(name, words)))
    if draft.actor_policies and not draft.actors:
        cell = draft.actor_policies[0].cell
        message = "there is no actors.yaml for it to act on"
        problems.append(cell.problem(message, "add actors.yaml, or take these policies out"))


def _declared(model: ActorsDraft, kind: str) -> tuple[str, ...]:
    return model.options if kind == "fixes" else model.flags


def _target(action: ActionDraft, draft: Draft, problems: list[Problem]) -> None:
    cell, target = action.target_cell, action.target
    problems.extend(unknown_good(action, draft.commodities))
    if target.collection == OPTIONS:
        return  # `check_sequences` has looked
    if target.collection == "parameters":
        known = registry()[0]
        if known and target.id not in known:
            message = f'no parameter "{shorten(target.id)}"'
            problems.append(cell.problem(message, did_you_mean(target.id, known)))
        return
    field = target_field(target)
    if field.keys:
        _keyed_target(action, field, draft, problems)
        return
    _add(missing(cell, target.id, (target.collection,), draft, field.words), problems)
    rows = {entry.cells["id"].text: entry for entry in draft.rows(target.collection)}
    row: Entry | None = rows.get(target.id)
    if target.part in ("release", "population") and row is not None and row.values.get("kind") not in (None, "home"):
        problems.append(
            cell.problem(
                f'"{target.id}" is of kind {row.values["kind"]}', "name a home" + ", or *" * (target.part == "release")
            )
        )


def unknown_good(action: ActionDraft, goods: Iterable[str]) -> list[Problem]:
    """Return the problem of a threshold on the cover of a good that the case does not have."""
    if action.when is None or action.when_cell is None or not action.when.what.startswith("cover."):
        return []
    good, known = action.when.what.removeprefix("cover."), ["food", *goods]
    if good in known:
        return []
    return [action.when_cell.problem(f'no good "{shorten(good)}"', did_you_mean(good, known))]


def _keyed_target(action: ActionDraft, field: Field, draft: Draft, problems: list[Problem]) -> None:
    """Check a target that names a home and the keys of a row: `outputs.town.flour`."""
    cell, target = action.target_cell, action.target
    columns = {column.name: column for column in TABLES[field.table].columns}
    for name, column in zip((target.id, *target.part.split(".")), ("place", *field.keys), strict=True):
        spec = columns[column]
        if spec.choices and name not in spec.choices:
            problems.append(cell.problem(f'no {column} is called "{shorten(name)}"', did_you_mean(name, spec.choices)))
        elif spec.refers:
            _add(missing(cell, name, spec.refers, draft, spec.words), problems)
    kinds = {entry.cells["id"].text: entry.values.get("kind") for entry in draft.rows("places")}
    if kinds.get(target.id) not in (None, "home"):
        problems.append(cell.problem(f'"{target.id}" is of kind {kinds[target.id]}', "name a home, or *"))


def _action_days(draft: Draft, problems: list[Problem]) -> None:
    """Check that every action lies within the horizon of every variant."""
    settings = draft.settings
    if settings is None:
        return
    for policy in draft.every_policy:
        for action in policy.actions:
            for variant in settings.variants:
                starts = _civil(action.starts, variant.as_of)
                ends, end = _civil(action.ends, variant.as_of), variant.as_of + timedelta(days=settings.horizon)
                last = _civil(action.latest, variant.as_of)
                assert starts is not None, "an action begins on some day"
                if starts > end:
                    message = f"begins {starts}, after the horizon of variant {variant.id}"
                    problems.append(action.starts_cell.problem(message, "begin earlier, or lengthen the horizon"))
                elif starts <= variant.as_of:
                    message = f"begins {starts}, not after as_of {variant.as_of} of variant {variant.id}"
                    problems.append(action.starts_cell.problem(message, "write +1 for the day after as_of"))
                elif ends is not None and ends < (last or starts):
                    cell = action.ends_cell or action.starts_cell
                    problems.append(cell.problem(f"ends before it begins, {last or starts}", "need from <= until"))
                else:
                    continue
                break


def _civil(day: int | date | None, as_of: date) -> date | None:
    return as_of + timedelta(days=day) if isinstance(day, int) else day
