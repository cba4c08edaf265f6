"""Compares what awsp makes of odd config and credentials files with what botocore makes of them.

    python tests/botocore --awsp target/debug/awsp
    python tests/botocore --awsp target/debug/awsp --cases 20000 --seed today

The cases are written by hand and generated, the same for the same seed. Each difference is one that
a rule in `rules.py` means, or one of its known faults; any other fails, and so does a rule or a
fault that explains nothing any more. What fails is printed with the smallest files that show it.
"""

import argparse
import multiprocessing
import sys
import tempfile
from collections import Counter
from pathlib import Path

import grammar
import theirs as botocore_side
import written
from compare import FILES, Difference, Judge, Verdict
from ours import Broken, Program
from rules import KNOWN_FAULTS, RULES
from shrink import smallest

# How many kinds of differences are made small and printed.
SHOWN = 12


class Looker:
    """Looks at cases, in a home of its own below a folder."""

    def __init__(self, awsp, folder):
        own = Path(tempfile.mkdtemp(dir=folder))
        self.home = own / "home"
        self.aws = self.home / ".aws"
        anew = own / "anew"
        for folder in (self.home, self.aws, anew):
            folder.mkdir()
        self.program = Program(awsp, str(self.home))
        self.judge = Judge(anew)
        botocore_side.prepare()

    def verdict(self, case):
        for file in FILES:
            path, data = self.aws / file, getattr(case, file)
            path.unlink(missing_ok=True)
            if data is not None:
                path.write_bytes(data)
        real = botocore_side.read(*(str(self.aws / file) for file in FILES))
        try:
            return self.judge.verdict(case, self.program.read(), real)
        except Broken as error:
            return Verdict([Difference("broken", "awsp", "", str(error))])


LOOKER = None


def begin(awsp, folder):
    """Prepares a worker process. It cannot remove a folder at its end: the first process does."""
    global LOOKER
    LOOKER = Looker(awsp, folder)


def look(case):
    return case, LOOKER.verdict(case)


def alike(difference):
    """What two differences have in common that are likely to be the same fault."""
    if difference.sort in ("refused", "kind"):
        return difference.sort, difference.ours, str(difference.theirs)[:40]
    if difference.sort == "strict":
        return difference.sort, difference.ours.split("`")[-1][:40], str(difference.theirs)
    if difference.sort in ("silent", "cries"):
        return difference.sort, tuple(sorted({said.split(":")[0] for said in difference.ours}))
    return difference.sort, difference.name if difference.sort == "unsaid" else ""


def report(found):
    """Prints one difference of each sort with the smallest case that shows it."""
    for number, (sort, (case, count)) in enumerate(found.items()):
        if number == SHOWN:
            print(f"and {len(found) - SHOWN} more sorts of differences")
            break

        def same(trial, sort=sort):
            return [new for new in LOOKER.verdict(trial).unexplained if alike(new) == sort]

        case = smallest(case, same)
        print(f"{count} times, first in {case.title}:\n  {same(case)[0]}")
        print_files(case)


def print_files(case):
    for file in FILES:
        if getattr(case, file) is not None:
            print(f"  {file}: {getattr(case, file)!r}")


def examples(cases):
    """Prints the smallest case for each known fault."""
    for fault in KNOWN_FAULTS:

        def counts(trial, fault=fault):
            return fault.name in LOOKER.verdict(trial).fired

        case = next((case for case in cases if counts(case)), None)
        if case:
            print(f"{fault.name}: {fault.why}")
            print_files(smallest(case, counts))


def idle(fired):
    """Rules that explain nothing."""
    found = []
    for rule in RULES + KNOWN_FAULTS:
        if not fired[rule.name]:
            is_fault = rule in KNOWN_FAULTS
            what = "known fault, which seems to be fixed" if is_fault else "rule"
            found.append(
                f"`{rule.name}` explains nothing any more: take this {what}, out of rules.py"
            )
    return found


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--awsp", required=True, help="the program to look at")
    parser.add_argument("--cases", type=int, default=300, help="how many generated ones")
    parser.add_argument("--seed", default="awsp", help="a word that chooses them")
    parser.add_argument("--verbose", action="store_true", help="print how often each rule counted")
    parser.add_argument("--examples", action="store_true", help="print each known fault and end")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="awsp-botocore-") as folder:
        sys.exit(run(wish, folder))


def run(wish, folder):
    """Looks at all cases, and returns the exit status."""
    cases = [*written.cases(), *grammar.cases(wish.seed, wish.cases)]
    if wish.examples:
        begin(wish.awsp, folder)
        examples(cases)
        return 0
    fired, found = Counter(), {}
    with multiprocessing.Pool(None, begin, [wish.awsp, folder]) as pool:
        for case, verdict in pool.imap(look, cases, chunksize=8):
            fired.update(verdict.fired)
            for difference in verdict.unexplained:
                first, count = found.get(alike(difference), (case, 0))
                found[alike(difference)] = (first, count + 1)
    if wish.verbose:
        for rule in RULES + KNOWN_FAULTS:
            print(f"{fired[rule.name]:6} {rule.name}: {rule.why}")
    unused = idle(fired)
    print(*unused, sep="\n", end="\n" if unused else "")
    if found:
        begin(wish.awsp, folder)
        report(found)
    differences = sum(count for _, count in found.values())
    print(
        f"{len(cases)} cases, {len(RULES)} rules, {len(KNOWN_FAULTS)} known faults, "
        f"{differences} unexplained differences"
    )
    return 1 if found or unused else 0


if __name__ == "__main__":
    main()
