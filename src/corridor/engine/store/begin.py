"""The start of writing a store: whose it is, what of it can be kept, and how it grows.

`run.json` is written first and a block's mark last, so a run that is killed at any moment leaves what the next one can
go on from.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corridor.core.errors import InputError, Problem
from corridor.engine.store.encode import Files, digests
from corridor.engine.store.files import Place, read, remove, sizes, sweep, write
from corridor.engine.store.layout import BLOCK
from corridor.engine.store.marks import FRAME, KEY, MARKS, Found, blocks_of, entries_of, inspect, mark, read_key


def stored(at: Place, key: Mapping[str, Any]) -> int:
    """Return how many futures of the run of this key lie there, 0 where nothing does.

    Raises
    ------
    InputError : another run lies there, or something that is no run
    """
    try:
        before = read_key(at)
    except InputError:
        # run.json is damaged: the store is this run's if its mark tells of our run.json
        told = (entries_of(read(at, f"{MARKS}/{FRAME}") or b"") or {}).get(KEY)
        for futures in {int(key["futures"]), _futures(at)}:
            if told == digests({KEY: key_bytes({**key, "futures": futures})})[KEY]:
                return futures
        raise
    if before is None:
        if not sizes(at) and not (isinstance(at, Path) and at.is_file()):
            return 0
        message = "this is not the store of a run"
        raise InputError([Problem(str(at), 0, 0, "", message, "choose another path for --store")])
    changed = sorted(k for k in {*before, *key} - {"futures"} if before.get(k) != key.get(k))
    if changed:
        message = f"holds another run (differs in {', '.join(changed)})"
        raise InputError([Problem(str(at), 0, 0, "", message, "choose another path for --store, or delete it")])
    return int(before["futures"])


def _futures(at: Place) -> int:
    """Return how many futures the metadata tell of, 0 where they are damaged."""
    try:
        return int(json.loads(read(at, "zarr.json") or b"")["attributes"]["futures"])
    except (ValueError, KeyError, TypeError):
        return 0


def is_whole(found: Found, key: Mapping[str, Any], frame: Files) -> bool:
    """Whether nothing is left to do for a run of this key."""
    sums = digests({KEY: key_bytes(key), **frame})
    return not found.damage and found.frame == sums and not found.missing(blocks_of(key))


def begin(at: Place, key: Mapping[str, Any], frame: Files, *, verify: bool = False) -> Found:
    """Make metadata, coordinates and marks right, and return what need not be played again.

    A block that was filled only in part loses its mark where the run grows, a damaged one where it is damaged.
    """
    before = stored(at, key)
    if isinstance(at, Path):
        sweep(at)
    if 0 < before < key["futures"] and before % BLOCK:
        remove(at, [f"{MARKS}/{before // BLOCK}"])
    found = inspect(at, hashed=verify)
    if before:
        for damage in found.damage:
            logging.getLogger("corridor").warning(damage.problem(at, "it is made anew").sentence())
    remove(at, {f"{MARKS}/{damage.block}" for damage in found.damage if damage.block is not None})
    text = key_bytes(key)
    if not found.frame or any(d.block is None for d in found.damage) or found.frame != digests({KEY: text, **frame}):
        remove(at, [f"{MARKS}/{FRAME}"])  # it tells of the run.json that was
        write(at, {KEY: text})
        mark(at, FRAME, {KEY: text, **frame})
    return found


def key_bytes(key: Mapping[str, Any]) -> bytes:
    """Return the content of run.json."""
    return json.dumps(key, indent=1, sort_keys=True).encode()
