//! Both files read with AWS's semantics.

mod both;
mod places;
mod problems;
pub(in crate::aws) mod properties;

use super::grammar::{Document, Lines};
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
fn the_empty_value_is_no_value() {
    let files = Files::of("[profile a]\nk =\nl = x", "");
    let section = files.profile("a").unwrap();
    assert_eq!(
        (section.get("k"), section.get("l"), section.get("m")),
        (None, Some("x"), None)
    );
    assert!(section.setting("k").is_some());
}
