# SPDX-License-Identifier: MIT
"""A fault that QEMU on x86 never shows: the lock's release is taken away."""
import re

import mutants
from harness import BUILD, TOP, command

README = TOP / "test/model/checker/README.md"


def test_unlock_without_release_is_found_and_shown():
    seeded = next(each for each in mutants.mutants("sync") if each.line.startswith("void release()"))
    overlay = BUILD / "model-seeded"
    header = overlay / "neuron/sync/lock_word.hpp"
    header.parent.mkdir(parents=True, exist_ok=True)
    header.write_text(seeded.text(), encoding="utf-8")
    made = command("make", f"O={BUILD}", f"MODEL_MUTANT={overlay}", "LIB=sync", "model-tests")
    assert made.status == 0, made.text
    run = command(str(overlay / "sync/run"), "--no-version", "--test-case=*excludes*")
    assert run.status != 0 and "data race: a read and a write at once" in run.out, run.text
    shown = re.search(r"```text\n(.*?)```", README.read_text(encoding="utf-8"), re.S)[1]
    printed = [" ".join(line.split()) for line in run.out.splitlines()]
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert len(lines) > 5 and [line for line in lines if line not in printed] == [], run.out


def test_mutants_are_made_of_code_alone():
    made = mutants.mutants("sync")
    assert len(made) >= 10 and len({(each.path, each.offset, each.becomes) for each in made}) == len(made)
    for each in made:
        assert each.text() != each.path.read_text() and not each.line.startswith("//")
        assert each.text().replace("core::relaxed", "").count("\n") == each.path.read_text().count("\n")
