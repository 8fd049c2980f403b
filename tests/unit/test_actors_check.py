"""`corridor check`: everything that is wrong with a model of the sides, and advice on one that is sound."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numba
import pytest
from typer.testing import CliRunner

from corridor.cli.main import app
from corridor.scenario import find_folder, problems
from corridor.scenario.traffic import REGIMES

needs_jit = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="hundreds of states are too slow without a compiler"
)


WORDS = ", ".join(word for word in REGIMES if word not in ("open", "closed"))


def check(folder: Path, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["check", str(folder), *words])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def flagship(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    shutil.copytree(find_folder("nagorno-karabakh-2023"), folder)
    return folder


def change(folder: Path, *pairs: tuple[str, str], file: str = "actors.yaml") -> list[str]:
    """Replace texts that stand once, and return the lines."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return text.splitlines()


def place(lines: list[str], part: str) -> str:
    """Return line:column of a text that stands once."""
    (line,) = [n for n, text in enumerate(lines) if part in text]
    return f"{line + 1}:{lines[line].index(part) + 1}"


def test_every_problem_of_a_broken_model_is_shown_with_its_place_and_remedy(flagship: Path) -> None:
    lines = change(
        flagship,
        ('wants: "!clash", strength: 0.6, evidence: [art_force,', 'wants: "!clush", strength: 0.6, evidence: [art_force,'),
        ("az_terms: {owner: AZE,", "az_terms: {owner: AZR,"),
        ("id: S3, wants: \"!us_coord\", strength: 0.6", 'id: S3, wants: "!us_coord &", strength: 6.0'),
        ("members: [ARM, RUS]", "members: [ARM, RUZ]"),
    )  # fmt: skip
    assert problems(flagship) == []  # its form is sound; what it means is for the strategy library
    code, out, err = check(flagship)
    assert code == 3
    assert f"actors.yaml:{place(lines, 'clush')}: preferences.AZE[2].wants: " in err
    assert 'did you mean "clash"?' in err
    assert f"actors.yaml:{place(lines, 'AZR')}: " in err
    assert 'did you mean "AZE"?' in err
    assert f"actors.yaml:{place(lines, '6.0')}: preferences.USA[2].strength: 6.0 is outside 0 to 1" in err
    assert f"actors.yaml:{place(lines, 'RUZ')}: " in err
    assert "advice" not in out
    found = json.loads(check(flagship, "--json")[1])
    assert found["advice"] == []
    assert len(found["problems"]) >= 5
    assert all(one["line"] and one["column"] for one in found["problems"])


def test_what_only_shows_under_a_policy_is_found_too(flagship: Path) -> None:
    lines = change(
        flagship,
        ("set: {links.aghdam_road.regime: closed}", "set: {links.agdam_road.regime: closed}"),
        ("links.aghdam_road.regime: humanitarian}", "links.aghdam_road.regime: humane}"),
    )
    code, _, err = check(flagship)
    assert code == 3
    assert err.splitlines() == [
        f"actors.yaml:{place(lines, 'humane')}: effects.aghdam_relief.links.aghdam_road.regime: "
        f'"humane" is no regime; write open, closed, or {WORDS} joined by +',
        f"actors.yaml:{lines.index(next(x for x in lines if 'agdam_road' in x)) + 1}:"
        f"{next(x for x in lines if 'agdam_road' in x).index('closed}') + 1}: "
        'effects.aghdam_shut.links.agdam_road.regime: no link "agdam_road"; did you mean "aghdam_road"?',
    ]


def test_a_status_quo_that_cannot_be_is_found_at_its_place(flagship: Path) -> None:
    lines = change(flagship, ("az_attack: 0, az_terms: 0, ar_rec", "az_attack: 1, az_terms: 1, ar_rec"))
    code, _, err = check(flagship)
    assert code == 3
    assert "actors.yaml:" in err
    assert "the status quo cannot be" in err
    assert f"actors.yaml:{place(lines, '{az_lachin_relief: 1, az_lachin_open: 0')}: status_quo" in err


def test_other_models_of_the_folder_are_read_too(flagship: Path) -> None:
    change(flagship, ('wants: "!penalised"', 'wants: "!penalized"'), file="actors-draft.yaml")
    code, _, err = check(flagship)
    assert code == 3
    assert err.startswith("actors-draft.yaml:")
    assert 'did you mean "penalised"?' in err


@needs_jit
def test_advice_follows_and_changes_no_exit_status(flagship: Path) -> None:
    code, out, err = check(flagship)
    assert (code, err) == (0, "")
    first, _unread, headline, *advice = out.splitlines()
    assert first.endswith(": no problem found")
    assert re.fullmatch(r"advice on the sides \(\d+\), which changes no exit status:", headline)
    assert sum("no interaction" in line for line in advice) == 1, "one line for each kind"
    assert all(line.startswith(("  note: ", "  warning: ")) for line in advice)
    weak = [re.search(r"\(check (\d), ", line)[1] for line in advice if line.startswith("  warning")]  # type: ignore[index]
    assert weak == ["6", "9", "9"]
    assert "did you mean" not in _unread
    lines = change(flagship, ("evidence: [art_force, art_aims, s_stoppage],", "evidence: [],"))
    code, out, _ = check(flagship)
    assert code == 0
    where = place(lines, "id: A3")
    assert f"(actors.yaml:{where.split(':')[0]}:" in out
    assert re.search(r"warning: .*\(check 7, evidence\): A3 \(.*\) has no evidence; name who says so, and where", out)
    found = json.loads(check(flagship, "--json")[1])
    assert found["problems"] == []
    warned = {(one["number"], one["subject"]) for one in found["advice"] if one["level"] == "warning"}
    known = {(6, "az_mobilise"), (9, "leverage_until_terms"), (9, "roads_same_day")}
    assert warned == known | {(7, "A3")}


def test_a_folder_without_sides_gets_no_advice() -> None:
    done = CliRunner().invoke(app, ["check", "leningrad-1941", "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["advice"] == []


def test_a_claim_that_names_what_no_model_has_is_shown(flagship: Path) -> None:
    """A model, a statement and an outcome that do not exist, each with the place of its claim and the nearest name."""
    lines = change(
        flagship,
        ("held_by: {actors: [R5, R9], baku: [R5, R9]}", "held_by: {actors: [R5, R99], bakuu: [R5]}"),
        ("test: {outcome: road_open,", "test: {outcome: road_opem,"),
        file="claims.yaml",
    )
    code, out, err = check(flagship)
    said = " ".join((out + err).split())
    assert code == 3
    assert f"claims.yaml:{place(lines, 'P4, says')}: claims: claim P4: no statement, stake, package or option" in said
    assert 'no model "bakuu"; did you mean "baku"?' in said
    assert 'claim P22a: no feature or option "road_opem"; did you mean "road_open"?' in said


def test_the_sides_of_berlin_have_no_warning() -> None:
    done = CliRunner().invoke(app, ["check", "berlin-1948", "--json"])
    assert done.exit_code == 0
    assert {one["level"] for one in json.loads(done.stdout)["advice"]} == {"note"}
