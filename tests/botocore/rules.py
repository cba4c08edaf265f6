"""The differences between awsp and botocore: the intended ones, each by name, and known faults.

A rule about reading rewrites a file to the meaning that it has for awsp. What botocore reads in the
file after all rules must be exactly what awsp reads in the file before them. So awsp may also read
what botocore cannot. A rule about the use of what was read says which differences it explains. A
rule that explains nothing in any case fails the test: remove it.
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


def strict(holds):
    """awsp calls the profile broken, and botocore would go on."""
    return lambda difference: difference.sort == "strict" and holds(difference)


def whole(holds):
    """awsp has a kind for the profile, and botocore refuses it or has another."""
    return lambda difference: difference.sort in ("kind", "refused") and holds(difference)


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
        says=("open-section-name", "settings-of-above"),
    ),
    Rule(
        "line without =",
        "only the line is lost",
        32,
        r.without("no-delimiter"),
        says=("no-equals-sign", "comment-before-equals-sign"),
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
        says=("no-equals-sign", "block-line"),
    ),
    Rule(
        "section twice",
        "merged, as in every SDK but Python's",
        41,
        r.section_twice,
        says=("section-twice", "key-twice", "section-name"),
    ),
    Rule(
        "key twice",
        "the last counts, as in every SDK but Python's",
        44,
        r.last_key,
        says=("key-twice", "section-twice", "settings-of-above"),
    ),
]

# What both read, and not alike.
READING = [
    Rule(
        "header that botocore does not find",
        "the Rust and Go SDKs read `[ profile foo ]`, the Go SDK `[profile foo bar]`",
        12,
        r.unseen,
        says=("section-name", "ignored-section"),
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
        says=("inline-comment", "comment-before-equals-sign"),
    ),
    Rule("comment in a block", "the same", 31, r.block_lines(r.without_comment)),
    Rule(
        "block line without key",
        "nothing can ask for it",
        35,
        r.block_lines(has_key),
        says=("block-line", "no-equals-sign"),
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

# What is not meant: known faults of awsp. Remove the rule with the fault that you fix; the test fails
# until then.
KNOWN_FAULTS: list[Rule] = []
