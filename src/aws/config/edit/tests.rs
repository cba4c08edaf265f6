mod properties;

use super::*;
use crate::aws::config::Files;

fn profile(name: &str) -> SectionId {
    SectionId::profile(name)
}

fn to(section: &SectionId, key: &str, value: &str) -> Change {
    Change::Set {
        section: section.clone(),
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

fn without(section: &SectionId, key: &str) -> Change {
    Change::Unset {
        section: section.clone(),
        key: key.to_owned(),
    }
}

fn sso_session(name: &str) -> SectionId {
    SectionId {
        kind: SectionKind::SsoSession,
        name: name.to_owned(),
    }
}

fn set(text: &str, which: Which, section: &SectionId, key: &str, value: &str) -> Result<String> {
    apply(text, which, &[to(section, key, value)])
}

fn config(text: &str, changes: &[Change]) -> String {
    apply(text, Which::Config, changes).unwrap()
}

#[test]
fn a_key_is_set_where_it_stands() {
    let a = profile("a");
    let table = [
        (
            "[profile a]\nk = v\nl = w\n",
            "[profile a]\nk = new\nl = w\n",
        ),
        // Spacing, case of the file, CRLF and a missing newline stay.
        (
            "# top\n\n[profile a]\n# c\n\tk=v  \r\n",
            "# top\n\n[profile a]\n# c\n\tk=new  \r\n",
        ),
        ("[profile a]\r\nk = v", "[profile a]\r\nk = new"),
        ("[profile 'a'] # c\nk =\n", "[profile 'a'] # c\nk = new\n"),
        ("[profile a]\nk =   \n", "[profile a]\nk = new   \n"),
        (
            "[profile a]\n  j = v\n  k = v\n  l = v\n",
            "[profile a]\n  j = v\n  k = new\n  l = v\n",
        ),
        // What some client cannot read is written anew.
        ("[profile a]\nK : v\n", "[profile a]\nk = new\n"),
        ("[profile a]\n\u{212a} = v\n", "[profile a]\nk = new\n"),
        ("[profile a]\nk = v\u{a0}\nl=w", "[profile a]\nk = new\nl=w"),
        (
            "[profile a]\nk\u{a0}= v\r\nl=w",
            "[profile a]\nk = new\r\nl=w",
        ),
        // Carriage returns alone end lines too.
        ("[profile a]\rk = v\rl=w\r", "[profile a]\rk = new\rl=w\r"),
        (
            "[profile a]\nj = 1\nk = v  # why\nl = w\n",
            "[profile a]\nj = 1\n# why\nk = new\nl = w\n",
        ),
        (
            "[profile a]\r\nk = v ; why",
            "[profile a]\r\n; why\r\nk = new",
        ),
        // Continuations and blocks go with the value.
        (
            "[profile a]\nk = v\n  more\n\n  # c\n  more\n\nl = w\n",
            "[profile a]\nk = new\n\nl = w\n",
        ),
        ("[profile a]\nk =\n  x = y\n", "[profile a]\nk = new\n"),
        // The one that counts.
        (
            "[profile a]\nk = 1\n[profile b]\n[profile a]\nk = 2\nk = 3\n",
            "[profile a]\nk = 1\n[profile b]\n[profile a]\nk = 2\nk = new\n",
        ),
        // It says so already.
        ("[profile a]\nK: new # c\n", "[profile a]\nK: new # c\n"),
    ];
    for (old, new) in table {
        assert_eq!(
            set(old, Which::Config, &a, "k", "new").unwrap(),
            new,
            "{old}"
        );
    }
}

#[test]
fn a_new_key_goes_below_the_last_line_of_its_section() {
    let table = [
        ("[profile a]\n", "[profile a]\nk = v\n"),
        ("[profile a]", "[profile a]\nk = v\n"),
        ("[profile a]\r\nj = 1", "[profile a]\r\nj = 1\r\nk = v\r\n"),
        ("[profile a]\rj = 1", "[profile a]\rj = 1\rk = v\r"),
        (
            "[profile a]\nj = 1\n\n# about b\n[profile b]\n",
            "[profile a]\nj = 1\nk = v\n\n# about b\n[profile b]\n",
        ),
        (
            "[profile a]\ns3 =\n  x = y\n  # c\n\n[profile b]\n",
            "[profile a]\ns3 =\n  x = y\n  # c\nk = v\n\n[profile b]\n",
        ),
        (
            "[profile a]\nj = 1\n[profile b]\n[profile a]\n[profile c]\n",
            "[profile a]\nj = 1\n[profile b]\n[profile a]\nk = v\n[profile c]\n",
        ),
        (
            "[profile a]\nnonsense\n  more\n",
            "[profile a]\nnonsense\n  more\nk = v\n",
        ),
        (
            "[profile a]\n  [profile b]\n",
            "[profile a]\n  k = v\n  [profile b]\n",
        ),
    ];
    for (old, new) in table {
        assert_eq!(
            set(old, Which::Config, &profile("a"), "k", "v").unwrap(),
            new,
            "{old}"
        );
    }
    // Of two sections with one name, in the one that counts.
    let two = "[profile 'a']\nk = 1\n[profile a]\n[profile  a ]\nj = 1\n[profile a]\nk = 2\n";
    assert_eq!(
        set(two, Which::Config, &profile("a"), "k", "v").unwrap(),
        two.replace("j = 1\n", "j = 1\nk = v\n")
    );
    let one = "[ profile a]\nk = 1\n[profile a]\nk = 2\n[profile b]";
    assert_eq!(
        set(one, Which::Config, &profile("a"), "k", "v").unwrap(),
        one.replace("k = 2", "k = v")
    );
    let default = "[profile default]\n[default]\nk = 1\n";
    assert_eq!(
        set(default, Which::Config, &profile("default"), "k", "v").unwrap(),
        "[profile default]\nk = v\n[default]\nk = 1\n"
    );
}

#[test]
fn a_new_section_goes_to_the_end() {
    let (a, s) = (profile("a"), sso_session("my team"));
    let changes = [to(&s, "x", "y"), to(&a, "k", "v"), to(&a, "l", "w")];
    let new = "[sso-session 'my team']\nx = y\n\n[profile a]\nk = v\nl = w\n";
    assert_eq!(config("", &changes), new);
    assert_eq!(
        config("# only this", &changes),
        format!("# only this\n\n{new}")
    );
    assert_eq!(
        config("[default]\n\n", &changes),
        format!("[default]\n\n{new}")
    );
    assert_eq!(
        config("[default]\r\nq=1\r\n", &changes),
        format!("[default]\nq=1\n\n{new}").replace('\n', "\r\n")
    );
    // Where the sections stand close, they still do.
    assert_eq!(
        config("[default]\n[profile b]\nq=1", &changes[1..2]),
        "[default]\n[profile b]\nq=1\n[profile a]\nk = v\n"
    );
    assert_eq!(
        apply("", Which::Credentials, &changes[1..2]).unwrap(),
        "[a]\nk = v\n"
    );
    assert_eq!(
        config("", &[to(&profile("default"), "k", "v")]),
        "[default]\nk = v\n"
    );
    assert_eq!(
        config("", &[to(&profile("it's \"x\""), "k", "v")]),
        "[profile 'it'\"'\"'s \"x\"']\nk = v\n"
    );
    assert_eq!(
        config("[profile 'a']\n", &[to(&a, "k", "v")]),
        "[profile 'a']\nk = v\n"
    );
}

#[test]
fn keys_are_removed_with_what_is_theirs() {
    let a = profile("a");
    let table = [
        ("[profile a]\nk = v\nl = w\n", "[profile a]\nl = w\n"),
        (
            "[profile a]\nj =\n  x = y\nk =\n  x = y\n# c\n\nK = v\n[profile a]\nk=1",
            "[profile a]\nj =\n  x = y\n# c\n\n[profile a]\n",
        ),
        ("[profile b]\nk = v\n", "[profile b]\nk = v\n"),
    ];
    for (old, new) in table {
        assert_eq!(config(old, &[without(&a, "k")]), new, "{old}");
    }
    let changes = [
        to(&a, "l", "w"),
        without(&a, "l"),
        to(&a, "k", "1"),
        to(&a, "k", "2"),
    ];
    assert_eq!(
        config("[profile a]\nl = v\n", &changes),
        "[profile a]\nk = 2\n"
    );
}

#[test]
fn sections_are_removed_with_what_is_theirs() {
    let a = profile("a");
    let table = [
        ("[profile a]\nk = v\n", ""),
        (
            "[default]\n\n[profile a]\nk = v\n\n[profile b]\n",
            "[default]\n\n[profile b]\n",
        ),
        (
            "[profile a]\nk = v\n\n# about b\n\n[profile b]\n",
            "# about b\n\n[profile b]\n",
        ),
        (
            "[profile a]\nk = v\n  # mine\n# about b\n[profile b]\n",
            "# about b\n[profile b]\n",
        ),
        (
            "# top\n[profile a]\n[profile b]\n[profile \"a\"]\nk",
            "# top\n[profile b]\n",
        ),
        (
            "[profile b]\nk = v\n[profile a]\n  [profile c]\n  l = w\n",
            "[profile b]\nk = v\n[profile c]\n  l = w\n",
        ),
        (
            "\u{feff}[profile a]\n[profile b]\n",
            "\u{feff}[profile b]\n",
        ),
    ];
    for (old, new) in table {
        assert_eq!(
            config(old, &[Change::Remove { section: a.clone() }]),
            new,
            "{old}"
        );
    }
    let changes = [Change::Remove { section: a.clone() }, to(&a, "l", "w")];
    assert_eq!(
        config("[profile a]\nk = v\n[default]\n", &changes),
        "[default]\n[profile a]\nl = w\n"
    );
}

#[test]
fn what_not_every_client_would_read_is_refused() {
    let can_set = |name: &str, key: &str, value: &str| {
        set("", Which::Config, &profile(name), key, value).is_ok()
    };
    for value in ["v", "a#b", "a;b", "a = b", "\"q\"", "é", "x [y]"] {
        assert!(can_set("a", "k", value), "{value:?}");
    }
    for value in [
        "", " v", "v ", "a\nb", "a\rb", "a #b", "a ;b", "#a", "\u{a0}a", "a\0",
    ] {
        assert!(!can_set("a", "k", value), "{value:?}");
    }
    for key in ["", "a b", "a=b", "a:b", "#a", "[a", "é"] {
        assert!(!can_set("a", key, "v"), "{key:?}");
    }
    for name in ["", "a]b", "a\nb", "a\tb"] {
        assert!(!can_set(name, "k", "v"), "{name:?}");
    }
    let credentials = |name: &str| set("", Which::Credentials, &profile(name), "k", "v").is_ok();
    assert!(
        credentials("a b") && !credentials("profile a") && !credentials(" a") && !credentials("")
    );
    assert!(set("", Which::Credentials, &sso_session("a"), "k", "v").is_err());
    // But what is there already under such a name can be changed.
    assert!(
        set(
            "[profile a\tb]\n",
            Which::Config,
            &profile("a\tb"),
            "k",
            "v"
        )
        .is_ok()
    );

    let mut file = Files::of("[profile a]\n", "").config;
    assert_eq!(
        file.edited(&[Change::Remove {
            section: profile("a")
        }])
        .unwrap(),
        ""
    );
    file.not_utf8 = Some(7);
    assert_eq!(
        file.edited(&[]).unwrap_err().causes,
        ["line 7 is not UTF-8"]
    );
}

#[test]
fn many_changes_take_the_time_of_one() {
    let sections: Vec<SectionId> = (0..15_000)
        .map(|number| profile(&format!("account-{number}")))
        .collect();
    let changes: Vec<Change> = sections
        .iter()
        .flat_map(|section| [to(section, "k", "v"), to(section, "l", "w")])
        .collect();
    let text = config("", &changes);
    assert_eq!(config(&text, &changes), text);
    let removal: Vec<Change> = sections
        .iter()
        .map(|section| Change::Remove {
            section: section.clone(),
        })
        .collect();
    assert_eq!(config(&text, &removal), "");
}

/// Every setting of a file but one: section, key, value, block.
fn settings(text: &str, section: &SectionId, key: Option<&str>) -> Vec<String> {
    let files = Files::of(text, "");
    let kinds = [
        (SectionKind::Profile, files.profiles()),
        (SectionKind::SsoSession, files.sso_sessions()),
    ];
    let mut all = Vec::new();
    for (kind, sections) in kinds {
        for found in sections {
            if kind == section.kind && found.name == section.name && key.is_none() {
                continue;
            }
            let changed = |name: &str| {
                kind == section.kind && found.name == section.name && Some(name) == key
            };
            for setting in found
                .settings
                .iter()
                .filter(|setting| !changed(&setting.key))
            {
                all.push(format!(
                    "{kind:?} {:?} {:?} {:?} {:?}",
                    found.name, setting.key, setting.value, setting.nested
                ));
            }
        }
    }
    all.sort();
    all
}

fn value(text: &str, section: &SectionId, key: &str) -> Option<String> {
    let files = Files::of(text, "");
    let found = if section.kind == SectionKind::Profile {
        files.profile(&section.name)
    } else {
        files.sso_session(&section.name)
    };
    found?.get(key).map(str::to_owned)
}
