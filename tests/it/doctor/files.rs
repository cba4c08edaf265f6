//! What is found in the files, the caches and the settings.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use identity_center::Options;
use serde_json::Value;

use super::Patient;

/// What is appended to the config file of twelve lines, what the credentials file holds, and what
/// the doctor prints.
const FAULTS: [(&str, &str, &str); 7] = [
    (
        "[profile dev]\noutput = json\n",
        "",
        "wrong: the section of line 7 again: merged here, and every `aws` command fails \
             (~/.aws/config:13)\n\
             \x20 fix: vi +13 ~/.aws/config\n",
    ),
    (
        "[profile x] # was [old]\nregion = eu-west-1\n",
        "",
        "warning: the AWS CLI reads the name up to the last `]` of the line, and so does not \
             find `[profile x]`: take the brackets out of the comment (~/.aws/config:13)\n\
             \x20 fix: vi +13 ~/.aws/config\n",
    ),
    (
        "[profile x\nregion = eu-west-1\n",
        "",
        "wrong: no `]` at the end of the section's name: its settings are ignored here, and \
             every `aws` command fails (~/.aws/config:13)\n\
             \x20 fix: vi +13 ~/.aws/config\n",
    ),
    (
        "[profile x]\nregion: eu-west-1\n",
        "",
        "warning: `:` after `region`: write `=`, the Rust SDK cannot read the file and \
             JavaScript ignores the line (~/.aws/config:14)\n\
             \x20 fix: vi +14 ~/.aws/config\n",
    ),
    (
        "[profile x]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = gone\n",
        "",
        "warning: profile `x` gets its credentials from `gone`, which does not exist \
             (~/.aws/config:15)\n\
             \x20 fix: vi +15 ~/.aws/config\n",
    ),
    (
        "",
        "[dev]\naws_access_key_id = AKIASECRET\naws_secret_access_key = SECRET\n",
        "wrong: `dev` has keys and Identity Center settings: the JavaScript and Go SDKs use \
             the keys, all other tools use the role (~/.aws/credentials:2)\n\
             \x20 fix: vi +2 ~/.aws/credentials\n",
    ),
    (
        "[profile old]\n\
             sso_start_url = https://d-9067example.awsapps.com/start\n\
             sso_region = eu-west-1\n\
             sso_account_id = 111122223333\n\
             sso_role_name = r\n",
        "",
        "note: `old` has a start URL of its own: no tool can renew such a session without a \
             login (~/.aws/config:13)\n\
             \x20 fix: awsp configure --convert\n",
    ),
];

#[test]
fn each_fault_of_the_files_is_found() {
    for (config, credentials, expected) in FAULTS {
        let patient = Patient::new();
        patient.config(config);
        if !credentials.is_empty() {
            patient.write(".aws/credentials", credentials);
        }
        let done = patient.run(&[], &[]);
        assert!(
            done.stdout.starts_with(expected),
            "{config}{credentials}{}{}",
            done.stdout,
            done.stderr
        );
        assert_eq!(done.stdout.matches("fix:").count(), 1, "{}", done.stdout);
        assert_eq!(
            done.status,
            i32::from(expected.starts_with("wrong")),
            "{expected}"
        );
        assert!(!done.stdout.contains("SECRET"));
    }
}

#[test]
fn a_file_that_cannot_be_read_stops_no_other_check() {
    let patient = Patient::new();
    fs::remove_file(patient.place.path(".aws/credentials")).unwrap();
    fs::create_dir(patient.place.path(".aws/credentials")).unwrap();
    let done = patient.run(&[], &[("AWS_VAULT", Some("x"))]);
    assert_eq!(done.status, 1);
    assert!(
        done.stdout.contains("left over from aws-vault"),
        "{}",
        done.stdout
    );
    assert!(
        done.stdout
            .starts_with("wrong: cannot read ~/.aws/credentials: it is a folder\n"),
        "{}",
        done.stdout
    );
}

#[test]
fn open_files_are_found() {
    let patient = Patient::new();
    patient.place.log_in();
    patient.mode(".aws/credentials", 0o644);
    patient.prints(
        &[],
        "warning: other users of this machine can read the keys in ~/.aws/credentials (mode 0644)\n\
         \x20 fix: chmod 600 ~/.aws/credentials\n",
    );
    patient.mode(".aws/credentials", 0o600);
    let token = patient.place.token_file("acme");
    fs::set_permissions(&token, fs::Permissions::from_mode(0o664)).unwrap();
    // The folders above do not let other users in.
    patient.prints(&[], "");
    patient.mode(".aws/sso", 0o755);
    patient.mode(".aws/sso/cache", 0o755);
    let name = token.file_name().unwrap().to_str().unwrap();
    patient.prints(
        &[],
        &format!(
            "warning: other users of this machine can change 1 file with tokens or keys in \
             ~/.aws/sso/cache (mode 0664)\n\
             \x20 fix: chmod 600 ~/.aws/sso/cache/{name}\n"
        ),
    );
    fs::set_permissions(&token, fs::Permissions::from_mode(0o600)).unwrap();
    patient.mode(".aws/sso/cache", 0o777);
    patient.prints(
        &[],
        "warning: every user of this machine can write tokens into ~/.aws/sso/cache (mode 0777)\n\
         \x20 fix: chmod 700 ~/.aws/sso/cache\n",
    );
}

#[test]
fn broken_caches_are_found_and_files_of_other_programs_are_ignored() {
    let patient = Patient::new();
    let token = patient.place.token_file("acme");
    let name = token.file_name().unwrap().to_str().unwrap().to_owned();
    for other in [
        "session.db",
        "x.tmp",
        "aws-toolkit-vscode.json",
        "botocore-client-id-eu-west-1.json",
        "amazon-q.json",
    ] {
        patient.write(&format!(".aws/sso/cache/{other}"), "{\"acc");
        patient.write(&format!(".aws/cli/cache/{other}"), "SQLite format 3\0");
    }
    patient.prints(&[], "");
    patient.write(
        &format!(".aws/sso/cache/{name}"),
        "{\"accessToken\": \"SECRET",
    );
    patient.prints(
        &[],
        &format!(
            "wrong: the token of `acme` in the cache is cut off: tools that need it fail \
             (~/.aws/sso/cache/{name})\n\
             \x20 fix: rm ~/.aws/sso/cache/{name} && awsp login --session acme\n"
        ),
    );
    fs::remove_file(&token).unwrap();
    patient.write(
        ".aws/cli/cache/0123456789012345678901234567890123456789.json",
        "",
    );
    patient.prints(
        &[],
        "warning: a file in the cache is empty: tools that need it fail \
         (~/.aws/cli/cache/0123456789012345678901234567890123456789.json)\n\
         \x20 fix: rm ~/.aws/cli/cache/0123456789012345678901234567890123456789.json\n",
    );
}

#[test]
fn a_token_of_another_portal_is_found() {
    let patient = Patient::new();
    patient.place.log_in();
    patient
        .place
        .set_token("startUrl", "https://d-2.awsapps.com/start".into());
    let name = patient.place.token_file("acme");
    let name = name.file_name().unwrap().to_str().unwrap();
    patient.prints(
        &[],
        &format!(
            "wrong: the token of `acme` is for https://d-2.awsapps.com/start, but the config file \
             says https://d-9067example.awsapps.com/start: other tools use it anyway \
             (~/.aws/sso/cache/{name})\n\
             \x20 fix: awsp login --session acme\n"
        ),
    );
    // The fix works.
    patient.place.log_in();
    patient.prints(&[], "");
}

#[test]
fn a_registration_that_expires_soon_is_found_and_its_fix_makes_a_new_one() {
    let patient = Patient::with(Options {
        registration_lifetime: 7200,
        ..Options::default()
    });
    patient.place.log_in();
    let done = patient.run(&["--json"], &[]);
    let finding = serde_json::from_str::<Value>(&done.stdout).unwrap()["findings"][0].take();
    assert_eq!(
        (finding["id"].as_str(), finding["severity"].as_str()),
        (Some("stale-registration"), Some("warning"))
    );
    let fix = finding["fix"].as_str().unwrap();
    assert!(
        fix.starts_with("rm ~/.aws/sso/cache/")
            && fix.ends_with(".json && awsp login --session acme --force"),
        "{fix}"
    );
    patient
        .place
        .center
        .with(|state| state.options.registration_lifetime = 90 * 86_400);
    let mut command = patient.place.program("sh");
    let done = patient
        .place
        .done(command.args(["-c", &format!("{fix} --device-code --no-browser")]));
    assert_eq!(done.status, 0, "{}", done.stderr);
    patient.prints(&[], "");
}

#[test]
fn a_wrong_setting_is_found() {
    let patient = Patient::new();
    patient.write(".config/awsp/config.toml", "[login]\nflw = \"device\"\n");
    let done = patient.run(&[], &[]);
    assert!(
        done.stdout.starts_with(
            "warning: a setting of awsp is ignored: unknown setting `login.flw`: \
             did you mean `login.flow`?"
        ),
        "{}",
        done.stdout
    );
    assert!(
        done.stdout
            .contains("(~/.config/awsp/config.toml:2)\n  fix: vi +2 ~/.config/awsp/config.toml\n"),
        "{}",
        done.stdout
    );
}

#[test]
fn a_home_that_does_not_exist_is_found() {
    let patient = Patient::new();
    let mut command = patient.place.awsp(&["doctor"]);
    let done = patient.place.done(command.env("HOME", "/dev/null/home"));
    assert!(
        done.stdout.contains(
            "wrong: HOME is /dev/null/home, which is not a folder: no AWS tool finds its files\n"
        ),
        "{}",
        done.stdout
    );
    assert_eq!(done.status, 1);
    let done = patient.place.done(command.env_remove("HOME"));
    assert!(
        done.stdout
            .contains("wrong: HOME is not set: no AWS tool finds its files\n"),
        "{}",
        done.stdout
    );
}
