"""The command line: parse, call, print. Exit status 0 done, 1 a fault of ours, 3 bad input or usage, 130 stopped."""

from __future__ import annotations

import sys
import warnings
from typing import Annotated, NoReturn

import typer

from corridor import __version__
from corridor.cli import cases, scores, studies, web
from corridor.cli.add import adds
from corridor.cli.as_of import WithDay
from corridor.cli.ask import ask
from corridor.cli.care import doctor, scrub
from corridor.cli.displacement import validate_movement
from corridor.cli.explain import explain
from corridor.cli.imports import imports
from corridor.cli.net import close_streams, drop_streams, fault_sentence, kept, os_sentence
from corridor.cli.printing import complain
from corridor.cli.runs import export, merge, runs
from corridor.cli.say import open_streams, say, say_json, say_notes
from corridor.cli.sides import actors
from corridor.cli.stop import answer_ctrl_c
from corridor.core.errors import InputError, Problem, SimulationError
from corridor.core.exits import EXIT_BAD_INPUT, EXIT_STOPPED

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Plays thousands of futures of a closed road under each policy: supply, hunger, choices, flight.",
)
app.command("list")(cases.list_cases)
app.command(cls=WithDay)(cases.check)
app.command(cls=WithDay)(cases.audit)
app.command(cls=WithDay)(explain)
app.command()(cases.new)
app.command()(cases.convert)
app.command()(cases.plan)
app.command()(cases.schema)
app.command(cls=WithDay)(studies.run)
app.command(cls=WithDay)(studies.compare)
app.command(cls=WithDay)(studies.calibrate)
app.command(cls=WithDay)(scores.backtest)
app.command(cls=WithDay)(scores.explore)
app.command(cls=WithDay)(scores.freeze)
app.command()(scores.validate)
app.command()(studies.diff)
app.command(cls=WithDay)(actors)
app.command(cls=WithDay)(web.serve)
app.command(cls=WithDay)(web.page)
app.command(cls=WithDay)(ask)
app.command("validate-movement")(validate_movement)
app.add_typer(adds, name="add")
app.add_typer(imports, name="import")
app.add_typer(runs, name="runs")
app.command()(merge)
app.command()(export)
app.command()(scrub)
app.command()(doctor)

_USAGE = 2
"""with which the parser ends where it cannot use a command line: bad input, as any other"""


def _version(asked: bool) -> None:
    if asked:
        say(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    say_notes()


def main() -> NoReturn:
    """Entry point: turns errors into sentences and exit statuses."""
    open_streams()
    # an older zarr says of each text in a store that its form is young; nobody can do anything about it
    warnings.filterwarnings("ignore", message="The codec `vlen-utf8`")
    answer_ctrl_c()
    status = _ended()
    try:
        close_streams()
    except BrokenPipeError:
        pass  # who reads has read enough
    except (OSError, ValueError):
        status = status or EXIT_BAD_INPUT
    sys.exit(status)


def _ended() -> int | str | None:
    """Do what the command line says and return the exit status."""
    try:
        app()
    except SystemExit as stop:
        return _usage(stop) if stop.code == _USAGE else stop.code
    except InputError as error:
        complain(error.problems, kept=kept(error))
        return EXIT_BAD_INPUT
    except SimulationError as error:
        say(f"SimulationError: {error}", err=True)
        return 1
    except BrokenPipeError:
        drop_streams()
        return 0
    except OSError as error:
        drop_streams()
        say(os_sentence(error), err=True)
        return EXIT_BAD_INPUT
    except KeyboardInterrupt:
        return EXIT_STOPPED
    except Exception as error:  # noqa: BLE001  the one place that stands between a fault of ours and a person
        say(fault_sentence(error), err=True)
        return 1
    return 0


def _usage(stop: SystemExit) -> int:
    """Say as JSON, where the command line asks for it, what the parser has said of it; return the exit status."""
    said = getattr(stop.__context__, "format_message", None)
    if said is not None and "--json" in sys.argv:
        say_json({"problems": [Problem("command line", 0, 0, "", said()).as_dict()]})
    return EXIT_BAD_INPUT
