# SPDX-License-Identifier: MIT
"""make as its users expect it: nothing done twice, nothing stale, the same bytes each time."""
import re

import pytest
from harness import BUILD, TOP, Configuration, command, copy_sources, fp_users


def compiled(outcome) -> set[str]:
    return set(re.findall(r"^  (?:CXX|AS) +(\S+)", outcome.out, re.M))


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy that may be touched, built once."""
    top = copy_sources(tmp_path_factory.mktemp("make") / "tree")
    built = command("make", "-j2", "A=hello", cwd=top)
    assert built.status == 0, built.text
    return top


def does_nothing(outcome) -> bool:
    """Whether a make with V=2, which tells of each file that it makes, told of none."""
    return (outcome.status, outcome.out) == (0, "make: Nothing to be done for 'all'.\n")


def users(tree, header: str) -> set[str]:
    """The sources that the compiler read this header for."""
    found = [file.read_text().replace("\\\n", " ").split() for file in (tree / "build").rglob("*.d")]
    result = {source for _, source, *headers in found if header in headers}
    assert 0 < len(result) < len(found)
    return result


def test_second_make_does_nothing(tree):
    assert does_nothing(command("make", "-j2", "A=hello", "V=2", cwd=tree))


def test_touched_header_rebuilds_its_users_only(tree):
    header = "lib/args/include/neuron/args/split.hpp"
    (tree / header).touch()
    assert compiled(command("make", "-j2", "A=hello", cwd=tree)) == users(tree, header)


def test_changed_value_rebuilds_its_users_only(tree):
    with open(tree / ".config", "a", encoding="utf-8") as file:
        file.write("CONFIG_DIAGNOSTIC_SECONDS=11\n")
    touched = compiled(command("make", "-j2", "A=hello", cwd=tree))
    assert touched == users(tree, "build/generated/include/config/diagnostic_seconds.hpp")


def test_feature_that_goes_rebuilds_no_library(tree):
    """The kernel is made of what is chosen, as one, and an app sees all of it."""
    with open(tree / ".config", "a", encoding="utf-8") as file:
        file.write("# CONFIG_SYMTAB is not set\n")
    touched = compiled(command("make", "-j2", "A=hello", cwd=tree))
    assert touched == {"build/kernel/together.cpp", "apps/hello/main.cpp"}


def test_commands_are_shown_and_why_they_run(tree):
    source, built = "lib/args/src/split.cpp", "build/lib/args/src/split.o"
    shown = {}
    for level in ("0", "1", "2"):
        (tree / source).touch()
        shown[level] = command("make", "A=hello", f"V={level}", cwd=tree).out
    assert [f" -c {source} -o {built}\n" in shown[level] for level in shown] == [False, True, True]
    assert [" due to: " in shown[level] for level in shown] == [False, False, True]
    reasons = dict(re.findall(r"update target '(\S+)' due to: (.+)$", shown["2"], re.M))
    assert reasons[built] == source
    assert reasons["build/apps/hello/image.elf"] == "build/apps/hello/image.dbg"


def test_configurations_live_side_by_side(tree, tmp_path):
    """Below O=; nothing comes into the sources."""
    def sources():
        return {path for path in tree.rglob("*") if "__pycache__" not in path.parts}
    before = sources()
    both = {name: Configuration(tmp_path / name, tree) for name in ("minimal", "hello")}
    for name, made in both.items():
        assert made.make(f"{name}_defconfig").status == 0
    images = [made.app("hello") / "image.elf" for made in both.values()]
    assert images[0].read_bytes() != images[1].read_bytes()
    for made in both.values():
        assert does_nothing(made.make("V=2", "A=hello"))
    assert sources() == before


def test_another_app_compiles_that_app_alone(tree):
    outcome = command("make", "A=wordcount", cwd=tree)
    assert compiled(outcome) == {"apps/wordcount/main.cpp"}, outcome.text


def test_changed_flag_rebuilds_everything(tree):
    with open(tree / ".config", "a", encoding="utf-8") as file:
        file.write("CONFIG_FRAME_POINTERS=n\n")
    assert "lib/fdt/src/tree.cpp" in compiled(command("make", "-j2", "A=hello", cwd=tree))


def test_removed_source_leaves_the_image(tree):
    fragment = tree / "apps/hello/app.mk"
    (tree / "apps/hello/more.cpp").write_text("extern const int removable = 7;\n"
                                              "[[gnu::used]] const int kept = removable;\n")
    text = fragment.read_text()
    fragment.write_text(text + "APP_HELLO_SRCS-y += more.cpp\n")
    assert "more.cpp" in command("make", "A=hello", cwd=tree).out
    fragment.write_text(text)
    assert "LD" in command("make", "A=hello", cwd=tree).out


def test_flags_of_one_unit_rebuild_that_unit_alone(tree):
    fragment = tree / "apps/hello/app.mk"
    fragment.write_text(fragment.read_text() + "APP_HELLO_CXXFLAGS-y += -DNEW\n")
    assert compiled(command("make", "A=hello", cwd=tree)) == {"apps/hello/main.cpp"}


def test_another_configuration_file_counts_whatever_its_age(tree):
    old = tree / "older.config"
    assert command("make", "hello_defconfig", "C=older.config", cwd=tree).status == 0
    old.write_text(old.read_text() + "CONFIG_MAX_CPUS=3\n")
    command("touch", "-d", "2001-01-01", str(old))
    outcome = command("make", "run", "A=hello", "SMP=4", "C=older.config", cwd=tree)
    assert "this image holds 1 to 3 CPUs" in outcome.err, outcome.text


def test_goals_that_change_what_make_reads_come_in_order(tmp_path):
    configuration = Configuration(tmp_path)
    outcome = configuration.make("minimal_defconfig", "all")
    assert outcome.status == 0 and (tmp_path / "apps/hello/image.elf").is_file(), outcome.text
    outcome = configuration.make("clean", "all")
    assert outcome.status == 0, outcome.text


def test_two_builds_in_different_places_are_the_same_bytes(configuration, tmp_path):
    """One of them by two compilers at once, the other by one."""
    first = configuration().app("selftest") / "image.elf"
    other = Configuration(tmp_path / "elsewhere")
    assert other.make("qemu-virt_defconfig").status == 0
    assert other.make("-j1", "A=selftest", "image", env={"COMPILE_ANEW": ""}).status == 0
    assert first.read_bytes() == (other.folder / "apps/selftest/image.elf").read_bytes()


def test_handlers_touch_no_fp_register(configuration):
    configuration().app("selftest")
    assert fp_users(configuration()) == {}


def test_help_names_every_goal_and_variable():
    shown = command("make", "help").out
    for word in ("*all", " run ", "menuconfig", "test-qemu", "soak", "SMP=", "INPUT=", "ARGS="):
        assert word in shown, shown


def test_unknown_library_of_host_tests():
    outcome = command("make", "test-host", "LIB=nonesuch")
    assert outcome.status != 0
    assert "LIB=nonesuch: no host tests of that name" in outcome.text


def test_host_tests_of_a_library_need_no_model_tests():
    outcome = command("make", f"O={BUILD}", "-n", "build-host-tests", "LIB=args")
    assert outcome.status == 0, outcome.text


def test_deps_does_nothing_when_all_is_there():
    outcome = command("make", "deps")
    assert (outcome.status, outcome.text) == (0, "")


def test_deps_without_root_or_sudo_says_what_it_needs(tmp_path):
    """A package that is not there, and neither root nor sudo."""
    listing = tmp_path / "list.md"
    listing.write_text("| `no-such-package-anywhere` | nothing | a test |\n")
    for name, text in (("id", "echo 1000"), ("dpkg-query", "exit 1"), ("apt-get", "exit 1"),
                       ("sed", 'exec /bin/sed "$@"')):
        tool = tmp_path / name
        tool.write_text(f"#!/bin/bash\n{text}\n")
        tool.chmod(0o755)
    outcome = command("/bin/bash", str(TOP / "tools/deps.sh"), str(listing),
                      env={"PATH": str(tmp_path)})
    assert outcome.status == 1, outcome.text
    assert outcome.err == "deps: needs root or sudo to install: no-such-package-anywhere\n"


