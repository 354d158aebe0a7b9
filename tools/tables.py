# SPDX-License-Identifier: MIT
"""Tables that a command writes into a document, between `<!-- NAME -->` and `<!-- /NAME -->`."""
import argparse
from collections.abc import Callable
from pathlib import Path


def rows(head: list[str], cells: list[list[str]]) -> list[str]:
    """The lines of one table."""
    return ["| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *cells)]


def put(document: Path, name: str, lines: list[str]) -> None:
    """Replaces what stands between the markers of that name."""
    text = document.read_text(encoding="utf-8")
    before, begin, rest = text.partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- /{name} -->")
    if not begin or not end:
        raise SystemExit(f"{document}: no markers <!-- {name} --> and <!-- /{name} -->")
    document.write_text(before + begin + "\n".join(lines) + "\n" + end + after, encoding="utf-8")


def command(doc: str | None, name: str, argument: str, table: Callable[[Path], list[str]]) -> None:
    """The main of a tool that makes one table from a path, which `argument` names: prints it, and with
    --table DOCUMENT puts it there."""
    parser = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    parser.add_argument(argument, type=Path, **({"required": True} if argument.startswith("-") else {}))
    parser.add_argument("--table", type=Path)
    options = vars(parser.parse_args())
    lines = table(options[argument.lstrip("-")])
    print("\n".join(lines))
    if options["table"]:
        put(options["table"], name, lines)
