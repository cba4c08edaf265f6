"""Odd config and credentials files; the same seed gives the same files.

A file is made from whole profiles of every kind; each of its parts is then spoiled with some
probability. About half of the files have a fault for which the AWS CLI reads none of it.
"""

import random
from dataclasses import dataclass

import oddities as odd

NAMES = [
    "a",
    "b",
    "dev",
    "default",
    "x.y/z@w+1%",
    "two words",
    "c[1]/x",
    "c[1]/y",
    "b\u00fcro",
    "o'k",
    'q"r',
    "b\\s",
    "n#1",
    "n;2",
    "DEFAULT",
    "profile",
    "Dev",
    "d]",
    "e\u00a0f",
    "a:b",
    "g=h",
]
ACCOUNT = "111122223333"
URL = "https://d-9067example.awsapps.com/start"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@dataclass
class Case:
    """Both files of one home; `None` is a file that is not there."""

    title: str
    config: bytes | None = None
    credentials: bytes | None = None


def cases(seed, count):
    """So many cases, each from a seed of its own."""
    for number in range(count):
        yield Maker(random.Random(f"{seed}/{number}")).case(f"seed {seed}, case {number}")


class Maker:
    """Makes one case."""

    def __init__(self, rng):
        self.rng = rng
        self.names = rng.sample(NAMES, 4)
        self.sessions = rng.sample(NAMES, 2)
        # What makes the AWS CLI refuse the whole file is rare, or nothing else would be compared.
        self.fatal = rng.choice([0, 0, 1])

    def may(self, probability):
        return self.rng.random() < probability

    def case(self, title):
        config = credentials = None
        if not self.may(0.05):
            config = self.file("config")
        if self.may(0.7):
            credentials = self.file("credentials")
        return Case(title, config, credentials)

    def file(self, which):
        lines = []
        if self.may(0.1):
            lines += self.rng.choice(odd.BEFORE)
        if self.may(0.03) and self.spend():
            lines.append(self.rng.choice(odd.UNREADABLE_BEFORE))
        sections = self.rng.randint(1, 4)
        for _ in range(sections):
            lines += self.section(which)
        if which == "config":
            for name in self.sessions[: self.rng.randint(0, 2)]:
                lines += self.header("sso-session", name) + self.settings(self.session())
            if self.may(0.1):
                lines += self.header("services", "s") + [
                    "sso =",
                    "  endpoint_url = https://x.example",
                ]
            if self.may(0.3):
                self.shuffle_sections(lines)
        if self.may(0.05) and self.spend():
            at = self.rng.randrange(len(lines) + 1)
            lines[at:at] = self.rng.choice(odd.UNREADABLE)
        return self.encode(lines)

    def spend(self):
        """True once for a file that may be spoiled as a whole."""
        self.fatal -= 1
        return self.fatal >= 0

    def shuffle_sections(self, lines):
        """Puts the second half before the first, cut at a header."""
        heads = [at for at, line in enumerate(lines) if line.startswith("[")]
        if len(heads) > 1:
            at = self.rng.choice(heads[1:])
            lines[:] = lines[at:] + lines[:at]

    def encode(self, lines):
        end = self.rng.choice(["\n"] * 12 + ["\r\n", "\r\n", "\r"])
        text = end.join(lines) + self.rng.choice([end, end, ""])
        if self.may(0.03) and end != "\r":
            at = self.rng.randrange(len(text) + 1)
            text = text[:at] + "\r\n" + text[at:]
        if self.may(0.03) and self.spend():
            text = "\ufeff" + text
        data = text.encode()
        if self.may(0.03) and self.spend():
            data += self.rng.choice([b"# caf\xe9\n", b"note = caf\xe9\n", b"[profile caf\xe9]\n"])
        return data

    def section(self, which):
        if which == "config":
            name = self.rng.choice([*self.names, "default"])
            head = self.header("profile", name)
        else:
            name = self.rng.choice([*self.names, "default"])
            head = self.credentials_header(name)
        return head + self.settings(self.body(which))

    def header(self, word, name):
        """A header of the config file, in one of the ways in which people and programs write it."""
        quoted = name if all(c not in name for c in " '\"\\\u00a0") else f"'{name}'"
        if "'" in name:
            quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
        plain = f"[{word} {quoted}]"
        if name == "default" and word == "profile" and self.may(0.7):
            plain = "[default]"
        if name == "DEFAULT" and self.may(0.7):
            plain = "[DEFAULT]"
        if self.may(0.65):
            return [plain]
        parts = {"word": word, "WORD": word.upper(), "name": name, "quoted": quoted, "plain": plain}
        unreadable = self.may(0.06) and self.spend()
        ways = odd.UNREADABLE_HEADERS if unreadable else odd.HEADERS
        return [self.rng.choice(ways).format(blank=self.rng.choice(odd.BLANKS), **parts)]

    def credentials_header(self, name):
        if self.may(0.7):
            return [f"[{name}]"]
        unreadable = self.may(0.06) and self.spend()
        ways = odd.UNREADABLE_NAMES if unreadable else odd.NAMES
        return [self.rng.choice(ways).format(blank=self.rng.choice(odd.BLANKS), name=name)]

    def session(self):
        pairs = [
            ("sso_start_url", URL),
            ("sso_region", "eu-west-1"),
            ("sso_registration_scopes", "sso:account:access"),
        ]
        if self.may(0.1):
            pairs[0] = ("sso_start_url", URL + "#/")
        return self.thin(pairs, 0.08)

    def thin(self, pairs, probability):
        """Takes settings away, or their values."""
        pairs = [pair for pair in pairs if not self.may(probability)]
        return [(key, "" if self.may(probability / 2) else value) for key, value in pairs]

    def body(self, which):
        bodies = [
            self.sso,
            self.legacy,
            self.role,
            self.keys,
            self.process,
            self.web,
            self.source,
            self.login,
            self.token,
            self.plain,
        ]
        weights = (
            [3, 1, 4, 2, 1, 2, 2, 1, 1, 2] if which == "config" else [1, 0, 1, 8, 1, 0, 1, 1, 0, 1]
        )
        pairs = self.rng.choices(bodies, weights)[0]()
        if self.may(0.25):
            pairs += self.rng.choice(bodies)()
        seen = dict(pairs)
        return self.thin(list(seen.items()), 0.07)

    def sso(self):
        return [
            ("sso_session", self.rng.choice([*self.sessions, *self.sessions, "nowhere"])),
            ("sso_account_id", ACCOUNT),
            ("sso_role_name", "Admin"),
            *self.plain(),
        ]

    def legacy(self):
        return [
            ("sso_start_url", URL),
            ("sso_region", "eu-west-1"),
            ("sso_account_id", ACCOUNT),
            ("sso_role_name", "Admin"),
        ]

    def role(self):
        source = self.rng.choice([*self.names, *self.names, "default", "nowhere"])
        return [("role_arn", f"arn:aws:iam::{ACCOUNT}:role/Deploy"), ("source_profile", source)]

    def keys(self):
        pairs = [("aws_access_key_id", "AKIAODDEXAMPLE"), ("aws_secret_access_key", SECRET)]
        return pairs + ([("aws_session_token", "token")] if self.may(0.3) else [])

    def process(self):
        return [
            (
                "credential_process",
                self.rng.choice(["/bin/echo {}", "/opt/my tool --x", "'open", '"a b" c']),
            )
        ]

    def web(self):
        return [
            ("web_identity_token_file", "/tmp/token"),
            ("role_arn", f"arn:aws:iam::{ACCOUNT}:role/Web"),
        ]

    def source(self):
        source = self.rng.choice(
            ["Environment", "EcsContainer", "Ec2InstanceMetadata", "environment", "Other"]
        )
        pairs = [("credential_source", source)]
        return pairs + (
            [("role_arn", f"arn:aws:iam::{ACCOUNT}:role/Host")] if self.may(0.7) else []
        )

    def login(self):
        return [("login_session", f"arn:aws:iam::{ACCOUNT}:user/jo")]

    def token(self):
        return [("sso_session", self.rng.choice(self.sessions))]

    def plain(self):
        pairs = [("region", self.rng.choice(["eu-west-1", "us-east-1"])), ("output", "json")]
        return self.rng.sample(pairs, self.rng.randint(0, 2))

    def settings(self, pairs):
        lines = []
        for key, value in pairs:
            lines += (
                self.spoiled(key, value) if self.may(0.15) else [f"{key} = {value}".rstrip(" ")]
            )
            if self.may(0.04):
                lines.append(self.rng.choice(odd.BETWEEN))
        if self.may(0.06):
            lines += self.rng.choice(odd.BLOCKS)
        if self.may(0.06) and self.spend():
            lines += self.rng.choice(odd.UNREADABLE_SETTINGS)
        return lines or ([""] if self.may(0.3) else [])

    def spoiled(self, key, value):
        """One setting in an odd way that the AWS CLI can read."""
        parts = {
            "key": key,
            "KEY": key.upper(),
            "value": value,
            "blank": self.rng.choice(odd.BLANKS),
        }
        return [line.format(**parts) for line in self.rng.choice(odd.SETTINGS)]
