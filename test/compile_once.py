#!/usr/bin/python3 -IS
# SPDX-License-Identifier: MIT
"""The cross compiler, as tests call it: hands out again what it has compiled of the same text.

Tests build dozens of configurations that differ in little. ccache can't help: it takes a text for
another one if a header comes from another folder, as the generated ones do. Here a folder of a build
stands as `build` in what is compared, as it does in what the compiler writes (-ffile-prefix-map). What
is compared is every option, the compiler, and the text: first that of each file which such a command
read before (`Reading`, which runs nothing), then the preprocessed one. A compilation that says anything
is never kept. Tests that are about compiling itself set COMPILE_ANEW.

It runs thousands of times: Python starts bare, and what takes long to import is imported where it is used.
"""
import hashlib
import os
import sys
import time

HERE = "compile-once" # the folder that has this under the compiler's name
MAP = "-ffile-prefix-map="
KEPT = ("", ".su") # what a compilation writes: the object, and what -fstack-usage says
# More ways to a header than -I has: only the preprocessor knows them.
OTHER_WAYS = ("-i", "-I-", "-Wp,", "-X", "@")
OTHER_PATHS = ("CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH")


def compiler(name: str) -> str:
    """The real one: the next on the way."""
    for folder in os.environ["PATH"].split(":"):
        found = f"{folder}/{name}"
        if os.path.basename(folder.rstrip("/")) != HERE and os.access(found, os.X_OK):
            return found
    sys.exit(f"{name}: not found")


def read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def write(path: str, text: bytes) -> None:
    with open(path, "wb") as file:
        file.write(text)


def written(output: str, suffix: str) -> str:
    return os.path.splitext(output)[0] + suffix if suffix else output


def folders_of(words: list[str]) -> list[tuple[str, str]]:
    """Each folder with the name that it stands as; longest first, so that one inside another has its own."""
    maps = [word[len(MAP):].rpartition("=") for word in words if word.startswith(MAP)]
    return sorted(((folder, name) for folder, _, name in maps), key=lambda each: -len(each[0]))


def key_of(real: str, words: list[str], text: bytes) -> str:
    what = "\0".join([real, str(os.stat(real).st_mtime_ns), *words]).encode() + b"\0" + text
    for folder, name in folders_of(words):
        what = what.replace(folder.encode(), name.encode())
    return hashlib.sha256(what).hexdigest()


def hand_out(kept: str, output: str) -> None:
    for suffix in KEPT:
        if os.path.exists(one := f"{kept}/object{suffix}"):
            write(written(output, suffix), read(one))


class Reading:
    """What commands that differ in their folders alone have read: lists of files, one for each outcome.

    A folder of a build is a mark there, so that a list names the files of any build, and the file of
    dependencies comes out of it as the compiler wrote it. It holds only if each name still leads to the
    same file. What was compiled is named by all that the files hold; of the compiler's own, by their times."""

    def __init__(self, here: str, real: str, words: list[str], output: str) -> None:
        self.here, self.output = here, output
        self.marks = [(folder.encode(), b"\1%d\2" % number) for number, (folder, _) in enumerate(folders_of(words))]
        self.folders = list(dict.fromkeys(word[2:] for word in words if word.startswith("-I")))
        self.holding: dict[str, list[str]] = {}
        command = "\0".join([real, str(os.stat(real).st_mtime_ns), os.getcwd(),
                             os.environ.get("PWD", ""), *words]).encode()
        self.command = hashlib.sha256(self.marked(command)).hexdigest()

    def marked(self, text: bytes) -> bytes:
        for folder, mark in self.marks:
            text = text.replace(folder, mark)
        return text

    def unmarked(self, text: bytes) -> bytes:
        for folder, mark in self.marks:
            text = text.replace(mark, folder)
        return text

    def leads_to(self, name: str) -> str:
        """The file that the compiler finds by a name."""
        below = os.path.dirname(name)
        if below not in self.holding:
            self.holding[below] = [folder for folder in self.folders if os.access(f"{folder}/{below}", os.F_OK)]
        return next((found for folder in self.holding[below] if os.access(found := f"{folder}/{name}", os.F_OK)), "")

    def hidden(self, path: str) -> bool:
        """Whether another file now stands before this one."""
        return any(self.leads_to(path[len(folder) + 1:]) != path
                   for folder in self.folders if path.startswith(f"{folder}/"))

    def kept(self, listed: bytes) -> str:
        """Where what was compiled of these files as they are lies; nowhere if one is missing or hidden."""
        own, others = (part.decode() for part in self.unmarked(listed).split(b"\0"))
        paths, system = prerequisites(own), others.split()
        # No name below an -I begins as one of the compiler's own could, so none of those is hidden.
        theirs = {part for path in system for part in path.split("/")}
        try:
            if not all(theirs.isdisjoint(os.listdir(folder)) for folder in self.folders if os.path.isdir(folder)):
                return ""
            if any(map(self.hidden, paths)):
                return ""
            texts = [read(path) for path in paths]
            seen = "".join(f"{found.st_mtime_ns} {found.st_size} " for found in map(os.stat, system)).encode()
        except OSError:
            return ""
        lengths = b" ".join(b"%d" % len(text) for text in texts)
        what = b"\0".join([self.command.encode(), listed, seen, lengths, *map(self.marked, texts)])
        return f"{self.here}/{hashlib.sha256(what).hexdigest()}"

    def hand_out(self) -> bool:
        """Whether one of the lists leads to what was compiled."""
        lists = f"{self.here}/{self.command}"
        for one in os.listdir(lists) if os.path.isdir(lists) else ():
            listed = read(f"{lists}/{one}")
            if (kept := self.kept(listed)) and os.path.isdir(kept):
                hand_out(kept, self.output)
                own = self.unmarked(listed.partition(b"\0")[0])
                write(written(self.output, ".d"), f"{self.output}:".encode() + own)
                return True
        return False

    def keep(self, text: bytes, compiled: str, began: float) -> None:
        """Notes what a preprocessed text came from: nothing if it can't be known, or has changed since."""
        import re
        depends = read(written(self.output, ".d"))
        if not depends.startswith(target := f"{self.output}:".encode()) or b"\\ " in depends or b"$" in depends:
            return
        own = depends[len(target):]
        paths = prerequisites(own.decode())
        read_too = {path.decode() for path in re.findall(rb'^# \d+ "([^"<]+)"', text, re.M)} - set(paths)
        others = sorted(path for path in read_too if os.path.isfile(path))
        listed = self.marked(own + b"\0" + "\n".join(others).encode())
        if any(asks_for_more(path) for path in paths) or any(os.stat(path).st_mtime > began for path in paths + others):
            return
        if kept := self.kept(listed):
            lists = f"{self.here}/{self.command}"
            os.makedirs(lists, exist_ok=True)
            one = f"{lists}/{hashlib.sha256(listed).hexdigest()}"
            write(f"{one}.{os.getpid()}", listed)
            os.replace(f"{one}.{os.getpid()}", one)
            if not os.path.exists(kept):
                os.symlink(os.path.basename(compiled), kept)


def prerequisites(depends: str) -> list[str]:
    return depends.replace("\\\n", " ").partition("\n")[0].split()


def asks_for_more(path: str) -> bool:
    """Whether what it includes depends on more than the path of names, or it holds the time."""
    import re
    text = read(path)
    beside = os.path.dirname(path)
    names = re.findall(rb"^[ \t]*#[ \t]*(?:include|import)(?:_next)?\b[ \t]*(.*)", text, re.M)
    return bool(re.search(rb"__has_|include_next|__(?:DATE|TIME|TIMESTAMP)__", text)) or not all(
        name[:1] == b"<" or name[:1] == b'"' and os.path.exists(os.path.join(beside, name.split(b'"')[1].decode()))
        for name in names)


def main() -> None:
    began = time.time()
    here, name = os.path.split(sys.argv[0])
    words, real = sys.argv[1:], compiler(name)
    if "-c" not in words or "-o" not in words or "-MMD" not in words or "COMPILE_ANEW" in os.environ:
        os.execv(real, [real, *words])
    at = words.index("-o")
    output = words[at + 1]
    del words[at:at + 2]
    words.remove("-c")
    known = not any(word.startswith(OTHER_WAYS) or word == "-I" for word in words) and not any(
        path in os.environ for path in OTHER_PATHS)
    reading = Reading(here, real, words, output)
    if known and reading.hand_out():
        return
    import shutil
    import subprocess
    depends = ["-MF", written(output, ".d"), "-MQ", output]
    text = subprocess.run([real, *words, *depends, "-E"], capture_output=True, check=False)
    kept = f"{here}/{key_of(real, words, text.stdout)}"
    quiet = text.returncode == 0 and not text.stderr
    if quiet and os.path.isdir(kept):
        hand_out(kept, output)
    else:
        done = subprocess.run([real, *words, "-c", "-o", output], stderr=subprocess.PIPE, check=False)
        sys.stderr.buffer.write(done.stderr)
        if done.returncode != 0 or done.stderr or not quiet:
            sys.exit(done.returncode)
        new = f"{kept}.{os.getpid()}"
        os.mkdir(new)
        for suffix in KEPT:
            if os.path.exists(one := written(output, suffix)):
                write(f"{new}/object{suffix}", read(one))
        try:
            os.rename(new, kept)
        except OSError: # another was faster
            shutil.rmtree(new)
    if known:
        reading.keep(text.stdout, kept, began)


if __name__ == "__main__":
    main()
