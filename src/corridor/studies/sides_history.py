"""The choice process on a coded past: how well it forecast each week, and what the past says of it, as a Study.

`corridor actors CASE --history` prints it, `-o FILE` keeps it as a page of the documentation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from corridor.core.errors import InputError, Problem
from corridor.studies.again import words_of
from corridor.studies.data import Table, rows_table
from corridor.studies.rivals import READINGS, model_names
from corridor.studies.sides_case import MAIN, Case, read
from corridor.studies.study import Study

if TYPE_CHECKING:
    from corridor.analysis.sides.history import Scores
    from corridor.strategy.history import Coded, Likelihood, Past
    from corridor.strategy.model.model import Model

TABLE = "choices"
_ABOUT = ": what the sides may do"
PARTS = 4
"""groups of draws whose scores are compared for the error that drawing itself makes"""
ANSWERED = 96
"""draws of the posterior in which the policies are compared"""
SURE = 3.0
FORECASTS = {
    "model": "the choice process, weighted by the weeks before", "prior": "the choice process, never weighted",
    "rates": "each option's own base rate", "nothing": "nothing changes (one rate, fitted with hindsight)",
}  # fmt: skip
BLIND = (
    "Nothing is read before its week. But inertia, the price of what cannot be taken back and the statements "
    "themselves were written by people who knew these weeks: the test is of what the weights learn, not of a model "
    "made blind."
)


def history(found: Case, *, draws: int = 2048, seed: int = 1) -> Study:
    """Return how well the choice process forecasts the coded past one week ahead, and what the past says of it.

    Parameters
    ----------
    found : a case from a folder with observed/choices.csv
    draws, seed : of what the sides want and how they choose

    Raises
    ------
    InputError : no coded past; an option that the model does not know; a state that cannot be
    """
    from corridor.analysis.sides.history import posterior, scores
    from corridor.strategy.history import coded_past, free_model, likelihood

    facts, until = _facts(found)
    total, weeks_of, sentences, shown = [], [], [], None
    for name in [n for n in model_names(found) or [found.model] if _knows(found, n, facts)]:
        case = found if name == found.model else read(found.folder, name, found.variant or None)
        model = free_model(case.content)
        past = coded_past(model, facts, max(until, max(fact.day for fact in facts)))
        like = likelihood(case.content, model, past, draws, seed)
        made, read_weeks = scores(like, past), _weeks_until(past, until)
        parts = [scores(like.of(slice(k, None, PARTS)), past).model[:read_weeks].sum() for k in range(PARTS)]
        total.append(_total(READINGS.get(name, name), made, read_weeks, parts))
        if shown is None:
            shown = (case, model, past, like)
            weeks_of = _week_rows(past, made, model)
            sentences = _sentences(made, read_weeks, past, found)
    if shown is None:
        message = "no model of the sides knows the options of the coded past"
        raise InputError([Problem(f"observed/{TABLE}.csv", 0, 0, "option", message, "name options of actors.yaml")])
    case, model, past, like = shown
    ended = _weeks_until(past, until)
    tables = [
        rows_table(total, "scores", "Log scores one week ahead, summed (higher is better)"),
        rows_table(weeks_of, "weeks", "The weeks in which something changed"),
        rows_table(_rounded(posterior(like, model.actors, ended)), "posterior", "How the sides choose: middle, 80 %"),
    ]
    answer = _answers(case, model, like, ended, seed) if until > past.first else []
    if answer:
        tables.append(rows_table(answer, "answers", "Chance of an offensive by the end, with and without the past"))
        first = answer[0]
        sentences.append(
            f"Weighted by the past, an offensive under “{first['policy']}” has {first['given the past']} instead of "
            f"{first['as drawn']}: weeks in which nobody attacked teach that nobody does."
        )
    asked = words_of({"draws": draws, "seed": seed})
    title = f"{found.told.title.removesuffix(_ABOUT)}: the past of the sides, week by week"
    return Study(
        kind="ask", case=found.id, folder=found.folder, title=title,
        variant=found.variant, as_of=found.as_of, seed=seed, futures=draws, answer=tuple(sentences),
        warnings=(BLIND,), tables=tuple(tables),
        detail={"question": "history"},
        command=" ".join(["corridor", "actors", found.folder, "--history", *asked]),
    )  # fmt: skip


def _facts(found: Case) -> tuple[list[Coded], date]:
    """Return the coded choices, and the last day that a weight may read: the last day known."""
    from corridor.scenario import find_folder
    from corridor.scenario.observed import observed_tables, read_table
    from corridor.strategy.history import Coded

    folder = find_folder(found.folder) if found.folder and not found.folder.endswith((".yaml", ".yml")) else None
    if folder is None or TABLE not in observed_tables(folder):
        message, remedy = "the folder has no coded past", "write observed/choices.csv: date, option, value"
        raise InputError([Problem(f"observed/{TABLE}.csv", 0, 0, "", message, remedy)])
    rows = read_table(folder, TABLE)
    facts = [
        Coded(date.fromisoformat(row["date"].text), row["option"].text, float(row["value"].text) > 0.5) for row in rows
    ]
    return facts, date.fromisoformat(found.as_of) if found.as_of else max(fact.day for fact in facts)


def _knows(found: Case, name: str, facts: Sequence[Coded]) -> bool:
    case = found if name == found.model else read(found.folder, name, found.variant or None)
    known = {option.id for option in case.content.options}
    return name == MAIN or all(fact.option in known for fact in facts)


def _weeks_until(past: Past, until: date) -> int:
    """Return how many whole weeks end by a day; all where the past begins on it: then what came after is tested."""
    if until <= past.first:
        return past.weeks
    return max(0, min(past.weeks, (until - past.first).days // 7))


def _total(name: str, made: Scores, weeks: int, parts: Sequence[float]) -> dict[str, Any]:
    import numpy as np

    def told(other: Any) -> str:
        gain, error = _ahead(made.model, other, weeks)
        return f"{gain:+.1f} ± {error:.1f}"

    return {
        "reading": name,
        "weeks": weeks,
        "choice process": round(float(made.model[:weeks].sum()), 1),
        "± of the draws": round(float(np.std(parts) / np.sqrt(PARTS)), 1),
        "never weighted": round(float(made.prior[:weeks].sum()), 1),
        "base rates": round(float(made.rates[:weeks].sum()), 1),
        "nothing changes": round(float(made.nothing[:weeks].sum()), 1),
        "over base rates": told(made.rates),
        "over nothing": told(made.nothing),
        "draws that weigh at least": round(float(made.effective[: weeks + 1].min())),
    }


def _ahead(model: Any, other: Any, weeks: int) -> tuple[float, float]:
    """Return by how much one score is above another over the weeks, and the standard error of that sum."""
    apart = (model - other)[:weeks]
    return float(apart.sum()), float(apart.std() * weeks**0.5)


def _week_rows(past: Past, made: Scores, model: Model) -> list[dict[str, Any]]:
    number = {option.id: j for j, option in enumerate(model.space.options)}

    def said(name: str, after: int) -> str:
        text = model.space.options[number[name]].text or name
        return text if model.space.face[after, number[name]] else f"no longer: {text}"

    rows = []
    for week in range(past.weeks):
        changed = [move for move in past.moves if past.week_of(move.day) == week]
        if not changed:
            continue
        rows.append(
            {
                "from": (past.first + timedelta(days=7 * week + 1)).isoformat(),
                "what changed": "; ".join(
                    f"{move.day:%d %b}: {', '.join(said(name, move.after) for name in move.flips)}" for move in changed
                ),
                "choice process": round(float(made.model[week]), 1),
                "base rates": round(float(made.rates[week]), 1),
                "nothing changes": round(float(made.nothing[week]), 1),
            }
        )
    return rows


def _sentences(made: Scores, weeks: int, past: Past, found: Case) -> list[str]:
    quiet = made.weeks[:weeks] == 0
    ahead = {"each option's own base rate": made.rates, "“nothing changes”": made.nothing}
    said = [
        f"{weeks} weeks from {past.first + timedelta(days=1)} on, {int(made.weeks[:weeks].sum())} changes of options, "
        f"{int(quiet.sum())} weeks without any."
    ]
    for name, other in ahead.items():
        gain, noise = _ahead(made.model, other, weeks)
        if abs(gain) <= SURE * noise:
            said.append(
                f"Whether the choice process forecasts better than {name} cannot be told from these weeks: its score "
                f"is {abs(gain):.1f} {'higher' if gain > 0 else 'lower'}, with a standard error of {noise:.1f}."
            )
        else:
            word = "better" if gain > 0 else "worse"
            said.append(f"The choice process forecasts {word} than {name}: {gain:+.1f} ± {noise:.1f}.")
    calm = float((made.model - made.rates)[:weeks][quiet].sum())
    moved = float((made.model - made.rates)[:weeks][~quiet].sum())
    said.append(
        f"Against base rates it {'gains' if calm > 0 else 'loses'} {abs(calm):.1f} in weeks without change and "
        f"{'gains' if moved > 0 else 'loses'} {abs(moved):.1f} in weeks with one."
    )
    joint = [past.week_of(move.day) for move in past.moves if len(move.flips) > 1]
    joint = [week for week in joint if week < weeks]
    if joint:
        gain = float((made.model - made.rates)[joint].sum())
        said.append(
            f"Of that, {gain:+.1f} comes from {_times(len(joint))} on which several options changed by agreement at "
            "once: the base rates take each option by itself."
        )
    if past.weeks > weeks:
        after = slice(weeks, past.weeks)
        said.append(
            f"The time after {found.as_of}, which no weight reads: {made.model[after].sum():.1f} against "
            f"{made.rates[after].sum():.1f} of base rates and {made.nothing[after].sum():.1f} of “nothing changes”"
            + (": it did not see what came." if made.model[after].sum() < made.nothing[after].sum() else ".")
        )
    return said


def _times(count: int) -> str:
    return "one day" if count == 1 else f"{count} days"


def _rounded(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "what is drawn": row["input"].replace("_", " "),
            "before": f"{row['prior']:.3g} ({row['prior_low']:.2g} to {row['prior_high']:.2g})",
            "given the past": f"{row['posterior']:.3g} ({row['posterior_low']:.2g} to {row['posterior_high']:.2g})",
        }
        for row in rows
    ]


def _answers(case: Case, model: Model, like: Likelihood, weeks: int, seed: int) -> list[dict[str, Any]]:
    """Return the chance of an offensive under each main policy, in draws as they come and in draws of the posterior."""
    import numpy as np

    from corridor.analysis.sides.history import sample, weights
    from corridor.strategy import PreferenceDraws, build, feature_values, outcome_chances

    if "offensive" not in case.content.features:
        return []
    rows: list[dict[str, Any]] = []
    effective = 1.0 / float((weights(like, weeks) ** 2).sum())
    plain = like.of(slice(ANSWERED))
    numbers = {s.id: j for j, s in enumerate(model.statements)}
    before: dict[str, Any] = {}
    for name, held in case.policies.items():
        if not case.told.policies[name].get("main", True):
            continue
        one = build(case.content, held)
        mask = feature_values(case.content, one.space, {k: v for k, v in held.items() if k in case.content.flags})
        columns = [numbers[s.id] for s in one.statements]
        players = [model.actors.index(actor) for actor in one.actors]
        row: dict[str, Any] = {"policy": case.told.policies[name]["title"]}
        for key, (wants, ways) in {
            "as drawn": (plain.preferences, plain.draws), "given the past": sample(like, ANSWERED, seed, weeks),
        }.items():  # fmt: skip
            some = PreferenceDraws(
                np.ascontiguousarray(wants.weights[:, columns]), np.ascontiguousarray(wants.place[:, columns])
            )
            played = ways._replace(rate=np.ascontiguousarray(ways.rate[players]))
            chance = outcome_chances(one, some, played, {"offensive": mask["offensive"]}, case.content.horizon_weeks)
            level = chance[:, 0, -1]
            count = ANSWERED if key == "as drawn" else min(ANSWERED, effective)
            before.setdefault(key, level)
            change = level - before[key]
            row[key] = f"{100 * level.mean():.0f} % ± {100 * level.std() / np.sqrt(count):.0f}"
            told = f"{100 * change.mean():+.0f} ± {100 * change.std() / np.sqrt(count):.0f}"
            row[f"change, {key}"] = told if rows else ""
        rows.append(row)
    return rows


def markdown(study: Study, title: str, line: str) -> str:
    """Return a study of the sides as a page of the documentation; line : the command that writes the page."""
    parts = [f"# {title}", *study.answer, *study.warnings, f"Made by `{line}`; change nothing here by hand."]
    return "\n\n".join([*parts, *(_table(table) for table in study.tables)]) + "\n"


def _table(table: Table) -> str:
    names = [column.id for column in table.columns]
    lines = [f"## {table.title}", "", f"| {' | '.join(name.strip() for name in names)} |", "|---" * len(names) + "|"]
    for row in table.rows:
        cells = ["" if row.get(name) is None else str(row[name]).replace("|", "/") for name in names]
        cells = [f"−{cell[1:]}" if cell.startswith("-") else cell for cell in cells]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
