# SPDX-License-Identifier: MIT
"""The goals that make configurations: each writes one that builds, or says why not and writes none."""
import re

import configurations
import kconfiglib
import pytest
import strict
from harness import TOP, Configuration


@pytest.fixture
def made(tmp_path):
    """A configuration that is not there yet."""
    return Configuration(tmp_path)


def config(made) -> str:
    return (made.folder / ".config").read_text(encoding="utf-8")


def put(made, text: str) -> None:
    (made.folder / ".config").write_text(text, encoding="utf-8")


def accepted(made) -> bool:
    """Whether a build would take it: the generated files are made, nothing is compiled."""
    return made.make("-n", "image").status == 0


@pytest.mark.parametrize("goal, has, has_not", [
    ("defconfig", "CONFIG_SMP=y", "CONFIG_NONE"),
    ("allnoconfig", "# CONFIG_SMP is not set", "CONFIG_VM=y"),
    ("allyesconfig", "CONFIG_OPTIMIZE_FOR_SIZE=y", "# CONFIG_BENCH is not set"),
])
def test_whole_configurations(made, goal, has, has_not):
    assert made.make(goal).status == 0
    assert has in config(made) and has_not not in config(made)
    assert "CONFIG_APP_" in config(made) and "CONFIG_PLAT_QEMU_VIRT=y" in config(made)
    assert accepted(made)


def test_nothing_and_everything_are_all_of_it(made):
    """What is on after allnoconfig can't be off, and the other way."""
    for goal, value in (("allnoconfig", "n"), ("allyesconfig", "y")):
        assert made.make(goal).status == 0
        kconf = strict.load(made.folder / ".config")
        for symbol in kconf.unique_defined_syms:
            if symbol.type == kconfiglib.BOOL and symbol.choice is None and symbol.visibility:
                assert symbol.str_value == value or len(symbol.assignable) == 1, symbol.name


def test_defconfig_is_the_default(made):
    assert made.make("defconfig").status == 0
    first = config(made)
    assert made.make("qemu-virt_defconfig").status == 0 and config(made) == first


def test_random_configurations_repeat_by_their_seed(made):
    seen = set()
    for seed in (1, 2, 3, 1):
        outcome = made.make("randconfig", f"SEED={seed}")
        assert outcome.status == 0 and f"config: randconfig SEED={seed}\n" in outcome.out
        seen.add(config(made))
        assert accepted(made)
    assert len(seen) == 3
    told = re.search(r"SEED=(\d+)", made.make("randconfig").out)
    by_itself = config(made)
    assert made.make("randconfig", f"SEED={told[1]}").status == 0 and config(made) == by_itself


def test_chance_reaches_every_feature_and_app(tmp_path, monkeypatch):
    """Each symbol is seen on and off, and what is written holds (by_chance refuses it else)."""
    monkeypatch.chdir(TOP)
    seen = set()
    for seed in range(100):
        configurations.by_chance(str(seed), tmp_path / "config")
        seen |= set(configurations.stated((tmp_path / "config").read_text()))
    features = [symbol for symbol in strict.read(None).unique_defined_syms
                if symbol.type == kconfiglib.BOOL and symbol.nodes[0].prompt]
    assert [symbol.name for symbol in features if (symbol.name, "y") not in seen] == []
    assert [symbol.name for symbol in features if symbol.choice is None
            and (symbol.name, "n") not in seen] == []


def test_chance_reaches_the_ends_of_each_number_that_boots(tmp_path, monkeypatch):
    monkeypatch.chdir(TOP)
    seen = set()
    for seed in range(500):
        configurations.by_chance(str(seed), tmp_path / "config")
        seen |= {(name, int(value)) for name, value in configurations.stated((tmp_path / "config").read_text())
                 if value.isdecimal()}
    ends = {"MAX_CPUS": (1, 128), "STACK_SHIFT": (14, 17), "DIAGNOSTIC_SECONDS": (10, 600),
            "DEFER_CAPACITY": (1, 256), "VM_TABLES": (16, 512), "IPI_RING_SHIFT": (0, 4), "IPI_BUDGET": (2, 4096),
            "IPI_IDLE_POLLS": (0, 4096), "IPI_BURST": (1, 1024), "IPI_TOKEN_MICROSECONDS": (100, 1_000_000),
            "IPI_TRACE_EVENTS": (0, 4096), "TIMER_PER_OWNER": (64, 1 << 20), "TIMER_PER_CPU": (64, 1024),
            "TIMER_OWNERS": (64, 1 << 16), "TIMER_BUDGET": (5, 1 << 16), "TIMER_LONGEST_HOURS": (1, 87_600),
            "TIMER_SHORTEST_MICROSECONDS": (1, 1000), "SCHED_TASKS": (4, 32), "SCHED_LARGE_TASKS": (0, 1),
            "SCHED_LARGE_SHIFT": (14, 18), "TASK_STACKS": (0, 32), "LARGE_STACKS": (0, 1), "LARGE_STACK_SHIFT": (14, 18),
            "SCHED_CAPACITY": (4, 1 << 16), "PREEMPT_SLICE": (1000, 100_000),
            "SCHED_QOS_PATIENCE": (4, 10_000), "SCHED_QOS_DECISIONS": (1, 4096), "STEAL_MAX": (1, 64),
            "STEAL_MAX_CLASS": (0, 3), "STEAL_LEAST": (1, 3), "STEAL_PAUSE": (1, 1000), "STEAL_VICTIM": (0, 2),
            "STEAL_CHANCE": (0, 65535),
            "IDLE_WAIT_MICROSECONDS": (0, 1_000_000), "IDLE_SUSPEND_MICROSECONDS": (1, 1_000_000_000),
            **{f"TIMER_WINDOW_{name}": (0, 1_000_000) for name in ("PERF_BURST", "INTERACTIVE", "NORMAL", "IDLE")}}
    assert {name: (min(n for each, n in seen if each == name), max(n for each, n in seen if each == name))
            for name, _ in seen} == ends


def test_a_number_is_chosen_from_its_default_its_ends_and_powers_of_two(monkeypatch):
    monkeypatch.chdir(TOP)
    symbols = strict.read(None).syms
    assert configurations.numbers(symbols["DEFER_CAPACITY"]) == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert configurations.numbers(symbols["DIAGNOSTIC_SECONDS"]) == [10, 16, 32, 64, 128, 256, 512, 600]
    assert configurations.numbers(symbols["STACK_SHIFT"]) == [14, 16, 17]


def test_saved_configurations_come_back(made):
    assert made.make("minimal_defconfig").status == 0
    whole = config(made)
    saved = made.folder / "saved"
    assert made.make("savedefconfig", f"DEFCONFIG={saved}").status == 0
    lines = saved.read_text().splitlines()
    assert "# CONFIG_SMP is not set" in lines and len(lines) < 12
    put(made, saved.read_text())
    assert made.make("olddefconfig").status == 0 and config(made) == whole
    put(made, "")
    assert made.make("defconfig", f"DEFCONFIG={saved}").status == 0 and config(made) == whole


def test_saved_where_make_was_called_unless_named(made):
    assert made.make("defconfig").status == 0
    outcome = made.make("-n", "savedefconfig")
    assert "--defconfig 'defconfig'" in outcome.out


@pytest.mark.parametrize("text, said", [
    ("CONFIG_SYMTAB=y\nCONFIG_SMP=y\n", "savedefconfig loses CONFIG_SMP=y: it is the default"),
    ("CONFIG_MAX_CPUS=4\nCONFIG_MAX_CPUS=5\n",
     "savedefconfig loses CONFIG_MAX_CPUS=4: it is 5: another line goes before"),
    ("CONFIG_SYMTAB=y\nCONFIG_SYMTAB=y\n", "savedefconfig loses CONFIG_SYMTAB=y"),
    ("CONFIG_NONESUCH=y\n", "CONFIG_NONESUCH=y: no such symbol"),
    ("CONFIG_MAX_CPUS=129\n", "CONFIG_MAX_CPUS=129: it is outside 1 to 128"),
    ("# CONFIG_SMP is not set\nCONFIG_APP_WORDCOUNT=y\n",
     "CONFIG_APP_WORDCOUNT=y: it needs CONFIG_SMP"),
])
def test_defconfig_that_does_not_come_back_is_refused(made, text, said):
    wrong = made.folder / "wrong"
    wrong.write_text(text)
    outcome = made.make("defconfig", f"DEFCONFIG={wrong}")
    assert outcome.status != 0 and f"config: {wrong}: {said}" in outcome.err, outcome.text
    assert not (made.folder / ".config").exists()


def test_defconfigs_of_the_tree_come_back(tmp_path, monkeypatch):
    monkeypatch.chdir(TOP)
    names = configurations.list_defconfigs()
    assert len(names) >= 3
    for name in names:
        configurations.default(tmp_path / "config", TOP / "config" / name)


def test_olddefconfig_says_what_it_drops_and_adds(made):
    assert made.make("defconfig").status == 0
    text = config(made)
    for name in ("VM", "SMP", "SELFTEST"):
        text = text.replace(f"CONFIG_{name}=y", f"# CONFIG_{name} is not set")
    put(made, text + "CONFIG_NOPE=y\nCONFIG_STACK_SHIFT=99\nnonsense\nCONFIG_SYMTAB=maybe\n")
    wrong = config(made)
    refused = made.make("-n", "image")
    assert refused.status != 0 and "run make olddefconfig" in refused.err, refused.text
    assert len([line for line in refused.err.splitlines() if line.startswith("config:")]) == 1
    outcome = made.make("olddefconfig")
    assert outcome.status == 0, outcome.text
    said = [line.removeprefix("config: ") for line in outcome.out.splitlines()]
    # Who needs what is not there goes with it, and its numbers.
    assert "dropped CONFIG_IPI=y: it needs CONFIG_SMP" in said
    assert [line for line in said if not re.match(r"dropped line |dropped CONFIG_(IPI|SCHED_SMP|WORK_STEALING|PARALLEL|HOTPLUG|IDLE|IDLE_\w+|STEAL_\w+)", line)] == [
        "dropped CONFIG_NOPE=y: no such symbol here; L= or A= may be missing",
        "dropped CONFIG_MAX_CPUS=8: it needs CONFIG_SMP; it is 1 now",
        "dropped CONFIG_STACK_SHIFT=99: it is outside 14 to 20; it is 14 now",
        "dropped CONFIG_VM_TABLES=16: it needs CONFIG_VM",
        "dropped CONFIG_APP_SELFTEST=y: it needs CONFIG_SELFTEST",
        "added CONFIG_APP_HELLO=y",
        "added CONFIG_CANARY=y"]
    assert [re.search("'(.*?)'", line)[1] for line in said if line.startswith("dropped line ")] == [
        "nonsense", "maybe"]
    assert accepted(made) and "NOPE" not in config(made)
    assert (made.folder / ".config.old").read_text() == wrong
    assert f"config: {made.folder}/.config holds as it is\n" == made.make("olddefconfig").out


def test_what_is_off_and_forgotten_is_said(made):
    """CANARY is off while VM is off: with VM its line goes, so it would come back later."""
    put(made, "# CONFIG_VM is not set\n# CONFIG_CANARY is not set\n")
    assert made.make("olddefconfig").status == 0
    put(made, config(made).replace("# CONFIG_VM is not set", "CONFIG_VM=y"))
    outcome = made.make("olddefconfig")
    assert "config: dropped CONFIG_CANARY=n: it needs !CONFIG_VM\n" in outcome.out, outcome.text


def test_every_feature_flipped_by_hand_can_be_resolved(tmp_path, monkeypatch):
    """From the whole default configuration, where the numbers and the app of a feature still stand."""
    monkeypatch.chdir(TOP)
    file = tmp_path / "config"
    configurations.default(file, TOP / "config/qemu-virt_defconfig")
    whole = file.read_text()
    flips = [(name, value) for name, value in configurations.stated(whole)
             if value in "yn" and strict.read(None).syms[name].nodes[0].prompt
             and strict.read(None).syms[name].choice is None]
    assert len(flips) >= 8
    for name, value in flips:
        wanted = f"# CONFIG_{name} is not set" if value == "y" else f"CONFIG_{name}=y"
        file.write_text(whole + wanted + "\n")
        configurations.resolve(file)
        strict.load(file)
        assert wanted in file.read_text().splitlines(), name


def test_fragments_need_no_olddefconfig(made):
    """What is not there has its default; only what contradicts must be resolved."""
    put(made, "CONFIG_MAX_CPUS=3\n")
    assert accepted(made)
    put(made, "")
    assert accepted(made)


def test_selected_and_unselected_blocks_say_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Kconfig").write_text(
        'config A\n\tbool "a"\n\tselect B\nconfig B\n\tbool "b"\nconfig C\n\tbool\n'
        'config D\n\tbool "d"\n\tdepends on A && (C || !B)\n')
    (tmp_path / "c").write_text("CONFIG_A=y\nCONFIG_B=n\nCONFIG_C=y\nCONFIG_D=y\n")
    assert [str(loss) for loss in strict.losses(strict.read(tmp_path / "c"))] == [
        "CONFIG_B=n: CONFIG_A selects it", "CONFIG_C=y: nothing selects it",
        "CONFIG_D=y: it needs CONFIG_C || !CONFIG_B"]


def test_what_does_not_hold_is_not_written(tmp_path, monkeypatch):
    """Should a goal ever make one: the file that is there stays."""
    monkeypatch.chdir(TOP)
    file = tmp_path / "config"
    file.write_text("mine\n")

    def refuse(*_, **__):
        raise strict.Refused("no")

    kconf = strict.read(None)
    monkeypatch.setattr(strict, "load", refuse)
    for action in (lambda: configurations.write(kconf, file),
                   lambda: configurations.save(file, file)):
        with pytest.raises(strict.Refused):
            action()
        assert file.read_text() == "mine\n"


def test_listnewconfig_names_what_the_file_does_not(made):
    assert made.make("defconfig").status == 0
    assert made.make("listnewconfig").out == ""
    put(made, config(made).replace("CONFIG_SYMTAB=y\n", ""))
    assert re.fullmatch(r"CONFIG_SYMTAB=[yn]\n", made.make("listnewconfig").out)


def test_list_defconfigs(made):
    names = made.make("list-defconfigs").out.split()
    assert names == sorted(path.name for path in (TOP / "config").iterdir())


@pytest.mark.parametrize("words, said", [
    (("randconfig", "SEED=x"), "config: SEED=x: a number is wanted"),
    (("randconfig", "SEED=-1"), "config: SEED=-1: a number is wanted"),
    (("olddefconfig",), "no such configuration: run make defconfig"),
    (("listnewconfig",), "no such configuration: run make defconfig"),
    (("savedefconfig", "DEFCONFIG=saved"), "no such configuration: run make defconfig"),
    (("savedefconfig", "DEFCONFIG=/tmp"), "config: DEFCONFIG=/tmp: that is a folder"),
    (("defconfig", "DEFCONFIG=/tmp"), "config: tmp: no such default configuration"),
    (("nonesuch_defconfig",), "config: nonesuch_defconfig: no such default configuration"),
])
def test_wrong_words_write_nothing(made, words, said):
    outcome = made.make(*words)
    assert outcome.status != 0 and said in outcome.err, outcome.text
    assert len([line for line in outcome.err.splitlines() if "make: ***" not in line]) == 1
    assert not (made.folder / ".config").exists() and not (TOP / "saved").exists()


def test_defconfig_into_a_folder_that_is_not_there(made):
    assert made.make("defconfig").status == 0
    outcome = made.make("savedefconfig", f"DEFCONFIG={made.folder}/no/file")
    assert outcome.status != 0
    assert f"config: {made.folder}/no/file: No such file or directory\n" in outcome.err


def test_goals_come_in_order(made):
    """What comes after reads the configuration that was made, not the one that was there."""
    outcome = made.make("allnoconfig", "print-vars")
    assert outcome.status == 0 and "CONFIG_MAX_CPUS=1\n" in outcome.out, outcome.text
    assert "CONFIG_SMP=" not in outcome.out


def test_every_goal_is_in_the_help(made):
    shown = made.make("help").out
    for goal in ("menuconfig", "guiconfig", "oldconfig", "olddefconfig", "defconfig", "%_defconfig",
                 "savedefconfig", "allnoconfig", "allyesconfig", "randconfig", "listnewconfig",
                 "list-defconfigs", "menu-picture"):
        assert len(re.findall(rf"^ +\*?{goal} +\S", shown, re.M)) == 1, goal
