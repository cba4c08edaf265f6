"""Without locks several processes may log in at once, but no command may fail."""

import re

from calls import calls, refused_always
from doors import DOORS
from tally import Tally


def run(place):
    tally = Tally("No lock to be had")
    for door in DOORS:
        every = calls(door, place)
        texts = {re.search(r"<(.*?)>", call.text)[1] for call in every if call.name == "flock"}
        paths = [text.replace("~", str(place.home), 1) for text in texts]
        if not paths:
            tally.count(f"no lock taken by {door.name}")
            continue
        ways = [("flock", error) for error in ("ENOLCK", "EOPNOTSUPP", "ENOSYS")]
        ways += [("openat", error) for error in ("EROFS", "EACCES", "ENOSPC")]
        for name, error in ways:
            door.prepare(place)
            only = paths if name == "openat" else ()
            status, _, said = door.run(place, refused_always(name, error, only))
            what = f"{door.name}, {name} {error}: {status}: {said}"
            tally.hold(f"the command succeeds ({name} {error})", status == 0, what)
    return tally
