"""Files written anew as awsp takes them: from `str` to `str`, then from `Text` to `Text`."""

import re
import shlex

from text import Section, Text, is_comment, stand_in

WORDS = ("profile", "sso-session", "services")


# --- The file as one string


def replaced_bytes(text):
    """What is not UTF-8 was read as lone surrogates."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def own_blanks(text):
    """Only space, tab and line ends are blanks."""
    return "".join(
        stand_in(char) if char.isspace() and char not in " \t\r\n" else char for char in text
    )


def lone_return(text):
    """A carriage return is a blank and ends no line."""

    def blanks(found):
        return found[0].replace("\r", " ")

    def of_line(line):
        line = re.sub(r"^[ \t\r]+|[ \t\r]+$", blanks, line)
        # Around what ends a key, too.
        return re.sub(r"(?<=[^=:])[ \t\r]*[=:][ \t\r]*", blanks, line, count=1)

    return "\n".join(map(of_line, text.split("\n"))).replace("\r", stand_in("\r"))


def without_mark(text):
    return text.removeprefix("\ufeff")


# --- Headers


def inner_of(head):
    """What stands between the brackets, up to the last one as for `configparser`."""
    return re.match(r"\s*\[(.*)\]", head, re.DOTALL)[1]


def is_open(head):
    return "]" not in head


def as_word(text):
    """The one word that `shlex` makes of it, or `None`."""
    try:
        words = shlex.split(text)
    except ValueError:
        return None
    return words[0] if len(words) == 1 else None


def prefixed(head, which):
    """Word and rest of a section of the config file that awsp knows, or `None`."""
    word, _, rest = re.sub(r"\s+", " ", inner_of(head).strip(), count=1).partition(" ")
    return (word, rest) if which == "config" and word in WORDS and rest else None


def meaning(head, which):
    """What a section is for, word and name; `None` for one that is for nothing."""
    known = prefixed(head, which)
    if known:
        return known[0], as_word(known[1]) or known[1]
    inner = inner_of(head).strip()
    return ("profile", inner) if inner == "default" or (which == "credentials" and inner) else None


def heads(change):
    """`change(head, which)` gives another header, or "" to drop the section. Open ones stay."""

    def rewrite(text):
        pairs = [
            (s.head if is_open(s.head) else change(s.head, text.which), s.items)
            for s in text.sections
        ]
        return text.of([Section(head, items) for head, items in pairs if head])

    return rewrite


def first_bracket(head, which):
    """A header ends at the first `]` that is not in quotes."""
    line = head.strip()[1:]
    end = line.find("]")
    if which == "config" and re.search(r"['\"\\ \t]", line[:end]):
        # Quotes that do not close count for nothing.
        found = re.match(r"""(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^'"\\\]])*(?=\])""", line)
        end = found.end() if found else end
    return (
        head
        if inner_of(head) == line[:end]
        else f"[{line[:end]}]{line[end + 1 :].replace(']', ')')}"
    )


def unquoted(head, which):
    """A name that `shlex` does not take for one word is the name as it stands."""
    known = prefixed(head, which)
    return f"[{known[0]} {shlex.quote(known[1])}]" if known and as_word(known[1]) is None else head


def blank_inside(head, which):
    """Blanks before and after what is in the brackets do not count."""
    inner = inner_of(head)
    if which == "config" and inner.strip() != "default":
        return head if inner == inner.lstrip() else f"[{inner.strip()}]"
    return head if inner == inner.strip() else f"[{inner.strip()}]"


def longer_word(head, which):
    """Only the word `profile` makes a profile, not one that begins with it."""
    begins = which == "config" and inner_of(head).startswith(WORDS)
    return "" if begins and meaning(head, which) is None else head


def nameless(head, which):
    known = prefixed(head, which)
    return "" if known and as_word(known[1]) == "" else head


def prefix_in_credentials(head, which):
    words = inner_of(head).split()
    return "" if which == "credentials" and len(words) > 1 and words[0] in WORDS else head


def default_of_config(head, which):
    return "" if which == "config" and inner_of(head) == "DEFAULT" else head


def default_as_profile(head, which):
    return (
        f"[{stand_in('D')}EFAULT]"
        if which == "credentials" and inner_of(head) == "DEFAULT"
        else head
    )


def empty_header(head, which):
    return "" if not inner_of(head).strip() else head


# --- Sections


def open_header(text):
    return text.of([section for section in text.sections if not is_open(section.head)])


def before_any_section(text):
    return Text(text.which, [item for item in text.before if not item.sort], text.sections)


def prefixed_default(text):
    """`[profile default]` takes the place of `[default]`."""

    def is_it(head):
        return (
            not is_open(head)
            and prefixed(head, text.which)
            and meaning(head, text.which) == ("profile", "default")
        )

    if not any(is_it(section.head) for section in text.sections):
        return text
    return text.of([s for s in text.sections if is_open(s.head) or inner_of(s.head) != "default"])


def together(same, also=lambda first, head: True):
    """Sections with the same `same(head, which)` are one, with all settings in their order."""

    def rewrite(text):
        kept, first = [], {}
        for section in text.sections:
            what = None if is_open(section.head) else same(section.head, text.which)
            above = first.get(what) if what is not None else None
            if above and also(above.head, section.head):
                # Nothing may become a continuation of what it did not stand below.
                items = [
                    item.first(item.lines[0].lstrip()) for item in (*above.items, *section.items)
                ]
                above.items[:] = sorted(items, key=lambda item: item.at)
                continue
            kept.append(Section(section.head, [*section.items]))
            first.setdefault(what, kept[-1])
        return text.of(kept)

    return rewrite


section_twice = together(lambda head, which: inner_of(head))
two_ways = together(meaning, lambda first, head: inner_of(first) != inner_of(head))


# --- Settings


def settings(change):
    """`change(item)` gives another item, or `None` to drop it."""

    def rewrite(text):
        changed = [
            (s.head, [change(item) if item.sort else item for item in s.items])
            for s in text.sections
        ]
        return text.of([Section(head, [item for item in items if item]) for head, items in changed])

    return rewrite


def without(sort):
    return settings(lambda item: None if item.sort == sort else item)


def block_lines(change):
    """The same for the lines of a nested block."""

    def of_item(item):
        if not item.is_block():
            return item
        lines = [
            change(line) if line.strip() and not is_comment(line) else line
            for line in item.lines[1:]
        ]
        return item.of([item.lines[0], *(line for line in lines if line is not None)])

    return settings(of_item)


def without_comment(line):
    return re.sub(r"(?<=[ \t])[#;].*", "", line, flags=re.DOTALL)


def inline_comment(item):
    first = without_comment(item.lines[0])
    return item if first == item.lines[0] else item.first(first)


def small_key(line):
    key, equals, value = line.partition("=")
    return key.lower() + equals + value


def blank_line_inside(item):
    return item if item.is_block() else item.of([line for line in item.lines if line.strip()])


def last_key(text):
    """Only the last of a section's settings with the same key."""

    def of_section(section):
        last = {item.key: item for item in section.items if item.sort == "property"}
        keep = [item for item in section.items if item.sort != "property" or last[item.key] is item]
        return Section(section.head, keep)

    return text.of([of_section(section) for section in text.sections])


def foreign_capitals(item):
    """Only the letters of ASCII have small ones in a key."""
    key, _ = item.split()
    new = "".join(
        stand_in(char) if not char.isascii() and char.lower() != char else char for char in key
    )
    return item.first(new + item.lines[0][len(key) :])
