//! The two files together.

use super::*;

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
