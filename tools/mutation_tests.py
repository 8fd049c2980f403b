"""Which tests `mutation.py` plays for which module."""

from __future__ import annotations

TESTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("rules/supply/access", ("claims/test_roads.py", "unit/test_supply_kernels.py")),
    ("rules/supply/pantry", ("unit/test_pantry.py",)),
    ("rules/supply/rations", ("unit/test_rations.py", "unit/test_rations_folder.py")),
    ("rules/supply/output", ("unit/test_output.py",)),
    ("rules/supply/transit", ("claims/test_goods_on_the_way.py", "unit/test_supply_kernels.py")),
    ("rules/supply", ("unit/test_supply_kernels.py", "oracles/test_goods_flow.py")),
    ("rules/bodies/adults", ("unit/test_bodies_adults.py",)),
    ("rules/bodies/births", ("unit/test_births.py",)),
    ("rules/bodies/groups", ("unit/test_bodies_groups.py",)),
    ("rules/bodies/inequality", ("unit/test_bodies_sharing.py", "unit/test_bodies_deaths.py")),
    ("rules/bodies", ("unit/test_bodies_deaths.py", "unit/test_bodies_wasting.py", "unit/test_bodies_sharing.py",
                      "unit/test_bodies_adults.py", "published/test_child_balance.py")),
    ("rules/flight", ("unit/test_moves.py", "unit/test_implied_exits.py", "claims/test_flight_claims.py")),
    ("rules/displacement", ("unit/test_displacement.py", "unit/test_displacement_networks.py",
                            "oracles/test_displacement_persons.py", "unit/test_displacement_days.py")),
    ("rules", ("claims/test_rules_declared.py",)),
    ("kernels/sobol", ("unit/test_draw.py",)),
    ("kernels/order", ("unit/test_order.py",)),
    ("kernels/network", ("unit/test_noticed_kernels.py", "unit/test_road_links.py", "unit/test_supply_kernels.py")),
    ("kernels/jit", ("unit/test_noticed.py", "unit/test_noticed_kernels.py")),
    ("kernels", ("unit/test_draw.py", "unit/test_noticed_kernels.py", "unit/test_supply_kernels.py")),
    ("engine/store", ("unit/test_store.py",)),
    ("engine/catalogue", ("unit/test_catalogue.py",)),
    ("engine/merge", ("unit/test_store.py",)),
    ("engine/sessions", ("unit/test_session.py",)),
    ("engine/displacement", ("unit/test_displacement.py", "unit/test_country.py")),
    ("engine/counts", ("unit/test_country.py",)),
    ("engine/sides", ("unit/test_choice_effects.py", "oracles/test_choice_law.py")),
    ("engine/triggers", ("unit/test_triggers.py",)),
    ("engine/dated", ("unit/test_triggers.py",)),
    ("engine/output", ("unit/test_output.py",)),
    ("engine/rations", ("unit/test_rations_folder.py",)),
    ("engine/width", ("claims/test_extremes.py",)),
    ("engine/executors", ("unit/test_cluster.py",)),
    ("engine", ("claims/test_engine_claims.py", "unit/test_session.py", "unit/test_moves.py")),
    ("strategy/stability/unsettle", ("oracles/test_strategy_groups.py", "unit/test_survivors.py")),
    ("strategy/stability/hinges", ("oracles/test_strategy_draws.py", "unit/test_actors_report.py")),
    ("strategy/stability", ("oracles/test_strategy_engine.py", "oracles/test_strategy_groups.py")),
    ("strategy/choice", ("oracles/test_strategy_choice.py", "oracles/test_choice_law.py")),
    ("strategy/ask", ("unit/test_ask.py", "unit/test_noticed_defaults.py")),
    ("strategy/lints", ("unit/test_strategy_lints.py",)),
    ("strategy/claims", ("unit/test_actors_compare.py", "unit/test_actors_check.py")),
    ("strategy/model/space", ("unit/test_strategy_space.py", "unit/test_strategy_tables.py")),
    ("strategy/model/actors_file", ("unit/test_survivors.py", "unit/test_strategy_actors_file.py",
                                    "unit/test_strategy_language.py", "oracles/test_strategy_draws.py")),
    ("strategy/model", ("unit/test_strategy_actors_file.py", "unit/test_strategy_language.py",
                        "oracles/test_strategy_draws.py", "unit/test_strategy_space.py")),
    ("strategy", ("unit/test_strategy_tables.py", "oracles/test_strategy_engine.py")),
    ("analysis/hinges", ("unit/test_analysis_hinges.py", "unit/test_survivors.py")),
    ("analysis/explore", ("unit/test_explore.py",)),
    ("analysis/calibrate", ("unit/test_analysis_calibrate.py", "unit/test_survivors.py")),
    ("analysis/compare", ("unit/test_analysis_compare.py",)),
    ("analysis/bodies", ("unit/test_bodies_analysis.py",)),
    ("analysis/structures", ("unit/test_analysis_ways.py",)),
    ("analysis/plain", ("unit/test_analysis_hunger.py",)),
    ("analysis/outcomes", ("unit/test_outcomes.py", "unit/test_analysis_compare.py", "unit/test_analysis_relief.py")),
    ("analysis/scores", ("unit/test_analysis_scores.py", "unit/test_analysis_baselines.py")),
    ("analysis/signs", ("unit/test_signs.py",)),
    ("analysis/sides/paths", ("unit/test_survivors.py", "unit/test_actors_report.py")),
    ("analysis/sides", ("unit/test_choice_analysis.py", "unit/test_sides_stakes.py")),
    ("analysis/displacement", ("unit/test_displacement_scores.py",)),
    ("analysis/backtest", ("unit/test_analysis_backtest.py", "unit/test_analysis_nowcast.py",
                           "unit/test_analysis_counted.py", "unit/test_analysis_setup.py")),
)  # fmt: skip
"""beginning of a module's path -> its tests; the first that fits"""

_DAYS = "golden/test_whole.py::test_no_variable_of_a_run_has_moved"


def _studies(*names: str) -> tuple[str, ...]:
    return tuple(f"golden/test_whole.py::test_no_column_of_a_study_has_moved[{name}]" for name in names)


def _invented(*names: str) -> tuple[str, ...]:
    return tuple(f"golden/test_invented.py::test_no_analysis_of_an_invented_run_has_moved[{name}]" for name in names)


FIRST: tuple[tuple[str, tuple[str, ...]], ...] = (
    *((f"analysis/outcomes/{name}", _invented("ways")) for name in ("entries", "relief", "ways")),
    ("analysis/outcomes/first_days", _invented("first-days")),
    ("analysis/outcomes/displacement", _invented("camps", "backtests")),
    ("analysis/outcomes", _invented("outcomes", "ways", "first-days")),
    ("analysis/signs", _invented("signs")),
    ("analysis/calibrate", _invented("signs")),
    ("analysis/hinges", _invented("what-moves-it")),
    ("analysis/explore", _invented("what-moves-it")),
    ("analysis/structures", _invented("structures")),
    ("analysis/scores", _invented("scores", "outcomes", "backtests")),
    ("analysis/backtest", _invented("backtests", "camps", "signs")),
    ("analysis/compare", _invented("outcomes")),
    ("analysis/bodies", _invented("outcomes")),
    ("analysis/sides/history", _invented("sides-past")),
    ("analysis/sides/outcomes", _invented("sides-told")),
    ("analysis/sides", _invented("sides-asked", "sides-told")),
    ("strategy/stability", _invented("sides-stable")),
    ("strategy/history", _invented("sides-past")),
    ("strategy/choice", _invented("sides-chosen", "sides-asked", "sides-past")),
    *(
        (f"strategy/model/{name}", _invented("sides-read", "sides-chosen"))
        for name in ("read", "actors_file", "language", "desk")
    ),
    ("strategy/model", _invented("sides-stable", "sides-chosen", "sides-asked")),
    ("strategy/words", _invented("sides-stable")),
    ("strategy", _invented("sides-asked")),
)
"""the same -> what costs little and holds every number that the module makes of an invented case: asked first"""


WHOLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("rules", (_DAYS,)),
    ("kernels", (_DAYS,)),
    ("engine/sides", _studies("compare-gate")),
    *((f"engine/{name}", ()) for name in ("store", "catalogue", "merge", "sessions", "executors", "workers", "warm")),
    ("engine", (_DAYS,)),
    ("strategy", _studies("sides-of-the-gate")),
    ("analysis/sides", _studies("sides-of-the-gate", "compare-gate")),
    ("analysis/backtest", _studies("backtest-berlin", "backtest-karabakh")),
    ("analysis/scores", _studies("backtest-berlin", "backtest-karabakh")),
    ("analysis/calibrate", _studies("calibrate-new")),
    ("analysis/signs", _studies("calibrate-new", "compare-new")),
    ("analysis/displacement", ()),
    ("analysis/explore", _studies("explore-new")),
    ("analysis/hinges", _studies("explore-new")),
    ("analysis", _studies("compare-valley", "compare-new")),
)
"""the same -> whole results that the module works out: any of their numbers that moves is noticed"""
