"""Who can do what, what each side wants, and which states of affairs can last. Usable without the rest.

`read_case_json` or `read_actors_file` and `build` give a `Model`; `stability.concepts` says what lasts;
`analyse` puts everything into plain data.
"""

from __future__ import annotations

from corridor.strategy.cases import as_csv, case_model, read_case_json, stability_rows
from corridor.strategy.choice.ahead import look_ahead
from corridor.strategy.choice.futures import choices_from_uniforms, draw_choices, ever_and_now, outcome_chances
from corridor.strategy.choice.law import state_law
from corridor.strategy.choice.process import ChoiceDraws, Offers, choose, draws_in, offers_of
from corridor.strategy.choice.wants import Wants, wants_of
from corridor.strategy.lints import Lint, lint
from corridor.strategy.model.actors_file import Actor, ActorsFile, Effect, Priors, build, feature_values
from corridor.strategy.model.draws import (
    PreferenceDraws,
    central_preferences,
    draw_preferences,
    preferences_from_uniforms,
    utilities,
)
from corridor.strategy.model.feasible import at_least_one, mutually_exclusive, only_if
from corridor.strategy.model.graph import Graph, others
from corridor.strategy.model.language import FormulaError, evaluate, expand, names, parse
from corridor.strategy.model.model import Model, Package, Statement
from corridor.strategy.model.read_actors import read_actors, read_actors_data, read_actors_file
from corridor.strategy.model.space import Option, Space, graph_space, option_space, translate
from corridor.strategy.stability.coalition import coalition_stability, joint_improvements, package_gains
from corridor.strategy.stability.concepts import Stability
from corridor.strategy.stability.frequencies import Frequencies, stability_frequencies
from corridor.strategy.stability.hinges import Box, Contrast, Flip, find_box, one_place_moves, terciles
from corridor.strategy.stability.propagate import CONCEPTS
from corridor.strategy.stability.reach import WAYS, Evolution, Step, evolution, group_moves
from corridor.strategy.stability.tables import analyse, equilibrium_rows, graphviz, label, leaving
from corridor.strategy.stability.unsettle import Change, Shift, Unsettling, unsettle
from corridor.strategy.words import in_words

__all__ = [
    "CONCEPTS",
    "WAYS",
    "Actor",
    "ActorsFile",
    "Box",
    "Change",
    "ChoiceDraws",
    "Contrast",
    "Effect",
    "Evolution",
    "Flip",
    "FormulaError",
    "Frequencies",
    "Graph",
    "Lint",
    "Model",
    "Offers",
    "Option",
    "Package",
    "PreferenceDraws",
    "Priors",
    "Shift",
    "Space",
    "Stability",
    "Statement",
    "Step",
    "Unsettling",
    "Wants",
    "analyse",
    "as_csv",
    "at_least_one",
    "build",
    "case_model",
    "central_preferences",
    "choices_from_uniforms",
    "choose",
    "coalition_stability",
    "draw_choices",
    "draw_preferences",
    "draws_in",
    "equilibrium_rows",
    "evaluate",
    "ever_and_now",
    "evolution",
    "expand",
    "feature_values",
    "find_box",
    "graph_space",
    "graphviz",
    "group_moves",
    "in_words",
    "joint_improvements",
    "label",
    "leaving",
    "lint",
    "look_ahead",
    "mutually_exclusive",
    "names",
    "offers_of",
    "one_place_moves",
    "only_if",
    "option_space",
    "others",
    "outcome_chances",
    "package_gains",
    "parse",
    "preferences_from_uniforms",
    "read_actors",
    "read_actors_data",
    "read_actors_file",
    "read_case_json",
    "stability_frequencies",
    "stability_rows",
    "state_law",
    "terciles",
    "translate",
    "unsettle",
    "utilities",
    "wants_of",
]
