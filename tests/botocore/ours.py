"""What awsp says of two files, asked as a user asks: through the program."""

import json
import os
import subprocess
from dataclasses import dataclass, field


@dataclass
class Profile:
    """A profile as `awsp list` and `awsp show` have it."""

    kind: str | None
    account_id: str | None
    # Key to (value, file, line); a block below a key is a dict.
    settings: dict = field(default_factory=dict)
    # Why it is broken.
    said: str = ""


@dataclass
class Ours:
    profiles: dict
    # Name to (start URL, region).
    sessions: dict
    findings: list


class Broken(Exception):
    """awsp did what it must never do, whatever the files hold."""


class Program:
    """awsp in an environment with nothing in it but a home."""

    def __init__(self, path, home):
        self.path = path
        # Nothing listens at this address; doctor asks AWS for the time.
        self.environment = {
            "HOME": home,
            "AWS_ENDPOINT_URL_SSO_OIDC": "http://127.0.0.1:9",
            "AWS_MAX_ATTEMPTS": "1",
        }

    def ask(self, *arguments):
        command = [self.path, *arguments]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, timeout=20, check=False
        )
        said = done.stderr.decode(errors="replace")
        if done.returncode not in (0, 1, 2, 3) or "panicked" in said:
            raise Broken(f"{' '.join(arguments)}: status {done.returncode}: {said}")
        try:
            return json.loads(done.stdout), said
        except ValueError as error:
            raise Broken(
                f"{' '.join(arguments)}: no JSON ({error}): {done.stdout!r} {said}"
            ) from None

    def read(self):
        """Everything that awsp says of the files in its home."""
        listed, _ = self.ask("list", "--json")
        profiles = {}
        for row in listed["profiles"]:
            name = row["name"]
            if name in profiles:
                raise Broken(f"`{name}` is listed twice")
            shown, said = self.ask("show", "--json", "--", name)
            if shown["kind"] != (row["kind"] or "broken"):
                raise Broken(f"`{name}` is {row['kind']} to list and {shown['kind']} to show")
            profiles[name] = Profile(row["kind"], row["account_id"], settings(shown), said)
        status, _ = self.ask("status", "--json")
        # A legacy profile's start URL is listed without a name.
        rows = [row for row in status["sessions"] if row["name"] is not None]
        sessions = {row["name"]: (row["start_url"], row["region"]) for row in rows}
        findings, _ = self.ask("doctor", "--json")
        return Ours(profiles, sessions, findings["findings"])


def settings(shown):
    """`s3.key` is a key of the block below `s3`, unless a key is really called so."""
    found = {}
    for key, row in shown["settings"].items():
        path, _, line = row["source"].rpartition(":")
        file = os.path.basename(path)
        if file not in ("config", "credentials"):
            raise Broken(f"`{key}` comes from {row['source']}")
        outer, dot, inner = key.partition(".")
        if dot:
            found.setdefault(outer, ({}, file, int(line)))[0][inner] = row["value"]
        else:
            found[key] = (row["value"], file, int(line))
    return found
