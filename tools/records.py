#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compares the selftest records in a console log with what each library promises.

A search for "FAIL" would call a log good in which a test never ran. So every
record must be expected, with every value, in order, and the image's own count
and exit status must agree with them.
"""

import argparse
import ast
import operator
import re
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

MARK = "KSELFTEST"
NAME = r"[a-z0-9_-]+\.[a-z0-9_.-]+"
KEY = r"[A-Za-z0-9_.-]+"
RECORD = re.compile(rf"{MARK}: ({NAME}) (ok|FAIL|skip)((?: {KEY}=[!-~]+)*)")
SUMMARY = re.compile(rf"{MARK}: (PASS|FAIL) passed=([0-9]{{1,9}}) failed=([0-9]{{1,9}}) skipped=([0-9]{{1,9}})")
PATTERN = r"(?:\{[^{}]*\}|[^\s{}])+"
EXPECTATION = re.compile(rf"({NAME})((?:\s+{KEY}={PATTERN})*)(?:\s+\[if ([^\[\]]+)\])?")
OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.USub: operator.neg,
}
FUNCTIONS = {"min": min, "max": max}
LARGEST = 1 << 64


@dataclass(frozen=True)
class Record:
    """What one test said about itself."""

    name: str
    outcome: str
    values: dict[str, str]


@dataclass(frozen=True)
class Summary:
    """What the image says about all its tests."""

    word: str
    passed: int
    failed: int
    skipped: int


@dataclass
class Run:
    """What a log holds: the records in order, the summary, and what is wrong with its form."""

    records: list[Record] = field(default_factory=list)
    summary: Summary | None = None
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Expectation:
    """What one record must look like; `where` is the line that says so."""

    name: str
    patterns: dict[str, str]
    condition: str
    where: str


class Wrong(ValueError):
    """An expectation that cannot be understood."""


def parse(text: str) -> Run:
    """Read the records of a console log."""
    run = Run()
    for count, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r")
        if not line.startswith(MARK):
            # Behind other text, the line of one CPU ran into that of another.
            if f"{MARK}:" in line:
                run.errors.append(f"line {count}: a record inside another line: {line}")
            continue
        if run.summary:
            run.errors.append(f"line {count}: after the summary: {line}")
        elif match := SUMMARY.fullmatch(line):
            run.summary = Summary(match[1], *map(int, match.groups()[1:]))
        elif (match := RECORD.fullmatch(line)) and (record := _record(match)):
            run.records.append(record)
        else:
            run.errors.append(f"line {count}: malformed: {line}")
    return run


def _record(match: re.Match) -> Record | None:
    """Return the record, unless a key comes twice or a skip does not give just its reason."""
    name, outcome, rest = match.groups()
    pairs = [word.split("=", 1) for word in rest.split()]
    values = dict(pairs)
    if len(values) != len(pairs) or (outcome == "skip" and list(values) != ["reason"]):
        return None
    return Record(name, outcome, values)


def parse_expectations(text: str, source: str) -> list[Expectation]:
    """Read an expectation file."""
    expectations = []
    for count, line in enumerate(text.split("\n"), 1):
        line = re.sub(r"(^|\s)#.*", "", line).strip()
        if not line:
            continue
        match = EXPECTATION.fullmatch(line)
        if not match:
            raise Wrong(f"{source}:{count}: not `name key=PATTERN ... [if EXPR]`: {line}")
        pairs = [pair.split("=", 1) for pair in re.findall(rf"{KEY}={PATTERN}", match[2])]
        if len(dict(pairs)) != len(pairs):
            raise Wrong(f"{source}:{count}: a key comes twice: {line}")
        if any(re.match(r"[<>](?!=)", pattern) for _, pattern in pairs):
            raise Wrong(f"{source}:{count}: a range starts with >= or <=: {line}")
        expectations.append(Expectation(match[1], dict(pairs), match[3] or "", f"{source}:{count}"))
    return expectations


def evaluate(text: str, variables: Mapping[str, int]) -> int:
    """Compute an integer expression, without ever running it as a program."""
    def value(node: ast.AST) -> int:
        match node:
            case ast.Constant(value=int() as constant) if not isinstance(constant, bool):
                result = constant
            case ast.Name(id=name) if name in variables:
                result = variables[name]
            case ast.Name(id=name):
                raise Wrong(f"{text}: {name} is not set (--set {name}=...)")
            case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
                result = OPERATORS[type(op)](value(operand))
            case ast.BinOp(left=left, op=ast.Pow(), right=right) if not 0 <= value(right) <= 64:
                raise Wrong(f"{text}: the exponent is not within 0 and 64")
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                result = OPERATORS[type(op)](value(left), value(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in OPERATORS:
                result = int(OPERATORS[type(op)](value(left), value(right)))
            case ast.Call(func=ast.Name(id=name), args=[_, *_] as args, keywords=[]) if name in FUNCTIONS:
                result = FUNCTIONS[name](list(map(value, args)))
            case _:
                raise Wrong(f"{text}: not an expression over integers")
        if abs(result) > LARGEST:
            raise Wrong(f"{text}: larger than 64 bits")
        return result

    try:
        return value(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, RecursionError, MemoryError):
        raise Wrong(f"{text}: not an expression over integers") from None
    except ZeroDivisionError:
        raise Wrong(f"{text}: divides by zero") from None


def matches(pattern: str, text: str, variables: Mapping[str, int]) -> bool:
    """Say whether a record's value is what the pattern asks for."""
    pattern = re.sub(r"\{([^{}]*)\}", lambda found: str(evaluate(found[1], variables)), pattern)
    if pattern == "*":
        return text != ""
    if pattern[:2] not in (">=", "<="):
        return text == pattern
    bound = evaluate(pattern[2:], variables)
    if not re.fullmatch(r"-?[0-9]{1,30}", text):
        return False
    return int(text) >= bound if pattern[0] == ">" else int(text) <= bound


def check(run: Run, expectations: list[Expectation], status: int, variables: Mapping[str, int]) -> list[str]:
    """Return everything that is wrong with the run; nothing is a good run."""
    problems = list(run.errors)
    if not expectations:
        problems.append("nothing is expected: an empty check proves nothing")
    problems += _check_names([record.name for record in run.records], [want.name for want in expectations])
    wanted = {want.name: want for want in expectations}
    for record in run.records:
        if record.outcome == "FAIL":
            values = "".join(f" {key}={text}" for key, text in record.values.items())
            problems.append(f"{record.name}: FAIL{values}")
        elif record.name in wanted:
            problems += _check_record(record, wanted[record.name], variables)
    return problems + _check_summary(run, status)


def _check_names(got: list[str], want: list[str]) -> list[str]:
    """Every expected test must have run, once and in order, and no other."""
    problems = [f"{name}: {count} records" for name, count in Counter(got).items() if count > 1]
    problems += [f"{name}: expected {count} times" for name, count in Counter(want).items() if count > 1]
    problems += [f"{name}: no record" for name in want if name not in got]
    problems += [f"{name}: not expected" for name in dict.fromkeys(got) if name not in want]
    common = [name for name in dict.fromkeys(got) if name in want]
    ordered = [name for name in dict.fromkeys(want) if name in got]
    return problems + [f"{name}: out of order, {other} comes here"
                       for name, other in zip(common, ordered) if name != other][:1]


def _check_record(record: Record, want: Expectation, variables: Mapping[str, int]) -> list[str]:
    """Compare one record that did not fail with its expectation."""
    try:
        allowed = bool(want.condition) and not evaluate(want.condition, variables)
        if record.outcome == "skip":
            return [] if allowed else [f"{record.name}: skip reason={record.values['reason']} is not allowed"]
        if allowed:
            return [f"{record.name}: ok, but must be skipped unless {want.condition}"]
        got = record.values
        problems = [f"{record.name}: {key}= is missing" for key in want.patterns if key not in got]
        problems += [f"{record.name}: {key}={got[key]} is not expected" for key in got if key not in want.patterns]
        return problems + [f"{record.name}: {key}={got[key]}, wanted {pattern}"
                           for key, pattern in want.patterns.items()
                           if key in got and not matches(pattern, got[key], variables)]
    except Wrong as wrong:
        return [f"{want.where}: {wrong}"]


def _check_summary(run: Run, status: int) -> list[str]:
    """The image's count must be that of its records, its word and status that of the count."""
    if not run.summary:
        return ["no summary: the image did not come to its end"]
    count = Counter(record.outcome for record in run.records)
    said = {"ok": run.summary.passed, "FAIL": run.summary.failed, "skip": run.summary.skipped}
    problems = [f"summary: {number} x {outcome}, but {count[outcome]} records"
                for outcome, number in said.items() if number != count[outcome]]
    if (run.summary.word == "PASS") != (run.summary.failed == 0):
        problems.append(f"summary: {run.summary.word} with failed={run.summary.failed}")
    if (run.summary.word == "PASS") != (status == 0):
        problems.append(f"summary: {run.summary.word}, but exit status {status}")
    return problems


def variable(text: str) -> tuple[str, int]:
    """Parse NAME=NUMBER."""
    match = re.fullmatch(r"([A-Za-z_][A-Za-z0-9_]*)=(-?[0-9]{1,18})", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text}: NAME=NUMBER is wanted")
    return match[1], int(match[2])


def read(path: str) -> str:
    """Read a file as it is; bytes that are no text can then match nothing."""
    with open(path, encoding="utf-8", errors="backslashreplace", newline="") as file:
        return file.read()


def main(argv: list[str]) -> int:
    """Check one log: 0 if it is good, 1 if it is not, 2 if that could not be found out."""
    parser = argparse.ArgumentParser(prog="records", description=__doc__.partition("\n")[0], allow_abbrev=False)
    parser.add_argument("--log", required=True, help="the console's text")
    parser.add_argument("--status", required=True, type=int, help="the image's exit status")
    parser.add_argument("--expect", required=True, action="append", help="a selftest.expect, in the order of the run")
    parser.add_argument("--set", default=[], action="append", type=variable, metavar="NAME=NUMBER")
    options = parser.parse_args(argv)
    try:
        run = parse(read(options.log))
        expectations = [want for path in options.expect for want in parse_expectations(read(path), path)]
    except (OSError, Wrong) as error:
        print(f"records: {error}", file=sys.stderr)
        return 2
    problems = check(run, expectations, options.status, dict(options.set))
    for problem in problems:
        print(f"records: {problem}")
    if not problems:
        print(f"records: {len(run.records)} as expected")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
