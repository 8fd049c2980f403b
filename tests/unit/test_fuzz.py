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


def _of_corpus() -> set[str]:
    """Return the importers that have a fault in the corpus."""
    return {fuzz.corpus(path)[0] for path in CORPUS} & set(fuzz.IMPORTERS)


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    top = tmp_path_factory.mktemp("fuzz")
    return {reader: fuzz.Bench(reader, top) for reader in (*fuzz.READERS, *_of_corpus())}


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


@pytest.mark.parametrize("reader", fuzz.IMPORTERS)
def test_each_importer_refuses_fresh_damage_with_words(reader: str, tmp_path: Path) -> None:
    bench = fuzz.Bench(reader, tmp_path)
    for number in range(40):
        fault = bench.fault(fuzz.mutation(reader, 77, number))
        assert fault is None, f"python tools/fuzz.py --replay 77:{reader}:{number}\n{fault}"


def test_what_is_written_of_a_damaged_flee_case_has_no_problem_left(tmp_path: Path) -> None:
    from corridor.core.errors import InputError
    from corridor.exchange.flee.read import read_flee_case
    from corridor.exchange.flee.scenario import write_scenario
    from corridor.scenario import problems

    written = 0
    for number in range(60):
        case, out = tmp_path / str(number), tmp_path / f"out-{number}"
        case.mkdir()
        fuzz.write(fuzz.mutation("flee", 5, number), case)
        try:
            write_scenario(read_flee_case(case), case, out)
        except InputError:
            assert not out.exists()
            continue
        written += 1
        assert problems(out) == [], f"python tools/fuzz.py --replay 5:flee:{number}"
    assert written > 10


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
