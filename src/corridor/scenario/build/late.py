"""What is not known on a day, and what cannot stand without it: rows, numbers of scenario.yaml, policies.

A row that names what is not known yet is left out with it: a link to such a place, a pipeline of goods of which nobody
could say what they are made of, a policy that acts on either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from corridor.scenario.build.draft import Draft, Entry, PolicyDraft, Settings
from corridor.scenario.build.known import Known, policy_known
from corridor.tables.facts import EVENT_VALUES
from corridor.tables.field import Table
from corridor.tables.folder import TABLES
from corridor.tables.goods import MIXES

Named = tuple[str, str]
"""(table, id)"""
NAMED = ("places", "links", "pipelines", "fleets", "buses")
"""tables whose rows others and policies name"""
POLICIES = ("policies", "conditions", "actor_policies")
LASTING = (*NAMED, "stocks", "outputs", "livestock", "rations", "reception")
"""tables of what a case is made of; that what happens or is seen later is not known is no surprise"""


@dataclass(frozen=True)
class Late:
    """Something that a day leaves out.

    path : as `--set` names it; `policies.x`, `conditions.x` and `actor_policies.x` for those
    known : the first day on which it can stand
    why : what it waits for, in words: "places.x is not known", "what relief is made of is not known"; "" where it is
        itself not known
    """

    path: str
    known: date
    why: str = ""
    title: str = ""
    """of a policy or a condition"""

    @property
    def is_policy(self) -> bool:
        """Whether it is a policy or a condition."""
        return self.path.partition(".")[0] in POLICIES

    def sentence(self) -> str:
        """Return what is said of it, without a full stop."""
        if not self.why:
            return f"{self.path} is not known before {self.known}"
        return f"{self.path}{' is not played' if self.is_policy else ''}: {self.why} before {self.known}"

    def as_dict(self) -> dict[str, object]:
        """Return path, day and sentence as plain data, for `--json`."""
        return {"path": self.path, "known": self.known.isoformat(), "says": self.sentence()}


def named(spec: Table, row: Entry) -> Iterator[Named]:
    """Yield (table, id) of what a row is about; what it cites is no part of that."""
    for column in spec.columns:
        refers = column.refers
        if spec.name == "events" and column.name == "target":
            value = EVENT_VALUES.get(row.cells["kind"].text) if "kind" in row.cells else None
            refers = value.refers if value else ()
        if refers and column.name in row.cells and column.name != "evidence":
            for name in row.cells[column.name].text.split():
                yield from ((to, name) for to in refers)


def waiting(draft: Draft, known: Known, as_of: date) -> dict[int, Late]:
    """Return of the rows known by a day those that name what is not: id of the row -> what it waits for."""
    days: dict[Named, Late] = {}
    for table in NAMED:
        for row in draft.rows(table):
            if known.of(row) > as_of and "id" in row.cells:
                path = f"{table}.{row.cells['id'].text}"
                days[table, row.cells["id"].text] = Late(path, known.of(row), f"{path} is not known")
    for mix, day in mixes_known(draft.settings, known).items():
        if day > as_of:
            days[MIXES.name, mix] = Late(f"mixes.{mix}", day, f"what {mix} is made of is not known")
    found: dict[int, Late] = {}
    more = bool(days)
    while more:
        more = False
        for table, spec in TABLES.items():
            for row in draft.rows(table):
                if id(row) in found or known.of(row) > as_of:
                    continue
                late = [days[one] for one in named(spec, row) if one in days]
                if late:
                    last = max(late, key=lambda one: one.known)
                    found[id(row)] = Late(_path(spec, row), last.known, last.why)
                    if table in NAMED and "id" in row.cells:
                        days[table, row.cells["id"].text] = found[id(row)]
                        more = True
    return found


def _path(spec: Table, row: Entry) -> str:
    return ".".join((spec.name, *(row.cells[key].text for key in spec.key if key in row.cells)))


def mixes_known(settings: Settings | None, known: Known) -> dict[str, date]:
    """Return mix -> the first day on which anything is known of what it is made of."""
    found = {}
    for mix, shares in settings.mixes.items() if settings else ():
        days = [known.cited((cell.text for cell in share.evidence), share.known) for share in shares.values()]
        if days:
            found[mix] = min(days)
    return found


def standing(draft: Draft, known: Known, late: Mapping[int, Late]) -> dict[Named, date]:
    """Return the first day on which each thing can stand that a policy may name; late : as `waiting` found it."""
    return {
        (table, row.cells["id"].text): late[id(row)].known if id(row) in late else known.of(row)
        for table in NAMED
        for row in draft.rows(table)
    }


def left_out(draft: Draft, known: Known, as_of: date) -> list[Late]:
    """Return everything lasting that a day leaves out, in the order of the files."""
    late = waiting(draft, known, as_of)
    causes = {one.path: one.why for one in late.values()}
    found = []
    for table in LASTING:
        for row in draft.rows(table):
            starts = row.values.get("starts")
            if known.of(row) > as_of:
                if not isinstance(starts, date) or starts <= as_of:  # else nobody looks for it yet
                    found.append(Late(_path(TABLES[table], row), known.of(row)))
            elif id(row) in late:
                found.append(late[id(row)])
    told = {f"mixes.{row.cells['commodity'].text}." for row in draft.rows("pipelines") if id(row) in late}
    for path, day in _numbers(draft.settings, known):
        # what a pipeline waits for is told of the pipeline
        if day > as_of and path[: path.rfind(".") + 1] not in told - _known_in_part(draft.settings, known, as_of):
            found.append(Late(path, day))
    days = standing(draft, known, late)
    for kind in POLICIES:
        for policy in getattr(draft, kind) or ():
            day = policy_known(policy, known, days)
            if day > as_of:
                found.append(Late(f"{kind}.{policy.id}", day, _why(policy, days, day, causes), policy.title))
    return found


def _known_in_part(settings: Settings | None, known: Known, as_of: date) -> set[str]:
    return {f"mixes.{mix}." for mix, day in mixes_known(settings, known).items() if day <= as_of}


def _numbers(settings: Settings | None, known: Known) -> Iterator[tuple[str, date]]:
    if settings is None:
        return
    cited = {f"mixes.{mix}.{good}": one for mix, shares in settings.mixes.items() for good, one in shares.items()}
    cited |= {f"parameters.{name}": one for name, one in settings.parameters.items()}
    cited |= {"population": settings.population} if settings.population else {}
    for path, one in cited.items():
        yield path, known.cited((cell.text for cell in one.evidence), one.known)


def _why(policy: PolicyDraft, days: Mapping[Named, date], day: date, causes: Mapping[str, str]) -> str:
    """Return what a policy waits for; causes : path -> what a row waits for that names what is not known."""
    for action in policy.actions:
        target = (action.target.collection, action.target.id)
        if days.get(target) == day:
            path = ".".join(target)
            return (
                f"it acts on {path}, and {causes[path]}" if path in causes else f"it acts on {path}, which is not known"
            )
    return "what it rests on is not known"


def unplayable(draft: Draft, known: Known, as_of: date) -> list[Late]:
    """Return what stands in the way of playing from a day: the homes where none is known, else policies, conditions."""
    late = waiting(draft, known, as_of)
    places = draft.rows("places")
    homes = [row for row in places if row.values.get("kind") == "home"]
    if homes and all(known.of(row) > as_of for row in homes):
        return [Late(f"home {row.cells['id'].text}", known.of(row)) for row in homes]
    days = standing(draft, known, late)
    for kind in ("policies", "conditions"):
        every = getattr(draft, kind) or ()
        first = {policy.id: policy_known(policy, known, days) for policy in every}
        if first and min(first.values()) > as_of:
            found = [one for one in left_out(draft, known, as_of) if one.path.startswith(f"{kind}.")]
            return [one for one in found if one.known == min(first.values())]
    return []
