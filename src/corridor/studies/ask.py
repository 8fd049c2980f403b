"""Questions that an analyst asks of the sides, as a Study: a price, conditions, what flips the answer, and why.

`ask(case, "price", stake="AK1", policy="leverage", by=-0.1)`; the same as `corridor ask price`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.scenario import Scenario
from corridor.studies.ask_words import DRAWS, Question, Words, condition_lines, few_enough, percent, points, size
from corridor.studies.data import Named, rows_table
from corridor.studies.sides_case import Case, changed_case, read
from corridor.studies.study import Study

if TYPE_CHECKING:
    from corridor.strategy import ActorsFile
    from corridor.strategy.model.model import Statement

QUESTIONS = ("price", "conditions", "flip", "why")
BETTER = {"offensive": -1, "relief_stops": -1, "control": -1, "fighting": -1}
"""Outcomes of which less is better; of others more is."""


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
    count = draws_for(error) if error is not None else draws
    first = reference or next(iter(found.policies))
    chosen = policy or _default(found, first, question, stake)
    unknown = [name for name in (first, chosen) if name not in found.policies]
    if unknown:
        raise InputError(
            Problem("--policy", 0, 0, "", f'no policy "{name}"', did_you_mean(name, found.policies)) for name in unknown
        )
    _known(found, question, outcome, stake, by)
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
        tables=(rows_table(rows, question, _HEADING[question].format(count=count), _UNITS),) if rows else (),
        detail={"question": question, "outcome": outcome},
    )


_HEADING = {
    "price": "What was tried ({count} draws)", "conditions": "Each policy ({count} draws)",
    "flip": "What was tried", "why": "Who would leave (central order of wants)",
}  # fmt: skip
_UNITS = {"change": "points", "error": "points", "moves": "points", "chance": "%", "best in": "% of draws"}


def _known(found: Case, question: str, outcome: str, stake: str, by: float) -> None:
    """Raise InputError where the model has no such outcome, or a price is asked of no stake of it, or for more harm."""
    from corridor.strategy.ask import more_harm

    content, wrong = found.content, []
    words = (*content.features, *(option.id for option in content.options), *content.flags)
    if question in ("conditions", "flip") and len(found.policies) < 2:
        message = f'the question "{question}" compares policies of the sides, and the case has one'
        wrong.append(
            Problem("policies.yaml", 0, 0, "actor_policies", message, "add actor_policies with what each holds")
        )
    if question != "why" and outcome not in words:
        message = f'this model of the sides has no feature or option "{outcome}"'
        wrong.append(Problem("--outcome", 0, 0, "", message, f"give one of: {', '.join(dict.fromkeys(words))}"))
    stakes = [one.id for one in content.stakes if one.stake is not None]
    if question == "price" and stake not in stakes and (stake or not stakes):
        message = "this model of the sides has no " + (f'stake "{stake}"' if stake else "stakes")
        remedy = f"give one of: {', '.join(stakes)}" if stakes else "state one under stakes in actors.yaml"
        wrong.append(Problem("--stake", 0, 0, "", message, remedy))
    if question == "price":
        wrong += more_harm(outcome, by)
    if wrong:
        raise InputError(wrong)


def _default(found: Case, first: str, question: str, stake: str) -> str:
    """Return the policy that is asked about where none is named: for a price, one under which its stake can count."""
    others = [name for name in found.policies if name != first]
    if question == "price":
        from corridor.strategy.ask import counts

        one = next((s for s in found.content.stakes if s.id == stake or not stake), None)
        if one is not None:
            return next((n for n in others if counts(found.content, one, found.policies[n])), (others or [first])[0])
    return (others or [first])[0]


def _tenths(value: float) -> float:
    """Return a share in hundredths, to a tenth."""
    return round(100 * value, 1)


def _price(q: Question) -> tuple[list[str], list[dict[str, Any]]]:
    from corridor.strategy.ask import price

    content = q.case.content
    stake = q.stake or next((one.id for one in content.stakes), "")
    found = price(content, stake, q.outcome, q.by, q.held, q.plain, q.draws, q.seed)
    words, one = Words(q), next(s for s in content.stakes if s.id == stake)
    rows = [{"strength": round(s, 2), "change": _tenths(c), "error": _tenths(e)} for s, c, e in found.tried]
    told, verb = f"“{words.statement(stake)}”", "lower" if q.by < 0 else "raise"
    does = f"{words.policy(q.policy)} {verb}s the chance of {words.outcome} by {size(q.by)}"
    today = abs(one.stake[1]) if one.stake else 0.0
    if not found.found:
        _, change, error = min(found.tried, key=lambda row: row[1] * (1 if q.by < 0 else -1))
        text = f"However much {told} weighs, {words.policy(q.policy)} does not {verb} the chance of {words.outcome} by "
        text += f"{size(q.by)}; up to {rows[-1]['strength']:g} average wishes of its side were tried, and the most is "
        return [f"{text}{points(change)} (± {100 * error:.1f})."], rows
    if found.found == (0.0,):
        return [f"{does} even where {told} counts for nothing."], rows
    text = " and again at ".join(f"{value:.1f}" for value in found.found)
    says = f"{does} where {told} weighs {text} times as much as an average wish of its side"
    return [f"{says}; the model's own middle value is {today:g}."], rows


def _conditions(q: Question) -> tuple[list[str], list[dict[str, Any]]]:
    from corridor.strategy import build
    from corridor.strategy.ask import box, chance, pool

    words, content, better = Words(q), q.case.content, BETTER.get(q.outcome, 1)
    names, table = pool(content, build(content, q.plain), q.draws, q.seed)
    rows = {name: chance(content, held, q.outcome, q.draws, q.seed) for name, held in q.main().items()}
    import numpy as np

    others = np.array([better * row for name, row in rows.items() if name != q.policy])
    good = better * rows[q.policy] > others.max(axis=0) + 1e-9
    harm = better * (rows[q.policy] - rows[q.reference]) < -0.01
    likely = f"{words.outcome} {'more' if better < 0 else 'less'} likely than {words.policy(q.reference)} does"
    if harm.any():
        text = f"In {percent(float(harm.mean()))} of the draws {words.policy(q.policy)} makes {likely}, by "
        text += "more than a point."
        rest = f" That is rarer where {condition_lines(words, box(names, table, ~harm), harm=True)}"
        answer = [text + (rest if few_enough(harm) else "")]
    else:
        text = f"In none of the {harm.size} draws does {words.policy(q.policy)} make {likely}, by more than a point."
        answer = [text]
    text = f"It is the best policy against {words.outcome}" if better < 0 else f"It is best for {words.outcome}"
    if not good.any():
        answer.append(f"{text} in none of the draws.")
    elif few_enough(good):
        more = condition_lines(words, box(names, table, good))
        answer.append(f"{text} in {percent(float(good.mean()))} of the draws, and more often where {more}")
    else:
        which = (
            "few to say what makes it so" if 2 * good.sum() < good.size else "many to say what would make it otherwise"
        )
        answer.append(f"{text} in {int(good.sum())} of {good.size} draws, too {which}.")
    stack = np.array([better * row for row in rows.values()])
    best = stack.max(axis=0)
    ahead = [(stack[k] > np.delete(stack, k, axis=0).max(axis=0) + 1e-9).mean() for k in range(len(rows))]
    ties = (np.sum(stack >= best - 1e-9, axis=0) > 1).mean()
    if ties > 0.05:
        answer.append(f"In {percent(float(ties))} of the draws several policies are best, equally good.")
    found = [
        {"policy": words.title(name), "chance": _tenths(row.mean()), "best in": _tenths(share)}
        for (name, row), share in zip(rows.items(), ahead, strict=True)
    ]
    return answer, found


def _flip(q: Question) -> tuple[list[str], list[dict[str, Any]]]:
    from corridor.strategy.ask import best_of, chance, counts, sure

    words, content, better = Words(q), q.case.content, BETTER.get(q.outcome, 1)

    few = max(32, q.draws // 4)
    plain = {name: chance(content, held, q.outcome, few, q.seed) for name, held in q.main().items()}

    def values(model: ActorsFile, stake: Statement) -> dict[str, tuple[float, float]]:
        # where the stake can never hold, the policy's chance is what it was
        rows = {
            name: chance(model, held, q.outcome, few, q.seed) if counts(content, stake, held) else plain[name]
            for name, held in q.main().items()
        }
        return best_of(rows, q.reference, better)

    base = best_of(plain, q.reference, better)
    first = next(iter(base))
    rows, flips, lost = [], [], []
    for text, model, stake in _changes(q):
        now = values(model, stake)
        leader = next(iter(now))
        rows.append(
            {"single change": text, "best": words.title(leader), "moves": _tenths(now[leader][0]),
             "error": _tenths(now[leader][1])}
        )  # fmt: skip
        gap = now[leader][0] - now[first][0]
        if leader != first and sure(gap, max(now[leader][1], now[first][1])):
            flips.append((text, leader))
        elif sure(*base[first]) and not sure(*now[first]):
            lost.append(text)
    way = "against" if better < 0 else "for"
    gain, error = base[first]
    by = f"{points(gain)} (± {100 * error:.1f}, {few} draws) compared with {words.policy(q.reference)}"
    answer = [
        f"As the model stands, {words.policy(first)} is best {way} {words.outcome}: {by}."
        if sure(gain, error)
        else f"As the model stands, no policy is better {way} {words.outcome} by more than chance would: {by}."
    ]
    if flips:
        answer += [f"{text}: then {words.policy(leader)} is best." for text, leader in flips[:3]]
    answer += [
        f"{text}: then {words.policy(first)} can no longer be told from {words.policy(q.reference)}."
        for text in lost[:3]
    ]
    if not flips:
        answer.append(
            f"None of the {len(rows)} single changes tried makes another policy best by more than chance would."
        )
    return answer, rows


def _changes(q: Question) -> list[tuple[str, ActorsFile, Statement]]:
    """Return single changes of the model, in words, and of which stake: each left out, then each doubled."""
    from corridor.strategy.ask import with_stake
    from corridor.strategy.claims import without

    content, words = q.case.content, Words(q)
    found: list[tuple[str, ActorsFile, Statement]] = [
        (f"If “{words.statement(one.id)}” counted for nothing", without(content, (one.id,)), one)
        for one in content.stakes
    ]
    for one in content.stakes:
        if one.stake is not None:
            low, middle, high = (2 * value for value in one.stake)
            changed = with_stake(content, replace(one, stake=(low, middle, high)))
            found.append((f"If “{words.statement(one.id)}” counted twice as much", changed, one))
    return found[:MOST_CHANGES]


MOST_CHANGES = 8
"""Single changes that one question tries: it must answer in seconds."""


def _why(q: Question) -> tuple[list[str], list[dict[str, Any]]]:
    from corridor.strategy.ask import why

    words, content = Words(q), q.case.content
    state = {**content.status_quo, **dict(words.setting(text) for text in q.state)}
    found = why(content, q.held, state)
    rows = [
        {"side": words.actor(one.actor), "begins": ", ".join(one.takes), "ends": ", ".join(one.drops),
         "gains": round(one.gains, 3), "answer of": words.actor(one.sanctioned_by) if one.sanctioned_by else "nobody",
         "deterred": "yes" if one.deterred else "no"}
        for one in found
    ]  # fmt: skip
    if not found:
        return ["As each side's wants are written, nobody would leave this state of affairs of its own accord."], []
    answer = []
    for one in found:
        text = f"{words.actor(one.actor)} would gain by a step of its own. {words.move(one.takes, one.drops)} "
        if one.sanctioned_by:
            text += f"{words.actor(one.sanctioned_by)} can answer so that "
            text += "it ends no better off than by staying" if one.deterred else "it gains less, but still gains"
        else:
            text += "Nobody has an answer that takes the gain away"
        answer.append(text + ".")
    return answer, rows


_ANSWERS: Mapping[str, Callable[[Question], tuple[list[str], list[dict[str, Any]]]]] = {
    "price": _price, "conditions": _conditions, "flip": _flip, "why": _why,
}  # fmt: skip
