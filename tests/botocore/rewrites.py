"""Files written anew as awsp takes them: from `str` to `str`, then from `Text` to `Text`."""

import re
import shlex

from text import Section, Text, is_comment

WORDS = ("profile", "sso-session", "services")


# --- The file as one string


def replaced_bytes(text):
    """What is not UTF-8 was read as lone surrogates."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def without_mark(text):
    return text.removeprefix("\ufeff")


# --- Headers


# A header for `configparser`, which goes to the last bracket.
HEADER = re.compile(r"\[(.+)\]")
# What `shlex` takes for blanks.
BLANKS = " \t\r\n"


def inner_of(head):
    return HEADER.match(head)[1]


def is_open(head):
    return not HEADER.match(head)


def as_word(text):
    """The one word that `shlex` makes of it, or `None`."""
    try:
        words = shlex.split(text)
    except ValueError:
        return None
    return words[0] if len(words) == 1 else None


def prefixed(head, which):
    """Word and rest of a section of the config file that awsp knows, or `None`."""
    found = re.match(r"([^ \t\r\n]+)[ \t\r\n]+(.+)", inner_of(head).strip(BLANKS), re.DOTALL)
    return found.groups() if found and which == "config" and found[1] in WORDS else None


def meaning(head, which):
    """What a section is for, word and name; `None` for one that is for nothing."""
    known = prefixed(head, which)
    if known:
        word = as_word(known[1])
        return known[0], known[1] if word is None else word
    inner = inner_of(head).strip(BLANKS)
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


def found_by_name(head, which):
    """The header with which botocore finds the section by the name that awsp has for it."""
    known, inner = prefixed(head, which), inner_of(head)
    name = inner.strip(BLANKS)
    if known:
        word = as_word(known[1])
        if word is None and "]" in known[1]:
            # It ends in the middle of a comment with brackets.
            return ""
        if word is None or inner != inner.lstrip(BLANKS):
            return f"[{known[0]} {shlex.quote(known[1] if word is None else word)}]"
        return head
    if name in ("", inner):
        return head
    if which == "credentials":
        # `[DEFAULT]` is no profile.
        return f"[{name}]" if name != "DEFAULT" else ""
    return "[default]" if name == "default" else head


def unseen(text):
    """Sections that botocore does not find count where there is none that it finds."""

    def new(head):
        return head if is_open(head) else found_by_name(head, text.which)

    heads = [section.head for section in text.sections if not is_open(section.head)]
    found = [meaning(head, text.which) for head in heads if new(head) == head]

    def counts(head):
        return is_open(head) or new(head) == head or meaning(head, text.which) not in found

    kept = [Section(new(s.head), s.items) for s in text.sections if counts(s.head)]
    return text.of([section for section in kept if section.head])


def longer_word(head, which):
    """Only the word `profile` makes a profile, not one that begins with it."""
    begins = which == "config" and inner_of(head).startswith(WORDS)
    return "" if begins and meaning(head, which) is None else head


def nameless(head, which):
    known = prefixed(head, which)
    return "" if known and as_word(known[1]) == "" else head


def prefix_in_credentials(head, which):
    words = re.split("[ \\t\\r\\n]", inner_of(head).strip(BLANKS), maxsplit=1)
    return "" if which == "credentials" and len(words) > 1 and words[0] in WORDS else head


def default_of_config(head, which):
    return "" if which == "config" and inner_of(head) == "DEFAULT" else head


def empty_header(head, which):
    return "" if not inner_of(head).strip(BLANKS) else head


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


def section_twice(text):
    """Sections with the same header are one, with all settings in their order."""
    kept, first = [], {}
    for section in text.sections:
        what = None if is_open(section.head) else inner_of(section.head)
        above = first.get(what) if what is not None else None
        if above:
            # Nothing may become a continuation of what it did not stand below.
            items = [item.first(item.lines[0].lstrip()) for item in (*above.items, *section.items)]
            above.items[:] = sorted(items, key=lambda item: item.at)
            continue
        kept.append(Section(section.head, [*section.items]))
        first.setdefault(what, kept[-1])
    return text.of(kept)


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

    def of_line(line):
        if not line.strip() or is_comment(line):
            return line
        # For botocore each of these is a line, too.
        parts = [change(part) for part in line.splitlines() if part.strip()]
        kept = [part.lstrip() for part in parts if part is not None]
        blanks = " " * (len(line) - len(line.lstrip()))
        return blanks + "\u2028".join(kept) if kept else None

    def of_item(item):
        if not item.is_block():
            return item
        lines = map(of_line, item.lines[1:])
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
