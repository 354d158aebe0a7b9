# SPDX-License-Identifier: MIT
"""Options, what tests share, and the last line."""
from pathlib import Path

import pytest
import records
from harness import BUILD, TOP, Configuration, command, write_if_other


def pytest_addoption(parser):
    parser.addoption("--smp", default="", help="boot tests at this many CPUs only")
    parser.addoption("--all", action="store_true", help="every test file must have been found")
    parser.addoption("--library", default="", help="tests of this library only")


def pytest_configure(config):
    if hasattr(config, "workerinput"):
        return # one of several: the first has done it
    done = command("make", f"O={BUILD}", "compile-once")
    assert done.status == 0, done.text


def pytest_collection_modifyitems(config, items):
    """SMP= keeps what runs at a given count, T= the selftests of one library."""
    if config.getoption("--all"):
        forgotten = set((TOP / "test").rglob("test_*.py")) - {item.path for item in items}
        if forgotten:
            pytest.exit(f"not collected: {sorted(map(str, forgotten))}", returncode=2)
    kept = items
    if config.getoption("--smp"):
        kept = [item for item in kept if "smp" in getattr(item, "fixturenames", ())]
    if config.getoption("--library"):
        kept = [item for item in kept if item.name.startswith(("test_selftests", "test_case"))]
    items[:] = kept


@pytest.fixture(scope="session")
def configuration():
    """Makes configurations: a default one by name, plus lines that override it, and what every make gets."""
    made: dict[str, Configuration] = {}

    def make(name: str = "qemu-virt", *lines: str, always: tuple[str, ...] = ()) -> Configuration:
        key = "-".join([name, *always, *(line.replace("CONFIG_", "") for line in lines)]).replace("=", "-")
        if key not in made:
            folder = BUILD / "test" / key.replace(" ", "_")
            result = Configuration(folder, always=always)
            # Not made complete first: a default that depends on what the lines say follows them.
            text = (TOP / f"config/{name}_defconfig").read_text(encoding="utf-8")
            with result.alone():
                write_if_other(folder / ".config", text + "".join(f"{line}\n" for line in lines))
            made[key] = result
        return made[key]

    return make


@pytest.fixture
def check_records():
    """Judges a run of the selftest image by its records and its exit status."""
    def check(outcome, files, smp, storm=1):
        run = records.parse(outcome.out)
        expected = [each for file in files.values()
                    for each in records.parse_expectations(Path(file).read_text(), file)]
        assert records.check(run, expected, outcome.status, files.numbers | {"SMP": smp, "STORM": storm}) == [], outcome.text
    return check


def pytest_unconfigure(config):
    """The very last line: what passed and what failed."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or config.option.collectonly:
        return
    count = {word: len(reporter.stats.get(word, [])) for word in
             ("passed", "failed", "error", "skipped")}
    line = f"{count['passed']} passed, {count['failed'] + count['error']} failed"
    if count["skipped"]:
        line += f", {count['skipped']} skipped"
    print(line)
