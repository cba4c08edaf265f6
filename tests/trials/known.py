"""Promises known to be broken, with the reason. Remove the one that you fix."""

KNOWN_BROKEN = {}
# Promises that some options do not try, or that are broken only now and then.
BY_CHANCE = {
    "no session is lost",
    "all have ended after 60 s",
    # Some wait for another that waits.
    "a holder that is stopped is named",
}


def unexpected(trial, tally):
    """Promises that are broken but not listed, and promises that are listed but hold."""
    found = []
    for name, promise in tally.promises.items():
        item = KNOWN_BROKEN.get((trial, name))
        if promise.broken and not item:
            found.append(f"broken: {name}")
        if item and not promise.broken and name not in BY_CHANCE:
            found.append(f"kept: {name}: take it out of KNOWN_BROKEN (item {item})")
    return found
