# SPDX-License-Identifier: MIT
"""Which records an image of a configuration must write."""
from harness import Configuration


def expectation_files(configuration: Configuration) -> dict[str, str]:
    """Library -> its expectation file, in the order in which the image runs their selftests."""
    configuration.app("selftest")
    folders = {}
    units = []
    for line in (configuration.folder / "generated" / "auto.mk").read_text().splitlines():
        name, _, value = line.partition(" := ")
        if name == "UNITS":
            units = value.split()
        elif name.endswith("_DIR"):
            folders[name.removesuffix("_DIR")] = value
    found = {}
    for unit in units:
        file = configuration.top / folders[unit] / "selftest" / "selftest.expect"
        if file.is_file():
            found[file.parent.parent.name] = str(file)
    return found
