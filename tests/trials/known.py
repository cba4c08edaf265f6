"""Promises known to be broken, with the reason. Remove the one that you fix."""

KNOWN_BROKEN = {}
# What is not tried by every choice of options, or is broken by chance.
BY_CHANCE = {
    "no session is lost",
    "all have ended after 60 s",
    # Some wait for another that waits.
    "a holder that is stopped is named",
}


def unexpected(trial, tally):
    """What is broken and not known to be, and what is known to be broken and is not."""
    found = []
    for name, promise in tally.promises.items():
        item = KNOWN_BROKEN.get((trial, name))
        if promise.broken and not item:
            found.append(f"broken: {name}")
        if item and not promise.broken and name not in BY_CHANCE:
            found.append(f"kept: {name}: take it out of KNOWN_BROKEN (item {item})")
    return found
