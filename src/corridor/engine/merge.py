"""Shards of one run, or runs of successive futures, joined to the bytes of the whole run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corridor.core.errors import InputError, Problem
from corridor.engine.sides.compile import as_played
from corridor.engine.store.begin import begin
from corridor.engine.store.encode import Files, block_arrays, block_files, chunk_name, frame
from corridor.engine.store.files import Place, place, read, read_all
from corridor.engine.store.layout import BLOCK, Layout
from corridor.engine.store.lock import locked
from corridor.engine.store.marks import Found, inspect, mark, read_key
from corridor.engine.task import Task, code, prepare
from corridor.scenario.change import BY_HAND, seal
from corridor.scenario.model import Scenario


@dataclass(frozen=True)
class Source:
    """A store to take blocks from; its futures are `first` to `last`, without `last`."""

    at: Place
    key: dict[str, Any]
    found: Found
    layout: Layout

    @property
    def first(self) -> int:
        """Index of its first future."""
        return int(self.key["first_future"])

    @property
    def last(self) -> int:
        """Index behind its last future."""
        return self.first + int(self.key["futures"])


@dataclass(frozen=True)
class Piece:
    """Successive futures within one block of a source: `start` to `stop` of the block's own."""

    source: Source
    block: int
    start: int
    stop: int


def merge(stores: Sequence[str | Path], to: str | Path) -> int:
    """Join stores of one run into a new one and return how many futures it holds.

    The stores are shards of a run, or runs that differ in `first_future` and follow one another. Every file is hashed
    before it is taken.

    Raises
    ------
    InputError : stores of different runs, damaged ones, futures that are in none of them; all at once
    """
    sources = _sources([place(store) for store in stores])
    first, last = min(s.first for s in sources), max(s.last for s in sources)
    task = _task(sources[0], last - first, first)
    starts = [first + block * BLOCK for block in range(task.blocks)]
    sought = [_pieces(sources, start, min(last, start + BLOCK)) for start in starts]
    gone = [Problem(str(to), 0, 0, "", *_gone(found, first)) for found in sought if isinstance(found, int)]
    if gone:
        raise InputError(gone)
    pieces = [found for found in sought if not isinstance(found, int)]
    at, layout = place(to), prepare(task).layout(task)
    with locked(at):
        found = begin(at, task.key, frame(layout))
        for block in found.missing(range(task.blocks)):
            mark(at, block, _block(layout, block, task.size(block), pieces[block]))
    return task.futures


def _gone(future: int, first: int) -> tuple[str, str]:
    shown = f"block {(future - first) // BLOCK}: future {future} is in none of the stores"
    return shown, "name the stores of all shards, each finished"


def _sources(places: list[Place]) -> list[Source]:
    problems: list[Problem] = []
    sources: list[Source] = []
    for at in places:
        try:
            key = read_key(at)
        except InputError as error:
            problems += error.problems
            continue
        if key is None:
            problems.append(Problem(str(at), 0, 0, "", "no run is stored here", "give folders that --store named"))
            continue
        if key["code"] != code():
            message = "was played by other code than is installed here"
            problems.append(Problem(str(at), 0, 0, "", message, "merge with the version that played it"))
            continue
        if key.get("population"):
            message = "is a run of chosen futures, which is whole already"
            problems.append(Problem(str(at), 0, 0, "", message, "leave it out"))
            continue
        found = inspect(at, hashed=True)
        problems += [damage.problem(at) for damage in found.damage]
        if not any(damage.block is None for damage in found.damage):
            task = _task_of(at, key)
            sources.append(Source(at, key, found, prepare(task).layout(task)))
    for source in sources[1:]:
        own = {"futures", "first_future", "shard"}
        changed = sorted(k for k in {*source.key, *sources[0].key} - own if source.key.get(k) != sources[0].key.get(k))
        if changed:
            message = f"is another run than {sources[0].at} (differs in {', '.join(changed)})"
            problems.append(Problem(str(source.at), 0, 0, "", message, "leave it out"))
    if problems or not sources:
        raise InputError(problems or [Problem("merge", 0, 0, "", "no store is given", "name the stores to join")])
    return sources


def _task_of(at: Place, key: dict[str, Any]) -> Task:
    """Return the task that a store was played from; its frame is known to be sound."""
    attrs = json.loads(read(at, "zarr.json") or b"{}")["attributes"]
    scenario = Scenario.model_validate_json(attrs["scenario"])
    if not attrs["changed"].endswith(BY_HAND.sentence()):
        scenario = seal(scenario, attrs["folder"])  # the joined run says of itself what its parts say
    if key["actors"]:
        scenario = as_played(scenario)  # what the policies hold of the sides stands in the actor policies only
    listed = tuple(key["policies"]), tuple(key["conditions"])
    numbers = int(key["futures"]), int(key["first_future"]), int(key["seed"])
    return Task(scenario, *listed, *numbers, tuple(key["variables"]), bool(key["actors"]), BLOCK, key["code"])


def _task(source: Source, futures: int, first: int) -> Task:
    return _task_of(source.at, source.key | {"futures": futures, "first_future": first})


def _pieces(sources: list[Source], first: int, last: int) -> list[Piece] | int:
    """Return where the futures from `first` to `last` lie, or the first one that lies nowhere."""
    found: list[Piece] = []
    while first < last:
        for piece in _holding(sources, first):
            found.append(Piece(piece.source, piece.block, piece.start, min(piece.stop, piece.start + last - first)))
            first += found[-1].stop - found[-1].start
            break
        else:
            return first
    return found


def _holding(sources: list[Source], future: int) -> Iterator[Piece]:
    for source in sources:
        block, start = divmod(future - source.first, BLOCK)
        if source.first <= future < source.last and block in source.found.blocks:
            yield Piece(source, block, start, min(BLOCK, source.last - source.first - block * BLOCK))


def _block(layout: Layout, block: int, size: int, pieces: list[Piece]) -> Files:
    """Return the files of a block: copied where a source has just this block, else put together."""
    one = pieces[0]
    held = min(BLOCK, one.source.last - one.source.first - one.block * BLOCK)
    if len(pieces) == 1 and (one.start, one.stop) == (0, size) and held == size:
        files = read_all(one.source.at, one.source.found.blocks[one.block])
        names = {chunk_name(n, c, one.block): chunk_name(n, c, block) for n, c in layout.played.items()}
        return {names[name]: data for name, data in files.items()}
    parts = [_taken(piece) for piece in pieces]
    joined = {
        name: np.concatenate([part[name] for part in parts], axis=column.dims.index("future"))
        for name, column in layout.played.items()
    }
    return block_files(layout, block, joined)


def _taken(piece: Piece) -> dict[str, Any]:
    source = piece.source
    arrays = block_arrays(source.layout, piece.block, read_all(source.at, source.found.blocks[piece.block]))
    cut = slice(piece.start, piece.stop)
    return {
        name: values[(slice(None),) * source.layout.columns[name].dims.index("future") + (cut,)]
        for name, values in arrays.items()
    }
