"""Where the command begins: Ctrl-C is answered before anything large is imported."""

from __future__ import annotations

import os
from typing import NoReturn

from corridor.core.exits import EXIT_STOPPED


def main() -> NoReturn:
    """Entry point of `corridor` and `python -m corridor`."""
    try:
        from corridor.cli.main import main as begin

        begin()
    except KeyboardInterrupt:
        os.write(2, b"stopped\n")
        os._exit(EXIT_STOPPED)
