# SPDX-License-Identifier: MIT
"""A good log passes; a log that is changed in any way does not."""

import subprocess
import sys

import pytest

import records

LOG = """NEURON 1
KSELFTEST: lib.alloc ok blocks=16 mode=fast
text of an application
KSELFTEST: lib.sum ok cpus=4 sum=4000 pairs=6
KSELFTEST: smp.wake ok wakes=9 late=2
KSELFTEST: smp.solo skip reason=many
KSELFTEST: PASS passed=3 failed=0 skipped=1
"""

EXPECT = """# what the library promises

lib.alloc mode=fast blocks=>=1   # keys in any order
lib.sum cpus={SMP} sum={SMP * 1000} pairs={SMP*(SMP-1)//2}
smp.wake wakes=* late=<=SMP [if SMP>1]
smp.solo runs=1 [if SMP == 1]
"""
SMP = {"SMP": 4}


def problems(log: str = LOG, expect: str = EXPECT, status: int = 0, variables: dict[str, int] = SMP) -> list[str]:
    """Check a log."""
    return records.check(records.parse(log), records.parse_expectations(expect, "expect"), status, variables)


def changed(old: str, new: str) -> str:
    """Return the good log with one change."""
    assert LOG.count(old) == 1
    return LOG.replace(old, new)


def line_of(word: str) -> str:
    """Return the good log's line that holds the word."""
    return next(line + "\n" for line in LOG.split("\n") if word in line)


ALLOC, SUM, WAKE, SOLO, END = map(line_of, ["alloc", "lib.sum", "wake", "solo", "PASS"])


def test_good_log():
    assert problems() == []
    assert problems(LOG.replace("\n", "\r\n")) == []
    assert problems(LOG.removesuffix("\n")) == []


def test_good_log_of_one_cpu():
    log = (LOG.replace("cpus=4 sum=4000 pairs=6", "cpus=1 sum=1000 pairs=0")
           .replace("smp.wake ok wakes=9 late=2", "smp.wake skip reason=alone")
           .replace("smp.solo skip reason=many", "smp.solo ok runs=1"))
    assert problems(log, variables={"SMP": 1}) == []
    assert len(problems(log, variables={"SMP": 4})) > 2


def test_parsed_run():
    run = records.parse(LOG)
    assert [record.name for record in run.records] == ["lib.alloc", "lib.sum", "smp.wake", "smp.solo"]
    assert run.records[0] == records.Record("lib.alloc", "ok", {"blocks": "16", "mode": "fast"})
    assert run.records[3] == records.Record("smp.solo", "skip", {"reason": "many"})
    assert run.summary == records.Summary("PASS", 3, 0, 1)
    assert run.errors == []


@pytest.mark.parametrize("log, said", [
    (changed(ALLOC, ""), "lib.alloc: no record"),
    (changed(WAKE, ""), "smp.wake: no record"),
    (changed(SUM, SUM + "KSELFTEST: lib.more ok\n"), "lib.more: not expected"),
    (changed(SUM, SUM + SUM), "lib.sum: 2 records"),
    (changed(ALLOC + "text of an application\n" + SUM, SUM + ALLOC), "lib.sum: out of order, lib.alloc comes here"),
    (changed("blocks=16", "blocks=0"), "lib.alloc: blocks=0, wanted >=1"),
    (changed("blocks=16", "blocks=-16"), "lib.alloc: blocks=-16, wanted >=1"),
    (changed("blocks=16", "blocks=many"), "lib.alloc: blocks=many, wanted >=1"),
    (changed("mode=fast", "mode=slow"), "lib.alloc: mode=slow, wanted fast"),
    (changed("mode=fast", "mode=fast2"), "lib.alloc: mode=fast2, wanted fast"),
    (changed(" mode=fast", ""), "lib.alloc: mode= is missing"),
    (changed("mode=fast", "mode=fast x=1"), "lib.alloc: x=1 is not expected"),
    (changed("cpus=4", "cpus=3"), "lib.sum: cpus=3, wanted {SMP}"),
    (changed("cpus=4", "cpus=04"), "lib.sum: cpus=04, wanted {SMP}"),
    (changed("sum=4000", "sum=3999"), "lib.sum: sum=3999, wanted {SMP * 1000}"),
    (changed("pairs=6", "pairs=7"), "lib.sum: pairs=7, wanted {SMP*(SMP-1)//2}"),
    (changed("late=2", "late=5"), "smp.wake: late=5, wanted <=SMP"),
    (changed(ALLOC, "KSELFTEST: lib.alloc FAIL at=a.cpp:3 got=1\n"), "lib.alloc: FAIL at=a.cpp:3 got=1"),
    (changed(ALLOC, "KSELFTEST: lib.alloc skip reason=lazy\n"), "lib.alloc: skip reason=lazy is not allowed"),
    (changed(WAKE, "KSELFTEST: smp.wake skip reason=lazy\n"), "smp.wake: skip reason=lazy is not allowed"),
    (changed(SOLO, "KSELFTEST: smp.solo ok runs=1\n"), "smp.solo: ok, but must be skipped unless SMP == 1"),
    (changed("passed=3", "passed=4"), "summary: 4 x ok, but 3 records"),
    (changed("failed=0", "failed=1"), "summary: 1 x FAIL, but 0 records"),
    (changed("failed=0", "failed=1"), "summary: PASS with failed=1"),
    (changed("skipped=1", "skipped=0"), "summary: 0 x skip, but 1 records"),
    (changed("PASS", "FAIL"), "summary: FAIL with failed=0"),
    (changed("PASS", "FAIL"), "summary: FAIL, but exit status 0"),
    (changed(END, ""), "no summary: the image did not come to its end"),
    ("", "no summary: the image did not come to its end"),
    (LOG + END, "line 8: after the summary: KSELFTEST: PASS passed=3 failed=0 skipped=1"),
    (LOG + "KSELFTEST: lib.late ok\n", "line 8: after the summary: KSELFTEST: lib.late ok"),
    (LOG + "KSELFTEST\n", "line 8: after the summary: KSELFTEST"),
    (changed("text of", "of KSELFTEST: lib.x ok"),
     "line 3: a record inside another line: of KSELFTEST: lib.x ok an application"),
    (changed("KSELFTEST: lib.alloc", " KSELFTEST: lib.alloc"),
     "line 2: a record inside another line:  KSELFTEST: lib.alloc ok blocks=16 mode=fast"),
])
def test_changed_log(log, said):
    assert said in problems(log)


@pytest.mark.parametrize("line", [
    "KSELFTEST", "KSELFTEST:", "KSELFTEST lib.a ok", "KSELFTEST: lib.a", "KSELFTEST: lib.a OK", "KSELFTEST: lib.a fail",
    "KSELFTEST: Lib.a ok", "KSELFTEST: lib ok", "KSELFTEST: lib.a ok x", "KSELFTEST: lib.a ok x=",
    "KSELFTEST: lib.a ok =1",
    "KSELFTEST: lib.a ok x=1 x=1", "KSELFTEST: lib.a ok x=1 ", "KSELFTEST: lib.a ok  x=1", "KSELFTEST: lib.a  ok",
    "KSELFTEST: lib.a ok x=\u00e9", "KSELFTEST: lib.a ok x=1\tb=2", "KSELFTEST: lib.a skip",
    "KSELFTEST: lib.a skip reason=a b=1", "KSELFTEST: lib.a skip because=a", "KSELFTEST: PASS",
    "KSELFTEST: PASS passed=1 failed=0", "KSELFTEST: PASS passed=x failed=0 skipped=0",
    "KSELFTEST: PASS failed=0 passed=1 skipped=0", "KSELFTEST: PASS passed=1 failed=0 skipped=0 more=1",
])
def test_malformed_line(line):
    run = records.parse(LOG.replace(ALLOC, line + "\n" + ALLOC))
    assert run.errors == [f"line 2: malformed: {line}"]
    assert problems(LOG.replace(ALLOC, line + "\n" + ALLOC)) == run.errors


def test_every_lost_or_doubled_line_is_seen():
    lines = LOG.splitlines(keepends=True)
    for index, line in enumerate(lines):
        if line.startswith("KSELFTEST"):
            assert problems("".join(lines[:index] + lines[index + 1:])), line
            assert problems("".join(lines[:index + 1] + lines[index:])), line


def test_every_cut_is_seen():
    for length in range(len(LOG) - 1):
        assert problems(LOG[:length]), LOG[:length]


def test_every_changed_character_is_seen():
    free = {LOG.index("wakes=9") + len("wakes=")}
    free |= {LOG.index("reason=many") + len("reason=") + index for index in range(len("many"))}
    for index in range(LOG.index("KSELFTEST"), len(LOG) - 1):
        in_record = LOG[LOG.rfind("\n", 0, index) + 1:].startswith("KSELFTEST")
        if in_record and index not in free:
            log = LOG[:index] + "~" + LOG[index + 1:]
            assert problems(log), log


def test_honest_failure_is_still_a_problem():
    log = changed(ALLOC, "KSELFTEST: lib.alloc FAIL got=1\n").replace(
        "PASS passed=3 failed=0", "FAIL passed=2 failed=1")
    assert problems(log, status=1) == ["lib.alloc: FAIL got=1"]
    assert "summary: FAIL, but exit status 0" in problems(log, status=0)


@pytest.mark.parametrize("status", [1, 124, 255])
def test_status_disagrees_with_pass(status):
    assert problems(status=status) == [f"summary: PASS, but exit status {status}"]


def test_expectation_problems():
    assert problems("KSELFTEST: PASS passed=0 failed=0 skipped=0\n", "") == [
        "nothing is expected: an empty check proves nothing"]
    assert "lib.alloc: expected 2 times" in problems(expect=EXPECT + "lib.alloc\n")
    assert problems(variables={})[0] == "expect:4: SMP: SMP is not set (--set SMP=...)"


@pytest.mark.parametrize("line, said", [
    ("nodot", "expect:1: not `name key=PATTERN ... [if EXPR]`: nodot"),
    ("lib.a x", "expect:1: not `name key=PATTERN ... [if EXPR]`: lib.a x"),
    ("lib.a x={SMP", "expect:1: not `name key=PATTERN ... [if EXPR]`: lib.a x={SMP"),
    ("lib.a [if SMP", "expect:1: not `name key=PATTERN ... [if EXPR]`: lib.a [if SMP"),
    ("lib.a x=1 x=2", "expect:1: a key comes twice: lib.a x=1 x=2"),
    ("lib.a x=>1", "expect:1: a range starts with >= or <=: lib.a x=>1"),
])
def test_malformed_expectation(line, said):
    with pytest.raises(records.Wrong) as caught:
        records.parse_expectations(line, "expect")
    assert str(caught.value) == said


@pytest.mark.parametrize("text, value", [
    ("7", 7), ("SMP", 4), ("SMP*(SMP-1)//2", 6), ("-SMP+1", -3), ("7%4", 3), ("2**10", 1024),
    ("min(SMP, 2)", 2), ("max(1,SMP,3)", 4), ("max(9)", 9), ("SMP>1", 1), ("SMP != 4", 0), (" SMP ", 4),
])
def test_expression(text, value):
    assert records.evaluate(text, SMP) == value


@pytest.mark.parametrize("text", [
    "", "SMP+", "CPUS", "1.5", "True", "'a'", "SMP/2", "SMP.real", "abs(1)", "min()", "min(*[1])", "__import__('os')",
    "[1][0]", "1 if SMP else 2", "lambda: 1", "(a := 1)", "1//0", "1%0", "2**65", "2**-1", "2**64*2", "9**9**9",
    "(" * 500 + "1" + ")" * 500, "-" * 5000 + "1", "1 < 2 < 3", "SMP; SMP", "~1", "1<<3",
])
def test_refused_expression(text):
    with pytest.raises(records.Wrong):
        records.evaluate(text, SMP)


@pytest.mark.parametrize("pattern, text, good", [
    ("*", "x", True), ("*", "", False), ("a", "a", True), ("a", "ab", False), ("{SMP}/{SMP-1}", "4/3", True),
    (">=2", "2", True), (">=2", "1", False), ("<=SMP", "4", True), ("<=SMP", "5", False), ("<={SMP+1}", "5", True),
    (">=0", "0x10", False), (">=0", "1e3", False), ("<=9", "", False), (">=-2", "-1", True),
])
def test_pattern(pattern, text, good):
    assert records.matches(pattern, text, SMP) is good


def command(*words: str) -> subprocess.CompletedProcess:
    """Run the checker as make does."""
    return subprocess.run([sys.executable, "-B", records.__file__, *words], capture_output=True, text=True,
                          timeout=10)


@pytest.fixture
def files(tmp_path):
    """Give the options for a good log whose expectations come in two files."""
    first, second = EXPECT.split("smp.wake")
    for name, text in ("log", LOG), ("first", first), ("second", "smp.wake" + second):
        (tmp_path / name).write_text(text)
    return ["--log", str(tmp_path / "log"), "--expect", str(tmp_path / "first"), "--expect", str(tmp_path / "second")]


def test_command_on_a_good_log(files):
    done = command(*files, "--status", "0", "--set", "SMP=4")
    assert (done.returncode, done.stdout, done.stderr) == (0, "records: 4 as expected\n", "")


def test_command_on_bad_logs(files):
    done = command(*files, "--status", "3", "--set", "SMP=5")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "records: summary: PASS, but exit status 3"
    assert len(done.stdout.splitlines()) == 4
    assert command(*files[:4], "--status", "0", "--set", "SMP=4").returncode == 1
    assert command(*files[:2], *files[4:], *files[2:4], "--status", "0", "--set", "SMP=4").returncode == 1


def test_command_on_bytes_that_are_not_text(files, tmp_path):
    (tmp_path / "log").write_bytes(b"\xff\xfe\n" + LOG.encode())
    assert command(*files, "--status", "0", "--set", "SMP=4").returncode == 0
    (tmp_path / "log").write_bytes(LOG.encode().replace(b"fast", b"fas\xff"))
    assert command(*files, "--status", "0", "--set", "SMP=4").returncode == 1


def test_command_that_cannot_check(files, tmp_path):
    rest = ["--status", "0", "--set", "SMP=4"]
    done = command("--log", "none", *files[2:], *rest)
    assert (done.returncode, done.stderr) == (2, "records: [Errno 2] No such file or directory: 'none'\n")
    assert command(*files, "--expect", str(tmp_path), *rest).returncode == 2
    (tmp_path / "first").write_text("what?\n")
    assert command(*files, *rest).returncode == 2
    assert command(*files, "--status", "0", "--set", "SMP").returncode == 2
    assert command(*files, "--status", "x").returncode == 2
    assert command("--log", "x", "--status", "0").returncode == 2
