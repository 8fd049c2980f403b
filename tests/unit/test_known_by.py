"""A case as it was known on a day, as files; and what every command that does not play makes of `--as-of`."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corridor.core.errors import InputError
from corridor.engine import play_shard, run
from corridor.engine.catalogue import day_of
from corridor.exchange.book import convert
from corridor.scenario import bundled, load, override, problems, write_new
from corridor.scenario.load import examined_draft
from corridor.studies import diff, validation
from corridor.studies.add import add
from corridor.studies.export import export
from corridor.studies.sides_check import check_sides
from displacement_cases import flee_folder
from import_seeds import ACLED
from small import small
from typed import call

KARABAKH = "nagorno-karabakh-2023"
DAY = date(2023, 8, 1)
OF_FOLDER = {"hash", "variant", "variants", "origin", "changed"}
OF_SIDES = {"actors", "actors_places", "actor_policies"}
"""a copy has no model of the sides that was written later; one that was played has its earlier variant"""


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def cited(data: Any) -> Iterator[str]:
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        if key == "evidence":
            yield from value if isinstance(value, list) else [value]
        else:
            yield from cited(value)


@settings(max_examples=14, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(bundled()), share=st.floats(0, 1))
def test_what_is_written_is_the_case_of_that_day_and_cites_nothing_later(
    name: str, share: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    case = load(name)
    last = max(one.as_of for one in case.variants)
    day = case.start + timedelta(days=round(share * (last - case.start).days))
    folder = tmp_path_factory.mktemp("then") / "case"
    convert(name, folder, [], day=day)
    assert not check_sides(str(folder), problems(folder, []))[0]
    played, written = override(case, {"as_of": day}), load(folder)
    assert (written.as_of, max(one.as_of for one in written.variants)) == (day, day)
    for field in set(type(case).model_fields) - OF_FOLDER - OF_SIDES - {"events", "reference_policy"}:
        assert getattr(written, field) == getattr(played, field), field
    assert set(written.events) <= set(played.events)
    there = {place.id for place in written.places} | {link.id for link in written.links}
    there |= {one.id for one in (*written.pipelines, *written.commodities)}
    about = {event.target for event in set(played.events) - set(written.events)}
    assert not about & there, "an event is gone although what it is about is there"
    if played.reference_policy in {one.id for one in played.policies}:
        assert written.reference_policy == played.reference_policy
    else:
        assert written.reference_policy == played.policies[0].id
    held = {row["id"] for row in rows(folder / "evidence.csv")}
    assert held == set(played.evidence)
    for path in folder.rglob("*"):
        assert path.suffix in (".csv", ".yaml"), path
        if path.suffix == ".csv" and path.name != "evidence.csv":
            assert {one for row in rows(path) for one in row.get("evidence", "").split()} <= held, path.name
        elif path.suffix == ".yaml":
            text = path.read_text(encoding="utf-8")
            assert set(cited(yaml.safe_load(text))) <= held, path.name
            assert not any(line.lstrip().startswith("#") for line in text.splitlines())
    draft, known = examined_draft(folder)
    assert all(known.of(row) <= day for table in draft.tables.values() for row in table or [])


def test_a_number_known_by_its_own_day_cites_no_later_evidence(tmp_path: Path) -> None:
    write_new(tmp_path / "case")
    late = {"id": "later", "quantity": "x", "said_by": "y", "known": "2024-02-01", "value": "1"}
    add(str(tmp_path / "case"), "fact", late)
    for file, before, after in (
        ("scenario.yaml", "evidence: a_leaving", "evidence: [a_leaving, later]\n    known: 2024-01-10"),
        ("policies.yaml", "from: +7, evidence: a_deliveries}", "from: +7, known: 2024-01-10, evidence: [later, a_deliveries]}"),
    ):  # fmt: skip
        path = tmp_path / "case" / file
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")
    assert not problems(tmp_path / "case")
    convert(str(tmp_path / "case"), tmp_path / "then", [], day=date(2024, 1, 20))
    then, played = load(tmp_path / "then"), override(load(tmp_path / "case"), {"as_of": "2024-01-20"})
    assert then.policies == played.policies
    assert then.parameters == played.parameters
    assert not any("later" in path.read_text(encoding="utf-8").split() for path in (tmp_path / "then").glob("*.csv"))
    for name in ("scenario.yaml", "policies.yaml"):
        assert "later" not in set(cited(yaml.safe_load((tmp_path / "then" / name).read_text(encoding="utf-8"))))


def test_the_copy_of_a_copy_is_the_same(tmp_path: Path) -> None:
    told: list[Any] = []
    convert(KARABAKH, tmp_path / "one", told, day=DAY)
    assert any("evidence.csv: 46 of 184 rows" in one.message for one in told)
    assert any("observed/exodus.csv" in one.message for one in told)
    again: list[Any] = []
    convert(str(tmp_path / "one"), tmp_path / "two", again, day=DAY)
    assert again == []
    texts = [{p.name: p.read_text() for p in (tmp_path / n).iterdir()} for n in ("one", "two")]
    assert texts[0] == texts[1]


def test_a_workbook_of_a_day_is_the_folder_of_that_day(tmp_path: Path) -> None:
    for target in ("then", "then.xlsx"):
        done = call("convert", KARABAKH, target, "--as-of", str(DAY), cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "not known on 2023-08-01" in done.stderr
    folder, book = load(tmp_path / "then"), load(tmp_path / "then.xlsx")
    assert folder.variant == book.variant == "on_2023_08_01"
    for field in set(type(folder).model_fields) - {"hash", "origin", "actors_places"}:
        assert getattr(folder, field) == getattr(book, field), field
    wrong = call("convert", KARABAKH, "late", "--as-of", "2031-01-01", cwd=tmp_path)
    assert wrong.returncode == 3
    assert wrong.stderr.startswith("--as-of: 2031-01-01 is not between")
    assert not (tmp_path / "late").exists()


def test_both_sides_of_a_difference_are_cut(tmp_path: Path) -> None:
    add_fact = {"id": "later", "quantity": "x", "said_by": "y", "known": "2024-01-25", "value": "1"}
    for name in ("a", "b"):
        write_new(tmp_path / name)
    add(str(tmp_path / "b"), "fact", add_fact)
    a, b = str(tmp_path / "a"), str(tmp_path / "b")
    assert {row["evidence"].split(".")[0] for row in table(diff(a, b), "facts")} == {"later"}
    assert table(diff(a, b, as_of=date(2024, 1, 24)), "facts") == []
    assert diff(a, b, as_of=date(2024, 1, 24)).as_of == "2024-01-24"


def table(study: Any, name: str) -> list[Any]:
    return [dict(row) for one in study.tables if one.id == name for row in one.rows]


def test_what_could_harm_is_told_of_the_case_as_it_was_known(tmp_path: Path) -> None:
    done = call("scrub", KARABAKH, "-o", "copy", "--as-of", "2023-06-15", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    counted = {one["file"]: one["rows"] for one in json.loads(done.stdout)["files"]}
    assert counted["signs.csv"] == 7
    assert not any(name.startswith("observed/") for name in counted)
    assert "left out whole" in done.stderr
    assert load(tmp_path / "copy").as_of == date(2023, 6, 15)


def test_a_package_of_a_case_holds_what_was_known(tmp_path: Path) -> None:
    export(KARABAKH, tmp_path / "p" / "datapackage.json", as_of=DAY)
    assert len(rows(tmp_path / "p" / "evidence.csv")) == 184 - 46
    about = json.loads((tmp_path / "p" / "datapackage.json").read_text())
    assert max(one["as_of"] for one in about["corridor"]["variants"]) == str(DAY)


@pytest.mark.parametrize(
    ("kind", "row", "first"),
    [
        ("fact", {"id": "mill", "quantity": "flour", "said_by": "the town", "known": "2024-01-20", "value": "12"}, "2024-01-20"),
        ("event", {"date": "2024-01-20", "kind": "damage", "target": "gate", "value": "0.25"}, "2024-01-20"),
        ("event", {"date": "2024-01-18", "kind": "damage", "target": "gate", "value": "0.25", "known": "2024-01-21"}, "2024-01-21"),
    ],
)  # fmt: skip
def test_a_row_known_later_is_not_added(kind: str, row: dict[str, str], first: str, tmp_path: Path) -> None:
    write_new(tmp_path / "case")
    options = [word for name, text in row.items() for word in (f"--{name.replace('_', '-')}", text)]
    before = {path.name: path.read_bytes() for path in (tmp_path / "case").iterdir()}
    eve = str(date.fromisoformat(first) - timedelta(days=1))
    done = call("add", kind, "case", *options, "--as-of", eve, cwd=tmp_path)
    assert done.returncode == 3
    assert f"--as-of: this {kind} is known from {first}, after {eve}" in done.stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "case").iterdir()} == before
    assert call("add", kind, "case", *options, "--as-of", first, cwd=tmp_path).returncode == 0


def test_a_claim_is_known_from_its_source(tmp_path: Path) -> None:
    convert(KARABAKH, tmp_path / "k.xlsx", [])
    convert(str(tmp_path / "k.xlsx"), tmp_path / "k", [])
    first = load(KARABAKH).evidence["art_source"].known
    row = {"id": "P99", "says": "roads matter", "unrepresented": "too vague"}
    with pytest.raises(InputError, match=f"this claim is known from {first}"):
        add(str(tmp_path / "k"), "claim", row, as_of=first - timedelta(days=1))
    add(str(tmp_path / "k"), "claim", row, as_of=first)
    write_new(tmp_path / "new")
    with pytest.raises(InputError, match="names no source"):
        add(str(tmp_path / "new"), "claim", row, as_of=first)


def test_rows_of_imported_files_known_later_are_dropped_and_counted(tmp_path: Path) -> None:
    (tmp_path / "acled.csv").write_text(ACLED)
    done = call("import", "acled", "acled.csv", "-o", "out", "--as-of", "2024-03-05", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "observed/conflict.csv: 1 of 2 rows are later than 2024-03-05 and dropped" in done.stdout
    assert {row["date"] for row in rows(tmp_path / "out/observed/conflict.csv")} == {"2024-03-05"}
    (claim,) = rows(tmp_path / "out/evidence.csv")
    assert (claim["date"], claim["known"]) == ("2024-03-05", "2024-03-05")
    assert claim["note"].endswith("rows later than 2024-03-05 are left out")
    write_new(tmp_path / "case")
    shown = call("import", "acled", "acled.csv", "--into", "case", "--as-of", "2024-03-05", cwd=tmp_path).stdout
    assert "observed/conflict.csv: 1 new rows" in shown
    none = call("import", "acled", "acled.csv", "-o", "none", "--as-of", "2024-03-04", cwd=tmp_path)
    assert none.returncode == 3
    assert "holds nothing that was known on 2024-03-04" in none.stderr
    assert not (tmp_path / "none").exists()


def test_a_case_of_flee_is_written_as_it_was_known(tmp_path: Path) -> None:
    flee_folder(tmp_path / "flee")
    assert call("import", "flee", "flee", "-o", "whole", cwd=tmp_path).returncode == 0
    whole = load(tmp_path / "whole")
    day = whole.start + timedelta(days=1)
    done = call("import", "flee", "flee", "-o", "then", "--as-of", str(day), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    then = load(tmp_path / "then")
    assert then.as_of == day < max(one.as_of for one in whole.variants)
    assert set(then.displaced) == {row for row in whole.displaced if row.known <= day}


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with runs of two days, one of them in two shards."""
    folder = tmp_path_factory.mktemp("stored")
    for name, history in (("early", 3), ("late", 5)):
        run(small(history=history, horizon=3), futures=2, store=folder / "runs" / name)
    for n in (1, 2):
        play_shard(small(history=3, horizon=3), (n, 2), folder / "runs" / f"shard{n}", futures=260)
    return folder


def test_runs_are_taken_by_the_day_from_which_they_look_back(stored: Path) -> None:
    early, late = day_of(stored / "runs/early"), day_of(stored / "runs/late")
    assert early < late
    for words in (["runs", "list", "--as-of", late], ["runs", "--as-of", late], ["runs", "--as-of", late, "list"]):
        done = call(*words, "--json", cwd=stored)
        assert [one["as_of"] for one in json.loads(done.stdout)["runs"]] == [late]
        assert "3 run(s) that look back from another day are not listed" in done.stderr
    gone = call("runs", "prune", "--as-of", late, "--dry-run", cwd=stored).stdout
    assert "would remove runs/late" in gone
    assert "1 run(s)" in gone
    assert call("runs", "verify", "runs/late", "--as-of", late, cwd=stored).returncode == 0
    wrong = call("runs", "verify", "runs/late", "--as-of", early, cwd=stored)
    assert wrong.returncode == 3
    assert f"is a run as of {late}, not {early}" in wrong.stderr


def test_runs_of_other_days_are_not_joined(stored: Path, tmp_path: Path) -> None:
    early, late = day_of(stored / "runs/early"), day_of(stored / "runs/late")
    names = ["runs/shard1", "runs/shard2", "runs/late"]
    assert call("merge", *names, "-o", str(tmp_path / "no"), cwd=stored).returncode == 3
    done = call("merge", *names, "-o", str(tmp_path / "whole"), "--as-of", early, cwd=stored)
    assert done.returncode == 0, done.stderr
    assert f"left out: runs/late looks back from another day than {early}" in done.stderr
    assert "260 futures" in done.stdout
    none = call("merge", "runs/shard1", "-o", str(tmp_path / "no"), "--as-of", late, cwd=stored)
    assert none.returncode == 3
    assert f"no store looks back from {late}" in none.stderr


def test_a_run_of_another_day_is_neither_exported_nor_compared(stored: Path) -> None:
    early, late = day_of(stored / "runs/early"), day_of(stored / "runs/late")
    for words in (["export", "runs/late", "-o", "late.csv"], ["diff", "runs/late", "runs/late"]):
        assert call(*words, "--as-of", late, cwd=stored).returncode == 0
        wrong = call(*words, "--as-of", early, cwd=stored)
        assert wrong.returncode == 3
        assert f"is a run as of {late}, not {early}; what is stored is not made anew" in wrong.stderr


def test_cases_and_variants_of_a_day_are_listed(tmp_path: Path) -> None:
    done = call("list", "--as-of", str(DAY), "--json", cwd=tmp_path)
    (case,) = json.loads(done.stdout)["cases"]
    assert (case["case"], [one["id"] for one in case["variants"]]) == (KARABAKH, ["june", "july"])
    assert f"1 of {len(bundled())} cases" in done.stderr


def test_rules_are_those_of_the_case_on_the_day(tmp_path: Path) -> None:
    assert call("plan", KARABAKH, "--as-of", str(DAY), "--json", cwd=tmp_path).returncode == 0
    late = call("plan", KARABAKH, "--as-of", "2031-01-01", cwd=tmp_path)
    assert late.stderr.startswith("--as-of: 2031-01-01 is not between")
    assert "name a case" in call("plan", "--as-of", str(DAY), cwd=tmp_path).stderr


def test_one_variant_of_the_day_is_scored_of_each_case_that_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Any, Any]] = []

    def backtest(name: str, **given: Any) -> Any:
        asked.append((name, given["variant"], given["set"]))
        raise InputError([])

    monkeypatch.setattr(validation, "backtest", backtest)
    study = validation.validate(futures=2, as_of=DAY)
    assert asked == [(KARABAKH, None, ["as_of=2023-08-01"])]
    assert study.command.endswith("--as-of 2023-08-01")
    with pytest.raises(InputError, match="no case has a history that holds 1800-01-01"):
        validation.validate(as_of=date(1800, 1, 1))
