"""Promises known to be broken, with the item of issue 12. Whoever keeps one takes it away."""

KNOWN_BROKEN = {
    ("crowd", "no session is lost"): "A2",
    ("services", "at most 12 requests"): "A5",
    ("services", "the session is kept"): "A1",
    ("services", "each says that AWS failed (status 6)"): "A1",
    ("services", "all have ended after 60 s"): "A5",
    ("stopped", "a holder that is stopped is named"): "A5",
    ("stopped", "nobody waits for it without end"): "A5",
    ("kills", "no temporary file with a secret is left after the next run"): "19",
    ("kills", "no temporary file is left after the next run"): "19",
    ("refusals", "no refresh token is spent that cannot be kept"): "A3",
    ("refusals", "what was asked for is given, kept or not"): "A3",
    ("disks", "no refresh token is spent that cannot be kept"): "A3",
    ("disks", "what was asked for is given, kept or not"): "A3",
    ("locks", "the command succeeds (flock ENOLCK)"): "18",
    ("locks", "the command succeeds (flock EOPNOTSUPP)"): "18",
    ("locks", "the command succeeds (flock ENOSYS)"): "18",
    ("locks", "the command succeeds (openat EACCES)"): "18",
    ("locks", "the command succeeds (openat ENOSPC)"): "18",
}
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
