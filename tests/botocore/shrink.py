"""The smallest case that still goes wrong in the same way."""

from dataclasses import replace


def smallest(case, still_wrong):
    """Takes away files, lines and ends of lines as long as it stays wrong."""
    for file in ("credentials", "config"):
        if getattr(case, file) is not None and still_wrong(replace(case, **{file: None})):
            case = replace(case, **{file: None})
    for file in ("config", "credentials"):
        case = shorter(case, file, still_wrong)
    return case


def shorter(case, file, still_wrong):
    data = getattr(case, file)
    if data is None:
        return case
    parts = data.splitlines(keepends=True)
    size = max(len(parts) // 2, 1)
    while True:
        at, changed = 0, False
        while at < len(parts):
            rest = parts[:at] + parts[at + size :]
            trial = replace(case, **{file: b"".join(rest)})
            if still_wrong(trial):
                parts, case, changed = rest, trial, True
            else:
                at += size
        if size == 1 and not changed:
            return case
        size = max(size // 2, 1)
