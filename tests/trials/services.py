"""Many awsp at once wait for a renewal, and the service fails. One failure serves all who wait."""

import os
import re
import signal
import time

from place import finish
from tally import Tally

HTML = "<html><body>Sign in to the corporate proxy</body></html>"
FAILURES = {
    "503": {"status": 503, "exception": "ServiceUnavailableException"},
    "an answer that never comes": {"delay": 3_600_000},
    "403 with HTML": {"status": 403, "body": HTML},
    "200 with HTML": {"status": 200, "body": HTML},
    "200 with nothing": {"status": 200, "body": ""},
    "200 with {}": {"status": 200, "body": "{}"},
    "400 slow_down": {"status": 400, "exception": "SlowDownException"},
    "400 server_error": {"status": 400, "body": '{"error": "server_error"}'},
    "no answer": {"drop": "yes"},
}
HANGS = "an answer that never comes"
# More faults than there can be requests.
ENOUGH = 5000
# Three attempts for those who wait, and some for those who came later.
MOST_REQUESTS = 12
MOST_SECONDS = 60
# After this many seconds, processes that still run are ended.
PATIENCE = 100


def run(place, failures, waiting):
    tally = Tally("A service that fails, and awsp processes that wait for it")
    for title in failures:
        for count in waiting:
            one(tally, place, title, FAILURES[title], count)
    return tally


def one(tally, place, title, fault, count):
    place.fresh()
    place.log_in(over=True)
    place.center.control("fault", operation="CreateToken", times=ENOUGH, **fault)
    started = time.monotonic()
    processes = [place.start("export", "dev", "--format", "process") for _ in range(count)]
    ended = [
        finish(process, max(0.1, started + PATIENCE - time.monotonic())) for process in processes
    ]
    took = time.monotonic() - started
    requests = ENOUGH - place.center.control("faults", operation="CreateToken")["faults"]
    place.center.control("forget-faults")
    late = sum(status is None for status, _, _ in ended)
    what = f"{title}, {count} processes: {requests} requests, {took:.0f} s"
    if late:
        what += f", {late} had not ended then"
    print(f"  {what}", flush=True)
    tally.hold(f"at most {MOST_REQUESTS} requests", requests <= MOST_REQUESTS, what)
    tally.hold(f"all have ended after {MOST_SECONDS} s", took <= MOST_SECONDS, what)
    tally.hold("the session is kept", not place.is_lost(), what)
    statuses = sorted({str(status) for status, _, _ in ended if status is not None})
    tally.hold(
        "each says that AWS failed (status 6)", statuses in (["6"], []), f"{what}: {statuses}"
    )


def stopped(place):
    """The holder of the lock is stopped, as with Ctrl-Z."""
    tally = Tally("A holder of the lock that is stopped")
    place.fresh()
    place.log_in(over=True)
    place.center.control("fault", operation="CreateToken", times=ENOUGH, **FAILURES[HANGS])
    holder = place.start("login", "--session", "acme")
    while place.center.control("faults", operation="CreateToken")["faults"] == ENOUGH:
        time.sleep(0.02)
    os.kill(holder.pid, signal.SIGSTOP)
    waiting = [place.start("whoami", "dev") for _ in range(3)]
    over = time.monotonic() + MOST_SECONDS
    ended = [finish(process, max(0.1, over - time.monotonic())) for process in waiting]
    for status, _, said in ended:
        named = re.search(rf"\b{holder.pid}\b", said) is not None
        what = f"a stopped holder: status {status}: {said}"
        tally.hold("a holder that is stopped is named", named, what)
        tally.hold("nobody waits for it without end", status is not None, what)
    holder.kill()
    finish(holder)
    place.center.control("forget-faults")
    return tally
