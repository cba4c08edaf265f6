"""How often a promise was tried, and how often it held."""

from dataclasses import dataclass, field

LONGEST = 240


@dataclass
class Promise:
    tried: int = 0
    # What happened where it did not hold.
    broken: list = field(default_factory=list)


def one_line(text):
    return " / ".join(text.split("\n"))[:LONGEST]


@dataclass
class Tally:
    """The promises of one trial, in the order in which they were first tried."""

    title: str
    promises: dict = field(default_factory=dict)
    # What is counted, without a promise.
    figures: dict = field(default_factory=dict)

    def hold(self, promise, holds, what):
        entry = self.promises.setdefault(promise, Promise())
        entry.tried += 1
        if not holds:
            entry.broken.append(what)

    def count(self, figure, number=1):
        self.figures[figure] = self.figures.get(figure, 0) + number

    def is_kept(self):
        return not any(promise.broken for promise in self.promises.values())

    def report(self, examples):
        print(f"\n{self.title}")
        for name, promise in self.promises.items():
            held = promise.tried - len(promise.broken)
            mark = "  " if held == promise.tried else "! "
            print(f"{mark}{held:5} of {promise.tried:5}  {name}")
            # One of each kind, which is the text before the colon.
            sorts = {}
            for what in promise.broken:
                sorts.setdefault(what.split(":")[0], what)
            for what in list(sorts.values())[:examples]:
                print(f"                   {one_line(what)}")
        for name, number in self.figures.items():
            print(f"  {number:5}           {name}")
