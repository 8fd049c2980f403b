"""What the sides' choices do to the world: regimes, loss of control and the way out, nothing else.

Goods then flow or not by access and delivery; there is no second rule for supply. Blocking concerns goods and people
on their way in: no effect takes from a link a way out that events and policies leave open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.kernels.jit import kernel
from corridor.kernels.network import PEOPLE_OUT, Network
from corridor.rules.base import Bytes, Floats, Ints
from corridor.scenario.model import Scenario
from corridor.scenario.traffic import REGIMES, joined
from corridor.strategy import ActorsFile, Effect, Space, evaluate, feature_values, option_space

SILENT = -1
"""No effect says anything about the link."""
EXIT_NOW, EXIT_LATER = 1, 2
MARKS = ("violence", "guarantee")
"""What an effect may also declare: it is read by comparison and report, the day does nothing with it."""
_EXITS: dict[object, int] = {True: EXIT_NOW, "now": EXIT_NOW, "after delay": EXIT_LATER, "delayed": EXIT_LATER}
_FORMS = ("links.<id>.regime", "release", "places.<id>.release", "exit", *MARKS)


class Effects(NamedTuple):
    """What each state of the sides does to the world.

    regime : (state, link) classes of traffic, `SILENT` where no effect holds; of several the last one written rules
    usual : (link,) the same for the status quo as it is before any policy
    release : (state, home) 1 where control is lost
    exit : (state,) 0, `EXIT_NOW` or `EXIT_LATER`
    exit_link : (link,) 1 on the ways that open to people after a loss of control
    """

    regime: Ints
    usual: Ints
    release: Bytes
    exit: Bytes
    exit_link: Bytes


def compile_effects(
    scenario: Scenario, content: ActorsFile, space: Space, flags: Mapping[str, bool], net: Network
) -> Effects:
    """Return the effects of every state of a model.

    Raises
    ------
    InputError : every effect that names something unknown or has a value that cannot be read
    """
    links = [link.id for link in scenario.links]
    homes = [place.id for place in scenario.homes]
    problems: list[Problem] = []
    done = _tables(content, space, flags, links, homes, problems)
    if problems:
        raise InputError(problems)
    actors = list(space.actors) + [a.id for a in content.actors if a.id not in space.actors]
    quo = {option.id: content.status_quo.get(option.id, False) for option in content.options}
    today = option_space(actors, content.options, fixed=quo)
    usual = _tables(content, today, {}, links, homes, [])[0][0]
    return Effects(done[0], usual, done[1], done[2], net.exit_link)


def _tables(
    content: ActorsFile, space: Space, flags: Mapping[str, bool], links: list[str], homes: list[str],
    problems: list[Problem],
) -> tuple[Ints, Bytes, Bytes]:  # fmt: skip
    states = len(space.states)
    values = feature_values(content, space, flags)
    regime = np.full((states, len(links)), SILENT, np.int64)
    release, exits = np.zeros((states, len(homes)), np.uint8), np.zeros(states, np.uint8)
    for effect in content.effects:
        holds = evaluate(effect.when, values, states)
        for target, value in _flat(effect.sets):

            def wrong(message: str, remedy: str = "", effect: Effect = effect, target: str = target) -> None:
                name, at = f"effects.{effect.id}.{target}", f"{effect.at}.{target}"
                problems.append(content.problem(name, message, remedy, at=at))

            head, _, rest = target.partition(".")
            id_, _, part = rest.rpartition(".")
            if head == "links" and part == "regime":
                classes = _classes(value)
                if id_ not in links:
                    wrong(f'no link "{id_}"', did_you_mean(id_, links))
                elif classes is None:
                    words = ", ".join(list(REGIMES)[2:])
                    wrong(f'"{value}" is no regime', f"write open, closed, or {words} joined by +")
                else:
                    regime[holds, links.index(id_)] = classes
            elif target == "release" or (head == "places" and part == "release"):
                if target != "release" and id_ not in (*homes, "*"):
                    wrong(f'no home "{id_}"', did_you_mean(id_, homes))
                elif value is not True:
                    wrong(f'"{value}" is not a value of release', "write true: lost control does not come back")
                else:
                    where = slice(None) if id_ in ("", "*") else homes.index(id_)
                    release[holds, where] = 1
            elif target == "exit":
                if value not in _EXITS:
                    wrong(f'"{value}" is not a way out', "write true, or delayed")
                else:
                    exits[holds] = _EXITS[value]
            elif target not in MARKS:
                wrong("is nothing that a choice can do to the world", f"write {', '.join(_FORMS)}")
    return regime, release, exits


def _flat(sets: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Return target -> value, whether targets are written with dots or as keys below keys."""
    found: list[tuple[str, Any]] = []
    for key, value in sets.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and name not in MARKS:
            found += _flat(value, f"{name}.")
        else:
            found.append((name, value))
    return found


def _classes(value: Any) -> int | None:
    """Return the set of classes of traffic that a regime's words name; None where they cannot be read."""
    words = [word.strip() for word in str(value).split("+")]
    if not set(words) <= REGIMES.keys() or (len(words) > 1 and {"open", "closed"} & set(words)):
        return None
    return joined(words)


class Imposed(NamedTuple):
    """What events and policies say today, each (link,).

    held : regime that they give
    forced : 1 where a policy forces it: no choice changes it
    begins : 1 where a policy sets a regime from today on: it holds until a choice changes what is said
    """

    held: Bytes
    forced: Bytes
    begins: Bytes


class Voice(NamedTuple):
    """What the effects have said so far, each (link, future).

    said : last; spoken : 1 once a choice has changed what is said; until then the regime of as_of goes on
    """

    said: Ints
    spoken: Bytes


class World(NamedTuple):
    """What choices write.

    regime : (link, future) where choices rule
    release : (home, future) set to 1 where control is lost
    exit_granted : (future,) hour since the start at which the way out opens, infinity before it is granted
    """

    regime: Bytes
    release: Bytes
    exit_granted: Floats


@kernel
def act(
    effects: Effects, imposed: Imposed, day: int, delay: Floats, sides: npt.NDArray[np.int32], voice: Voice,
    world: World,
) -> None:  # fmt: skip
    """Write what today's states of the sides do to the world, in place.

    Parameters
    ----------
    day : number of the day since the scenario's start
    delay : (future,) days until a way out opens
    sides : (future,) state of the sides
    """
    says, release, leads, exit_link = effects.regime, effects.release, effects.exit, effects.exit_link
    held, forced, begins = imposed.held, imposed.forced, imposed.begins
    said, spoken = voice.said, voice.spoken
    regime, released, granted = world.regime, world.release, world.exit_granted
    for k in range(held.size):
        for f in range(sides.size):
            now = says[sides[f], k]
            if begins[k]:
                spoken[k, f] = 0
            if now != said[k, f]:
                spoken[k, f] = 1
            said[k, f] = now
            if spoken[k, f] and now != SILENT and not forced[k]:
                regime[k, f] = now | (held[k] & PEOPLE_OUT)
            if leads[sides[f]] == EXIT_NOW and exit_link[k] and not forced[k]:
                regime[k, f] |= PEOPLE_OUT
    for h in range(released.shape[0]):
        for f in range(sides.size):
            if release[sides[f], h]:
                released[h, f] = 1
    for f in range(sides.size):
        if leads[sides[f]] == EXIT_LATER and not np.isfinite(granted[f]):
            # granted at midday, as a loss of control is
            granted[f] = 24.0 * day + 12.0 + 24.0 * delay[f]
