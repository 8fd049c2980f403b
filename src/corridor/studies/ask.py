"""Questions that an analyst asks of the sides, as a Study: a price, conditions, what flips the answer, and why.

`ask(case, "price", stake="AK1", policy="leverage", by=-0.1)`; the same as `corridor ask price`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.scenario import Scenario
from corridor.studies.ask_words import DRAWS, Question, Words, condition_lines, percent, points
from corridor.studies.data import Named, rows_table
from corridor.studies.sides_case import Case, changed_case, read
from corridor.studies.study import Study

if TYPE_CHECKING:
    from corridor.strategy import ActorsFile

QUESTIONS = ("price", "conditions", "flip", "why")
BETTER = {"offensive": -1, "relief_stops": -1, "control": -1, "fighting": -1}
"""Outcomes of which less is better; of others more is."""
SPREAD = 0.16
"""What one draw's paired difference spreads by, measured on the flagship; it turns an error into a number of draws."""


def ask(
    case: Case | Scenario | str | Path, question: str, *, policy: str = "", reference: str = "",
    outcome: str = "offensive", stake: str = "", by: float = -0.1, state: Sequence[str] = (),
    sets: Sequence[str] = (), without: Sequence[str] = (), options: Sequence[str] = (), error: float | None = None,
    draws: int = DRAWS, seed: int = 1, model: str = "actors",
) -> Study:  # fmt: skip
    """Return the answer to a question about the sides.

    Parameters
    ----------
    case : as `sides` takes it
    question : price (how strong must a stake be), conditions (what would have to be true for a policy to be best, and
        what removes harm), flip (the smallest single change that makes another policy best), why (who leaves a state)
    policy, reference : ids; the reference is the case's first policy where empty
    outcome : what policies are judged by; by : the change a price is asked for, as a share (below 0 for a harm)
    stake : its id; state : options of the state that `why` is asked about, `option=1`, besides the status quo
    sets : changes of the model, `actors.AZE.A6.place=1`, `actors.AZE.AK1.worth=-2`, `actors.AZE.rate=2`
    without : ids of claims, or of statements and stakes, that are left out
    options : options added to the model: `id: owner, text`; stakes of them are set by `sets`
    error : standard error that a difference of two policies may have; chooses the draws
    draws, seed, model : of what is drawn, and which model of the sides

    Raises
    ------
    InputError : an unknown question, policy, outcome, stake, claim or change; a harm that is asked to rise
    """
    from corridor.strategy.ask import draws_for

    if question not in QUESTIONS:
        message = f'no question "{question}"'
        raise InputError([Problem("ask", 0, 0, "", message, did_you_mean(question, QUESTIONS))])
    found = changed_case(case if isinstance(case, Case) else read(case, model), sets, without, options)
    count = draws_for(SPREAD, error) if error is not None else draws
    first = reference or next(iter(found.policies))
    chosen = policy or next((name for name in found.policies if name != first), first)
    unknown = [name for name in (first, chosen) if name not in found.policies]
    if unknown:
        raise InputError(
            Problem("--policy", 0, 0, "", f'no policy "{name}"', did_you_mean(name, found.policies)) for name in unknown
        )
    asked = Question(found, chosen, first, outcome, stake, by, tuple(state), count, seed)
    answer, rows = _ANSWERS[question](asked)
    told = found.told
    return Study(
        kind="ask",
        case=found.id,
        folder=found.folder,
        title=f"{told.title}: {question}",
        variant=found.variant,
        as_of=found.as_of,
        seed=seed,
        futures=count,
        reference=first,
        policies=tuple(Named(id=name, title=told.policies[name]["title"]) for name in dict.fromkeys((first, chosen))),
        changed=found.changed,
        only=tuple(f"{one}" for one in (*sets, *(f"without {name}" for name in without), *options)),
        answer=tuple(answer),
        warnings=(told.caution,) if told.caution else (),
        tables=(rows_table(rows, question, f"What was tried ({count} draws)"),) if rows else (),
        detail={"question": question, "outcome": outcome},
    )


def _price(q: Question) -> tuple[list[str], list[dict[str, Any]]]:
    from corridor.strategy.ask import price

    content = q.case.content
    stake = q.stake or next((one.id for one in content.stakes), "")
    found = price(content, stake, q.outcome, q.by, q.held, q.plain, q.draws, q.seed)
    words, one = Words(q), next(s for s in content.stakes if s.id == stake)
    rows = [{"strength": strength, "change": change, "error": error} for strength, change, error in found.tried]
    told = f"“{words.statement(stake)}”"
    today = abs(one.stake[1]) if one.stake else 0.0
    if not found.found:
        best = min(rows, key=lambda row: row["change"] * (1 if q.by < 0 else -1))
        text = (
            f"No strength of {told} up to {rows[-1]['strength']:g} makes {words.policy(q.policy)} change the chance of "
        )
        text += f"{words.outcome} by {points(q.by)}; the most is {points(best['change'])} ± {100 * best['error']:.1f}."
        return [text], rows
    if found.found == (0.0,):
        text = f"None is needed: {words.policy(q.policy)} changes the chance of {words.outcome} by {points(q.by)} even "
        text += "where "
        return [f"{text}{told} counts for nothing."], rows
    text = " and again at ".join(f"{value:.1f}" for value in found.found)
    says = f"{words.policy(q.policy)} changes the chance of {words.outcome} by {points(q.by)} where {told} "
    says += f"weighs {text} times "
    says += f"an average wish of its side (the model's middle value is {today:g})."
    return [says], rows


def _conditions(q: Question) -> tuple[list[str], list[dict[str, Any]]]:
    from corridor.strategy import build
    from corridor.strategy.ask import box, chance, pool

    words, content, better = Words(q), q.case.content, BETTER.get(q.outcome, 1)
    names, table = pool(content, build(content, q.plain), q.draws, q.seed)
    rows = {name: chance(content, held, q.outcome, q.draws, q.seed) for name, held in q.main().items()}
    import numpy as np

    others = np.array([better * row for name, row in rows.items() if name != q.policy])
    good = better * rows[q.policy] > others.max(axis=0) + 1e-9
    text = f"{words.policy(q.policy)} is best for {words.outcome} in {percent(float(good.mean()))} of the draws"
    if not good.any():
        return [f"{text}: no draw makes it so."], []
    answer = [f"{text}. {condition_lines(words, box(names, table, good))}"]
    harm = better * (rows[q.policy] - rows[q.reference]) < -0.01
    if harm.any():
        answer.append(
            f"It does harm (by more than a point, against {words.policy(q.reference)}) in "
            f"{percent(float(harm.mean()))} of the draws. What removes that: "
            f"{condition_lines(words, box(names, table, ~harm))}"
        )
    else:
        answer.append(f"It does harm against {words.policy(q.reference)} in no draw.")
    found = [{"policy": name, "chance": float(row.mean()), "best_in": ""} for name, row in rows.items()]
    return answer, found


def _flip(q: Question) -> tuple[list[str], list[dict[str, Any]]]:
    from corridor.strategy.ask import best_of, chance, sure

    words, content, better = Words(q), q.case.content, BETTER.get(q.outcome, 1)

    def values(model: ActorsFile) -> dict[str, tuple[float, float]]:
        rows = {name: chance(model, held, q.outcome, few, q.seed) for name, held in q.main().items()}
        return best_of(rows, q.reference, better)

    few = max(32, q.draws // 4)
    base = values(content)
    first = next(iter(base))
    rows, flips = [], []
    for text, model in _changes(q, base):
        now = values(model)
        leader = next(iter(now))
        rows.append({"change": text, "best": leader, "moves": now[leader][0], "error": now[leader][1]})
        gap = now[leader][0] - now[first][0]
        if leader != first and sure(gap, max(now[leader][1], now[first][1])):
            flips.append((text, leader))
    answer = [f"As the model stands, {words.policy(first)} is best for {words.outcome}: {points(base[first][0])}."]
    if flips:
        answer += [f"{text}: then {words.policy(leader)} is best." for text, leader in flips[:3]]
    else:
        answer.append(
            f"None of the {len(rows)} single changes that were tried makes another policy best beyond the noise."
        )
    return answer, rows


def _changes(q: Question, base: Mapping[str, Any]) -> list[tuple[str, ActorsFile]]:
    """Return single changes of the model, in words: each stake left out, and each stake doubled."""
    from corridor.strategy.ask import with_stake
    from corridor.strategy.claims import without

    content, words = q.case.content, Words(q)
    found: list[tuple[str, ActorsFile]] = [
        (f"If nobody minded “{words.statement(one.id)}”", without(content, (one.id,))) for one in content.stakes
    ]
    for one in content.stakes:
        if one.stake is not None:
            low, middle, high = (2 * value for value in one.stake)
            changed = with_stake(content, replace(one, stake=(low, middle, high)))
            found.append((f"If “{words.statement(one.id)}” counted twice as much", changed))
    return found[:MOST_CHANGES]


MOST_CHANGES = 8
"""Single changes that one question tries: it must answer in seconds."""


def _why(q: Question) -> tuple[list[str], list[dict[str, Any]]]:
    from corridor.strategy.ask import why

    words, content = Words(q), q.case.content
    state = {**content.status_quo, **dict(words.setting(text) for text in q.state)}
    found = why(content, q.held, state)
    rows = [{**asdict(one), "takes": ", ".join(one.takes), "drops": ", ".join(one.drops)} for one in found]
    if not found:
        return ["On the central order of wants nobody would leave this state of affairs by itself."], []
    answer = []
    for one in found:
        text = f"{words.actor(one.actor)} would leave: {words.move(one.takes, one.drops)}"
        if one.sanctioned_by:
            text += f"; {words.actor(one.sanctioned_by)} can answer in a way that makes it "
            text += "no better off than staying" if one.deterred else "gain less, though still more than by staying"
        else:
            text += "; nobody has an answer that takes the gain away"
        answer.append(text + ".")
    return answer, rows


_ANSWERS: Mapping[str, Callable[[Question], tuple[list[str], list[dict[str, Any]]]]] = {
    "price": _price, "conditions": _conditions, "flip": _flip, "why": _why,
}  # fmt: skip
