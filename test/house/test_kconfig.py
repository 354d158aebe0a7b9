# SPDX-License-Identifier: MIT
"""What users read in the menu, and what they can't choose there."""
import re
from pathlib import Path

import kconfiglib
import pytest
import strict
from harness import TOP
from house.source import complain

ADR = "docs/adr/0005-symbols-without-prompt.md"
COST = re.compile(r"\b[0-9][0-9.]*\s(?:bytes|KiB)\b")


@pytest.fixture
def symbols(monkeypatch) -> list[kconfiglib.Symbol]:
    monkeypatch.chdir(TOP)
    monkeypatch.setenv("L", "examples/stats")
    monkeypatch.setenv("A", "examples/average")
    return strict.read(None).unique_defined_syms


def place(item: kconfiglib.Symbol) -> str:
    return f"{item.nodes[0].filename}:{item.nodes[0].linenr}: CONFIG_{item.name}"


def with_prompt(symbols) -> list[kconfiglib.Symbol]:
    return [symbol for symbol in symbols if symbol.nodes[0].prompt]


def test_prompts_name_their_room_and_what_it_is(symbols):
    choices = {symbol.choice for symbol in symbols if symbol.choice}
    complain([f"{place(item)}: the prompt reads `{room}: what it is`"
              for item in [*with_prompt(symbols), *choices]
              for room in [Path(item.nodes[0].filename).parent.name]
              if not re.match(rf"{room}: [a-z0-9]|{room}: QEMU", item.nodes[0].prompt[0])])


def test_what_can_be_chosen_has_help(symbols):
    complain([f"{place(symbol)}: no help" for symbol in with_prompt(symbols)
              if not (symbol.nodes[0].help or "").strip()])


def test_help_of_a_feature_says_what_it_costs_and_what_goes_with_it(symbols):
    rows = []
    for symbol in with_prompt(symbols):
        text = symbol.nodes[0].help or ""
        if symbol.type == kconfiglib.BOOL and symbol.choice is None:
            rows += [f"{place(symbol)}: no cost in bytes or KiB"] * (not COST.search(text))
            rows += [f"{place(symbol)}: not what an image lacks `Without it`"] * ("Without it" not in text)
    complain(rows)


def test_each_symbol_without_prompt_has_its_reason(symbols):
    without = {symbol.name for symbol in symbols if not any(node.prompt for node in symbol.nodes)}
    rows = re.findall(r"^\| (.*CONFIG_.*) \| (?!because)\S.* \|$", (TOP / ADR).read_text("utf-8"), re.M)
    named = {name for row in rows for name in re.findall(r"`CONFIG_(\w+)`", row)}
    complain([f"{ADR}: no reason why CONFIG_{name} has no prompt" for name in sorted(without - named)]
             + [f"{ADR}: CONFIG_{name} is not there, or has a prompt" for name in sorted(named - without)])


def test_what_is_selected_depends_on_nothing(symbols):
    """select does not look at what its target needs."""
    complain([f"{place(symbol)} selects {target.name}, which has a prompt or depends on something"
              for symbol in symbols for target, _ in symbol.selects
              if any(node.prompt for node in target.nodes)
              or not (isinstance(target.direct_dep, kconfiglib.Symbol) and target.direct_dep.name == "y")])
