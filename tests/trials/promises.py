"""What must be true of a home after a run that went wrong."""

import json

SECRETS = (b"access-", b"refresh-", b"secret", b"session-token")


def is_temporary(path):
    name = path.rsplit("/", 1)[-1]
    return ".awsp-" in name and not name.endswith("awsp-backup")


def torn(place, allowed):
    """Files that are neither as before nor as they should become; `allowed` has both for some."""
    found = []
    for path, content in place.files().items():
        if is_temporary(path) or "/locks/" in path or path == "changes":
            continue
        if path in allowed:
            whole = content in allowed[path]
        elif path.endswith(".json"):
            whole = is_json(content)
        else:
            whole = content == b"" or content.endswith(b"\n")
        if not whole:
            found.append(f"{path} has {len(content)} bytes")
    return found


def is_json(content):
    try:
        return isinstance(json.loads(content), (dict, list))
    except ValueError:
        return False


def hold_clean(tally, when, place, where):
    """No temporary file is left, which may hold a secret."""
    files = {path: content for path, content in place.files().items() if is_temporary(path)}
    secret = [path for path, content in files.items() if any(part in content for part in SECRETS)]
    tally.hold(f"no temporary file with a secret is left{when}", not secret, f"{where}: {secret}")
    tally.hold(f"no temporary file is left{when}", not files, f"{where}: {list(files)}")


def is_sane(status, said):
    """True when the program ended by itself, in its own words."""
    in_words = status == 0 or "awsp: " in said
    return status in range(7) and in_words and "panicked" not in said


def config_files(before, after):
    """Both contents that the config file and its copy may have."""
    config = ".aws/config"
    return {config: {before[config], after[config]}, f"{config}.awsp-backup": {before[config]}}
