"""The documentation says what the code does: pages, names, numbers, links, commands, the four lines, the recipes."""

from __future__ import annotations

import importlib.util
import math
import re
import shlex
import sys
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import typer

import corridor
from corridor.analysis.compare import compare
from corridor.core.errors import InputError
from corridor.kernels.network import Network
from corridor.report.sections import inputs
from corridor.results.dataset import ahead, history
from corridor.rules import PARAMETERS, RULES
from corridor.rules.base import Inputs, State, Today
from corridor.scenario.audit import audit
from corridor.scenario.model import Quantity
from corridor.scenario.override import override
from corridor.scenario.schema import schema
from corridor.tables import network
from corridor.tables.field import placed
from corridor.tables.folder import TABLES
from corridor.tables.parameter import Parameter
from small import q, small

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
FILES = ("csv", "html", "json", "md", "pdf", "png", "py", "toml", "txt", "yaml", "yml")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)


# --- rules and parameters


@pytest.mark.parametrize("process", RULES)
def test_every_rule_has_a_page_that_names_it_and_its_parameters(process: str) -> None:
    page = text_of(DOCS / "rules" / f"{process}.md")
    for name, rule in RULES[process].items():
        assert f"`{name}`" in page, name
        for parameter in rule.parameters:
            short = parameter.name.split(".")[1]
            assert f"`{parameter.name}`" in page or f"`{short}`" in page, parameter.name
    assert "## Assumptions" in page
    assert re.search(r"`tests/[\w/]+\.py`", page.split("## Held by")[1])


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_parameter_that_is_mentioned_exists(page: Path) -> None:
    found = re.findall(rf"(?<![\w./])({'|'.join(RULES)})\.([a-z_0-9]+)(?![\w.(])", without_code(text_of(page)))
    names = {f"{process}.{rest}" for process, rest in found if rest not in FILES}
    assert names <= set(PARAMETERS), names - set(PARAMETERS)


def number(text: str) -> float:
    """Return a number as the pages write it: `2,100`, `−0.4`, `1/60`, `2 ln 1.019`."""
    text = text.strip().replace(",", "").replace("−", "-")
    if match := re.fullmatch(r"(\d+ )?ln ([\d.]+)", text):
        return float(match[1] or 1) * math.log(float(match[2]))
    if match := re.fullmatch(r"(\d+)/(\d+)", text):
        return int(match[1]) / int(match[2])
    return float(text)


def table_rows(page: Path) -> list[tuple[Parameter, str, str]]:
    """Return (parameter, default, range) of each row of a table that is about one parameter."""
    rows = []
    for line in text_of(page).splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) >= 5:
            name = re.fullmatch(r"`(\w+\.\w+)`", cells[1])
            if name and name[1] in PARAMETERS:
                rows.append((PARAMETERS[name[1]], cells[2], cells[3]))
    return rows


@pytest.mark.parametrize("process", RULES)
def test_defaults_and_ranges_on_the_pages_are_those_of_the_code(process: str) -> None:
    rows = table_rows(DOCS / "rules" / f"{process}.md")
    if any(rule.parameters for rule in RULES[process].values()):
        assert rows
    for parameter, default, ends in rows:
        assert number(default) == pytest.approx(parameter.default, rel=1e-3), parameter.name
        if ends == "fixed":
            assert parameter.low == parameter.high, parameter.name
        else:
            low, high = (number(end) for end in ends.split("–"))
            assert (low, high) == pytest.approx((parameter.low, parameter.high), rel=1e-3), parameter.name


# --- links and names


def slug(heading: str) -> str:
    """Return the anchor that a heading gets on code hosts."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_relative_link_resolves(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(text_of(page))):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        found = (page.parent / file).resolve() if file else page
        assert found.exists(), target
        assert found.is_relative_to(ROOT), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", text_of(found), flags=re.M)
            assert anchor in {slug(heading) for heading in headings}, target


def test_the_index_leads_to_every_page() -> None:
    index = text_of(DOCS / "index.md")
    listed = {(DOCS / target).resolve() for target in re.findall(r"\]\(([^)#\s]+)\)", index)}
    assert {page for page in DOCS.rglob("*.md") if page.name != "index.md"} <= listed


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda p: p.name)
def test_every_file_and_test_that_a_page_names_exists(page: Path) -> None:
    text = without_code(text_of(page))
    for name in re.findall(r"`((?:tests|src|benchmarks|tools)/[\w/.-]+)`", text):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"`((?:core|kernels|processes|engine|scenario|analysis|report|strategy)/\w+\.py)`", text):
        assert (ROOT / "src" / "corridor" / name).exists(), name
    defined = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", text_of(file), flags=re.M)
    }
    mentioned = set(re.findall(r"`(test_\w+)`", text)) | set(re.findall(r"`(test_\w+):", text))
    assert mentioned <= defined, mentioned - defined


def test_every_rule_of_the_day_is_in_the_readme_in_its_order() -> None:
    text = re.sub(r"\s+", " ", text_of(ROOT / "README.md"))
    assert ", ".join(RULES) in text


# --- commands and the four lines


def test_readme_commands_exist_and_take_their_options() -> None:
    from corridor.cli.main import app

    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    section = text_of(ROOT / "README.md").split("\n## Commands\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `([\w-]+)` \|.*\| `corridor (.*)` \|$", section, flags=re.M)
    assert [name for name, _ in rows] == list(commands)
    for name, example in rows:
        words = shlex.split(example)
        assert words[0] == name
        commands[name].make_context(name, words[1:])


def test_every_command_in_the_docs_exists_and_takes_its_options() -> None:
    from corridor.cli.main import app

    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for page in PAGES:
        for example in re.findall(r"`corridor ([a-z][^`\n]*)`", without_code(text_of(page))):
            words = [word for word in shlex.split(example) if word not in ("…", "...")]
            assert words[0] in commands, (page.name, example)
            if len(words) > 1:
                commands[words[0]].make_context(words[0], words[1:])


def test_make_targets_in_the_docs_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), flags=re.M))
    for page in PAGES:
        named = set(re.findall(r"`make ([a-z]+)`", text_of(page)))
        assert named <= targets, (page.name, named - targets)


def four_lines(text: str) -> str:
    found = re.search(r"^( *)import corridor\n(?:\1\S.*\n){3}", text, flags=re.M)
    assert found
    return re.sub(rf"^{found[1]}", "", found[0], flags=re.M)


def test_the_four_lines_of_the_readme_are_those_of_the_package() -> None:
    assert four_lines(text_of(ROOT / "README.md")) == four_lines(corridor.__doc__ or "")


def test_the_four_lines_run_on_a_new_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from corridor.scenario import write_new

    monkeypatch.chdir(tmp_path)
    write_new(tmp_path / "mine")
    lines = four_lines(corridor.__doc__ or "")
    assert "nagorno-karabakh-2023" in lines
    assert "futures=200" in lines
    lines = lines.replace("nagorno-karabakh-2023", "mine").replace("futures=200", "futures=6")
    names: dict[str, object] = {}
    exec(lines, names)
    study: corridor.Study = names["study"]  # type: ignore[assignment]
    assert study.results.sizes["future"] == 6
    assert len(study.to_frame()) > 0
    page = text_of(tmp_path / "report.html")
    assert "<html" in page
    assert "Regime held" in page


# --- the recipes of CONTRIBUTING


def recipe(file: str) -> str:
    """Return the code block of CONTRIBUTING that begins by naming a file."""
    found = re.search(
        rf"^```\w+\n# {re.escape(file)}.*?\n(.*?)^```", text_of(ROOT / "CONTRIBUTING.md"), flags=re.S | re.M
    )
    assert found, file
    return found[1]


def imported(file: str, folder: Path) -> ModuleType:
    path = folder / Path(file).name
    path.write_text(recipe(file), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(f"recipe_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def case(tmp_path: Path) -> Path:
    from corridor.scenario import write_new

    write_new(tmp_path / "mine")
    return tmp_path / "mine"


def append(path: Path, rows: str) -> None:
    path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + rows, encoding="utf-8")


def test_recipe_a_commodity(case: Path) -> None:
    for file in ("commodities.csv", "stocks.csv", "pipelines.csv"):
        append(case / file, recipe(file))
    scenario = corridor.load(case)
    assert "lentils" in [good.id for good in scenario.commodities]
    results = corridor.run(scenario, policies=["regime_held"], conditions=["calm"], futures=2, record=["used"])
    assert float(results["used"].sel(commodity="lentils").sum()) > 0
    table = compare(results)
    assert "cover.lentils" in set(table["outcome"])


def test_the_model_of_the_sides_in_the_format_plays(case: Path) -> None:
    page = text_of(ROOT / "docs" / "scenario-format.md")
    found = re.search(r"^### actors\.yaml.*?^```yaml\n(.*?)^```", page, flags=re.S | re.M)
    assert found
    (case / "actors.yaml").write_text(found[1], encoding="utf-8")
    assert corridor.scenario.problems(case) == []
    assert not [one for one in corridor.scenario.remarks(case) if one.problem.file == "actors.yaml"]
    said = corridor.sides(case, draws=32).to_json()
    assert "nobody_pays" in said and "toll_paid" in said


def test_recipe_a_policy(case: Path) -> None:
    path = case / "policies.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\nconditions:\n", f"\n{recipe('policies.yaml')}\nconditions:\n"), encoding="utf-8")
    scenario = corridor.load(case)
    results = corridor.run(scenario, policies=["regime_held", "wider_gate"], conditions=["calm"], futures=4)
    more = ahead(results["delivered"]).sum(("day", "place", "commodity"))
    assert (more.sel(policy="wider_gate") > more.sel(policy="regime_held")).all()


@pytest.fixture
def searched(case: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The case after the recipe for a link property, with the column in its links.csv."""
    links = TABLES["links"]
    field = placed(eval(recipe("src/corridor/tables/network.py"), vars(network)), "links", ("link",))
    monkeypatch.setitem(TABLES, "links", replace(links, fields=(*links.fields, field)))
    default = next(iter(RULES["access"].values()))
    line = compile(recipe("src/corridor/rules/supply/access.py"), "the recipe", "exec")

    def step(net: Network, s: State, p: Inputs, today: Today) -> None:
        default.step(net, s, p, today)
        exec(line, {"s": s, "p": p})

    rule = replace(default, step=step, inputs=(*default.inputs, field.array))
    monkeypatch.setitem(RULES["access"], default.name, rule)
    lines = (case / "links.csv").read_text(encoding="utf-8").splitlines()
    more = (",searched,searched_low,searched_high", ",20 %,0.1,0.3", ",,,")
    text = "".join(f"{line}{cells}\n" for line, cells in zip(lines, more, strict=True))
    (case / "links.csv").write_text(text, encoding="utf-8")
    return case


def test_recipe_a_link_property_is_read_checked_and_set(searched: Path) -> None:
    scenario = corridor.load(searched)
    gate, mountain = scenario.links
    assert gate.quantity("searched") == Quantity(value=0.2, low=0.1, high=0.3, evidence=("a_roads",))
    assert mountain.quantity("searched") is None
    changed = override(scenario, ["links.gate.searched=0.1..0.5..0.6"])
    assert changed.links[0].quantity("searched") == Quantity(value=0.5, low=0.1, high=0.6)
    assert scenario.links[0].more == gate.more
    path = searched / "links.csv"
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace(",20 %,", ",20 km,"), encoding="utf-8")
    with pytest.raises(InputError) as error:
        corridor.load(searched)
    (problem,) = error.value.problems
    assert (problem.file, problem.line, problem.field) == ("links.csv", 2, "searched")
    assert good.splitlines()[1][problem.column - 1 :].startswith("20 %")
    assert "share" in problem.remedy
    path.write_text(good.replace("searched_low", "serched_low"), encoding="utf-8")
    with pytest.raises(InputError, match='did you mean "searched_low"'):
        corridor.load(searched)


def test_recipe_a_link_property_is_drawn_imposed_and_told(searched: Path) -> None:
    path = searched / "policies.yaml"
    action = "{do: force, target: links.gate.searched, value: 0.95, from: +1, evidence: a_roads}"
    policy = f"  - id: search\n    title: Search\n    actions:\n      - {action}\n"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\nconditions:\n", f"\n{policy}\nconditions:\n"), encoding="utf-8")
    scenario = corridor.load(searched)
    path.write_text(
        path.read_text(encoding="utf-8").replace("{do: force, target: links.gate.se", "{do: add, target: links.gate.se")
    )
    with pytest.raises(InputError, match="does not go with searched"):
        corridor.load(searched)
    ds = corridor.run(scenario, policies=["gate_open", "search"], conditions=["calm"], futures=40)
    drawn = ds["inputs"].sel(input="links.gate.searched").values
    assert 0.0 <= drawn.min() < 0.14 < 0.26 < drawn.max() <= 1.0
    assert "links.mountain_road.searched" not in ds["input"].values  # certain: the default
    # by the recipe's line, imposed or drawn: what the gate can carry is what is left of its capacity
    capacity = ds["inputs"].sel(input="links.gate.tonnes_per_day").values
    carried = ahead(ds["carried"]).sel(link="gate", condition="calm").max("day")
    assert (carried.sel(policy="search").values <= 0.05 * capacity + 1e-3).all()
    assert (carried.sel(policy="gate_open").values <= (1 - drawn) * capacity + 1e-3).all()
    assert float(carried.sel(policy="gate_open").mean()) > 3 * float(carried.sel(policy="search").mean())

    told = {(row.path, row.finding): row for row in audit(scenario)}
    assert told["links.gate.searched", "assumed"].unit == "share"
    assert told["policies.search.links.gate.searched", "assumed"].value == 0.95
    assert ("links.mountain_road.searched", "without evidence") not in told
    columns = schema()["properties"]["links.csv"]["items"]["properties"]
    assert columns["searched"]["unit"] == "share"
    assert set(columns) >= {"searched_low", "searched_high", "searched_dist"}
    number = next(n for n in inputs.numbers(ds, scenario) if n.path == "links.gate.searched")
    assert number.says == "goods turned back by searches, Plainport – Riverford/Valleytown"
    assert number.standing == "assumed"
    assert number.drawn[1] < number.drawn[0] < number.drawn[2]


def test_a_column_that_is_not_there_changes_no_draw(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = {"policies": ["regime_held"], "conditions": ["calm"], "futures": 3}
    before = corridor.run(corridor.load(case), **chosen)["inputs"].load()
    links = TABLES["links"]
    field = placed(eval(recipe("src/corridor/tables/network.py"), vars(network)), "links", ("link",))
    monkeypatch.setitem(TABLES, "links", replace(links, fields=(*links.fields, field)))
    monkeypatch.setattr("corridor.engine.task._PREPARED", OrderedDict())  # compiled anew: the table has changed
    after = corridor.run(corridor.load(case), **chosen)["inputs"].load()
    assert before.identical(after)


def test_recipe_a_hunger_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = imported("src/corridor/rules/bodies/adults_static.py", tmp_path)
    monkeypatch.setitem(RULES["adults"], module.RULE.name, module.RULE)
    world = {"flour": 20.0, "commercial": 1.0, "relief": 1.0, "outputs": 0.0, "history": 60, "horizon": 2}
    chosen = {"policies": ["closed"], "conditions": ["calm"], "futures": 3}
    found = {
        rule: history(corridor.run(small(rules={"adults": rule}, **world), **chosen))["weight_change"].isel(day=-1)
        for rule in ("static", "hall")
    }
    # a body that never adapts loses more
    assert (found["static"] < found["hall"]).all()
    assert (found["hall"] < 0).all()


def test_recipe_a_rule_of_leaving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = imported("src/corridor/rules/flight/leaving_steady.py", tmp_path)
    monkeypatch.setitem(RULES["leaving"], module.RULE.name, module.RULE)
    share = {"leaving.daily_share": q(0.02)}
    world = small(rules={"leaving": "steady"}, parameters=share, history=2, horizon=20)
    record = ["on_road", "deaths", "arrivals"]
    ds = corridor.run(world, policies=["open"], conditions=["calm"], futures=4, record=record).load()
    start = ds["people_start"].sum("place")
    here = ds["people"].sum("place") + ds["on_road"] + ds["deaths"].sum("place").cumsum("day")
    came = ds["arrivals"].sum("destination").cumsum("day")
    np.testing.assert_array_equal((here + came).values, np.broadcast_to(start.values[:, None], (1, 1, 4, 22)))
    left = 1 - ds["people"].sum("place").isel(day=-1) / start
    assert float(left.mean()) == pytest.approx(1 - 0.98**22, abs=0.03)


def test_the_page_on_sessions_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "session.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 2
    found: dict[str, object] = {}
    exec(blocks[0], found)
    assert float(found["gap"]) > 100  # type: ignore[arg-type]
    exec(blocks[1], found)
    assert found["results"].sizes["future"] == len(found["frame"])  # type: ignore[attr-defined, arg-type]


def test_recipe_a_new_process(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from corridor.tables import variable

    module = imported("src/corridor/rules/supply/water.py", tmp_path)
    row = eval(recipe("src/corridor/tables/variable.py"), vars(variable))[0]
    assert "water" not in RULES
    order = list(RULES)
    order.insert(order.index("rations"), "water")
    rules = {**RULES, "water": {module.RULE.name: module.RULE}}
    monkeypatch.setattr("corridor.rules.RULES", {process: rules[process] for process in order})
    monkeypatch.setitem(variable.BY_NAME, row.name, row)
    monkeypatch.setattr("corridor.engine.evaluate.VARIABLES", (*variable.VARIABLES, row))
    chosen = {"policies": ["regime_held"], "conditions": ["calm"], "futures": 3, "record": ["without_water", "service"]}
    scenario = corridor.load(case)
    ds = corridor.run(scenario, **chosen).load()
    good = next(commodity.id for commodity in scenario.commodities if commodity.kind == "fuel")
    dry, people = ds["without_water"].isel(day=slice(1, None)), ds["people"].isel(day=slice(0, -1))
    fuel = ds["service"].sel(commodity=good).isel(day=slice(0, -1))
    share = 1.0 - fuel.to_numpy()
    assert float(dry.max()) > 0
    pumped = dry.to_numpy()[share > 0.01] / (people.to_numpy() * share)[share > 0.01]
    assert 0.2 < pumped.min() <= pumped.max() <= 1.0


def test_recipe_an_outcome(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from corridor.analysis.compare import to_json
    from corridor.analysis.outcomes import table as rows
    from corridor.report import write_report
    from corridor.report.screen.tables import policy_table
    from corridor.results import read
    from corridor.tables import outcome

    monkeypatch.setenv("COLUMNS", "160")

    row = eval(recipe("src/corridor/tables/outcome.py"), vars(outcome))[0]
    functions = eval("{" + recipe("src/corridor/analysis/outcomes/supply.py") + "}")
    monkeypatch.setattr(outcome, "OUTCOMES", (*outcome.OUTCOMES, row))
    monkeypatch.setattr(rows, "FUNCTIONS", rows.FUNCTIONS | functions)
    results = corridor.run(corridor.load(case), conditions=["calm"], futures=4)
    table = compare(results)
    last = table[(table["outcome"] == "on_road") & (table["day"] == table["day"].max())]
    found = results["on_road"].isel(day=-1).mean("future").to_numpy().ravel()
    assert last["mean"].to_numpy() == pytest.approx(found)
    assert to_json(table, read.origin(results))["outcomes"]["on_road"]["how"] == row.how
    assert outcome.needed([row]) == {"on_road": outcome.Need("on_road")}
    policy_table(table, read.titles(read.scenario_of(results)), 4, 1)
    assert "people on" in capsys.readouterr().out
    page = text_of(write_report(results, table, tmp_path / "report.html"))
    assert "People on the road" in page


def test_recipe_an_importer(tmp_path: Path) -> None:
    from datetime import date

    module = imported("src/corridor/exchange/arrivals.py", tmp_path)
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("date,persons\n2024-01-01,100\n", encoding="utf-8")
    bad.write_text("date,persons\n2024-13-01,100\n2024-01-02,x\n", encoding="utf-8")
    assert module.read_arrivals(good) == [(date(2024, 1, 1), 100.0)]
    with pytest.raises(InputError) as error:
        module.read_arrivals(bad)
    assert [(p.line, p.field) for p in error.value.problems] == [(2, "date"), (3, "persons")]
    with pytest.raises(InputError, match="no such file"):
        module.read_arrivals(tmp_path / "none.csv")
