"""A file as its lines: sections and what stands in them."""

import re
from dataclasses import dataclass, field, replace

@dataclass(frozen=True)
class Item:
    """A line that says something, with what continues it and the comments after it."""

    lines: tuple
    # "property", "no-delimiter", "no-key"; "" for blank lines and comments before anything is said.
    sort: str = ""
    # Its place among the items of the file.
    at: int = 0

    @property
    def key(self):
        return self.split()[0].strip().lower()

    @property
    def value(self):
        return self.split()[1].strip()

    def split(self):
        """What stands before and after the delimiter of the first line."""
        first = self.lines[0]
        at = min((at for at in (first.find("="), first.find(":")) if at >= 0), default=len(first))
        return first[:at], first[at + 1 :]

    def is_block(self):
        """True when the lines below are `key = value` of their own."""
        return self.sort == "property" and not self.value

    def first(self, line):
        """The same with another first line."""
        return self.of([line, *self.lines[1:]])

    def of(self, lines):
        """The same with other lines."""
        new = replace(self, lines=tuple(lines))
        return replace(new, sort=sort_of(new)) if self.sort else new


@dataclass
class Section:
    """A header and what is below it."""

    head: str
    items: list = field(default_factory=list)


@dataclass
class Text:
    """One of the two files."""

    which: str
    # What stands before the first header.
    before: list = field(default_factory=list)
    sections: list = field(default_factory=list)

    def of(self, sections):
        """The same with other sections."""
        return Text(self.which, self.before, sections)

    def join(self):
        lines = [line for item in self.before for line in item.lines]
        for section in self.sections:
            lines += [section.head, *(line for item in section.items for line in item.lines)]
        return "\n".join(lines)


def parse(text, which):
    """The file's lines, sorted as `configparser` does; only an open `[` is a header already."""
    found = Text(which)
    items, indent = found.before, None
    for at, line in enumerate(text.split("\n")):
        said = line.strip()
        deep = len(line) - len(line.lstrip())
        if not said or said[0] in "#;" or (indent is not None and deep > indent):
            if items:
                items[-1] = replace(items[-1], lines=(*items[-1].lines, line))
            else:
                items.append(Item((line,), "", at))
        elif said[0] == "[":
            # How deep a header stands means nothing, until something above it is taken away.
            found.sections.append(Section(line.strip()))
            items, indent = found.sections[-1].items, None
            # A setting for `configparser`, which goes on below.
            if not re.match(r"\[.+\]", said) and re.search("[=:]", said):
                indent = deep
        else:
            item = Item((line,), "", at)
            items.append(replace(item, sort=sort_of(item)))
            indent = deep
    return found


def sort_of(item):
    key, _ = item.split()
    if not item.lines[0].strip():
        return ""
    if key == item.lines[0]:
        return "no-delimiter"
    return "property" if key.strip() else "no-key"


def is_comment(line):
    return line.lstrip().startswith(("#", ";"))
