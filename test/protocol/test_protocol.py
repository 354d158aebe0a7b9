# SPDX-License-Identifier: MIT
"""Each protocol's claims hold under weak fairness; each seeded fault breaks one of them."""
import re

import pytest
from harness import TOP, command

FOLDER = TOP / "test/protocol"
CLAIMS = [(path, claim) for path in sorted(FOLDER.glob("*.pml"))
          for claim in re.findall(r"^ltl (\w+)", path.read_text(encoding="utf-8"), re.M)]


def check(folder, text: str, claim: str) -> bool:
    """Whether spin finds no error."""
    (folder / "model.pml").write_text(text)
    for words in (("spin", "-a", "model.pml"), ("gcc", "-O1", "-w", "-o", "pan", "pan.c")):
        made = command(*words, cwd=folder)
        assert made.status == 0, made.text
    run = command("./pan", "-a", "-f", "-N", claim, cwd=folder, seconds=60)
    found = re.search(r"errors: (\d+)", run.out)
    assert found and "max search depth too small" not in run.out, run.text
    return found[1] == "0"


@pytest.mark.parametrize("path, claim", CLAIMS, ids=[f"{path.stem}-{claim}" for path, claim in CLAIMS])
def test_claim(tmp_path, path, claim):
    assert check(tmp_path, path.read_text(encoding="utf-8"), claim)


@pytest.mark.parametrize("fault, claim", [
    (("swap(Starting, Failed, gave_up)", "gave_up = true; life = Failed"), "out_is_out"),
    (("swap(Starting, Online, is_in)", "is_in = true; life = Online"), "agree"),
    (("(life != Starting || too_late);", "(life != Starting && too_late && life != Failed);"), "progress"),
], ids=["gives up without looking", "comes in without looking", "waits without a bound"])
def test_seeded_fault_breaks_the_boot_hand_over(tmp_path, fault, claim):
    text = (FOLDER / "boot_hand_over.pml").read_text(encoding="utf-8")
    assert text.count(fault[0]) == 1
    faulty = text.replace(*fault)
    if claim == "progress": # a hart that never comes
        faulty = faulty.replace("    run hart();\n", "")
    assert not check(tmp_path, faulty, claim)
