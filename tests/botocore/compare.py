"""Where the two readings differ, and which rule says that they may."""

import re
from dataclasses import dataclass, field, replace

import theirs as botocore_side
from rules import KNOWN_FAULTS, RULES
from text import parse
from theirs import Refused

# awsp's words for a file of which the AWS CLI reads nothing. If they change, change them here too.
SAYS_UNREADABLE = re.compile(
    r"AWS CLI( and the [\w ]+)? cannot read (it|the file)|fails the file for the AWS CLI"
    r"|every `aws` command fails"
)
# Kinds of a profile that gives no credentials.
NO_CREDENTIALS = ("plain", "token")
SECRETS = {"aws_secret_access_key", "aws_session_token", "aws_security_token"}
FILES = ("config", "credentials")


@dataclass(frozen=True)
class Difference:
    """One difference between the two."""

    # Of reading: extra, missing, value, session, place.
    # Of judging: silent, cries, unsaid, refused, strict, kind.
    sort: str
    # A profile, a session, or a file.
    name: str
    key: str = ""
    ours: object = None
    theirs: object = None
    # Of a profile and its sources, as awsp must read them.
    settings: tuple = field(default=(), compare=False)
    # Fixed faults that would have explained it.
    fixed: tuple = ()

    def __str__(self):
        where = f"`{self.name}`" + (f" `{self.key}`" if self.key else "")
        fixed = " and ".join(f"`{name}`" for name in self.fixed)
        hint = f" (as if {fixed} were fixed: take it out of KNOWN_FAULTS)" if fixed else ""
        return f"{self.sort} {where}: awsp {self.ours!r}, botocore {self.theirs!r}{hint}"


@dataclass
class Verdict:
    """The result of one case."""

    unexplained: list = field(default_factory=list)
    # Names of the rules that were used.
    fired: set = field(default_factory=set)


class Judge:
    """Compares, with a folder for the files as they are written anew."""

    def __init__(self, folder):
        self.paths = {file: str(folder / file) for file in FILES}
        self.folder = folder

    def verdict(self, case, ours, real):
        """`real` is what botocore makes of the files as they are."""
        verdict = Verdict()
        expected, changing = self.expected(case, RULES + KNOWN_FAULTS)
        if expected.errors:
            verdict.unexplained.append(
                Difference("silent", "rewritten", "", "reads it", expected.errors)
            )
            return verdict
        reading = profiles(ours, expected.view) + sessions(ours, expected.view)
        judged = []
        for rule in changing:
            rest = [other for other in RULES + KNOWN_FAULTS if other is not rule]
            if self.expected(case, rest)[0] != expected:
                verdict.fired.add(rule.name)
                if rule.says and not any(finding["id"] in rule.says for finding in ours.findings):
                    judged.append(Difference("unsaid", rule.name, "", None, rule.says))
        if reading:
            # Differences that follow from these would only hide them.
            fixed = self.fixed(case, ours)
            verdict.unexplained = [replace(difference, fixed=fixed) for difference in reading]
            return verdict
        verdict.unexplained += misplaced(case, ours)
        for difference in judged + unreadable(ours, real) + kinds(ours, expected.view):
            rule = next(
                (
                    rule
                    for rule in RULES + KNOWN_FAULTS
                    if rule.explains and rule.explains(difference)
                ),
                None,
            )
            if rule:
                verdict.fired.add(rule.name)
            else:
                verdict.unexplained.append(difference)
        return verdict

    def fixed(self, case, ours):
        """The known faults without which there would be no difference: they seem to be fixed."""
        reading = [fault for fault in KNOWN_FAULTS if fault.rewrite]
        for gone in [[fault] for fault in reading] + [reading]:
            view = self.expected(case, [rule for rule in RULES + KNOWN_FAULTS if rule not in gone])[
                0
            ].view
            if not profiles(ours, view) + sessions(ours, view):
                return tuple(fault.name for fault in gone)
        return ()

    def expected(self, case, rules):
        """What awsp must read by these rules, and the rules that change a file."""
        changing = []
        for file in FILES:
            path, data = self.folder / file, getattr(case, file)
            path.unlink(missing_ok=True)
            if data is None:
                continue
            text = with_newlines(data.decode("utf-8", "surrogateescape"))
            text, whole = through([rule for rule in rules if rule.step < 10], text)
            lines, lined = through([rule for rule in rules if rule.step >= 10], parse(text, file))
            changing += [rule for rule in whole + lined if rule not in changing]
            path.write_bytes(lines.join().encode("utf-8", "surrogateescape"))
        return botocore_side.read(*self.paths.values()), changing


def with_newlines(text):
    """As Python reads a text: a line ends at `\\n`, at `\\r\\n` and at a `\\r` alone."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def through(rules, text):
    """The text after these rewrites, and the rules that changed it."""
    changing = []
    for rule in sorted(rules, key=lambda rule: rule.step):
        if rule.rewrite:
            before, text = text, rule.rewrite(text)
            if text != before:
                changing.append(rule)
    return text, changing


def unreadable(ours, real):
    """botocore cannot read the file if, and only if, doctor says that it is so."""
    found = []
    for file in FILES:
        here = [
            finding
            for finding in ours.findings
            if (finding["where"] or "").startswith(f"~/.aws/{file}:")
        ]
        said = [worded(finding) for finding in here if says_unreadable(finding)]
        error = real.errors.get(file)
        if error and not said:
            found.append(
                Difference("silent", file, "", [worded(finding) for finding in here], error)
            )
        if said and not error:
            found.append(Difference("cries", file, "", said, "reads it"))
    return found


def worded(finding):
    return f"{finding['id']}: {finding['what']}"


def says_unreadable(finding):
    return finding["severity"] == "wrong" and SAYS_UNREADABLE.search(finding["what"])


def profiles(ours, view):
    """The set of profiles, and every setting of each."""
    found, merged = [], view.profiles()
    for name in sorted(ours.profiles.keys() - merged.keys()):
        found.append(Difference("extra", name))
    for name in sorted(merged.keys() - ours.profiles.keys()):
        found.append(Difference("missing", name, "", None, merged[name]))
    for name in sorted(ours.profiles.keys() & merged.keys()):
        have = {key: value for key, (value, _, _) in ours.profiles[name].settings.items()}
        want = with_session(merged[name], view)
        for key in sorted(have.keys() | want.keys()):
            wanted = shown(key, want.get(key))
            if have.get(key) != wanted:
                found.append(Difference("value", name, key, have.get(key), wanted))
    return found


def misplaced(case, ours):
    """Settings that do not stand where awsp says."""
    found = []
    for name, profile in ours.profiles.items():
        for key, (_, file, line) in profile.settings.items():
            lines = with_newlines(getattr(case, file).decode(errors="replace")).split("\n")
            if key.lower() not in lines[line - 1].lower():
                found.append(Difference("place", name, key, f"{file}:{line}", lines[line - 1]))
    return found


def with_session(settings, view):
    """`awsp show` prints the settings of the profile's session, too."""
    session = settings.get("sso_session")
    return {**(view.sessions.get(session, {}) if isinstance(session, str) else {}), **settings}


def shown(key, value):
    """A value as `awsp show` prints it: never a secret."""
    if value is None or isinstance(value, dict):
        return value
    if key in SECRETS:
        return "(set)"
    return f"****{value[-4:]}" if key == "aws_access_key_id" else value


def sessions(ours, view):
    """The sessions of the config file that are whole."""
    whole = {
        name: (section["sso_start_url"], section["sso_region"])
        for name, section in view.sessions.items()
        if is_text(section.get("sso_start_url")) and is_text(section.get("sso_region"))
    }
    return [
        Difference("session", name, "", ours.sessions.get(name), whole.get(name))
        for name in sorted(whole.keys() | ours.sessions.keys())
        if ours.sessions.get(name) != whole.get(name)
    ]


def is_text(value):
    """False for a block, which some key may have below it."""
    return isinstance(value, str) and value != ""


def kinds(ours, view):
    """awsp's kind of each profile, and what botocore does with the same settings."""
    found, merged = [], view.profiles()
    for name, outcome in botocore_side.outcomes(view, list(ours.profiles)).items():
        kind = ours.profiles[name].kind
        if not agree(kind, outcome):
            settings = tuple(
                setting
                for link in chain(merged, name)
                for setting in with_session(link, view).items()
            )
            said = kind or ours.profiles[name].said
            found.append(Difference(sort_of(kind, outcome), name, "", said, outcome, settings))
    return found


def chain(merged, name):
    """The settings of the profile, of its source, and so on."""
    links = []
    while isinstance(name, str) and name in merged and merged[name] not in links:
        links.append(merged[name])
        name = merged[name].get("source_profile")
    return links


def agree(kind, outcome):
    """True when awsp's kind is what botocore does."""
    if isinstance(outcome, Refused):
        return kind is None
    if outcome is None:
        return kind in NO_CREDENTIALS
    return kind in {"sso": ("sso", "sso-legacy")}.get(outcome, (outcome,))


def sort_of(kind, outcome):
    if isinstance(outcome, Refused):
        return "refused"
    return "strict" if kind is None else "kind"
