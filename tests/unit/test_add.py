"""`corridor add`: one more row, written as the file is written, or nothing at all."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.core.decode import decode
from corridor.core.errors import InputError
from corridor.scenario import load, problems
from corridor.scenario.read.csv_table import read_csv
from corridor.scenario.write.append import append_row
from corridor.scenario.write.new import write_new
from corridor.strategy.claims import read_claims
from corridor.studies.add import add
from corridor.tables.facts import EVENTS, EVIDENCE

FACT = {"id": "mill", "quantity": "flour in the mill", "said_by": "the town", "known": "2024-01-20", "value": "12"}
EVENT = {"date": "2024-01-20", "kind": "damage", "target": "gate", "value": "0.25", "evidence": "a_closure"}
KARABAKH = Path(__file__).parents[2] / "scenarios" / "nagorno-karabakh-2023"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    write_new(tmp_path / "case")
    return tmp_path / "case"


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_fact_is_the_last_row_and_nothing_else_changes(case: Path) -> None:
    before = everything(case)
    done = add(str(case), "fact", FACT)
    after = everything(case)
    assert {name for name in after if after[name] != before[name]} == {"evidence.csv"}
    assert after["evidence.csv"].startswith(before["evidence.csv"])
    line = after["evidence.csv"].decode().splitlines()[int(str(done["line"])) - 1]
    assert line == "mill,,2024-01-20,flour in the mill,12,,,,the town,,,,"
    assert not problems(case)
    assert load(case).evidence["mill"].quantity == "flour in the mill"


def test_an_event_of_a_day_after_as_of_is_told(case: Path) -> None:
    done = add(str(case), "event", {**EVENT, "date": "2024-03-01"})
    (told,) = done["told"]  # type: ignore[misc]
    assert "2024-03-01 is after 2024-02-15" in told
    assert add(str(case), "event", EVENT)["told"] == []


def test_an_event_with_a_range_gets_its_columns_in_every_row(case: Path) -> None:
    rows = len((case / "events.csv").read_text().splitlines())
    add(str(case), "event", {**EVENT, "low": "0.1", "high": "0.5", "note": "a bridge"})
    lines = list(csv.reader((case / "events.csv").read_text().splitlines()))
    assert len(lines) == rows + 1
    assert lines[0] == ["date", "known", "kind", "target", "value", "evidence", "note", "low", "high"]
    assert {len(line) for line in lines} == {9}
    event = load(case).events[-1]
    assert (event.low, event.high, event.note) == (0.1, 0.5, "a bridge")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_file_keeps_the_form_that_it_has(case: Path, separator: str, end: str, coding: str) -> None:
    path = case / "events.csv"
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(csv.reader(path.read_text().splitlines()))
    path.write_bytes(out.getvalue().encode(coding))
    before = path.read_bytes()
    add(str(case), "event", EVENT)
    after = path.read_bytes()
    assert after.startswith(before)
    new = after.decode(coding)[len(before.decode(coding)) :]
    assert new == separator.join(["2024-01-20", "", "damage", "gate", "0.25", "a_closure", ""]) + end
    assert not problems(case)


def test_a_file_with_decimal_commas_gets_one_more_number_so(case: Path) -> None:
    path = case / "events.csv"
    lines = ["date;known;kind;target;value;evidence;note", "2024-01-19;;damage;gate;0,125;a_closure;"]
    path.write_bytes("\r\n".join(lines).encode())  # without an end of the last line
    add(str(case), "event", EVENT)
    assert path.read_bytes().decode().splitlines()[-1] == "2024-01-20;;damage;gate;0,25;a_closure;"
    assert [event.value for event in load(case).events] == [0.125, 0.25]


def test_a_folder_without_the_file_gets_it(case: Path) -> None:
    (case / "events.csv").unlink()
    add(str(case), "event", EVENT)
    assert [event.kind for event in load(case).events] == ["damage"]


@pytest.mark.parametrize(
    ("kind", "row", "told"),
    [
        ("fact", {}, ["--id is missing", "--quantity is missing", "--said-by is missing", "--known is missing"]),
        ("event", {}, ["--date is missing", "--kind is missing"]),
        ("event", {"date": "2024-01-20", "kind": "damage"}, ["--target is missing", "--value is missing"]),
        ("event", {**EVENT, "kind": "damaged", "date": "soon"}, ['did you mean "damage"', '"soon"']),
        ("event", {**EVENT, "value": "1.5"}, ["1.5"]),
        ("event", {**EVENT, "target": "gatte"}, ['did you mean "gate"']),
        ("event", {**EVENT, "evidence": "nobody"}, ['no evidence "nobody"']),
        ("event", {**EVENT, "low": "0.1"}, ["low is given without high"]),
        ("fact", {**FACT, "id": "a_closure"}, ["a_closure"]),
        ("fact", {**FACT, "known": "2031-01-01"}, ["after the last as_of"]),
        ("claim", {"id": "P1"}, ["--says is missing", "--unrepresented is missing"]),
    ],
)
def test_what_is_wrong_is_told_at_once_and_nothing_is_written(
    case: Path, kind: str, row: dict[str, str], told: list[str]
) -> None:
    before = everything(case)
    with pytest.raises(InputError) as error:
        add(str(case), kind, row)
    text = str(error.value)
    assert all(words in text for words in told), text
    assert everything(case) == before


def test_problems_that_were_there_do_not_stand_in_the_way(case: Path) -> None:
    stocks = case / "stocks.csv"
    stocks.write_text(stocks.read_text().replace("a_stocks", "mill", 1))
    assert [one.message for one in problems(case)] == ['no evidence "mill"']
    done = add(str(case), "fact", {**FACT, "known": "2024-01-02"})
    assert len(done["before"]) == 1  # type: ignore[arg-type]
    assert not problems(case)


def test_a_bundled_case_and_a_workbook_are_not_written(tmp_path: Path) -> None:
    from corridor.exchange.book import new_book

    with pytest.raises(InputError, match="is a bundled case"):
        add("berlin-1948", "fact", FACT)
    new_book(tmp_path / "mine.xlsx")
    with pytest.raises(InputError, match=r"sheet evidence \(id: mill; "):
        add(str(tmp_path / "mine.xlsx"), "fact", FACT)


@pytest.mark.slow
def test_claims_are_put_behind_the_last_one(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(KARABAKH, folder)
    path = folder / "claims.yaml"
    before = path.read_text(encoding="utf-8")
    add(str(folder), "claim", {"id": "X1", "says": 'a "quoted" argument: with a colon', "unrepresented": "one reason"})
    add(str(folder), "claim", {"id": "X2", "says": "more", "whose": "AZE", "strength": "0.4", "outcome": "offensive",
                               "sign": "lower", "when": "ru_enforce=1", "against": "ru_enforce=0", "held_by": "A3 AK2"})  # fmt: skip
    assert path.read_text(encoding="utf-8").startswith(before)
    first, second = read_claims(path)[-2:]
    assert (first.says, first.unrepresented) == ('a "quoted" argument: with a colon', "one reason")
    assert second.test is not None
    assert (second.test.outcome, second.test.sign, dict(second.test.when)) == ("offensive", -1, {"ru_enforce": True})
    assert second.held_by == {"actors": ("A3", "AK2")}
    whole = path.read_bytes()
    with pytest.raises(InputError, match='no feature or option "peace"'):
        add(str(folder), "claim", {"id": "X3", "says": "more", "outcome": "peace", "sign": "raise", "when": "ru_enforce=1"})  # fmt: skip
    assert path.read_bytes() == whole


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["value", "low", "unit", "source_title", "note"]), st.text(max_size=30)),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_any_row_reads_back_and_those_before_it_stay(
    row: dict[str, str], separator: str, end: str, short: bool
) -> None:
    row = {name: " ".join("".join(c for c in text if c.isprintable()).split()) for name, text in row.items()}
    header = list(EVIDENCE.header()[:9] if short else EVIDENCE.header())
    out = io.StringIO()
    first = ["one", "", "2024-01-01", "a, b; c", "1", "", "", "", 'the "town"\nand more'] + [""] * (len(header) - 9)
    csv.writer(out, delimiter=separator, lineterminator=end).writerows([header, first])
    cells = {**row, "id": "two", "quantity": "q", "said_by": "x"}
    new = append_row(out.getvalue().encode(), EVIDENCE, cells)
    text, _ = decode(new, "evidence.csv", [])
    assert text is not None
    table, wrong = read_csv(text, "evidence.csv")
    assert table is not None
    assert not wrong
    before, after = table.rows
    assert (before["quantity"].text, before["said_by"].text) == ("a, b; c", 'the "town"\nand more')
    assert {name: after[name].text for name, cell in cells.items() if cell} == {k: v for k, v in cells.items() if v}


def test_the_command_says_all_that_is_missing_where_nobody_can_be_asked(case: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "corridor", "add", "event", str(case)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert "--date is missing" in done.stderr
    assert "--kind is missing" in done.stderr
    assert "nothing was written" in done.stderr


def test_on_a_terminal_it_asks_and_asks_again(case: Path) -> None:
    import os
    import pty

    parent, child = pty.openpty()
    answers = "2024-01-20\nsoon\ndamage\n\n\n1.5\n0.25\n\n\ngate\n\n\n\n\n\n\n"
    order = [EVENTS.field(name).name for name in ("date", "kind")]
    assert order == ["date", "kind"]
    with subprocess.Popen(
        [sys.executable, "-m", "corridor", "add", "event", str(case), "--target", "gate", "--evidence", "a_closure"],
        stdin=child, stdout=subprocess.PIPE, stderr=child, close_fds=True,
    ) as process:  # fmt: skip
        os.close(child)
        os.write(parent, answers.encode())
        shown = b""
        while True:
            try:
                piece = os.read(parent, 4096)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        out = process.stdout.read().decode() if process.stdout else ""
        process.wait(timeout=60)
    os.close(parent)
    assert process.returncode == 0, shown.decode()
    assert "line 4 is new" in out
    assert b"* kind: what changes (" in shown
    assert b'"soon"' in shown
    assert (case / "events.csv").read_text().splitlines()[-1] == "2024-01-20,,damage,gate,0.25,a_closure,"
