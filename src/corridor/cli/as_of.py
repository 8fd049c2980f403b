"""`--as-of DATE` on every command: one option with a meaning for each, and not an argument of each function.

A command that plays makes a variant on the spot. The others say in their help what the day means there, or why it means
nothing; those refuse it.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from corridor.core.errors import InputError, Problem

_PLAYED = "Another last day of which anything is known: a variant on the spot."
_asked: ContextVar[str | None] = ContextVar("as_of", default=None)


class _Dated:
    """What takes `--as-of`; its function asks `day_asked`, `day_of` or `with_day` for it."""

    means = _PLAYED
    refuses = ""
    """why a day means nothing there"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params: list[Any]
        self.params += _option(self.means)

    def invoke(self, ctx: Any) -> Any:
        """Put the day aside and play the command; a day given to a group holds for its commands."""
        given = ctx.params.pop("as_of")
        before = _asked.set(day_asked() if given is None else given)
        try:
            self._refuse()
            return super().invoke(ctx)  # type: ignore[misc]
        except InputError as error:
            if day_asked() is None:
                raise
            raise InputError([_of_option(one) for one in error.problems]) from error
        finally:
            _asked.reset(before)

    def _refuse(self) -> None:
        if day_of() is not None and self.refuses:
            raise InputError([Problem("--as-of", 0, 0, "", self.refuses, "leave it out")])


class WithDay(_Dated, TyperCommand):
    """A command that plays a variant of its case made on the spot."""


class GroupWithDay(_Dated, TyperGroup):
    """A group that does something of its own, and hands the day on to its commands."""

    means = "Only the runs that look back from this day."


def meaning(means: str) -> type[WithDay]:
    """Return a command in which the day means something of its own: one sentence for the help."""
    return type("WithDay", (WithDay,), {"means": means})


def meaningless(why: str) -> type[WithDay]:
    """Return a command that refuses the day, and says why."""
    return type("WithoutDay", (WithDay,), {"means": f"Refused here: {why}.", "refuses": why})


def _of_option(problem: Problem) -> Problem:
    """Return a problem of the day as one of the option that gave it."""
    is_day = (problem.file, problem.field) == ("--set", "as_of")
    return replace(problem, file="--as-of", field="") if is_day else problem


def day_asked() -> str | None:
    """Return what `--as-of` said, None where it was not given."""
    return _asked.get()


def day_of() -> date | None:
    """Return the day that `--as-of` said, None where it was not given.

    Raises
    ------
    InputError : it is no date
    """
    day = day_asked()
    if day is None:
        return None
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        message, remedy = f'"{day}" is not a date', "write year-month-day, such as 2023-09-19"
        raise InputError([Problem("--as-of", 0, 0, "", message, remedy)]) from error


def with_day(settings: list[str] | None) -> list[str] | None:
    """Return what `--set` and `--as-of` ask for together."""
    return settings if day_of() is None else [*(settings or ()), f"as_of={day_asked()}"]


def _option(means: str) -> list[Any]:
    def shape(as_of: Any = None) -> None: ...

    shape.__annotations__ = {"as_of": Annotated[str | None, typer.Option("--as-of", metavar="DATE", help=means)]}
    app = typer.Typer(add_completion=False)
    app.command()(shape)
    return [one for one in get_command(app).params if one.name == "as_of"]
