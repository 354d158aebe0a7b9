# SPDX-License-Identifier: MIT
"""Which records an image of a configuration must write."""
from harness import Configuration


class Expectations(dict[str, str]):
    """Library -> its expectation file, in the order in which the image runs their selftests; and the
    numbers of its configuration, which they may name; what is chosen is 1, or 0 if somebody asks for it."""

    numbers: dict[str, int] = {}

    def only(self, *libraries: str) -> "Expectations":
        some = Expectations({library: self[library] for library in libraries})
        some.numbers = self.numbers
        return some


def expectation_files(configuration: Configuration) -> Expectations:
    configuration.app("selftest")
    folders = {}
    units = []
    numbers = {"AUDIT_CHECKS": 0, "PREEMPT": 0, "TIMER_COALESCING": 0}
    for line in (configuration.folder / "generated" / "auto.mk").read_text().splitlines():
        name, _, value = line.partition(" := ")
        if name == "UNITS":
            units = value.split()
        elif name.endswith("_BASE"):
            folders[name.removesuffix("_BASE")] = value
        elif name.startswith("CONFIG_") and value.isdecimal():
            numbers[name.removeprefix("CONFIG_")] = int(value)
        elif name.startswith("CONFIG_") and value == "y":
            numbers[name.removeprefix("CONFIG_")] = 1
    found = Expectations()
    found.numbers = numbers
    for unit in units:
        file = configuration.top / folders[unit] / "selftest" / "selftest.expect"
        if file.is_file():
            found[file.parent.parent.name] = str(file)
    return found
