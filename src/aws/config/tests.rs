use proptest::prelude::*;

use super::grammar::Document;
use super::grammar::Lines;
use super::headers::{Headers, header_at};
use super::*;
use crate::system::env::Env;
use crate::system::error::Kind;

/// `NAME: key=value, key=value` for each section.
fn told(sections: &[Section]) -> String {
    let settings = |section: &Section| -> Vec<String> {
        let nested = |setting: &Setting| -> String {
            setting
                .nested
                .iter()
                .fold(String::new(), |out, (key, value)| {
                    out + &format!("<{key}={value}>")
                })
        };
        section
            .settings
            .iter()
            .map(|setting| format!("{}={}{}", setting.key, setting.value, nested(setting)))
            .collect()
    };
    let lines: Vec<String> = sections
        .iter()
        .map(|section| format!("{}: {}", section.name, settings(section).join(", ")))
        .collect();
    lines
        .join("\n")
        .replace(": \n", ":\n")
        .trim_end()
        .to_owned()
}

/// What each odd file says. Beside each, who else reads it so, where not all do.
const CONFIG: &[(&str, &str, &str)] = &[
    ("empty", "", ""),
    ("blank lines and comments", "\n \t\n# a\n; b\n", ""),
    ("one profile", "[profile a]\nregion = x\n", "a: region=x"),
    (
        "no newline at the end",
        "[profile a]\nregion = x",
        "a: region=x",
    ),
    ("an empty profile", "[profile a]", "a:"),
    ("CRLF", "[profile a]\r\nregion = x\r\n", "a: region=x"),
    ("BOM", "\u{feff}[profile a]\nk = v", "a: k=v"),
    (
        "lines end at a carriage return alone",
        "[profile a]\rk=v\r\r\nl=w\n\r[profile b]\r",
        "a: k=v, l=w\nb:",
    ),
    (
        "blanks of which only Python knows",
        "\u{3000}[profile a]\u{a0}\n\u{a0}\nk\u{2003}=\u{a0}v\u{a0}\n\u{c}\u{1f} w\n\u{85}l=x\n",
        "a: k=v\nw\nl=x",
    ),
    (
        "a blank counts as one, however many bytes it has",
        "[profile a]\n\u{3000}k=v\n  l=w\n",
        "a: k=v\nl=w",
    ),
    (
        "blanks that are none in a header",
        "[profile\u{a0}a]\nk=v\n[profile b\u{a0}]\nk=w",
        "b\u{a0}: k=w",
    ),
    ("tabs", "[profile\ta]\nk\t=\tv\t", "a: k=v"),
    ("blanks around the name", "[profile   a  ]\nk=v", "a: k=v"),
    ("a blank after the bracket", "[ profile a ]\nk=v", "a: k=v"),
    ("default", "[default]\nk=v", "default: k=v"),
    (
        "profile default replaces default before it",
        "[default]\na=1\n[profile default]\nb=2",
        "default: b=2",
    ),
    (
        "profile default replaces default after it",
        "[profile default]\nb=2\n[default]\na=1",
        "default: b=2",
    ),
    (
        "profile default merges",
        "[profile default]\nb=2\n[default]\na=1\n[profile default]\nc=3",
        "default: b=2, c=3",
    ),
    (
        "upper-case default is nothing",
        "[DEFAULT]\na=1\n[Default]\na=2",
        "",
    ),
    (
        "a repeated section merges",
        "[profile a]\nx=1\ny=2\n[profile b]\n[profile a]\nx=3\nz=4",
        "a: x=3, y=2, z=4\nb:",
    ),
    (
        "a repeated key: the last",
        "[profile a]\nRegion=1\nregion=2",
        "a: region=2",
    ),
    ("no prefix", "[a]\nk=v\n[profile b]\nk=w", "b: k=w"),
    (
        "a prefix that is none",
        "[profiles a]\nk=v\n[profilea]\nk=v\n[profile]\nk=v\n[profile ]\nk=v",
        "",
    ),
    ("no name in quotes", "[profile '']\nk=v\n[]\nk=v", ""),
    ("single quotes", "[profile 'a b']\nk=v", "a b: k=v"),
    ("double quotes", "[profile \"a b\"]\nk=v", "a b: k=v"),
    ("quotes that are not needed", "[profile 'a']\nk=v", "a: k=v"),
    (
        "a name in two ways is two sections, of which the last counts",
        "[profile 'a']\nk=v\n[profile a]\nl=w\n[profile 'a']\nm=x",
        "a: l=w",
    ),
    (
        "the AWS CLI finds one of them",
        "[profile a b]\nk=v\n[profile 'a b']\nl=w\n[ profile c]\nk=v\n[profile c]\nl=w\n[ profile \
         c]\nm=x",
        "a b: l=w\nc: l=w",
    ),
    (
        "the AWS CLI finds none of them",
        "[profile a b]\nk=v\n[ profile 'a b']\nl=w",
        "a b: k=v, l=w",
    ),
    (
        "a bracket in a name",
        "[profile a[1]/x]\nk=v\n[profile a[1]/y]\nk=w\n[profile b]]\nk=x",
        "a[1]/x: k=v\na[1]/y: k=w\nb]: k=x",
    ),
    (
        "a bracket in a comment is a part of the name",
        "[profile a] # was [old]\nk=v\n[profile b]\nk=w",
        "b: k=w",
    ),
    (
        "quotes in the middle",
        "[profile a' 'b\"c\"]\nk=v",
        "a bc: k=v",
    ),
    ("an escape", "[profile a\\b\\ c]\nk=v", "ab c: k=v"),
    (
        "escapes in double quotes",
        "[profile \"a\\\"\\\\\\b\"]\nk=v",
        "a\"\\\\b: k=v",
    ),
    (
        "none in single quotes",
        "[profile 'a\\b']\nk=v",
        "a\\b: k=v",
    ),
    ("a bracket in quotes", "[profile 'a]b']\nk=v", "a]b: k=v"),
    (
        "a quote that stays open",
        "[profile \"a b]\nk=v",
        "\"a b: k=v",
    ),
    ("an apostrophe", "[profile bob's]\nk=v", "bob's: k=v"),
    ("several words", "[profile a b]\nk=v", "a b: k=v"),
    (
        "names that some clients drop",
        "[profile größe!]\nk=v\n[profile a#b]\nk=v\n[profile a=b]\nk=v",
        "größe!: k=v\na#b: k=v\na=b: k=v",
    ),
    (
        "every allowed sign",
        "[profile aZ0_-/.%@:+]\nk=v",
        "aZ0_-/.%@:+: k=v",
    ),
    (
        "a comment after the header",
        "[profile a] # x [y\nk=v\n[profile b]; x\nk=v\n[profile c]x\nk=v",
        "a: k=v\nb: k=v\nc: k=v",
    ),
    (
        "no closing bracket costs the section",
        "[profile a]\nk=v\n[profile b\nk=w\n[profile c]\nk=x",
        "a: k=v\nc: k=x",
    ),
    (
        "an indented first section",
        "  [profile a]\n  k=v\n",
        "a: k=v",
    ),
    (
        "an indented section after a header",
        "[profile a]\n  [profile b]\n  k=v\n",
        "a:\nb: k=v",
    ),
    (
        "an indented section after a key",
        "[profile a]\nk=v\n [profile b]\nl=w",
        "a: k=v\n[profile b], l=w",
    ),
    (
        "a section indented as a whole",
        "[profile a]\n  k = v\n  l = w\n\n  m = x\n",
        "a: k=v, l=w, m=x",
    ),
    (
        "a colon",
        "[profile a]\nk: v\nl : https://x/?y=z\n",
        "a: k=v, l=https://x/?y=z",
    ),
    (
        "the first sign counts",
        "[profile a]\nk = a=b:c\n",
        "a: k=a=b:c",
    ),
    (
        "an upper-case key",
        "[profile a]\nREGION = Us\n",
        "a: region=Us",
    ),
    (
        "capitals beyond ASCII",
        "[profile a]\nÉ\u{212a}=v\ns3 =\n  É = 1\n",
        "a: ék=v, s3=<é=1>",
    ),
    ("an empty value", "[profile a]\nk =\nl=\n", "a: k=, l="),
    (
        "a line without a sign",
        "[profile a]\nnonsense\n  and = more\nk=v",
        "a: k=v",
    ),
    ("no key", "[profile a]\n= v\nk=v", "a: k=v"),
    (
        "a key before any section",
        "k=v\n  x=y\n[profile a]\nl=w",
        "a: l=w",
    ),
    (
        "comments after a value",
        "[profile a]\nk = v # c\nl = v ; c\nm = v\t#c\n",
        "a: k=v, l=v, m=v",
    ),
    (
        "not comments",
        "[profile a]\nk = v#c\nl = v;c\nm =#c\n",
        "a: k=v#c, l=v;c, m=#c",
    ),
    ("a comment for a value", "[profile a]\nk = # c\n", "a: k="),
    (
        "a comment before the sign",
        "[profile a]\nk # c = v\nl=w",
        "a: l=w",
    ),
    (
        "quotes of a value stay",
        "[profile a]\nk = \"v\"\n",
        "a: k=\"v\"",
    ),
    (
        "continuations keep their comments",
        "[profile a]\nk = v\n  w # c\n\n # no\n\tx\nl=1",
        "a: k=v\nw # c\nx, l=1",
    ),
    (
        "a block",
        "[profile a]\ns3 =\n  A = 1 # c\n\n  # no\n    b=2\nl=1",
        "a: s3=<a=1><b=2>, l=1",
    ),
    (
        "a block with a line that is none",
        "[profile a]\ns3 =\n  a = 1\n  nonsense\n  b: 2\n = 3\n",
        "a: s3=<a=1>",
    ),
    (
        "a continuation before any key",
        "[profile a]\n  nonsense\nk=v",
        "a: k=v",
    ),
    (
        "a block with a line separator",
        "[profile a]\ns3 =\n  a = 1\u{2028}b = 2\u{85}c\n",
        "a: s3=<a=1><b=2>",
    ),
    (
        "no closing bracket, and a setting for the AWS CLI",
        "[profile a]\nk=v\n[profile b=\n  [profile c]\nl=w\n",
        "a: k=v",
    ),
    (
        "a comment in the first column ends nothing",
        "[profile a]\nk =\n  a=1\n# c\n  b=2",
        "a: k=<a=1><b=2>",
    ),
];

#[test]
fn odd_config_files_read_as_the_most_lenient_client_reads_them() {
    for (title, config, expected) in CONFIG {
        assert_eq!(
            told(&Files::of(config, "").profiles()),
            *expected,
            "{title}"
        );
    }
}

#[test]
fn the_credentials_file_has_names_without_prefix_and_quotes() {
    let table = [
        ("[a]\nk=v", "a: k=v"),
        ("[default]\nk=v\n[default]\nk=w", "default: k=w"),
        ("[a b]\nk=v\n['c']\nk=v", "a b: k=v\n'c': k=v"),
        (
            "[profile a]\nk=v\n[sso-session a]\nk=v\n[services x]\nk=v",
            "",
        ),
        ("[profile]\nk=v", "profile: k=v"),
        (
            "[DEFAULT]\nk=v\nl=w\n[a]\nk=x\n[DEFAULT]\nm=y\n[b]\n[ DEFAULT ]\nn=z",
            "a: k=x, l=w, m=y\nb: k=v, l=w, m=y",
        ),
        ("[a ]\nk=v\n[a]\nl=w\n[ b]\nk=v", "a: l=w\nb: k=v"),
        (
            "[a[1]/x]\nk=v\n[b] # was [c]\nk=w",
            "a[1]/x: k=v\nb] # was [c: k=w",
        ),
    ];
    for (credentials, expected) in table {
        assert_eq!(told(&Files::of("", credentials).profiles()), expected);
    }
}

#[test]
fn both_files_merge_and_the_credentials_file_wins() {
    let files = Files::of(
        "[profile a]\nx=1\ny=2\n[profile b]\n[profile default]\nq=1\n[default]\np=1",
        "[c]\nz=1\n[a]\n\nX=9\n[default]\nr=1",
    );
    assert_eq!(files.profile_names(), ["a", "b", "default", "c"]);
    assert_eq!(
        told(&files.profiles()),
        "a: x=9, y=2\nb:\ndefault: q=1, r=1\nc: z=1"
    );
    let profile = files.profile("a").unwrap();
    assert_eq!(
        profile.place,
        Place {
            which: Which::Config,
            line: 1
        }
    );
    assert_eq!(
        profile.setting("x").unwrap().place,
        Place {
            which: Which::Credentials,
            line: 5
        }
    );
    assert_eq!(
        profile.setting("y").unwrap().place,
        Place {
            which: Which::Config,
            line: 3
        }
    );
    assert_eq!(
        files.shown(profile.setting("x").unwrap().place),
        "~/.aws/credentials:5"
    );
    assert_eq!(
        files.profile("c").unwrap().place,
        Place {
            which: Which::Credentials,
            line: 1
        }
    );
}

#[test]
fn what_default_gives_stands_in_the_credentials_file() {
    let files = Files::of("[profile a]\nx=1\ny=2", "[DEFAULT]\nx=3\n[b]\n[a]\nz=4");
    assert_eq!(told(&files.profiles()), "a: x=3, y=2, z=4\nb: x=3");
    let profile = files.profile("a").unwrap();
    assert_eq!(
        files.shown(profile.setting("x").unwrap().place),
        "~/.aws/credentials:2"
    );
}

#[test]
fn sessions_and_services_come_from_the_config_file_only() {
    let files = Files::of(
        "[sso-session a]\nx=1\n[services s]\nsso =\n endpoint_url = u\n[profile a]\n[sso-session \
         'b c']\n",
        "[sso-session a]\nx=2",
    );
    assert_eq!(told(&files.sso_sessions()), "a: x=1\nb c:");
    assert_eq!(files.sso_session_names(), ["a", "b c"]);
    assert_eq!(files.sso_session("b c").unwrap().place.line, 7);
    assert_eq!(
        told(&[files.services("s").unwrap()]),
        "s: sso=<endpoint_url=u>"
    );
    assert_eq!(files.sso_session("s"), None);
}

#[test]
fn the_empty_value_is_no_value() {
    let files = Files::of("[profile a]\nk =\nl = x", "");
    let section = files.profile("a").unwrap();
    assert_eq!(
        (section.get("k"), section.get("l"), section.get("m")),
        (None, Some("x"), None)
    );
    assert!(section.setting("k").is_some());
}

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
                "`a` stands in line 1 too, written in another way: only this section counts",
            ),
            (3, "quotes around"),
            (3, "section of line 1 again"),
            (
                3,
                "`a` stands in line 2 too, written in another way: only that section counts",
            ),
            (4, "more than one blank"),
            (
                4,
                "`a` stands in line 2 too, written in another way: only this section counts",
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
fn problems_are_told_with_their_line() {
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

#[test]
fn files_are_where_the_variables_say() {
    let home = tempfile::tempdir().unwrap();
    let aws = home.path().join(".aws");
    std::fs::create_dir(&aws).unwrap();
    std::fs::write(aws.join("config"), "[profile a]\n").unwrap();
    std::fs::write(home.path().join("other"), b"[profile b]\nk=v\n# \xe9\n").unwrap();
    let at = |vars: &[(&str, &str)]| {
        let mut all = vec![("HOME", home.path().to_str().unwrap())];
        all.extend(vars);
        Files::load(&Env::of(&all))
    };

    let files = at(&[]).unwrap();
    assert_eq!(
        (
            files.config.shown.as_str(),
            files.config.exists,
            files.credentials.exists
        ),
        ("~/.aws/config", true, false)
    );
    assert_eq!(files.profile_names(), ["a"]);

    let files = at(&[
        ("AWS_CONFIG_FILE", "~/other"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/nowhere/at/all"),
    ])
    .unwrap();
    assert_eq!(
        (files.config.shown.as_str(), files.config.not_utf8),
        ("~/other", Some(3))
    );
    assert_eq!(files.config.path, home.path().join("other"));
    assert_eq!(
        (files.profile_names(), files.credentials.exists),
        (vec![Cow::Borrowed("b")], false)
    );
    assert!(files.problems()[0].text.contains("not UTF-8"));
    assert_eq!(files.problems()[0].place.line, 3);

    let files = at(&[("AWS_CONFIG_FILE", "")]).unwrap();
    assert!(!files.config.exists && files.profile_names().is_empty());
    assert!(
        !at(&[("AWS_CONFIG_FILE", "~/other/below")])
            .unwrap()
            .config
            .exists
    );

    let error = at(&[("AWS_CONFIG_FILE", "~/.aws")]).unwrap_err();
    assert_eq!(
        (error.kind, error.message.as_str(), error.causes),
        (
            Kind::Failed,
            "cannot read ~/.aws",
            vec!["it is a folder".to_owned()]
        )
    );
    assert_eq!(
        at(&[("AWS_CONFIG_FILE", "~")]).unwrap_err().message,
        "cannot read ~"
    );
}

/// Files made of what matters to the grammar.
pub(super) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        8 => Just("\n".to_owned()),
        1 => Just("\r\n".to_owned()),
        1 => "\\PC{0,6}",
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

#[rustfmt::skip]
const PIECES: &[&str] = &[
    "[profile a]", "[profile 'a b']", "[default]", "[profile default]", "[sso-session a]", "[a]", "[profile a'b']", "[profile a\\b]",
    "[profile \"ab\"]", "[ profile ab ]", "[profile\tab]", "[profile a b]", "[a b]", "[profile", "[profile ab", "[profile  a]", "[DEFAULT]", "[a ]", "] # [x]", "[]", "\u{feff}", "\u{a0}", "\u{2028}", "[services a]",
    "key", "k = v", "region=x", "a:b", "=", ":", " # c", "# c", ";", "s3 =", " ", "  ", "\t", "\r", "[", "]", "'", "\"", "\\", "é",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        let files = Files::of(&text, &text);
        files.profiles();
        files.problems();
    }

    #[test]
    fn spans_tile_the_file(text in text()) {
        for which in [Which::Config, Which::Credentials] {
            let lines: String = Lines::new(&text, which).map(|line| &text[line.span]).collect();
            prop_assert_eq!(&lines, &text);
            let document = Document::parse(&text, which);
            let mut joined = text[document.preamble.clone()].to_owned();
            for section in &document.sections {
                joined.push_str(&text[section.span.clone()]);
                prop_assert_eq!(section.header_span.start, section.span.start);
                let mut at = section.header_span.end;
                for entry in document.entries(section) {
                    let property = &entry.property;
                    let order = [at, entry.span.start, property.key.start, property.key.end, property.value.start, property.value.end, entry.first,
                        entry.span.end, section.span.end];
                    prop_assert!(order.is_sorted(), "{:?}", order);
                    let above = text[..entry.span.start].replace("\r\n", "\n").replace('\r', "\n");
                    prop_assert_eq!(entry.line as usize, 1 + above.matches('\n').count());
                    at = entry.span.end;
                }
            }
            prop_assert_eq!(&joined, &text);
        }
    }

    #[test]
    fn those_that_begin_alike_are_found_without_the_rest(config in text(), credentials in text(), beginning in "|a|ab?|a b|d|\\[|e|é| ") {
        let files = Files::of(&config, &credentials);
        let all = files.profiles().into_iter().filter(|profile| profile.name.starts_with(&beginning));
        prop_assert_eq!(files.profiles_beginning(&beginning), all.collect::<Vec<_>>());
    }

    #[test]
    fn plain_lines_read_as_with_the_full_grammar(lines in "([a-z_=#; \\t\u{a0}é\\[\\]-]{0,3}( ?= ?)?[a-z#; é\u{a0}]{0,4}(\n|\n|\n|\r\n|\r)){0,6}") {
        let text = format!("[profile a]\n{lines}");
        let mut plain = Vec::new();
        let from = "[profile a]\n".len();
        if let Some((end, above)) = plain::lines(&text, from, |line| plain.push((line.key.to_owned(), line.value.to_owned(), 2 + line.above))) {
            let document = Document::parse(&text, Which::Config);
            let section = &document.sections[0];
            let full: Vec<_> = document.entries(section).iter().map(|entry| (entry.key(&text).into_owned(), entry.value(&text).0.into_owned(), entry.line)).collect();
            prop_assert_eq!(plain, full);
            prop_assert_eq!(end, section.span.end);
            prop_assert_eq!(above as usize, Lines::new(&text[from..end], Which::Config).count());
        }
    }

    #[test]
    fn headers_are_found_without_the_rest(text in text()) {
        for which in [Which::Config, Which::Credentials] {
            let quick: Vec<_> = Headers::new(&text, which).map(|at| header_at(&text, which, at)).collect();
            let full: Vec<_> = Document::parse(&text, which).sections.into_iter().map(|section| section.header).collect();
            prop_assert_eq!(quick, full);
        }
    }

    #[test]
    fn one_profile_reads_as_among_all(config in text(), credentials in text()) {
        let files = Files::of(&config, &credentials);
        let profiles = files.profiles();
        prop_assert_eq!(profiles.iter().map(|profile| profile.name.clone()).collect::<Vec<_>>(), files.profile_names());
        for profile in &profiles {
            prop_assert_eq!(files.profile(&profile.name), Some(profile.clone()));
        }
        for session in files.sso_sessions() {
            prop_assert_eq!(files.sso_session(&session.name), Some(session));
        }
        for name in ["", "a", "ab", "a b", "default", "nobody", "é"] {
            prop_assert_eq!(files.profile(name), profiles.iter().find(|profile| profile.name == name).cloned());
        }
    }
}
