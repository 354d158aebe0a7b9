# SPDX-License-Identifier: MIT
"""Every command in the documents runs, and prints what the documents show."""
import os
import re
import shutil

import pytest
from harness import NOT_SOURCES, TOP, command

DOCUMENTS = sorted([*TOP.glob("*.md"), *TOP.glob("docs/**/*.md"), *TOP.glob("*/*/README.md"), TOP / "test/model/checker/README.md",
                    TOP / "kernel/README.md"])
# Executed step by step by test/build/test_external.py.
STEPS = TOP / "docs/first-app.md"
# These run this very test, or all of its neighbours: here it must do that make knows them.
WHOLE = ("make deps test", "make test", "make test-host", "make test-reject", "make test-qemu SMP=2", "make test-tools",
         "make test-house", "make test-reject", "make test-model-deep", "make mutants-model")
# What a run may print differently each time, and what a document leaves out.
VARIES = re.compile(r"  \.\.\.|  (CXX|LD|AS) |NEURON |config: |whole line ")


def blocks(document, language):
    text = document.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def commands():
    return [(document, line) for document in DOCUMENTS if document != STEPS
            for block in blocks(document, "sh") for line in block.splitlines()]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The sources as a newcomer has them, plus the files that the README has its reader write."""
    top = tmp_path_factory.mktemp("docs") / "neuron"
    shutil.copytree(TOP, top, ignore=shutil.ignore_patterns(*NOT_SOURCES))
    text = (TOP / "README.md").read_text(encoding="utf-8")
    for name, body in re.findall(r"^`(\S+)`:\n\n```\w+\n(.*?)^```$", text, re.M | re.S):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(body)
    return top


@pytest.fixture(scope="module")
def printed():
    """Everything that the commands printed, for the check of the shown outputs."""
    return []


@pytest.mark.parametrize("document, line", commands(), ids=[line for _, line in commands()])
def test_command(copy, printed, document, line):
    if line in WHOLE:
        outcome = command("make", "-n", *line.split()[1:], cwd=copy)
        assert outcome.status == 0, outcome.text
        return
    shorter = {"N": "1"} if line == "make bench-host" else {} # that it runs, not what is measured
    outcome = command("/bin/bash", "-c", line, cwd=copy, env={"DEBUG_INFO": "2"} | shorter, seconds=600)
    assert outcome.status == 0, f"{document}: {line}\n{outcome.text}"
    printed.append(outcome.out)


def test_shown_outputs_are_real(printed):
    lines = set("\n".join(printed).splitlines())
    shown = [line for block in blocks(TOP / "README.md", "text") for line in block.splitlines()
             if line and not VARIES.match(line)]
    assert len(shown) > 10
    assert [line for line in shown if line not in lines] == []


def test_benchmark_figures_are_real(printed):
    """What `make bench` prints on the page that shows it: a change of a hot path shows there."""
    text = (TOP / "docs/benchmarks.md").read_text(encoding="utf-8")
    lines = set("\n".join(printed).splitlines())
    for table in ("bench", "way", "boot"):
        shown = re.search(rf"<!-- {table} -->\n(.*?)<!-- /{table} -->", text, re.S)[1].splitlines()
        assert len(shown) > 5
        assert [line for line in shown if line not in lines] == [], "run make bench-table"
    boot = {name.strip(): figure for name, figure in re.findall(r"^\| ([^|]+)\| (\d+) \|", "\n".join(shown), re.M)}
    assert int(boot["all"]) < 600_000
    # A ninth: the stacks of tasks are mapped, too.
    assert 9 * (int(boot["memory map"]) + int(boot["page tables set to zero"])) < int(boot["all"])


def test_links_lead_somewhere():
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#\s]+)\)", document.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (document.parent / target).exists(), f"{document}: {target}"


def test_library_readmes_have_their_form():
    headings = ["What", "Owner", "Crosses CPUs", "Bounds", "Context", "Invariants", "Not here"]
    for folder in [*sorted(TOP.glob("lib/*/")), TOP / "test/build/toy", TOP / "examples/stats"]:
        text = (folder / "README.md").read_text(encoding="utf-8")
        assert re.findall(r"^## (.+)$", text, re.M) == headings, folder
        assert len(text.splitlines()) <= 50, folder


def test_dependencies_are_explained():
    text = (TOP / "docs/dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9.+-]+)` \|(.+)\|(.+)\|$", text, re.M)
    assert len(rows) >= 10 and all(use.strip() and why.strip() for _, use, why in rows)


def test_repository_stands_alone():
    """No path of a machine that it was written on, nothing outside it."""
    for folder, names, files in os.walk(TOP):
        names[:] = [name for name in names if name not in (".git", "build", "__pycache__")]
        for name in set(files) - set(NOT_SOURCES):
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                text = file.read()
            for word in (b"/wo" b"rk/", b"../sh" b"ared", b"/ro" b"ot/"):
                assert word not in text, f"{path}: {word.decode()}"
