"""Trials on stores: kills of runs, growth and merges, full disks, damage, two at once."""

from __future__ import annotations

import contextlib
import gc
import importlib
import pkgutil
import shutil
import time
from pathlib import Path

from trials import DAMAGE, Tally, Yard, damage, files, finished, halves, make_room, small_disk

USED = ("engine.merge", "engine.catalogue", "studies.comparison", "studies.office", "exchange.book", "web.tables")
"""what the short form loads before it forks; the long one loads everything"""


def prepare(yard: Yard) -> None:
    """Play once undisturbed: what everything is compared with, and how long it takes."""
    _load(yard)
    for at, futures in ((yard.whole, yard.futures), (yard.few, yard.fewer)):
        start = time.monotonic()
        _sound(yard, *_run(yard, at, futures))
        yard.seconds = time.monotonic() - start if at is yard.whole else yard.seconds
    for i, at in enumerate(yard.shards, 1):
        _sound(yard, *_run(yard, at, yard.futures), "--shard", f"{i}/2")
    start = time.monotonic()
    _sound(yard, "merge", *yard.shards, "-o", yard.joined)
    yard.merge_seconds = time.monotonic() - start
    yard.bytes = files(yard.whole)
    if files(yard.joined) != yard.bytes or len(yard.bytes) < 100:
        message = "undisturbed runs disagree"
        raise RuntimeError(message)


def _load(yard: Yard) -> None:
    """Load and compile in this process what its forks use; no thread is left behind."""
    import corridor
    from corridor.engine import run
    from corridor.scenario import load

    every = [module.name for module in pkgutil.walk_packages(corridor.__path__, "corridor.")]
    for name in [f"corridor.{name}" for name in USED] if yard.short else every:
        if not name.endswith(("__main__", ".widget")):
            with contextlib.suppress(ImportError):  # what an extra brings
                importlib.import_module(name)
    run(load(str(yard.case)), futures=2, threads=1)
    gc.collect()
    gc.freeze()  # a fork that looks for garbage would copy all memory


def _run(yard: Yard, at: Path, futures: int = 0) -> tuple[str | Path, ...]:
    return ("run", yard.case, "-n", str(futures or yard.futures), *yard.play, "--store", at, "--threads", "1")


def _sound(yard: Yard, *words: str | Path) -> None:
    ended = yard.run(*words)
    if ended.status or ended.strange:
        message = f"an undisturbed command failed: {ended}"
        raise RuntimeError(message)


def _again(
    yard: Yard, tally: Tally, at: Path, words: tuple[str | Path, ...], wanted: dict[str, bytes], but: str = ""
) -> None:
    """Give a command again and compare: bytes, finished blocks (`but` one), nothing half written."""
    before = {name: when for name, when in finished(at).items() if name != but}
    ended = yard.run(*words)
    tally.heard(ended, 0)
    after = finished(at)
    replayed = [name for name, when in before.items() if after.get(name) != when]
    tally.check(not replayed, f"{at.name}: finished blocks {replayed} were written again")
    tally.check(not halves(at), f"{at.name}: {halves(at)} left behind")
    tally.check(files(at) == wanted, f"{at.name}: {_differing(files(at), wanted)} differ from an undisturbed run")
    shutil.rmtree(at, ignore_errors=True)


def _differing(found: dict[str, bytes], wanted: dict[str, bytes]) -> list[str]:
    return sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))[:5]


def runs(yard: Yard, tally: Tally, times: int) -> None:
    """Kill a run, once or twice, and let it go on."""
    midway = 0
    while tally.tried < times:
        at = yard.place("killed")
        for _ in range(yard.chance.choice((1, 1, 2))):
            ended = yard.killed(_run(yard, at), 1.1 * yard.seconds)
            tally.tried += 1
            midway += ended.status == -9 and 0 < len(finished(at)) < -(-yard.futures // 128)
        _again(yard, tally, at, _run(yard, at), yard.bytes)
    tally.told = f"{midway} with some blocks finished and others not"


def growth(yard: Yard, tally: Tally, times: int) -> None:
    """Kill a run that makes a smaller one larger; blocks that it fills anew are played, finished ones are not."""
    for _ in range(times):
        at = yard.place("grown")
        shutil.copytree(yard.few, at)
        yard.killed(_run(yard, at), yard.seconds)
        tally.tried += 1
        # the last block of the smaller run is not full, and played anew where that had not been done
        partly = str(yard.fewer // 128)
        as_it_was = finished(at).get(partly) == finished(yard.few)[partly]
        _again(yard, tally, at, _run(yard, at), yard.bytes, but=partly if as_it_was else "")


def merges(yard: Yard, tally: Tally, times: int) -> None:
    """Kill a merge; its sources stay as they are."""
    before = [files(at) for at in yard.shards]
    for _ in range(times):
        at = yard.place("merged")
        words = ("merge", *yard.shards, "-o", at)
        yard.killed(words, 1.1 * yard.merge_seconds)
        tally.tried += 1
        _again(yard, tally, at, words, yard.bytes)
    tally.check([files(at) for at in yard.shards] == before, "a merge changed its sources")


def disks(yard: Yard, tally: Tally, times: int) -> None:
    """Fill the disk at another stage each time, then make room."""
    # a page of 4 kB for each file, of about as many files as the store has
    most_kb, most_names = 4 * len(yard.bytes) + sum(map(len, yard.bytes.values())) // 1024, 2 * len(yard.bytes)
    mounted = refused = 0
    for i in range(times):
        at = yard.place("disk")
        share = (i + yard.chance.random()) / times
        by_names = i % 3 == 2
        room = 10**6 if by_names else max(4, int(share * most_kb))
        names = max(2, int(share * most_names)) if by_names else 10**6
        words = _run(yard, at / "store")
        with small_disk(at, room, names) as disk:
            mounted += disk
            ended = yard.run(*words, most_bytes=None if disk else int(share * 20_000))
            tally.tried += 1
            refused += ended.status == 3
            tally.heard(ended, 0, 3)
            tally.check(not halves(at), f"{at.name}: {halves(at)} left on a full disk")
            if disk:
                make_room(at)
            _again(yard, tally, at / "store", words, yard.bytes)
        shutil.rmtree(at, ignore_errors=True)
    tally.told = f"{mounted} small disks, {times - mounted} by a limit on files; {refused} refused in words"


def damages(yard: Yard, tally: Tally, times: int) -> None:
    """Damage one file of a store: the table is the same, and what was damaged is named or mended."""
    table = yard.top / "table.csv"
    words = ("compare", yard.case, "-n", str(yard.fewer), *yard.play, "--threads", "1", "--csv", table, "--store")
    base = yard.top / "compared"
    _sound(yard, *words, base)
    told, wanted, names = table.read_bytes(), files(base), sorted(files(base))
    mended = 0
    for i in range(times):
        at, how = yard.place("damaged"), DAMAGE[i % len(DAMAGE)]
        shutil.copytree(base, at)
        others = [at / name for name in names]
        damage(yard.chance.choice(others), how, yard.chance, others)
        tally.tried += 1
        touched = _differing(files(at), wanted)
        verified = yard.run("runs", "verify", at)
        tally.heard(verified, 0, 3)
        tally.check(not touched or verified.status == 3, f"{touched}, {how}: not found by runs verify")
        table.unlink(missing_ok=True)
        tally.heard(yard.run(*words, at), 0)
        tally.check(table.is_file() and table.read_bytes() == told, f"{touched}, {how}: another table")
        mended += files(at) == wanted
        # what the table did not read is found and played anew by the run that hashes everything
        tally.heard(yard.run(*_run(yard, at, yard.fewer)), 0)
        tally.check(files(at) == wanted, f"{touched}, {how}: not mended by a run")
        shutil.rmtree(at)
    tally.told = f"{mended} mended by the command that read them, the rest by the next run"


def shards(yard: Yard, tally: Tally, times: int) -> None:
    """Damage a shard: a merge takes nothing from it."""
    for i in range(times):
        bad, at, how = yard.place("bad"), yard.place("merged"), DAMAGE[i % len(DAMAGE)]
        shutil.copytree(yard.shards[1], bad)
        others = [path for path in sorted(bad.rglob("*")) if path.is_file()]
        damage(yard.chance.choice(others), how, yard.chance, others)
        tally.tried += 1
        if files(bad) != files(yard.shards[1]):
            tally.heard(yard.run("merge", yard.shards[0], bad, "-o", at), 3)
            tally.check(not finished(at), f"{how}: a merge took blocks from damaged shards")
        shutil.rmtree(bad)
        shutil.rmtree(at, ignore_errors=True)


def pairs(yard: Yard, tally: Tally, times: int) -> None:
    """Start two commands on one store together."""
    waited = 0
    for i in range(times):
        at = yard.place("pair")
        run = _run(yard, at)
        other: tuple[str | Path, ...] = (
            run,
            _run(yard, at, yard.fewer),
            ("merge", *yard.shards, "-o", at),
            ("runs", "prune", "--in", at.parent, "--unreadable", "--larger", "900GB"),
            ("runs", "verify", at),
            run,
        )[i % 6]
        if i % 6 == 5:
            shutil.copytree(yard.few, at)
        first = yard.start(*run)
        time.sleep(yard.chance.uniform(0.0, 0.5 * yard.seconds))
        second = yard.start(*other)
        ended = [yard.wait(first), yard.wait(second)]
        tally.tried += 1
        for one in ended:
            tally.heard(one, 0, 3)
            waited += "another run writes here" in one.said
        _again(yard, tally, at, run, yard.bytes)
    tally.told = f"{waited} were told that another run writes there"
