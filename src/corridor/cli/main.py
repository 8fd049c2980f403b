"""The command line: parse, call, print. Exit status 0 done, 1 a fault of ours, 3 bad input or usage, 130 stopped."""

from __future__ import annotations

import sys
import warnings
from typing import Annotated, NoReturn

import typer

from corridor import __version__
from corridor.cli import cases, scores, studies, web
from corridor.cli.add import adds
from corridor.cli.as_of import WithDay, meaning, meaningless
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
app.command("list", cls=meaning("Only cases that can look back from this day, and their variants up to it."))(
    cases.list_cases
)
app.command(cls=WithDay)(cases.check)
app.command(cls=WithDay)(cases.audit)
app.command(cls=WithDay)(explain)
app.command(cls=meaningless("what a new case holds is invented, and nothing in it was known on any day"))(cases.new)
app.command(cls=meaning("Write only what was known on this day; a copy of a folder, too."))(cases.convert)
app.command(cls=meaning("The rules of the case as it was known on this day; needs a case."))(cases.plan)
app.command(cls=meaningless("the form of a folder is the same on every day"))(cases.schema)
app.command(cls=WithDay)(studies.run)
app.command(cls=WithDay)(studies.compare)
app.command(cls=WithDay)(studies.calibrate)
app.command(cls=WithDay)(scores.backtest)
app.command(cls=WithDay)(scores.explore)
app.command(cls=WithDay)(scores.freeze)
app.command(cls=meaning("Score a variant of this day, made on the spot, of each case whose history holds it."))(
    scores.validate
)
app.command(cls=meaning("Both sides as known on this day; a stored run has to look back from it."))(studies.diff)
app.command(cls=WithDay)(actors)
app.command(cls=WithDay)(web.serve)
app.command(cls=WithDay)(web.page)
app.command(cls=WithDay)(ask)
app.command(
    "validate-movement",
    cls=meaningless("a folder of Flee does not say when anything became known; corridor import flee makes a case"),
)(validate_movement)
app.add_typer(adds, name="add")
app.add_typer(imports, name="import")
app.add_typer(runs, name="runs")
app.command(cls=meaning("Join only the runs that look back from this day; the others are told."))(merge)
app.command(cls=meaning("A case as it was known on this day; a stored run has to look back from it."))(export)
app.command(cls=meaning("The case as it was known on this day, and a copy of that."))(scrub)
app.command(cls=meaningless("what is installed here is of today, and no case is read"))(doctor)

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
