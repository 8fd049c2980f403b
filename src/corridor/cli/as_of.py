"""`--as-of DATE` on every command that plays or checks: one option, and not an argument of each function."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import typer
from typer.core import TyperCommand
from typer.main import get_command

from corridor.core.errors import InputError, Problem

_HELP = "Another last day of which anything is known: a variant on the spot."
_asked: ContextVar[str | None] = ContextVar("as_of", default=None)


class WithDay(TyperCommand):
    """A command that takes `--as-of`; its function asks `day_asked` for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += _option()

    def invoke(self, ctx: Any) -> Any:
        """Put the day aside and play the command."""
        before = _asked.set(ctx.params.pop("as_of"))
        try:
            return super().invoke(ctx)
        except InputError as error:
            if day_asked() is None:
                raise
            raise InputError([_of_option(one) for one in error.problems]) from error
        finally:
            _asked.reset(before)


def _of_option(problem: Problem) -> Problem:
    """Return a problem of the day as one of the option that gave it."""
    is_day = (problem.file, problem.field) == ("--set", "as_of")
    return replace(problem, file="--as-of", field="") if is_day else problem


def day_asked() -> str | None:
    """Return what `--as-of` said, None where it was not given."""
    return _asked.get()


def with_day(settings: list[str] | None) -> list[str] | None:
    """Return what `--set` and `--as-of` ask for together."""
    day = day_asked()
    if day is None:
        return settings
    try:
        date.fromisoformat(day)
    except ValueError as error:
        message, remedy = f'"{day}" is not a date', "write year-month-day, such as 2023-09-19"
        raise InputError([Problem("--as-of", 0, 0, "", message, remedy)]) from error
    return [*(settings or ()), f"as_of={day}"]


def _option() -> list[Any]:
    def shape(as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help=_HELP)] = None) -> None: ...

    app = typer.Typer(add_completion=False)
    app.command()(shape)
    return [one for one in get_command(app).params if one.name == "as_of"]
