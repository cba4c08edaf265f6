"""Every difference between awsp and botocore that is meant, by name, and every one that is not.

A rule about reading writes a file anew as awsp takes it: what botocore makes of the file after all
rules is, to the letter, what awsp must make of the file before them. So awsp may also read what
botocore cannot. A rule about what botocore does with what was read says which differences it
explains. A rule that explains nothing any more, in all cases, fails the test: take it away.
"""

from collections.abc import Callable
from dataclasses import dataclass

import rewrites as r


@dataclass(frozen=True)
class Rule:
    name: str
    why: str
    # The order of rewrites: to 9 on the file as one string, then on headers, from 30 on settings,
    # from 40 on sections.
    step: int = 0
    rewrite: Callable | None = None
    # True for a difference that it explains.
    explains: Callable | None = None
    # Where it counts, doctor must have a finding with one of these ids.
    says: tuple = ()
    # True when it makes one section of several, all of which botocore can read.
    merges: bool = False
    # The item of issue 12, of a fault.
    item: str = ""


def strict(holds):
    """awsp calls the profile broken, and botocore would go on."""
    return lambda difference: difference.sort == "strict" and holds(difference)


def whole(holds):
    """awsp has a kind for the profile, and botocore refuses it or has another."""
    return lambda difference: difference.sort in ("kind", "refused") and holds(difference)


def refused(why):
    """awsp has a kind for the profile, and botocore refuses it with these words."""
    return lambda difference: difference.sort == "refused" and why in difference.theirs.why


def silent(what):
    """doctor has this finding, and does not say that botocore cannot read the file."""
    return lambda difference: (
        difference.sort == "silent" and any(what in said for said in difference.ours)
    )


def cries(what):
    """doctor has only this finding to say that botocore cannot read the file, which it can."""
    return lambda difference: (
        difference.sort == "cries" and all(what in said for said in difference.ours)
    )


def unsaid(rule):
    """The rule counts, and doctor does not say that clients differ."""
    return lambda difference: difference.sort == "unsaid" and difference.name == rule


def has_empty(difference):
    return any(value == "" for _, value in difference.settings)


def has_block(difference):
    return any(isinstance(value, dict) for _, value in difference.settings)


def has_equals(line):
    return line if "=" in line else None


def has_key(line):
    return line if line.partition("=")[0].strip() else None


# What the AWS CLI cannot read: awsp loses a line or a section at most, and doctor says which.
UNREADABLE = [
    Rule(
        "not UTF-8",
        "one byte in a comment must not cost every profile",
        1,
        r.replaced_bytes,
        says=("not-utf8",),
    ),
    Rule(
        "byte order mark",
        "editors on Windows put it there",
        2,
        r.without_mark,
        says=("byte-order-mark",),
    ),
    Rule(
        "header without ]",
        "its settings must not land in the section above",
        14,
        r.open_header,
        says=("open-section-name",),
    ),
    Rule(
        "line without =",
        "only the line is lost",
        32,
        r.without("no-delimiter"),
        says=("no-equals-sign",),
    ),
    Rule("line without key", "only the line is lost", 33, r.without("no-key"), says=("no-key",)),
    Rule(
        "before any section",
        "such lines are nobody's",
        34,
        r.before_any_section,
        says=("before-any-section", "no-equals-sign", "no-key"),
    ),
    Rule(
        "block line without =",
        "only the line is lost",
        35,
        r.block_lines(has_equals),
        says=("no-equals-sign",),
    ),
    Rule(
        "section twice",
        "merged, as in every SDK but Python's",
        41,
        r.section_twice,
        says=("section-twice",),
    ),
    Rule(
        "key twice",
        "the last counts, as in every SDK but Python's",
        44,
        r.last_key,
        says=("key-twice", "section-twice"),
    ),
]

# What both read, and not alike.
READING = [
    Rule(
        "blank inside [ ]",
        "the Rust and Go SDKs read `[ profile foo ]`",
        12,
        r.heads(r.blank_inside),
        says=("section-name",),
    ),
    Rule(
        "empty header",
        "nobody can ask for a profile without a name",
        13,
        r.heads(r.empty_header),
        says=("ignored-section",),
    ),
    Rule(
        "[DEFAULT] in config",
        "no SDK but Python's merges it into every section",
        15,
        r.heads(r.default_of_config),
        says=("ignored-section",),
    ),
    Rule(
        "prefix in credentials",
        "only Python makes a profile named `profile x` of it",
        16,
        r.heads(r.prefix_in_credentials),
        says=("ignored-section",),
    ),
    Rule(
        "unquoted words",
        "the Go SDK reads `[profile foo bar]`",
        17,
        r.heads(r.unquoted),
        says=("section-name",),
    ),
    Rule(
        "empty name",
        "nobody can ask for a profile without a name",
        18,
        r.heads(r.nameless),
        says=("ignored-section",),
    ),
    Rule(
        "longer word",
        "only Python's prefix test takes `[profiles x]` for profile `x`",
        19,
        r.heads(r.longer_word),
        says=("ignored-section",),
    ),
    Rule(
        "inline comment",
        "no author means it as a part of the value, and no SDK but Python's takes it so",
        31,
        r.settings(r.inline_comment),
        says=("inline-comment",),
    ),
    Rule("comment in a block", "the same", 31, r.block_lines(r.without_comment)),
    Rule(
        "block line without key",
        "nothing can ask for it",
        35,
        r.block_lines(has_key),
        says=("no-equals-sign",),
    ),
    Rule(
        "capitals in a block",
        "keys are read in small letters everywhere else",
        36,
        r.block_lines(r.small_key),
    ),
    Rule("blank line in a value", "nothing is meant by it", 37, r.settings(r.blank_line_inside)),
    Rule(
        "[default] beside [profile default]",
        "all SDKs but Python's take the prefixed one whole",
        40,
        r.prefixed_default,
        says=("two-defaults",),
    ),
]

# What both read alike, and take for different things.
JUDGING = [
    Rule(
        "empty is missing",
        "botocore goes on with the empty text and fails at the service",
        explains=strict(has_empty),
    ),
    Rule(
        "block for text",
        "no account, region or URL is a block of settings",
        explains=strict(has_block),
    ),
    Rule(
        "twelve digits",
        "AWS knows no other account ids",
        explains=strict(lambda difference: "not twelve digits" in difference.ours),
    ),
    Rule(
        "broken session",
        "botocore looks at it only when it is asked for a bearer token",
        explains=strict(
            lambda difference: "session" in difference.ours or "lacks `sso_" in difference.ours
        ),
    ),
    Rule(
        "credential_source alone",
        "the Rust SDK takes it",
        explains=whole(
            lambda difference: difference.ours == "credential-source" and difference.theirs is None
        ),
    ),
]

RULES = UNREADABLE + READING + JUDGING

# What is not meant: faults of awsp that issue 12 lists. Whoever fixes one takes it away here; the
# test fails until then.
KNOWN_FAULTS = [
    Rule("lone carriage return", "Python ends a line there", 3, r.lone_return, item="15"),
    Rule("blanks", "`\\u00a0` and others are blanks for Python", 4, r.own_blanks, item="15"),
    Rule(
        "first ]",
        "a header ends at its last `]` for Python",
        10,
        r.heads(r.first_bracket),
        item="15",
    ),
    Rule(
        "[DEFAULT] in credentials",
        "it is no profile, and gives its keys to all",
        20,
        r.heads(r.default_as_profile),
        item="15",
    ),
    Rule(
        "two ways",
        "sections with one name in two spellings are merged",
        42,
        r.two_ways,
        merges=True,
        item="15",
        explains=cries("section-twice:"),
    ),
    Rule(
        "foreign capitals in a key",
        "Python makes all letters small",
        43,
        r.settings(r.foreign_capitals),
        item="15",
    ),
    Rule(
        "before any section, unsaid",
        "every `aws` command fails",
        explains=silent("before-any-section:"),
        item="15a",
    ),
    Rule(
        "header without ], unsaid",
        "every `aws` command fails",
        explains=silent("open-section-name:"),
        item="15a",
    ),
    Rule(
        "[], unsaid",
        "every `aws` command fails",
        explains=silent("a section without a name"),
        item="15a",
    ),
    Rule(
        "block line without =, unsaid",
        "every `aws` command fails",
        explains=silent("in the block of"),
        item="15a",
    ),
    Rule(
        "blank in a credentials header, unsaid",
        "most SDKs do not trim the name",
        explains=unsaid("blank inside [ ]"),
        item="15a",
    ),
]
