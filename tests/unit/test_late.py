"""What a day leaves out of a case is named: homes, mixes, pipelines and policies that were not known then."""

from __future__ import annotations

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import corridor
from corridor.core.errors import InputError
from corridor.exchange.book import convert
from corridor.scenario import find_folder, load, override, problems, write_new
from corridor.scenario.explain import explain
from corridor.scenario.load import remarks
from corridor.studies.not_known import sentences
from corridor.words.speak import LANGUAGES, said
from typed import call

DAY, LATER = "2024-01-20", "2024-01-28"
MIX = "what relief is made of is not known before 2024-01-28"
CLAIM = f"late,{LATER},{LATER},a manifest,,,,,a registry,A page,,,\n"


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def cite(folder: Path, file: str, row: str, cited: str) -> None:
    """Let a row cite what was known later alone."""
    change(folder, file, row, row.replace(cited, "late"))


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Return an example with a claim that is known later, which nothing cites."""
    write_new(tmp_path / "mine")
    with (tmp_path / "mine" / "evidence.csv").open("a", encoding="utf-8") as stream:
        stream.write(CLAIM)
    return tmp_path / "mine"


@pytest.fixture
def mixed(case: Path) -> Path:
    """Return one in which what relief is made of is known later."""
    text = (case / "scenario.yaml").read_text(encoding="utf-8")
    head, tail = text.split("  relief:\n")
    (case / "scenario.yaml").write_text(f"{head}  relief:\n{tail.replace('a_loads', 'late', 3)}", encoding="utf-8")
    assert problems(case) == []
    return case


def without_home(case: Path) -> Path:
    change(case, "places.csv", "a_people", "late")
    return case


@pytest.mark.parametrize("words", [["compare", "-n", "4"], ["run", "-n", "4"], ["plan"], ["check"]])
def test_a_day_on_which_no_home_is_known_is_refused_by_name(words: list[str], case: Path) -> None:
    without_home(case)
    done = call(words[0], case.name, *words[1:], "--as-of", DAY, cwd=case.parent)
    assert done.returncode == 3
    for home in ("valleytown", "hilltown"):
        assert f"--as-of: home {home} is not known before {LATER}; take a later day" in done.stderr
    assert "--record" not in done.stderr


def test_a_day_on_which_no_policy_is_known_is_refused_by_name(case: Path) -> None:
    for title in ("Regime held", "More aid", "Gate open"):
        change(case, "policies.yaml", f"title: {title}", f"title: {title}\n    known: {LATER}")
    with pytest.raises(InputError, match=f"policies.gate_open is not played: .* is not known before {LATER}"):
        load(case, as_of=load(case).start)
    assert load(case).policies


def test_one_home_of_two_that_is_not_known_takes_what_leads_there_with_it(case: Path) -> None:
    cite(case, "places.csv", "22000,26000,a_people", "a_people")
    cite(case, "links.csv", "eastern side,a_roads", "a_roads")
    change(case, "stocks.csv", "*,flour,700,400,1000,a_stocks", "hilltown,flour,700,400,1000,late")
    change(case, "pipelines.csv", "airdrop,plainport,*,relief,5,3,6,policy,,humanitarian,a_deliveries",
           "airdrop,plainport,hilltown,relief,5,3,6,policy,,humanitarian,late")  # fmt: skip
    assert problems(case) == []
    then = override(load(case), {"as_of": DAY})
    assert [home.id for home in then.homes] == ["valleytown"]
    assert [link.id for link in then.links] == ["gate"]
    assert "airdrop" not in {pipe.id for pipe in then.pipelines}
    convert(str(case), case.parent / "then", [], day=then.as_of)
    written = load(case.parent / "then")
    assert (written.links, written.pipelines, written.stocks) == (then.links, then.pipelines, then.stocks)
    assert any("places.hilltown" in one for one in sentences(then))


def test_a_pipeline_of_goods_nobody_could_name_is_left_out_by_name(mixed: Path) -> None:
    then = override(load(mixed), {"as_of": DAY})
    assert [pipe.id for pipe in then.pipelines] == ["commerce"]
    assert [policy.id for policy in then.policies] == ["regime_held", "gate_open"], "more_aid acts on what is left out"
    assert {pipe.id for pipe in load(mixed).pipelines} == {"commerce", "aid", "airdrop"}
    convert(str(mixed), mixed.parent / "then", [], day=then.as_of)
    written = load(mixed.parent / "then")
    assert (written.pipelines, written.policies, written.mixes) == (then.pipelines, then.policies, then.mixes)


def test_check_tells_what_the_day_leaves_out(mixed: Path) -> None:
    done = call("check", mixed.name, "--as-of", DAY, cwd=mixed.parent).stdout
    assert f"as of {DAY}: pipelines.aid: {MIX}\n" in done
    assert f"as of {DAY}: pipelines.airdrop: {MIX}\n" in done
    assert f"as of {DAY}: policies.more_aid is not played: it acts on pipelines.aid, and {MIX}\n" in done
    assert "may still count on what is left out: regime_held, gate_open" in done
    assert "mixes.relief.flour" not in done, "told of the pipelines"
    plain = json.loads(call("check", mixed.name, "--as-of", DAY, "--json", cwd=mixed.parent).stdout)
    assert {"path": "pipelines.aid", "known": LATER, "says": f"pipelines.aid: {MIX}"} in plain["left_out"]
    later = call("check", mixed.name, "--as-of", LATER, cwd=mixed.parent).stdout
    assert "left out" not in later
    assert "not played" not in later


def test_a_mix_known_in_part_is_played_and_told(mixed: Path) -> None:
    change(mixed, "scenario.yaml", "flour: {value: 0.66, low: 0.60, high: 0.72, evidence: late}",
           "flour: {value: 0.66, low: 0.60, high: 0.72, evidence: a_loads}")  # fmt: skip
    then = override(load(mixed), {"as_of": DAY})
    assert "aid" in {pipe.id for pipe in then.pipelines}
    assert any("mixes.relief.groceries, mixes.relief.medicine" in one for one in sentences(then))


def test_terminal_and_page_name_what_is_not_played(mixed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mixed.parent)
    study = corridor.compare(mixed.name, as_of=DAY, futures=4)
    told = [
        "Not played, as resting on what was not known on 20 January 2024: “More aid”.",
        "Left out, as what relief is made of was not known before 28 January 2024: pipelines.aid, pipelines.airdrop.",
        "What a policy says of itself may still count on what is left out: “Regime held”, “Gate open”.",
    ]
    assert [one for one in study.warnings if one in told] == told
    assert list(study.detail["conflicts"][:3]) == told
    page = study.report(mixed.parent / "page.html").read_text(encoding="utf-8")
    assert all(one in page for one in told)
    done = call("compare", mixed.name, "-n", "4", "--as-of", DAY, cwd=mixed.parent)
    assert told[0] in re.sub(r"\s+", " ", done.stdout)
    run = call("run", mixed.name, "-n", "4", "--as-of", DAY, cwd=mixed.parent)
    assert told[1] in run.stderr
    for language in set(LANGUAGES) - {"en"}:
        assert all(said(one, language) != one for one in told), language


def test_a_day_of_a_variant_tells_nothing_that_was_meant(case: Path) -> None:
    change(case, "policies.yaml", "title: Gate open", f"title: Gate open\n    known: {LATER}")
    assert sentences(load(case)) == []
    assert sentences(override(load(case), {"as_of": LATER})) == []
    (one,) = sentences(override(load(case), {"as_of": DAY}))
    assert "“Gate open”" in one


def test_many_things_are_counted(case: Path) -> None:
    rows = "".join(f"pipe_{n},plainport,*,flour,1,1,1,,,commercial,late\n" for n in range(11))
    with (case / "pipelines.csv").open("a", encoding="utf-8") as stream:
        stream.write(rows)
    named, *_, counted = sentences(override(load(case), {"as_of": DAY}))
    assert "pipelines.pipe_7." in named
    assert counted.startswith("Left out besides: 3 more, ")
    assert all(said(counted, language) != counted for language in set(LANGUAGES) - {"en"})


def lines_of(case: Path, path: str) -> Any:
    return call("explain", case.name, path, "--as-of", DAY, cwd=case.parent).stdout


def test_a_number_that_is_not_known_has_no_value_but_says_so(mixed: Path) -> None:
    cite(mixed, "stocks.csv", "5000 kg,3000 kg,8000 kg,a_stocks", "a_stocks")
    change(mixed, "scenario.yaml", "evidence: a_leaving", "evidence: late")
    for path in ("stocks.*.medicine", "mixes.relief.flour", "parameters.leaving.ordinary_hazard", "evidence.late"):
        done = lines_of(mixed, path)
        assert f"  value: not known on {DAY} (variant base)\n" in done, path
        assert f"known: from {LATER}" in done, path
        assert "rests on: no evidence" not in done, path
    assert "what the case gives was not known then" in lines_of(mixed, "parameters.leaving.ordinary_hazard")
    assert f"value: left out on {DAY}: {MIX} (variant base)" in lines_of(mixed, "pipelines.aid.tonnes_per_day")
    assert not explain(override(load(mixed), {"as_of": DAY}), "mixes.relief.flour").drawn
    event = call("explain", mixed.name, "events.2024-02-01.note.gate", "--as-of", DAY, cwd=mixed.parent)
    assert f"is not known on {DAY}; it is from 2024-02-01 on" in event.stderr
    assert explain(load(mixed), "mixes.relief.flour").value == "0.6..0.66..0.72"


def test_an_empty_mix_that_is_sent_is_told(case: Path) -> None:
    text = (case / "scenario.yaml").read_text(encoding="utf-8")
    (case / "scenario.yaml").write_text(re.sub(r"  relief:\n(    .*\n)+", "  relief: {}\n", text), encoding="utf-8")
    assert problems(case) == []
    done = call("check", case.name, "--strict", cwd=case.parent)
    assert done.returncode == 3
    assert "nothing is in relief, and pipelines.aid, pipelines.airdrop send it: nothing arrives" in done.stderr
    then = call("check", case.name, "--as-of", DAY, cwd=case.parent)
    assert "nothing is in relief" in then.stderr
    change(case, "pipelines.csv", "*,relief", "*,flour")
    assert not remarks(case), "nothing sends it"


def test_a_variant_that_cannot_know_a_mix_is_told(mixed: Path) -> None:
    change(mixed, "scenario.yaml", "default_variant", f"  early: {{as_of: {DAY}}}\ndefault_variant")
    (told,) = [one.sentence() for one in remarks(mixed) if one.level == "warning"]
    assert f"{MIX}: early, as of {DAY}, is played without pipelines.aid, pipelines.airdrop" in told
    assert any("pipelines.aid" in one for one in sentences(load(mixed, "early")))


def test_what_begins_after_the_day_is_not_missed() -> None:
    assert sentences(override(load("nagorno-karabakh-2023"), {"as_of": "2023-08-01"})) == []


def test_a_policy_for_sides_that_choose_is_named_where_they_do(tmp_path: Path) -> None:
    shutil.copytree(find_folder("nagorno-karabakh-2023"), tmp_path / "case")
    later = load(tmp_path / "case").as_of
    title = "    title: United States alone\n"
    change(tmp_path / "case", "policies.yaml", title, f"    known: {later}\n{title}")
    assert problems(tmp_path / "case") == []
    then = override(load(tmp_path / "case"), {"as_of": later - timedelta(days=1)})
    assert "“United States alone”" in sentences(then, actors=True)[0]
    assert sentences(then) == []
