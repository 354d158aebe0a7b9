# SPDX-License-Identifier: MIT
"""apps/wordcount beside wc, in the C locale, at every SMP count."""
import random

import pytest
from harness import BUILD, boot, command

MEGABYTE = 1_000_000


def text_of(size: int) -> bytes:
    """Lines of words of many lengths, with runs of every kind of white space."""
    chance = random.Random(7)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz.,;", k=chance.randint(1, 12)))
             for _ in range(3000)]
    spaces = [" "] * 12 + ["\n"] * 2 + ["  ", "\t", "\r\n", "\v", "\f", "\n\n"]
    parts, length = [], 0
    while length < size:
        part = chance.choice(words) + chance.choice(spaces)
        parts.append(part)
        length += len(part)
    return "".join(parts).encode()[:size]


CASES = {
    "text": lambda: text_of(10 * MEGABYTE + 7),
    "empty": lambda: b"",
    "one-byte": lambda: b"x",
    "one-newline": lambda: b"\n",
    "shorter-than-cpus": lambda: b"a b\nc",
    "no-newline-at-end": lambda: b"one two\nthree",
    "only-spaces": lambda: b" \t\n\v\f\r" * 1000,
    "one-endless-line": lambda: b"word " * 400_000,
    "one-endless-word": lambda: b"x" * 2_000_000,
    "binary": lambda: random.Random(3).randbytes(3 * MEGABYTE),
    "all-bytes": lambda: bytes(range(256)) * 41,
    "name with spaces": lambda: b"the name has spaces\n",
}


@pytest.fixture(scope="module")
def files():
    folder = BUILD / "test" / "wordcount inputs"
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in CASES.items():
        (folder / name).write_bytes(make())
    return folder


def same_as_wc(image, file, smp, *words):
    wanted = command("wc", str(file), env={"LC_ALL": "C"}).out
    outcome = image.make("run", "A=wordcount", f"SMP={smp}", f"INPUT={file}", *words)
    assert outcome.status == 0, outcome.text
    assert outcome.out.splitlines(keepends=True)[-1] == wanted


@pytest.mark.parametrize("case", CASES)
def test_same_as_wc(configuration, files, case):
    same_as_wc(configuration(), files / case, 4)


def test_same_as_wc_at_every_count(configuration, files, smp):
    same_as_wc(configuration(), files / "text", smp)
    same_as_wc(configuration(), files / "binary", smp)


def test_fifty_megabytes(configuration, files):
    big = files / "fifty megabytes"
    big.write_bytes(text_of(5 * MEGABYTE) * 10)
    same_as_wc(configuration(), big, 4)
    big.unlink()


def test_no_file(configuration):
    outcome = configuration().make("run", "A=wordcount")
    assert "wordcount: no file: hand one in with INPUT=FILE" in outcome.out
    assert "ended with status 1" in outcome.err


def test_file_larger_than_memory(configuration, files):
    big = files / "larger than memory"
    with open(big, "wb") as file:
        file.truncate(300 * MEGABYTE)
    outcome = configuration().make("run", "A=wordcount", f"INPUT={big}")
    big.unlink()
    assert outcome.status != 0 and "NEURON" not in outcome.out
    assert "does not fit" in outcome.err and "try MEM=" in outcome.err


def test_image_refuses_input_outside_memory(configuration, files):
    """The image looks for itself: here the runner's check is got round."""
    image = configuration().app("wordcount") / "image.elf"
    big = files / "outside"
    big.write_bytes(b"x" * (200 * MEGABYTE))
    run = boot(image, "-m", "128M", "-initrd", str(big), "-append", "input=outside")
    big.unlink()
    assert run.status not in (0, 124), run.text
    assert "input file" in run.out or "overlap" in run.err, run.text
