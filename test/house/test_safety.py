# SPDX-License-Identifier: MIT
"""What the compiler can't check says why it is right: a `// SAFETY:` comment above it.

The rule. A risky use is an asm, reinterpret_cast, const_cast, volatile, a call of a function named
unsafe_..., an opt-in of core::unsafe_send, unsafe_sync, unsafe_synchronized that says anything but
false, or, in a library, a mutable member (Sync is not derived from what it hides). It is covered by
a `// SAFETY:` with a reason at the end of its own line, or in a comment above it in the same group:
between that line and the use there is no blank line, no line of a closing brace alone, and at most
REACH lines of code. So one comment may cover adjacent uses that have one reason.
"""
import re

from house.source import SHIPPED, blanked, complain, files, line_of, name

REACH = 6

WORD = r"\b(?:asm|__asm__|reinterpret_cast|const_cast|volatile)\b"
MUTABLE = r"\bmutable\b(?!\s*(?:\{|->|noexcept))" # of a lambda it is something else
CALL = r"(?:::|\.|->|\breturn\s+|[=(,{}!;]\s*)unsafe_\w+(?:<[^;{}()]*>)?\("
OPT_IN = r"\bunsafe_(?:send|sync|synchronized)<[^;{]*?>\s*=(?!\s*false\s*;)"
END_OF_GROUP = re.compile(r"\s*(?:\}[;,)]*)?\s*$")
COMMENT = re.compile(r"\s*//")
SAFETY = re.compile(r"\s*// SAFETY: \S")
SAFETY_BEHIND = re.compile(r".*\S\s*// SAFETY: \S")


def covered(lines: list[str], use: int) -> bool:
    """Whether the use on lines[use] is covered, by the rule above."""
    if SAFETY_BEHIND.match(lines[use]):
        return True
    between = 0
    at = use - 1
    while at >= 0 and between <= REACH:
        if COMMENT.match(lines[at]):
            if SAFETY.match(lines[at]):
                return True
        elif END_OF_GROUP.match(lines[at]):
            return False
        else:
            between += 1
        at -= 1
    return False


def uncovered(text: str, patterns: tuple[str, ...] = (WORD, CALL, OPT_IN)) -> list[int]:
    """The lines of risky uses without their comment."""
    lines, stripped = text.splitlines(), blanked(text)
    uses = {line_of(stripped, found.end() - 1) for pattern in patterns
            for found in re.finditer(pattern, stripped)}
    return [line for line in sorted(uses) if not covered(lines, line - 1)]


def test_risky_uses_say_why_they_are_safe():
    complain([f"{name(path)}:{line}: say above why this is right, in a // SAFETY: comment"
              for path in files(*SHIPPED, suffixes=(".cpp", ".hpp", ".h"))
              for line in uncovered(path.read_text(encoding="utf-8"))])


def test_mutable_members_say_why_they_are_safe():
    complain([f"{name(path)}:{line}: mutable: say above why sharing it is right, in a // SAFETY:"
              for path in files("lib")
              for line in uncovered(path.read_text(encoding="utf-8"), (MUTABLE,))])


def test_the_rule_sees_what_it_should():
    """Samples: a use, and whether it is covered."""
    use = "reinterpret_cast<int*>(p);"
    samples = {
        f"// SAFETY: x.\n{use}": True,
        f"// SAFETY: x,\n// and more.\nfoo();\n{use}\n{use}": True,
        "// SAFETY: x.\n" + "foo();\n" * REACH + use: True,
        "// SAFETY: x.\n" + "foo();\n" * (REACH + 1) + use: False,
        f"// SAFETY: x.\n\n{use}": False,
        f"// SAFETY: x.\n}}\n{use}": False,
        f"// SAFETY:\n{use}": False,
        f"{use} // SAFETY: x.": True,
        f"{use} // SAFETY:": False,
        "auto x = Frozen<int>::unsafe_of(a);": False,
        "// SAFETY: x.\nauto x = Frozen<int>::unsafe_of(a);": True,
        "static constexpr Ref unsafe_to(T& object) { return Ref(object); }": True,
        "// asm, volatile\nauto x = \"volatile\"; /* unsafe_of(a) */": True,
        "template <>\ninline constexpr bool unsafe_send<X> = true;": False,
        "template <>\ninline constexpr bool unsafe_send<X> = false;": True,
        "template <class T>\nconstexpr bool unsafe_sync<A<T>> =\n    B<T>;": False,
        "inline constexpr Derived unsafe_send{};\nreturn unsafe_send<T>;": True,
    }
    for text, expected in samples.items():
        assert (uncovered(text) == []) == expected, text
    assert uncovered("mutable int a;\nauto f = [a]() mutable { ++a; };", (MUTABLE,)) == [1]
