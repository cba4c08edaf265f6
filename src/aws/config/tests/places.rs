//! Where the two files are.

use super::*;
use crate::system::error::Result;

/// A home with a config file, and another one that is not UTF-8.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let aws = home.path().join(".aws");
    std::fs::create_dir(&aws).unwrap();
    std::fs::write(aws.join("config"), "[profile a]\n").unwrap();
    std::fs::write(home.path().join("other"), b"[profile b]\nk=v\n# \xe9\n").unwrap();
    home
}

fn load(home: &tempfile::TempDir, vars: &[(&str, &str)]) -> Result<Files> {
    let mut all = vec![("HOME", home.path().to_str().unwrap())];
    all.extend(vars);
    Files::load(&Env::of(&all))
}

#[test]
fn files_are_where_the_variables_say() {
    let home = home();
    let at = |vars: &[(&str, &str)]| load(&home, vars);
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
}

#[test]
fn a_folder_is_no_file() {
    let home = home();
    let at = |vars: &[(&str, &str)]| load(&home, vars);
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
