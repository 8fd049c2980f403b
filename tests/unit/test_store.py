"""The store of a run: damage is found and mended, runs grow, shards join, anything reads it."""

from __future__ import annotations

import fcntl
import filecmp
import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from corridor.core.errors import InputError, SimulationError
from corridor.engine import evaluate, open_run, play_shard, run
from corridor.engine.merge import merge
from corridor.engine.store import verify
from corridor.engine.store.lock import LOCK
from corridor.engine.task import play_files
from corridor.results.dataset import ahead, history
from corridor.scenario import load
from small import small

SHORT = {"history": 8, "horizon": 6}
CHUNK = "people/c/0/0/1/0/0"


def case():
    return small(**SHORT)


def same(a: Path, b: Path) -> None:
    names = sorted(str(p.relative_to(a)) for p in a.rglob("*") if p.is_file())
    assert names == sorted(str(p.relative_to(b)) for p in b.rglob("*") if p.is_file())
    assert filecmp.cmpfiles(a, b, names, shallow=False)[1:] == ([], [])
    assert len(names) > 100


def said(of: xr.Dataset | xr.DataArray) -> dict:
    """What a dataset or a variable says about itself."""
    return of.to_dict(data=False)["attrs"]


def placeless(dataset: xr.Dataset) -> xr.Dataset:
    """Results without the path that they lie at."""
    return dataset.load().assign_attrs(store="")


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("store") / "whole"
    run(case(), futures=300, seed=3, store=path)
    return path


@pytest.fixture
def copy(whole, tmp_path) -> Path:
    import shutil

    return Path(shutil.copytree(whole, tmp_path / "copy"))


@pytest.fixture
def played(monkeypatch) -> list[int]:
    """The blocks that are played from here on."""
    blocks: list[int] = []

    def spy(task, block, rooms):
        blocks.append(block)
        return play_files(task, block, rooms)

    monkeypatch.setattr(evaluate, "play_files", spy)
    return blocks


def flip(path: Path, name: str) -> None:
    data = bytearray((path / name).read_bytes())
    data[len(data) * 2 // 3] ^= 16
    (path / name).write_bytes(data)


def cut(path: Path, name: str) -> None:
    (path / name).write_bytes((path / name).read_bytes()[:-9])


def lose(path: Path, name: str) -> None:
    (path / name).unlink()


def empty(path: Path, name: str) -> None:
    (path / name).write_bytes(b"")


def swap(path: Path, name: str) -> None:
    """Another sound chunk of the same variable stands there: each is right by itself."""
    (path / name).write_bytes((path / name.replace("/1/", "/0/", 1)).read_bytes())


FOUND_AT_OPEN = [
    (lose, CHUNK), (cut, CHUNK), (empty, CHUNK), (swap, CHUNK), (lose, "history/stock/c/1/0/0/0"),
    (flip, "zarr.json"), (lose, "zarr.json"), (flip, "place/c/0"), (lose, "day/c/0"), (cut, "stock/zarr.json"),
    (flip, "run.json"), (empty, "run.json"), (empty, "blocks_done/1"), (flip, "blocks_done/1"),
    (lose, "blocks_done/frame"), (flip, "blocks_done/frame"),
]  # fmt: skip


@pytest.mark.parametrize(("how", "name"), FOUND_AT_OPEN, ids=lambda v: getattr(v, "__name__", v))
def test_damage_is_named_and_mended(copy, whole, played, how, name, caplog):
    how(copy, name)
    with pytest.raises(InputError) as told:
        open_run(copy)
    sentence = str(told.value)
    assert str(copy) in sentence
    assert name in sentence or "not finished" in sentence
    assert "the command that made it again" in sentence
    run(case(), futures=300, seed=3, store=copy)
    assert played == ([1] if "/1/" in name or name.endswith("/1") or "/c/1" in name else [])
    assert str(copy) in caplog.text or name == "run.json"
    same(whole, copy)


def test_a_changed_byte_is_found_when_read_and_its_block_is_played_anew(copy, whole, played, caplog):
    flip(copy, CHUNK)
    with pytest.raises(InputError) as told:
        open_run(copy)["people"].load()
    for word in (str(copy), "people", "block 1", "again"):
        assert word in str(told.value)
    assert open_run(copy)["stock"].notnull().all()
    assert [p.field for p in verify(copy)] == ["people"]
    mended = run(case(), futures=300, seed=3, store=copy)
    assert played == []
    with open_run(whole) as sound:
        xr.testing.assert_identical(mended["people"].load(), sound["people"].load())
    assert played == [1]
    assert "people" in caplog.text and "block 1" in caplog.text
    same(whole, copy)


def test_results_can_be_handed_to_another_process(copy, whole, played):
    flip(copy, CHUNK)
    there = pickle.loads(pickle.dumps(run(case(), futures=300, seed=3, store=copy)))
    there["people"].load()
    same(whole, copy)


def test_a_changed_byte_is_found_at_once_where_it_is_asked_for(copy, whole, played):
    flip(copy, CHUNK)
    run(case(), futures=300, seed=3, store=copy, verify=True)
    assert played == [1]
    same(whole, copy)


def test_a_plain_reader_stops_at_a_changed_byte(copy):
    flip(copy, CHUNK)
    with pytest.raises(ValueError, match="checksum"):
        xr.open_zarr(copy, chunks=None)["people"].load()


@pytest.mark.parametrize(("few", "many", "anew"), [(60, 120, [0]), (128, 300, [1, 2]), (200, 300, [1, 2])])
def test_a_run_grows_to_the_bytes_of_the_larger_one(tmp_path, played, few, many, anew):
    small_, large = tmp_path / "grown", tmp_path / "large"
    run(case(), futures=few, seed=3, store=small_)
    run(case(), futures=many, seed=3, store=large)
    played.clear()
    grown = run(case(), futures=many, seed=3, store=small_)
    assert sorted(played) == anew
    assert grown.sizes["future"] == said(grown)["futures"] == many
    same(large, small_)


def test_fewer_futures_are_read_from_a_larger_run(copy, whole, played):
    few = run(case(), futures=140, seed=3, store=copy)
    assert played == []
    xr.testing.assert_identical(placeless(few), placeless(run(case(), futures=140, seed=3)))
    same(whole, copy)


def test_why_a_smaller_run_plays_the_rest_of_a_larger_one_is_told(copy, whole, played, caplog):
    (copy / "blocks_done" / "1").unlink()
    results = run(case(), futures=60, seed=3, store=copy)
    assert played == [1]
    assert "a run of 300 futures was begun there and not ended" in caplog.text
    assert "the first 60 are taken" in caplog.text
    assert results.sizes["future"] == 60
    caplog.clear()
    run(case(), futures=60, seed=3, store=copy)
    assert caplog.text == ""


def test_growth_that_was_killed_goes_on(tmp_path, whole, monkeypatch):
    path = tmp_path / "killed"
    run(case(), futures=200, seed=3, store=path)

    def die(task, block, rooms):
        raise KeyboardInterrupt

    monkeypatch.setattr(evaluate, "play_files", die)
    with pytest.raises(KeyboardInterrupt):
        run(case(), futures=300, seed=3, store=path)
    monkeypatch.undo()
    with pytest.raises(InputError, match="1 of 3 blocks"):
        open_run(path)
    run(case(), futures=300, seed=3, store=path)
    same(whole, path)


def test_shards_join_to_the_bytes_of_the_whole_run(tmp_path, whole):
    shards = [tmp_path / f"shard{i}" for i in (1, 2)]
    for i, path in enumerate(shards, 1):
        play_shard(case(), (i, 2), path, futures=300, seed=3)
    with pytest.raises(InputError, match="shard 1 of 2"):
        open_run(shards[0])
    with pytest.raises(InputError, match="future 128 is in none of the stores"):
        merge(shards[:1], tmp_path / "half")
    flip(shards[1], CHUNK)
    with pytest.raises(InputError, match=CHUNK):
        merge(shards, tmp_path / "bad")  # sizes agree, so only hashing tells: nothing is taken from a damaged store
    play_shard(case(), (2, 2), shards[1], futures=300, seed=3)
    assert merge(shards, tmp_path / "joined") == 300
    same(whole, tmp_path / "joined")


def test_successive_futures_join_too(tmp_path, whole):
    parts = [tmp_path / "a", tmp_path / "b", tmp_path / "c"]
    for path, first, n in zip(parts, (0, 60, 256), (60, 196, 44), strict=True):
        run(case(), futures=n, first_future=first, seed=3, store=path)
    assert merge([parts[2], parts[0], parts[1]], tmp_path / "joined") == 300
    same(whole, tmp_path / "joined")
    run(case(), futures=5, seed=4, store=tmp_path / "other")
    with pytest.raises(InputError, match="differs in seed"):
        merge([parts[0], tmp_path / "other"], tmp_path / "no")


def test_shards_in_which_the_sides_choose_join_too(tmp_path):
    sides = load("nagorno-karabakh-2023")
    asked = {"actors": True, "futures": 130, "policies": [sides.actor_policies[0].id]}
    run(sides, store=tmp_path / "whole", **asked)
    for i in (1, 2):
        play_shard(sides, (i, 2), tmp_path / str(i), **asked)
    assert merge([tmp_path / "1", tmp_path / "2"], tmp_path / "joined") == 130
    same(tmp_path / "whole", tmp_path / "joined")


@pytest.mark.parametrize("shard", [(0, 2), (3, 2)])
def test_a_shard_that_is_none_is_refused(tmp_path, shard):
    with pytest.raises(InputError, match="is no shard"):
        play_shard(case(), shard, tmp_path / "s", futures=5)


def test_the_second_run_on_a_store_is_told_so(tmp_path):
    (tmp_path / "s").mkdir()
    with (tmp_path / "s" / LOCK).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(InputError, match="another run writes here"):
            run(case(), futures=2, store=tmp_path / "s")
    run(case(), futures=2, store=tmp_path / "s")
    assert not (tmp_path / "s" / LOCK).exists()


def test_without_a_store_nothing_is_written(tmp_path, monkeypatch, whole):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.chdir(tmp_path)
    told: list[tuple[int, int]] = []
    plain = placeless(run(case(), futures=300, seed=3, progress=lambda n, of: told.append((n, of))))
    assert told[-1] == (300, 300)
    monkeypatch.setattr(evaluate, "PLAIN_MEMORY", 0)
    packed = placeless(run(case(), futures=300, seed=3))
    assert list(tmp_path.iterdir()) == []
    with open_run(whole) as opened:
        stored = placeless(opened)
        xr.testing.assert_identical(plain, stored)
        xr.testing.assert_identical(packed, stored)
        assert {n: v.dtype for n, v in plain.variables.items()} == {n: v.dtype for n, v in stored.variables.items()}


def test_anything_reads_the_store_by_its_path(whole):
    with xr.open_zarr(whole, chunks=None) as after, xr.open_zarr(whole, group="history", chunks=None) as before:
        assert said(after)["Conventions"] == "CF-1.11"
        assert json.loads((whole / "zarr.json").read_text())["consolidated_metadata"]
        assert after["people"].dims == ("policy", "condition", "future", "day", "place")
        assert before["people"].dims == ("future", "day", "place")
        assert before.sizes["day"] == 8 and after.sizes["day"] == 6
        assert said(after["day"])["standard_name"] == "time"
        titles = {p.id: p.title for p in case().policies}
        assert [titles[i] for i in after["policy"].values] == list(after["policy_title"].values)
        assert after["latitude"].dims == ("place",)
        assert said(after["latitude"])["units"] == "degrees_north"
        assert list(after["place_name"].values) == [p.label for p in case().homes]
        for dataset in (after, before):
            for name in dataset.variables:
                assert said(dataset[name])["long_name"], name
        for name, array in after.data_vars.items():
            assert "units" in said(array), name
        assert float(after["people"].sum()) > 0


def test_a_store_may_lie_at_an_address(whole):
    pytest.importorskip("fsspec")
    at = "memory://runs/one"
    run(case(), futures=30, seed=3, store=at)
    grown = run(case(), futures=300, seed=3, store=at)
    with open_run(whole) as stored:
        xr.testing.assert_identical(placeless(grown), placeless(stored))
    assert verify(at) == []
    import fsspec

    files, root = fsspec.core.url_to_fs(at)
    files.rm_file(f"{root}/{CHUNK}")
    with pytest.raises(InputError, match="block 1"):
        open_run(at)
    run(case(), futures=300, seed=3, store=at)
    assert verify(at) == []


def test_a_file_address_is_a_folder(tmp_path):
    run(case(), futures=2, store=f"file://{tmp_path}/s")
    assert verify(tmp_path / "s") == []


def test_a_store_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below", "nosuch://x/y"):
        with pytest.raises(InputError):
            run(case(), futures=1, store=place)


def test_errors_travel_between_processes():
    broken = SimulationError("bad", policy="p", condition="c", future=3, day=4, process="road")
    again = pickle.loads(pickle.dumps(broken))
    assert (str(again), again.future, again.process) == (str(broken), 3, "road")
    with pytest.raises(InputError) as told:
        run(case(), futures=0)
    assert pickle.loads(pickle.dumps(told.value)).problems == told.value.problems


def test_a_chunk_of_nothing_but_missing_numbers_is_written_too(whole):
    opened = open_run(whole)["exit_opened"]
    assert bool(np.isnan(opened.sel(condition="calm")).all())
    assert (whole / "exit_opened/c/0/0/0").exists()


def test_what_is_asked_of_a_store_is_what_zarr_reads_there(whole):
    rng = np.random.default_rng(7)

    def asked(n: int):
        kind = rng.integers(4)
        if kind == 0:
            return int(rng.integers(n))
        if kind == 1:
            return slice(None)
        if kind == 2:
            return slice(*sorted(rng.integers(0, n + 1, 2)), int(rng.integers(1, 4)))
        return rng.integers(0, n, int(rng.integers(1, 5)))

    with xr.open_zarr(whole, chunks=None) as oracle, xr.open_zarr(whole, group="history", chunks=None) as past:
        ours = open_run(whole)
        xr.testing.assert_equal(history(ours)["stock"].drop_vars("as_of"), past["stock"])
        later, unread = ahead(ours), ahead(open_run(whole))
        for name in oracle.data_vars:
            xr.testing.assert_equal(later[name].drop_vars("as_of", errors="ignore"), oracle[name])
            for _ in range(12):
                chosen = {dim: asked(n) for dim, n in oracle[name].sizes.items()}
                found = unread[name].isel(chosen).to_numpy()
                np.testing.assert_array_equal(found, oracle[name].isel(chosen).to_numpy(), err_msg=f"{name} {chosen}")
