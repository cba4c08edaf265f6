"""Foreign clients and awsp at once on a session whose access token is over. Each refresh token can
be used once. A session is lost when afterwards nothing in the token file can renew it."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

from place import finish
from tally import Tally

FOREIGN = Path(__file__).with_name("foreign.py")
OURS = [
    ("whoami", "dev"),
    ("export", "dev", "--format", "process"),
    ("login", "--session", "acme"),
    ("export", "deploy", "--format", "json"),
]
SPREAD = 0.5
# Milliseconds that an answer may take, or a request on its way.
SLOW = 300


def run(place, rounds, foreign, ours):
    tally = Tally(
        f"{rounds} rounds of {foreign} foreign clients and {ours} awsp on an ending session"
    )
    for number in range(rounds):
        started = time.monotonic()
        others, mine = one_round(place, number, foreign, ours)
        lost = place.is_lost()
        tally.hold("no session is lost", not lost, f"round {number}")
        # A client fails if another has just used its refresh token; the session must survive.
        tally.count(f"of {rounds * ours} awsp failed", sum(status != 0 for status, _, _ in mine))
        tally.count(f"of {rounds * foreign} foreign clients failed", sum(map(bool, others)))
        tally.count("seconds", round(time.monotonic() - started))
    return tally


def one_round(place, number, foreign, ours):
    """How the foreign clients and ours ended."""
    rng = random.Random(number)
    place.fresh()
    place.log_in(over=True)
    for _ in range(foreign + ours):
        late = {rng.choice(["delay", "late"]): rng.randrange(SLOW)}
        place.center.control("fault", operation="CreateToken", **late)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    words = [sys.executable, "-B", str(FOREIGN), str(foreign), str(number)]
    others = subprocess.Popen(words, env=place.environment, **pipes)
    others.stdout.readline()
    others.stdin.write("go\n")
    others.stdin.flush()
    started = time.monotonic()
    mine = []
    for at in sorted(rng.uniform(0, SPREAD) for _ in range(ours)):
        time.sleep(max(0, started + at - time.monotonic()))
        mine.append(place.start(*rng.choice(OURS)))
    mine = [finish(process, 120) for process in mine]
    others = json.loads(others.communicate(timeout=120)[0])
    place.center.control("forget-faults")
    return others, mine
