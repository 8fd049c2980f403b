"""The marks of a store: `blocks_done/N` holds size and checksum of each file of block N, `frame` those of the rest.

A mark is written after the files that it tells of. So what has no mark is unfinished, and what disagrees with its mark
is damaged: missing, cut short, or changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from corridor.core.errors import InputError, Problem
from corridor.engine.store.encode import Files, crc, digests
from corridor.engine.store.files import Place, names_in, read, read_all, sizes, write
from corridor.engine.store.layout import BLOCK

FORMAT = 3
"""of a store; it stands in run.json"""
KEY = "run.json"
MARKS = "blocks_done"
FRAME = "frame"
REPLAY = "give the command that made it again: it plays what is damaged anew"

Digests = dict[str, tuple[int, int]]
"""name of a file -> size, CRC-32C"""


@dataclass(frozen=True)
class Damage:
    """One file that is not what its mark says; block : None for metadata and coordinates."""

    name: str
    block: int | None
    how: str

    def problem(self, at: Place, remedy: str = REPLAY) -> Problem:
        """Return it as a sentence that names store, variable and block."""
        variable = self.name.split("/c/")[0].removesuffix("/zarr.json")
        where = "" if self.block is None else f"block {self.block} (from future {self.block * BLOCK}): "
        return Problem(str(at), 0, 0, variable, f"{where}{self.name} {self.how}", remedy)


@dataclass(frozen=True)
class Found:
    """What lies in a store: the sound blocks with the digests of their files, and the damage."""

    blocks: Mapping[int, Digests]
    damage: tuple[Damage, ...]
    frame: Digests
    """of metadata and coordinates, as their mark says"""

    def missing(self, blocks: Iterable[int]) -> list[int]:
        """Return which of the blocks are to be played."""
        return [block for block in blocks if block not in self.blocks]


def mark(at: Place, name: int | str, files: Files) -> None:
    """Write files, then the mark that tells of them."""
    write(at, files)
    told = digests(files)
    text = json.dumps({"crc32c": crc(_plain(told)), "files": told}, separators=(",", ":"))
    write(at, {f"{MARKS}/{name}": text.encode()})


def read_key(at: Place) -> dict[str, Any] | None:
    """Return run.json, None where there is none.

    Raises
    ------
    InputError : it cannot be read, or is of another form of store
    """
    data = read(at, KEY)
    if data is None:
        return None
    try:
        key = json.loads(data)
    except ValueError:
        key = None
    told = (entries_of(read(at, f"{MARKS}/{FRAME}") or b"") or {}).get(KEY)
    if not isinstance(key, dict) or told not in (None, digests({KEY: data})[KEY]):
        raise InputError([Problem(str(at), 0, 0, "", f"{KEY} is damaged", REPLAY)])
    if not {"scenario", "futures", "code"} <= key.keys():
        message = f"this is not the store of a run, though a {KEY} lies there"
        raise InputError([Problem(str(at), 0, 0, "", message, "choose another path for --store")])
    if key.get("format") != FORMAT:
        message = "was written by another version of corridor"
        raise InputError([Problem(str(at), 0, 0, "", message, "delete it, or choose another path for --store")])
    return key


def blocks_of(key: Mapping[str, Any]) -> list[int]:
    """Return the blocks that a store is to hold: all of its futures, or those of its shard."""
    shard = key.get("shard") or (1, 1)
    return list(range(shard[0] - 1, -(-int(key["futures"]) // BLOCK), shard[1]))


def inspect(at: Place, *, hashed: bool = False) -> Found:
    """Compare every file with its mark.

    Parameters
    ----------
    hashed : read and hash all of them; else only the small ones of the frame, and the sizes of the chunks
    """
    marks = [name for name in names_in(at, MARKS) if name.removeprefix(f"{MARKS}/").isdigit()]
    told = {name: entries_of(text) for name, text in read_all(at, [*marks, f"{MARKS}/{FRAME}"]).items()}
    listed = sizes(at, [name for entries in told.values() for name in entries or ()])
    blocks: dict[int, Digests] = {}
    damage: list[Damage] = []
    frame: Digests = {}
    for name in [f"{MARKS}/{FRAME}", *marks]:
        number = name.removeprefix(f"{MARKS}/")
        block = None if number == FRAME else int(number)
        entries = told.get(name)
        if entries is None:
            damage.append(Damage(name, block, "is damaged" if name in told else "is missing"))
            continue
        bad = [Damage(f, block, how) for f, (n, _) in entries.items() if (how := _size(listed.get(f), n))]
        if not bad and (hashed or block is None):
            content = read_all(at, entries)
            bad = [Damage(f, block, "is changed") for f, (_, sum_) in entries.items() if crc(content[f]) != sum_]
        damage += bad
        if block is None:
            frame = entries
        elif not bad:
            blocks[block] = entries
    return Found(blocks, tuple(damage), frame)


def entries_of(text: bytes) -> Digests | None:
    """Return what a mark says, None where it is damaged."""
    try:
        told = json.loads(text)
        files = {str(name): (int(size), int(sum_)) for name, (size, sum_) in told["files"].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return files if told.get("crc32c") == crc(_plain(files)) else None


def _plain(files: Digests) -> bytes:
    return json.dumps(files, separators=(",", ":")).encode()


def _size(found: int | None, wanted: int) -> str:
    if found is None:
        return "is missing"
    return "" if found == wanted else f"has {found} bytes instead of {wanted}"
