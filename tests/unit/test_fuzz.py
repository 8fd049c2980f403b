"""Every reader says what is wrong and raises nothing else: faults once found, and some hundred fresh mutations."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CORPUS = sorted((ROOT / "tests" / "corpus").glob("*.json"))
FRESH = {
    "case": 60,
    "country": 60,
    "observed": 100,
    "book": 40,
    "actors": 60,
    "flee": 100,
    "settings": 80,
    "conflict": 100,
    "imports": 40,
}


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("corridor_fuzz", ROOT / "tools" / "fuzz.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


fuzz = tool()


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    top = tmp_path_factory.mktemp("fuzz")
    return {reader: fuzz.Bench(reader, top) for reader in fuzz.READERS}


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_faults_once_found_stay_mended(path: Path, benches: dict[str, Any]) -> None:
    reader, files = fuzz.corpus(path)
    assert files != fuzz.sound(reader)
    assert benches[reader].fault(files) is None


@pytest.mark.parametrize("reader", FRESH)
def test_fresh_damage_is_refused_with_words(reader: str, benches: dict[str, Any]) -> None:
    for number in range(FRESH[reader]):
        fault = benches[reader].fault(fuzz.mutation(reader, 77, number))
        assert fault is None, f"python tools/fuzz.py --replay 77:{reader}:{number}\n{fault}"


def test_every_reader_is_damaged_and_a_fault_is_seen(benches: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(FRESH) == set(fuzz.READERS)
    for reader, bench in benches.items():
        assert bench.fault(bench.files) is None, reader

    def broken(_: Path) -> None:
        raise KeyError

    monkeypatch.setattr(benches["actors"], "read", broken)
    assert "KeyError" in benches["actors"].fault(benches["actors"].files)


def test_the_sound_files_are_sound(benches: dict[str, Any]) -> None:
    from corridor.exchange.flee.read import read_flee_case
    from corridor.scenario import load, problems

    for reader in ("case", "country", "observed"):
        assert problems(benches[reader].folder) == []
        assert load(benches[reader].folder).id
    assert read_flee_case(benches["flee"].folder).places
