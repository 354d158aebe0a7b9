# SPDX-License-Identifier: MIT
"""Whose the bytes of an image are. Most libraries are templates, so their code lies in the objects of
others. A byte goes to a folder of the tree by the first of these rules that answers:
  1. An instruction goes to the folder of the file that it was written in, inlined or not (DWARF's
     line table).
  2. What else a function has (code of the standard library's templates, string literals) goes where
     the first instruction of the function comes from that is written in the tree.
  3. What is called neuron::x::... goes to lib/x.
  4. The rest goes to the unit whose object it is in (the linker's map).
Of the system's data, which kernel/ composes, each feature has its parts (DWARF: PartOf<x::Feature,
...>). lib/x/selftest and lib/x/bench have rows of their own: only images that run them hold them.
`(stacks)` is the section of the stacks, and bss; `(alignment)` is what no input has. Each column sums
to its sections.
"""
import bisect
import re
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

COLUMNS = {".text": "text", ".rodata": "rodata", ".data": "data", ".bss": "bss", ".stacks": "bss"}
NAMES = ("text", "rodata", "data", "bss")
FOLDER = re.compile(r"(?:\./)?((?:lib|arch|plat|apps)/[^/]+(?:/(?:selftest|bench)(?=/))?|kernel(?:/selftest)?)/")
SECTION = re.compile(r"^ *\d+ (\.\w+) +(\w+) +(\w+)", re.M)
INPUT = re.compile(r"^ (\.\S+|COMMON)\s+0x(\w+) +0x(\w+) (\S.*)$", re.M)
ENTRY = re.compile(r"^  (\d+)\t(?:(\d+)\t)?(?:\(.*?\): )?(.*)$")
FILE = re.compile(r"Set File Name to entry (\d+)")
ADDRESS = re.compile(r"(?:Address|PC) .*?to (\w+)")
ROW = re.compile(r"\]  (?:Copy|Special opcode)")
SYMBOL = re.compile(r"^\.\w+\.(?:(?:startup|unlikely|exit)\.)?(.+?)(?:\.str\d+\.\d+|\.cst\d+)?$")
# A type in the debug information, with its name and size, or what a type inherits from.
TYPE = re.compile(r"<(\w+)>: Abbrev Number: \d+ \(DW_TAG_(inheritance|structure|class|union)\w*\)\n.*: (.*)\n.*: (.*)$", re.M)
PART = re.compile(r"PartOf<neuron::([\w:]+?)::Feature<(?!.*::Nothing>$)")
BLOCK = re.compile(r": CpuBlock\n.*byte_size +: (\w+)$", re.M)
HOME = re.compile(r"^LOAD (.*?)(apps/[^/]+)/name\.o$", re.M)
MANGLED = re.compile(r"_Z[A-Z]*6neuron(\d+)")

Rows = dict[str, Counter] # folder: column: bytes


class Refused(Exception):
    """An image that can't be measured: one line for the user."""


def folder_of(path: str) -> str:
    """The unit's folder of a source or an object; empty if it is none's."""
    found = FOLDER.match(path)
    return found[1] if found else ""


def libraries() -> dict[str, str]:
    """The folder of each library by its namespace in neuron::."""
    return {path.parent.name.replace("-", "_"): f"lib/{path.parent.name}"
            for path in Path(__file__).parent.parent.glob("lib/*/Kconfig")}


def library_of(symbol: str) -> str:
    """The library whose namespace the mangled name is in."""
    found = MANGLED.match(symbol)
    return libraries().get(symbol[found.end():found.end() + int(found[1])], "") if found else ""


class Lines:
    """Which folder each instruction was written in, by the opcodes of the line table: what objdump and
    addr2line make of them names the wrong file at the begin of a function, here and there."""

    def __init__(self, listing: str) -> None:
        begins: dict[int, str] = {} # the last row of an address counts
        folders: dict[str, str] = {}
        files: dict[str, str] = {}
        file, address = "1", 0
        for line in listing.splitlines():
            if found := ENTRY.match(line):
                number, folder, name = found.groups()
                if folder:
                    files[number] = folder_of(f"{folders[folder]}/{name}")
                else:
                    folders[number] = name
            elif found := FILE.search(line):
                file = found[1]
            elif line.endswith("End of Sequence"):
                begins.setdefault(address, "") # unless another begins here
                file = "1"
            else:
                if found := ADDRESS.search(line):
                    address = int(found[1], 0)
                if ROW.search(line):
                    begins[address] = files[file]
        self.begins = sorted(begins)
        self.folders = [begins[address] for address in self.begins]

    def within(self, first: int, end: int) -> list[tuple[str, int]]:
        """Folder and bytes of each run of instructions; no folder: not known."""
        at = bisect.bisect_right(self.begins, first) - 1
        runs = []
        while first < end:
            following = self.begins[at + 1] if at + 1 < len(self.begins) else end
            runs.append((self.folders[at] if at >= 0 else "", min(following, end) - first))
            first, at = min(following, end), at + 1
        return runs


def inputs(text: str, first: int, end: int) -> list[tuple[str, int, int, str]]:
    """What the map says of one section: input section, begin, end and object. Where the linker merged
    equal strings, a size in the map can be the old one: what comes next ends it."""
    found = [(name, int(begin, 16), int(size, 16), file) for name, begin, size, file in INPUT.findall(text)]
    found = [each for each in found if first <= each[1] < end]
    ends = [each[1] for each in found[1:]] + [end]
    return [(name, begin, min(begin + size, following), file)
            for (name, begin, size, file), following in zip(found, ends)]


def attribute(sections: dict[str, tuple[int, int]], text: str, lines: Lines) -> Rows:
    """The rows, from what the tools say of an image: sections, the map, the line table."""
    text = text.partition("Linker script and memory map")[2]
    home, app = HOME.search(text).groups()
    rows: Rows = defaultdict(Counter)
    functions: dict[str, str] = {}

    def owner(symbol: str, file: str) -> str:
        file = file.removeprefix(home)
        if file == f"{app}/symbols.o": # tools/symtab.py made it
            return "lib/symtab"
        return (functions.get(symbol) or library_of(symbol) or folder_of(file)
                or Path(file).name.partition("(")[0]) # an archive of the compiler's

    for section, (first, size) in sections.items():
        column, left = COLUMNS[section], size
        for name, begin, end, file in inputs(text, first, first + size):
            symbol = SYMBOL.sub(r"\1", name)
            left -= end - begin
            if section == ".stacks":
                rows["(stacks)"][column] += end - begin
            elif section == ".text":
                runs = lines.within(begin, end)
                functions[symbol] = next((folder for folder, _ in runs if folder), "")
                for folder, count in runs:
                    rows[folder or owner(symbol, file)][column] += count
            else:
                rows[owner(symbol, file)][column] += end - begin
        rows["(alignment)"][column] += left
    return rows


def parts(debug: str) -> set[tuple[str, str, int]]:
    """What the features add to the system: a struct (PerCpu, Remote, Shared, Sealed) inherits a part of
    each. The struct, the feature's namespace, and the size of its part."""
    types: dict[str, tuple[str, int]] = {}
    inherited: list[tuple[str, str]] = []
    struct = ""
    for place, kind, name, more in TYPE.findall(debug):
        if kind == "inheritance":
            inherited.append((struct, name.strip("<>").removeprefix("0x")))
        else:
            struct = name
            if found := PART.match(name):
                types[place] = found[1], int(more, 0)
    return {(struct, *types[place]) for struct, place in inherited if place in types}


def give_parts(rows: Rows, blocks: int, debug: str) -> None:
    """Gives each feature, of a library, its selftests or the app, its parts of the system and of each
    CPU's block."""
    copies = blocks // int(BLOCK.search(debug)[1], 0)
    folders = {name.partition("/")[2].replace("-", "_"): name for name in rows if name.count("/") == 1} | libraries()
    for struct, namespace, size in parts(debug):
        name, _, inner = namespace.partition("::")
        count = size * (copies if struct in ("PerCpu", "Remote") else 1)
        rows["kernel"]["bss"] -= count
        rows[folders.get(name, "kernel") + ("/selftest" if inner == "selftests" else "")]["bss"] += count


def measure(image: Path, prefix: str) -> Rows:
    """The rows of an image that was built."""
    def said(tool: str, *words: str) -> str:
        done = subprocess.run([prefix + tool, *words, image], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Refused(f"{image}: not an image.dbg")
        return done.stdout

    link_map = image.with_suffix(".map")
    if not link_map.is_file():
        raise Refused(f"{image}: no {link_map.name} beside it: build it anew")
    sections = {name: (int(address, 16), int(size, 16)) for name, size, address
                in SECTION.findall(said("objdump", "-h")) if name in COLUMNS}
    text, debug = link_map.read_text(encoding="utf-8"), said("objdump", "--dwarf=info")
    if not HOME.search(text):
        raise Refused(f"{image}: {link_map.name} is no map of GNU ld's (build it without LLVM=1)")
    if not BLOCK.search(debug):
        raise Refused(f"{image}: not an image.dbg of this build with DEBUG_INFO=2")
    rows = attribute(sections, text, Lines(said("objdump", "--dwarf=rawline")))
    blocks = next(int(size, 16) for name, _, size, _ in INPUT.findall(text) if name == ".bss..percpu")
    give_parts(rows, blocks, debug)
    return {name: row for name, row in rows.items() if any(row.values())}
