"""`corridor ask`: a price, conditions, what flips the answer, and why somebody would leave."""

from __future__ import annotations

from typing import Annotated

import typer

from corridor.cli.as_of import day_asked
from corridor.cli.options import Variant
from corridor.cli.say import say

Many = list[str] | None


def ask(
    question: Annotated[str, typer.Argument(metavar="price|conditions|flip|why", help="What is asked.")],
    case: Annotated[str, typer.Argument(metavar="CASE", help="A bundled case, a folder, or actors.yaml.")],
    policy: Annotated[str, typer.Option("--policy", help="The policy that is asked about.")] = "",
    reference: Annotated[str, typer.Option("--reference", help="What it is compared with.")] = "",
    outcome: Annotated[str, typer.Option("--outcome", help="What policies are judged by.")] = "offensive",
    stake: Annotated[str, typer.Option("--stake", help="price: the stake whose strength is sought.")] = "",
    by: Annotated[float, typer.Option("--by", help="price: the change sought, -0.1 is ten points less.")] = -0.1,
    state: Annotated[Many, typer.Option("--state", help="why: option=1 besides today (repeatable).")] = None,
    sets: Annotated[Many, typer.Option("--set", help="actors.AZE.A6.place=1 (repeatable).")] = None,
    without: Annotated[Many, typer.Option("--without", help="Leave a claim or a stake out (repeatable).")] = None,
    add_option: Annotated[Many, typer.Option("--add-option", help="id: owner, text (repeatable).")] = None,
    error: Annotated[float | None, typer.Option("--error", min=0.001, help="Choose the draws by this error.")] = None,
    draws: Annotated[int, typer.Option("--draws", min=8, max=20_000, help="Draws of what the sides want.")] = 128,
    seed: Annotated[int, typer.Option("--seed", help="Seed of every draw.")] = 1,
    model: Annotated[str, typer.Option("--model", help="actors, draft, baku: a file actors-NAME.yaml.")] = "actors",
    variant: Variant = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON with stable keys.")] = False,
) -> None:
    """Ask the model of the sides: how strong must a stake be, what must be true, what flips the answer, who leaves."""
    from corridor.report.screen.study import show
    from corridor.studies import ask as answer
    from corridor.studies.sides_case import read

    found = read(case, model, variant, day_asked())
    study = answer(
        found, question, policy=policy, reference=reference, outcome=outcome, stake=stake, by=by, state=state or (),
        sets=sets or (), without=without or (), options=add_option or (), error=error, draws=draws, seed=seed,
        model=model,
    )  # fmt: skip
    if as_json:
        say(study.to_json())
        return
    show(study)
