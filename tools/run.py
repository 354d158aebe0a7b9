#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs one image in QEMU with a bound on its time; its exit status is the image's. Or starts gdb on it."""

import argparse
import contextlib
import os
import re
import shlex
import shutil
import signal
import stat
import sys
from typing import NoReturn

import gdb
import qemu

LEVELS = ("error", "warn", "info", "debug")
BOOTARGS_LIMIT = 2000
MEMORY_LEAST, MEMORY_MOST = 32 * qemu.MIB, 512 * 1024 * qemu.MIB
STATUS_WRONG_INPUT, STATUS_CUT_OFF = 2, 124
FLAGS = ("--dry-run", "--help", "-h")


class WrongInput(Exception):
    """Something the user gave cannot work; the text says what to do about it."""


class Parser(argparse.ArgumentParser):
    """Reports a wrong command line like any other wrong input: in one line."""

    def error(self, message: str) -> NoReturn:
        raise WrongInput(message)


def parse_options(argv: list[str]) -> argparse.Namespace:
    """Parse the command line; an option with an empty value counts as not given."""
    parser = Parser(prog="run", description=__doc__, allow_abbrev=False)
    parser.add_argument("--image", required=True, help="the ELF file to run")
    parser.add_argument("--debug-image", default="", help="the ELF file with the symbols")
    parser.add_argument("--smp", default="", help="number of CPUs (4, or fewer if the image holds fewer)")
    parser.add_argument("--max-cpus", required=True, help="number of CPUs the image holds")
    parser.add_argument("--mem", required=True, help="size of RAM: 64M, 2G; MiB without a unit")
    parser.add_argument("--input", default="", help="file the image finds in memory")
    parser.add_argument("--args", default="", help="arguments of the application")
    parser.add_argument("--log", default="", help=", ".join(LEVELS))
    parser.add_argument("--timeout", default="", help="seconds until the run is cut off (60)")
    parser.add_argument("--qemu", default="qemu-system-riscv64")
    parser.add_argument("--gdb", default="", help="the debugger to start, instead of running")
    parser.add_argument("--gdb-args", default="", help="more arguments of gdb")
    parser.add_argument("--addr2line", default="riscv64-linux-gnu-addr2line")
    parser.add_argument("--icount", default="", help="2^N ns for each instruction, 0 to 10")
    parser.add_argument("--seed", default="", help="of QEMU's random numbers, and of storms")
    parser.add_argument("--storm", default="", help="how many times longer storms run")
    parser.add_argument("--boot-hart", default="", help="the hart that boots")
    parser.add_argument("--qemu-args", default="", help="more arguments of QEMU")
    parser.add_argument("--output", default="", help="file for the unfiltered console text")
    parser.add_argument("--dry-run", action="store_true", help="only print the command")
    # A value may start with a dash, which argparse takes only after "=".
    words, rest = [], iter(argv)
    for word in rest:
        takes_value = word.startswith("--") and "=" not in word and word not in FLAGS
        value = next(rest, None) if takes_value else None
        words.append(word if value is None else f"{word}={value}")
    return parser.parse_args(words)


def number(text: str) -> int | None:
    """Return the decimal number that the text is, if it is one."""
    return int(text) if re.fullmatch(r"[0-9]{1,20}", text) else None


def number_within(name: str, text: str, least: int, most: int) -> int:
    """Return the number, or say which one is wanted."""
    value = number(text)
    if value is None or not least <= value <= most:
        wanted = f"a number from {least} to {most} is wanted" if least < most else f"only {least} is possible"
        raise WrongInput(f"{name}={text}: {wanted}")
    return value


def cpu_count(text: str, max_cpus: int) -> int:
    """Return the number of CPUs to run with."""
    if not text:
        return min(4, max_cpus)
    value = number(text)
    if value is not None and value != 1 and max_cpus == 1:
        raise WrongInput(f"SMP={text}: this image holds one CPU (CONFIG_SMP is off)")
    if value is not None and value > max_cpus:
        raise WrongInput(f"SMP={text}: this image holds 1 to {max_cpus} CPUs (CONFIG_MAX_CPUS); "
                         "raise it with make menuconfig")
    return number_within("SMP", text, 1, max_cpus)


def memory_size(text: str) -> int:
    """Return the size of RAM in bytes."""
    match = re.fullmatch(r"([0-9]{1,9})([MmGg]?)", text)
    if not match:
        raise WrongInput(f"MEM={text}: a size such as 64M or 2G is wanted")
    size = int(match[1]) * qemu.MIB * (1024 if match[2] in ("G", "g") else 1)
    if not MEMORY_LEAST <= size <= MEMORY_MOST:
        raise WrongInput(f"MEM={text}: a size from {memory_text(MEMORY_LEAST)} to {memory_text(MEMORY_MOST)} is wanted")
    return size


def memory_text(size: int) -> str:
    """Write a size of RAM the way QEMU and its users do."""
    mib = size // qemu.MIB
    return f"{mib}M" if mib % 1024 else f"{mib // 1024}G"


def time_limit(text: str) -> float:
    """Return the seconds until the run is cut off."""
    if not re.fullmatch(r"[0-9]{0,9}\.?[0-9]{1,9}", text or "60") or float(text or "60") <= 0:
        raise WrongInput(f"TIMEOUT={text}: a positive number of seconds is wanted")
    return float(text or "60")


def check_input(path: str, memory: int) -> None:
    """Make sure that QEMU can load the input file to where the image finds it."""
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise WrongInput(f"INPUT={path}: is a directory, a file is wanted")
        if not stat.S_ISREG(status.st_mode):
            raise WrongInput(f"INPUT={path}: is not a regular file")
        with open(path, "rb"):
            size = status.st_size
    except (FileNotFoundError, NotADirectoryError):
        raise WrongInput(f"INPUT={path}: no such file") from None
    except OSError as error:
        raise WrongInput(f"INPUT={path}: cannot be read: {error.strerror}") from None
    if size <= qemu.initrd_room(memory):
        return
    big = f"INPUT={path} ({size / qemu.MIB:.1f} MiB)"
    fitting = qemu.fitting_memory(size, memory)
    if fitting is None:
        most = max(map(qemu.initrd_room, qemu.MEMORY_STEPS)) // qemu.MIB
        raise WrongInput(f"{big} does not fit below the device tree at any MEM: at most {most} MiB")
    raise WrongInput(f"{big} does not fit into MEM={memory_text(memory)}: try MEM={memory_text(fitting)}")


def check_text(name: str, text: str) -> None:
    """Control characters would tear the console's lines; the image refuses them."""
    if any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in text):
        raise WrongInput(f"{name}={text}: holds a control character: remove it")


def check_quoting(text: str) -> None:
    """Follow the image's rules for words, as far as they can be broken."""
    inside = False
    chars = iter(text)
    for char in chars:
        if char == "\\" and next(chars, None) is None:
            raise WrongInput(f"ARGS={text}: ends with a backslash: write \\\\ for a backslash")
        inside ^= char == '"'
    if inside:
        raise WrongInput(f'ARGS={text}: a double quote is not closed: close it, or write \\" for a quote')


def quoted(text: str) -> str:
    """Write the text so that the image takes it as one word."""
    if not re.search(r'[ "\\]', text):
        return text
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def boot_arguments(options: argparse.Namespace, cpus: int) -> str:
    """Return the text that the image gets: kernel parameters, then the application's arguments."""
    words = []
    if options.log:
        if options.log not in LEVELS:
            raise WrongInput(f"LOG={options.log}: one of {', '.join(LEVELS)} is wanted")
        words.append(f"log={options.log}")
    if options.boot_hart:
        words.append(f"boot_hart={number_within('BOOT_HART', options.boot_hart, 0, cpus - 1)}")
    if options.storm:
        words.append(f"storm={number_within('STORM', options.storm, 1, 10_000)}")
    if options.seed:
        words.append(f"seed={number_within('SEED', options.seed, 0, 2**64 - 1)}")
    if options.input:
        check_text("INPUT", options.input)
        words.append(f"input={quoted(options.input)}")
    if options.args.strip():
        check_text("ARGS", options.args)
        check_quoting(options.args)
        words += ["--", options.args]
    text = " ".join(words)
    size = len(os.fsencode(text))
    if size > BOOTARGS_LIMIT:
        raise WrongInput(f"ARGS and INPUT's name take {size} bytes, at most {BOOTARGS_LIMIT} fit: "
                         "put long data into the file INPUT")
    return text


def qemu_command(options: argparse.Namespace) -> list[str]:
    """Check every input and return the command that runs the image."""
    if not os.path.isfile(options.image):
        raise WrongInput(f"{options.image}: no such image: run make first")
    cpus = cpu_count(options.smp, number_within("--max-cpus", options.max_cpus, 1, 512))
    memory = memory_size(options.mem)
    arguments = boot_arguments(options, cpus)
    command = [options.qemu, "-M", "virt,aclint=on", "-smp", str(cpus), "-m", memory_text(memory),
               "-display", "none", "-serial", f"file:{options.output}" if options.gdb else "stdio",
               "-monitor", "none", "-no-reboot", "-kernel", options.image, "-append", arguments]
    if options.input:
        check_input(options.input, memory)
        command += ["-initrd", options.input]
    if options.icount:
        command += ["-icount", f"shift={number_within('ICOUNT', options.icount, 0, 10)},sleep=off"]
    if options.seed:
        command += ["-seed", str(number_within("SEED", options.seed, 0, 2**64 - 1))]
    return command + words_of("QEMU_ARGS", options.qemu_args)


def words_of(name: str, text: str) -> list[str]:
    """Split the text as a shell does."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise WrongInput(f"{name}={text}: {str(error).lower()}: correct the quoting") from None


def debug(options: argparse.Namespace) -> int:
    """Become gdb, with the image at its first instruction. gdb has the terminal: the console is a file."""
    seconds = time_limit(options.timeout) if options.timeout else 0
    command = gdb.command(options.gdb, options.debug_image, qemu_command(options), seconds,
                          words_of("GDB_ARGS", options.gdb_args))
    if options.dry_run:
        return show_command(command)
    for tool in (options.qemu, options.gdb):
        require(tool)
    with contextlib.ExitStack() as stack:
        open_output(options.output, stack)
    say(f"the console goes to {options.output} (OUTPUT=$(tty): to this terminal)")
    os.execvp(command[0], command)


def require(tool: str) -> None:
    """Make sure that there is such a program."""
    if not shutil.which(tool):
        raise WrongInput(f"{tool} is not installed: run make deps")


def show_command(command: list[str]) -> int:
    """What --dry-run does."""
    sys.stdout.buffer.write(os.fsencode(shlex.join(command)) + b"\n")
    return 0


def say(message: str) -> None:
    """Write one line of the runner's own to stderr, whatever the message holds."""
    line = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in message)
    print(f"run: {line}", file=sys.stderr, flush=True)


def open_output(path: str, stack: contextlib.ExitStack):
    """Open the file for the raw console text, if one is wanted."""
    try:
        return stack.enter_context(open(path or os.devnull, "wb", buffering=0))
    except OSError as error:
        raise WrongInput(f"OUTPUT={path}: cannot be written: {error.strerror}") from None


def run(options: argparse.Namespace) -> int:
    """Do what the options say and return the exit status."""
    command = qemu_command(options)
    seconds = time_limit(options.timeout)
    if options.dry_run:
        return show_command(command)
    require(options.qemu)
    symbolizer = qemu.Symbolizer(options.addr2line, options.debug_image)

    def show(line: str) -> None:
        sys.stdout.buffer.write(symbolizer.complete(line).encode() + b"\n")
        sys.stdout.buffer.flush()

    with contextlib.ExitStack() as stack:
        output = open_output(options.output, stack)
        console = qemu.Console(show)
        stack.callback(console.finish)

        def feed(data: bytes) -> None:
            output.write(data)
            console.feed(data)

        status = qemu.run_child(command, seconds, feed)
    return judged(status, seconds, console.silent)


def judged(status: int | None, seconds: float, silent: bool) -> int:
    """Say how the run ended and return the exit status for it."""
    if status is None:
        say(f"cut off after {seconds:g} s (TIMEOUT=): the image did not end")
        return STATUS_CUT_OFF
    if status < 0:
        say(f"QEMU was ended by signal {-status} ({signal.strsignal(-status)})")
        return 128 - status
    if status and silent:
        say("QEMU failed before the image started")
    elif status:
        say(f"the image ended with status {status}")
    return status


def main(argv: list[str]) -> int:
    """Run, with every way to fail reported in one line."""
    try:
        options = parse_options(argv)
        return debug(options) if options.gdb else run(options)
    except WrongInput as wrong:
        say(str(wrong))
        return STATUS_WRONG_INPUT
    except qemu.Stopped as stopped:
        say(f"stopped by {stopped}")
        return 128 + stopped.number
    except BrokenPipeError:
        # Nobody reads on, as in `make run | head`: no reason to complain, now or when what is
        # still buffered is flushed at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except OSError as error:
        say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
