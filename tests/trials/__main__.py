"""Trials that take longer than a test may, with figures: what awsp keeps of its promises when it is
killed, when a disk is full or read-only, when no lock is to be had, beside other AWS clients, and
with services that fail.

    cargo build --workspace
    python tests/trials                      all of them
    python tests/trials kills locks          some of them
    python tests/trials crowd --rounds 50

The status is 0 when every promise was kept, and 1 otherwise. Linux, with strace and mount
namespaces; `crowd` needs the Python that has boto3, which `./test` prints.
"""

import argparse
import shutil
import sys
import time
from pathlib import Path

import crowd
import kills
import locks
import refusals
import services
from known import unexpected
from place import Center, Place, seconds

BUILT = Path(__file__).resolve().parents[2] / "target/debug"
TRIALS = {
    "kills": lambda place, wish: kills.run(place),
    "refusals": lambda place, wish: refusals.once(place),
    "disks": lambda place, wish: refusals.always(place),
    "locks": lambda place, wish: locks.run(place),
    "crowd": lambda place, wish: crowd.run(place, wish.rounds, wish.foreign, wish.ours),
    "services": lambda place, wish: services.run(place, wish.failures, wish.waiting),
    "stopped": lambda place, wish: services.stopped(place),
}


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    failures = list(services.FAILURES)

    def option(name, of, default, text, **more):
        parser.add_argument(f"--{name}", type=of, default=default, help=text, **more)

    parser.add_argument("trial", nargs="*", metavar="TRIAL", help=f"of: {', '.join(TRIALS)}")
    option("awsp", Path, BUILT / "awsp", "the program to try")
    option("center", str, None, "the local Identity Center: its program or its address")
    option("rounds", int, 10, "of the mixed run")
    option("foreign", int, 20, "clients in it that are not awsp")
    option("ours", int, 20, "awsp processes in it")
    option("waiting", int, [6, 200], "processes at a failing service", nargs="+")
    option("failures", str, failures, "how the service fails", nargs="+", choices=failures)
    option("examples", int, 3, "shown for each broken promise")
    parser.add_argument(
        "--known", action="store_true", help="fail only for what is not in KNOWN_BROKEN"
    )
    wish = parser.parse_args()
    unknown = set(wish.trial) - TRIALS.keys()
    if unknown:
        parser.error(f"no such trial: {', '.join(sorted(unknown))}")
    wish.awsp = wish.awsp.resolve()
    wish.center = wish.center or str(wish.awsp.parent / "center")
    for program in (wish.awsp, wish.center):
        if not str(program).startswith("http:") and not Path(program).exists():
            parser.error(f"no {program}: cargo build --workspace")
    return wish


def main():
    wish = arguments()
    needs = {"kills": "strace", "refusals": "strace", "locks": "strace", "disks": "unshare"}
    for program in {needs[name] for name in wish.trial or TRIALS if name in needs}:
        if not shutil.which(program):
            raise SystemExit(f"no {program}: install it, or choose other trials")
    kept = True
    for name in wish.trial or TRIALS:
        center = Center(wish.center)
        started = time.monotonic()
        try:
            tally = TRIALS[name](Place(str(wish.awsp), center), wish)
        finally:
            center.end()
        tally.report(wish.examples)
        print(f"  {seconds(started):7} s")
        if wish.known:
            news = unexpected(name, tally)
            print(*news, sep="\n")
            kept = kept and not news
        else:
            kept = kept and tally.is_kept()
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
