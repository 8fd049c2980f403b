"""Commands that put a case on a screen: serve, page, open."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from corridor.cli.as_of import day_asked
from corridor.cli.options import Case, Seed, Variant
from corridor.cli.say import say


def serve(
    case: Case = "nagorno-karabakh-2023",
    variant: Variant = None,
    seed: Seed = 1,
    open_: Annotated[bool, typer.Option("--open", "-o", help="Open the page in the browser.")] = False,
    host: Annotated[str, typer.Option("--host", help="Another address than this machine's own; needs --token.")] = "",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8642,
    token: Annotated[str, typer.Option("--token", envvar="CORRIDOR_TOKEN", help="What a browser has to tell.")] = "",
    workspace: Annotated[Path, typer.Option("--workspace", help="Folder of what is made at the screen.")] = Path(
        "corridor-desk"
    ),
) -> None:
    """Open the screen in the room: change a lever, see the futures. On this machine alone, unless --host says so."""
    _web()
    # before NumPy is read: its threads of linear algebra wait by turning, on the core of whoever plays
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from corridor.studies.whatif import Desk
    from corridor.web.serve import HERE, beside, cores
    from corridor.web.serve import serve as run

    desk = Desk(case, variant or "", seed, cores(), as_of=day_asked() or "", workers=beside())
    run(
        desk, host=host or HERE, port=port, token=token, workspace=workspace, open_page=open_,
        say=lambda text: say(text, err=True),
    )  # fmt: skip


def page(
    case: Case,
    target: Annotated[Path, typer.Argument(help="The HTML file to write.")],
    variant: Variant = None,
    futures: Annotated[int, typer.Option("--futures", "-n", help="Futures of each answer.")] = 300,
    seed: Seed = 1,
    language: Annotated[str, typer.Option("--language", help="en, fr, ar or es.")] = "en",
) -> None:
    """Write a page that moves without a server: one HTML file with answers worked out beforehand."""
    from corridor.core.files import write_whole
    from corridor.engine.warm import prepare
    from corridor.report.screen.progress import progress
    from corridor.studies.page import check_path
    from corridor.studies.sent_page import sent_page
    from corridor.studies.whatif import Desk
    from corridor.words.speak import check_language

    check_path(target)
    check_language(language)
    desk = Desk(case, variant or "", seed, 2, as_of=day_asked() or "")
    prepare(desk.scenario(), lambda text: say(text, err=True))
    with progress(language) as told:
        text = sent_page(desk, futures=futures, language=language, told=told)
    write_whole(target, text)
    say(f"page: {target} ({len(text.encode()) / 1e6:.1f} MB)")


def _web() -> None:
    """Say what to install where the packages of the screen are missing."""
    from importlib.util import find_spec

    from corridor.core.errors import InputError, Problem

    missing = [name for name in ("fastapi", "uvicorn", "websockets") if find_spec(name) is None]
    if missing:
        message = f"needs {', '.join(missing)}"
        raise InputError([Problem("serve", 0, 0, "", message, 'install them: pip install "corridor[web]"')])
