//! What is told about files that some client cannot read.

use super::*;

/// Both files, and the line and a part of the text of each problem.
type Row<'a> = (&'a str, &'a str, &'a [(u32, &'a str)]);

const PROBLEMS: &[Row<'_>] = &[
    (
        "[default]\nk=v\n[profile a]\nk=v\n[sso-session s]\nsso_region = x\n[plugins]\nx=y\n",
        "[a]\nk=v\n",
        &[],
    ),
    ("\u{feff}[profile a]\n", "", &[(1, "byte order mark")]),
    (
        "[profile a\nk=v\n",
        "",
        &[(
            1,
            "no `]` at the end of the section's name: its settings are ignored here, and every",
        )],
    ),
    (
        "[]\nk=v\n",
        "",
        &[(
            1,
            "no name between `[` and `]`: its settings are ignored here, and every",
        )],
    ),
    (
        "[profile a]\nk=v\n[profile b=c\nk: v\n  [x]\n[profile b=d\n",
        "",
        &[
            (3, "takes them for settings of the section above"),
            (4, "`k` is in line 2 too"),
            (6, "takes them for settings of the section above"),
            (6, "the same setting is in line 3 too"),
        ],
    ),
    (
        "[profile a]\nk: v\n= w\nnonsense\n  more\n",
        "",
        &[
            (2, "`:` after `k`"),
            (
                3,
                "no key before the `=`: the line is ignored here, and every `aws` command fails",
            ),
            (
                4,
                "no `=` in this line: it is ignored here, and every `aws` command fails",
            ),
        ],
    ),
    (
        "[profile a]\nk # c = v\nK # C = w\n",
        "",
        &[
            (2, "a setting `k # c`"),
            (3, "a setting `K # C`"),
            (3, "`K # C` is in line 2 too"),
        ],
    ),
    (
        "k=v\nl # c = w\n[profile a]\n  l=w\n",
        "",
        &[
            (
                1,
                "`k` stands before any section: it is ignored here, and every `aws` command",
            ),
            (2, "`l # c` stands before any section"),
            (4, "a blank before `l`"),
        ],
    ),
    (
        "[profile a]\nk=v\nK=w\n[profile a]\nk=v\n",
        "",
        &[(3, "in line 2 too"), (4, "section of line 1 again")],
    ),
    (
        "[default]\n[profile default]\n[profile default]\n",
        "",
        &[(2, "both"), (3, "section of line 2 again")],
    ),
    (
        "[profile 'a']\n[profile a]\n[profile 'a']\n[profile  a]\n",
        "",
        &[
            (1, "quotes around"),
            (
                2,
                "`a` is also in line 1, written in another way: only this section counts",
            ),
            (3, "quotes around"),
            (3, "section of line 1 again"),
            (
                3,
                "`a` is also in line 2, written in another way: only that section counts",
            ),
            (4, "more than one blank"),
            (
                4,
                "`a` is also in line 2, written in another way: only this section counts",
            ),
        ],
    ),
    (
        "[a]\n[ ]\n[DEFAULT]\n[other b]\n[a]\n",
        "",
        &[
            (1, "[profile NAME]"),
            (2, "without a name"),
            (3, "merges"),
            (4, "no AWS client"),
            (5, "[profile NAME]"),
            (5, "section of line 1 again"),
        ],
    ),
    (
        "[profile 'a b']\n[profile \"c\"]\n[profile d e]\n[profile  f]\n[ profile \
             g]\n[profile h] i\n[profile ü]\n[profile j] # was [k]\n[ default]\n",
        "",
        &[
            (1, "only some AWS clients"),
            (2, "quotes around `c`"),
            (3, "only in quotes"),
            (4, "more than one blank"),
            (5, "a blank after `[`"),
            (6, "text after `]`"),
            (7, "only some AWS clients"),
            (
                8,
                "does not find `[profile j]`: take the brackets out of the comment",
            ),
            (9, "a blank after `[`"),
        ],
    ),
    (
        "",
        "[profile a]\n[default]\n[default]\n[b ]\n[c] # was [d]\n",
        &[
            (1, "just `[NAME]`"),
            (3, "section of line 2 again"),
            (4, "a blank beside the name `b`"),
            (
                5,
                "does not find `[c]`: take the brackets out of the comment",
            ),
        ],
    ),
    (
        "",
        "[DEFAULT]\nk=v\n[a]\nk=v\n[DEFAULT]\nK=v\n",
        &[
            (
                1,
                "give the settings of `[DEFAULT]` to every profile of this file",
            ),
            (5, "give the settings of `[DEFAULT]`"),
            (6, "`k` is in line 2 too"),
        ],
    ),
    (
        "[profile a]\nk = v # c\n  # d\n  l = w\n",
        "",
        &[
            (2, "comment after the value"),
            (3, "indented comment"),
            (4, "part of the value of `k`"),
        ],
    ),
    (
        "[profile a]\ns3 =\n  a = b\n  nonsense\n  = c\nt = # d\n  nonsense\nu =\n  \
             a = b\u{2028}c\n",
        "",
        &[
            (
                4,
                "in the block of `s3`: the line is ignored here, and every `aws` command fails",
            ),
            (5, "in the block of `s3`: the line is ignored here"),
            (6, "comment after the value"),
            (7, "in the block of `t`: the line is ignored here"),
            (
                9,
                "in the block of `u`: the line is ignored here, and every",
            ),
        ],
    ),
    (
        "[profile a]\nk = v\u{a0}\n\u{3000}\nl\u{b}= w\rm = x\rn = x y\u{a0}z\n",
        "",
        &[
            (2, "a non-breaking space beside `k` (U+00A0)"),
            (3, "an ideographic space in this line (U+3000)"),
            (4, "a carriage return alone"),
            (4, "a vertical tab beside `l` (U+000B)"),
        ],
    ),
];

#[test]
fn problems_are_reported_with_their_line() {
    for &(config, credentials, expected) in PROBLEMS {
        let problems = Files::of(config, credentials).problems();
        let told: Vec<_> = problems
            .iter()
            .map(|problem| (problem.place.line, problem.text.as_str()))
            .collect();
        assert_eq!(
            told.len(),
            expected.len(),
            "{config}{credentials}: {told:?}"
        );
        for ((line, text), (expected_line, part)) in told.iter().zip(expected) {
            assert!(
                line == expected_line && text.contains(part),
                "{config}{credentials}: {line} {text:?}, not {expected_line} {part:?}"
            );
        }
    }
}
