# SPDX-License-Identifier: MIT
"""Wrong inputs end the runner before QEMU starts; right ones reach QEMU."""

import os
import shlex

import pytest

import qemu
import run

MIB = 1 << 20
LONG = "x" * 2001


def wrong(bench, capfd, **options: str) -> str:
    """Run with a wrong input and return the one line that says so."""
    status = run.main(bench.command(**options)[3:])
    out, err = capfd.readouterr()
    assert status == 2
    assert out == ""
    assert err.count("\n") == 1 and err.endswith("\n")
    assert bench.pids() == []
    return err.rstrip("\n")


def sized(bench, name: str, size: int) -> None:
    """Make a file that looks as large as this."""
    os.truncate(os.open(bench.directory / name, os.O_CREAT | os.O_RDWR), size)


@pytest.mark.parametrize("options, line", [
    ({"smp": "99"}, "SMP=99: this image holds 1 to 8 CPUs (CONFIG_MAX_CPUS); raise it with make menuconfig"),
    ({"smp": "9"}, "SMP=9: this image holds 1 to 8 CPUs (CONFIG_MAX_CPUS); raise it with make menuconfig"),
    ({"smp": "x"}, "SMP=x: a number from 1 to 8 is wanted"),
    ({"smp": "0"}, "SMP=0: a number from 1 to 8 is wanted"),
    ({"smp": "-1"}, "SMP=-1: a number from 1 to 8 is wanted"),
    ({"smp": "\u0664"}, "SMP=\u0664: a number from 1 to 8 is wanted"),
    ({"smp": "2", "max_cpus": "1"}, "SMP=2: this image holds one CPU (CONFIG_SMP is off)"),
    ({"smp": "x", "max_cpus": "1"}, "SMP=x: only 1 is possible"),
    ({"max_cpus": ""}, "--max-cpus=: a number from 1 to 512 is wanted"),
    ({"mem": "12Q"}, "MEM=12Q: a size such as 64M or 2G is wanted"),
    ({"mem": ""}, "MEM=: a size such as 64M or 2G is wanted"),
    ({"mem": "31"}, "MEM=31: a size from 32M to 512G is wanted"),
    ({"mem": "513G"}, "MEM=513G: a size from 32M to 512G is wanted"),
    ({"log": "loud"}, "LOG=loud: one of error, warn, info, debug is wanted"),
    ({"timeout": "0"}, "TIMEOUT=0: a positive number of seconds is wanted"),
    ({"timeout": "-3"}, "TIMEOUT=-3: a positive number of seconds is wanted"),
    ({"timeout": "nan"}, "TIMEOUT=nan: a positive number of seconds is wanted"),
    ({"timeout": "soon"}, "TIMEOUT=soon: a positive number of seconds is wanted"),
    ({"icount": "11"}, "ICOUNT=11: a number from 0 to 10 is wanted"),
    ({"icount": "auto"}, "ICOUNT=auto: a number from 0 to 10 is wanted"),
    ({"seed": "x"}, "SEED=x: a number from 0 to 18446744073709551615 is wanted"),
    ({"boot_hart": "4", "smp": "4"}, "BOOT_HART=4: a number from 0 to 3 is wanted"),
    ({"image": "none.elf"}, "none.elf: no such image: run make first"),
    ({"qemu": "qemu-none"}, "qemu-none is not installed: run make deps"),
    ({"input": "foo.txt"}, "INPUT=foo.txt: no such file"),
    ({"input": "/dev/null/foo"}, "INPUT=/dev/null/foo: no such file"),
    ({"input": "/"}, "INPUT=/: is a directory, a file is wanted"),
    ({"input": "/dev/null"}, "INPUT=/dev/null: is not a regular file"),
    ({"input": "a\nb"}, "INPUT=a\\nb: holds a control character: remove it"),
    ({"args": "a\x1bb"}, "ARGS=a\\x1bb: holds a control character: remove it"),
    ({"args": "a\x7fb"}, "ARGS=a\\x7fb: holds a control character: remove it"),
    ({"args": "a\tb"}, "ARGS=a\\tb: holds a control character: remove it"),
    ({"args": 'a "b'}, 'ARGS=a "b: a double quote is not closed: close it, or write \\" for a quote'),
    ({"args": "a\\"}, "ARGS=a\\: ends with a backslash: write \\\\ for a backslash"),
    ({"args": LONG}, "ARGS and INPUT's name take 2004 bytes, at most 2000 fit: put long data into the file INPUT"),
    ({"args": "\u00e9" * 1000},
     "ARGS and INPUT's name take 2003 bytes, at most 2000 fit: put long data into the file INPUT"),
    ({"qemu_args": "'A"}, "QEMU_ARGS='A: no closing quotation: correct the quoting"),
    ({"output": "/none/file"}, "OUTPUT=/none/file: cannot be written: No such file or directory"),
    ({"nonsense": "1"}, "unrecognized arguments: --nonsense=1"),
])
def test_wrong_input_is_one_line(bench, capfd, options, line):
    assert wrong(bench, capfd, **options) == f"run: {line}"


def test_missing_option_is_one_line(capfd):
    assert run.main(["--image", "x"]) == 2
    assert capfd.readouterr().err == "run: the following arguments are required: --max-cpus, --mem\n"


def test_unreadable_input(bench, capfd, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    sized(bench, "secret", 1)
    path = str(bench.directory / "secret")
    monkeypatch.setattr("builtins.open", refuse)
    assert wrong(bench, capfd, input=path) == f"run: INPUT={path}: cannot be read: Permission denied"


@pytest.mark.parametrize("size, mem, said", [
    (700, "256M", "(700.0 MiB) does not fit into MEM=256M: try MEM=1G"),
    (890, "512", "(890.0 MiB) does not fit into MEM=512M: try MEM=1G"),
    (200, "2300M", "(200.0 MiB) does not fit into MEM=2300M: try MEM=4G"),
    (20, "32M", "(20.0 MiB) does not fit into MEM=32M: try MEM=64M"),
    (891, "1G", "(891.0 MiB) does not fit below the device tree at any MEM: at most 890 MiB"),
    (9000, "64G", "(9000.0 MiB) does not fit below the device tree at any MEM: at most 890 MiB"),
])
def test_input_that_does_not_fit(bench, capfd, monkeypatch, size, mem, said):
    monkeypatch.chdir(bench.directory)
    sized(bench, "big.bin", size * MIB)
    assert wrong(bench, capfd, input="big.bin", mem=mem) == f"run: INPUT=big.bin {said}"


@pytest.mark.parametrize("mem, room", [(32, 10), (64, 26), (256, 122), (1024, 890), (2048, 890), (2178, 0),
                                       (2304, 126), (4096, 890), (512 * 1024, 890)])
def test_room_for_the_input(mem, room):
    assert qemu.initrd_room(mem * MIB) == room * MIB


def test_input_that_just_fits(bench):
    sized(bench, "big.bin", 122 * MIB)
    assert bench.run(input="big.bin").returncode == 0
    sized(bench, "big.bin", 122 * MIB + 1)
    assert bench.run(input="big.bin").returncode == 2


def test_suggested_memory_fits():
    for size in range(1, 890, 13):
        for mem in (32, 64, 100, 256, 900, 1023, 2178, 2400, 3000):
            if size * MIB > qemu.initrd_room(mem * MIB):
                assert qemu.initrd_room(qemu.fitting_memory(size * MIB, mem * MIB)) >= size * MIB


def test_whole_command_line(bench):
    sized(bench, "in.txt", 1)
    done = bench.run(smp="2", mem="2048", input="in.txt", log="debug", boot_hart="1", icount="3", seed="007",
                     args='-n "a b"', qemu_args="-d 'in t'")
    assert (done.returncode, done.stderr) == (0, b"")
    assert bench.argv() == [
        "-M", "virt,aclint=on", "-smp", "2", "-m", "2G", "-display", "none", "-serial", "stdio",
        "-monitor", "none", "-no-reboot", "-kernel", str(bench.directory / "image.elf"),
        "-append", 'log=debug boot_hart=1 seed=7 input=in.txt -- -n "a b"', "-initrd", "in.txt",
        "-icount", "shift=3,sleep=off", "-seed", "7", "-d", "in t"]


def after(argv: list[str], option: str) -> str:
    """Return the value of one option."""
    return argv[argv.index(option) + 1]


@pytest.mark.parametrize("smp, max_cpus, used", [
    ("", "8", "4"), ("", "2", "2"), ("", "1", "1"), ("1", "1", "1"), ("8", "8", "8")])
def test_cpus(bench, smp, max_cpus, used):
    assert bench.run(smp=smp, max_cpus=max_cpus).returncode == 0
    assert after(bench.argv(), "-smp") == used


def test_values_that_are_not_given(bench):
    assert bench.run(input="", args=" ", log="", timeout="", icount="", seed="", boot_hart="", debug_image="",
                     qemu_args="", output="").returncode == 0
    assert after(bench.argv(), "-append") == ""
    assert bench.argv()[-1] == ""


@pytest.mark.parametrize("args", ["-x", "--dry-run", "a=b", '\\" "\\\\ "', "caf\u00e9", "'", "a  b"])
def test_arguments_are_verbatim(bench, args):
    assert bench.run(args=args).returncode == 0
    assert after(bench.argv(), "-append") == f"-- {args}"


def test_longest_arguments(bench):
    assert bench.run(args="x" * 1997).returncode == 0


@pytest.mark.parametrize("name, word", [("a b", '"a b"'), ('a"b', '"a\\"b"'), ("a\\b", '"a\\\\b"'), ("a'b", "a'b")])
def test_input_name_is_quoted(bench, name, word):
    sized(bench, name, 1)
    assert bench.run(input=name).returncode == 0
    assert after(bench.argv(), "-append") == f"input={word}"
    assert after(bench.argv(), "-initrd") == name


def test_dry_run_needs_no_qemu(bench):
    done = bench.run("--dry-run", qemu="qemu-none", args='a "b c"')
    words = shlex.split(done.stdout.decode())
    assert (done.returncode, done.stderr, bench.pids()) == (0, b"", [])
    assert words[0] == "qemu-none"
    assert after(words, "-append") == '-- a "b c"'
    assert done.stdout.count(b"\n") == 1
