//! One profile for each account and role.

mod failures;
mod scale;
mod writing;

use std::fs;

use identity_center::{Account, Options};

use crate::place::{Done, Place};
use crate::pty::Terminal;

const SESSION: &str = "\
[sso-session acme]
sso_start_url = https://d-9067example.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
";

/// A config file written by hand over the years: no newline at the end, and everything that an
/// editor could lose.
const OLD: &str = "# top comment\n\n\n\
                   ; another\n\
                   [default]\n\
                   region=eu-west-1\n\
                   output   =   json\t\n\n\
                   [sso-session acme]\n\
                   sso_start_url = https://d-9067example.awsapps.com/start\n\
                   sso_region = eu-west-1\n\n\
                   [profile  spaced ]\n\
                   region = eu-west-1 ; why\n\
                   s3 =\n  max_concurrent_requests = 20\n  # inside\n  addressing_style = path\n\n\
                   [plugins]\n\
                   cli_legacy_plugin_path = /x\n\
                   [services testing]\n\
                   dynamodb =\n  endpoint_url = http://localhost:8000\n\n\
                   #[profile dead]\n\
                   #region = x\n\
                   [profile dev]\n\
                   role_arn = arn:aws:iam::111122223333:role/Dev\n\
                   source_profile = default\n    \n\
                   # the end";

fn account(id: &str, name: &str, roles: &[&str]) -> Account {
    let roles = roles.iter().map(|&role| role.to_owned()).collect();
    Account {
        id: id.to_owned(),
        name: name.to_owned(),
        email: String::new(),
        roles,
    }
}

/// A home with one session, logged in, and these accounts.
fn place(options: Options) -> Place {
    let place = Place::with(options);
    place.config(SESSION);
    place.log_in();
    place
}

fn with(accounts: Vec<Account>) -> Place {
    place(Options {
        accounts,
        ..Options::default()
    })
}

fn config(place: &Place) -> String {
    fs::read_to_string(place.path(".aws/config")).unwrap()
}

#[track_caller]
fn ran(place: &Place, arguments: &[&str]) -> Done {
    let done = place.run(arguments);
    assert_eq!(done.status, 0, "{}", done.stderr);
    done
}

fn profiles(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("[profile ")?.strip_suffix(']'))
        .collect()
}

#[test]
fn each_account_and_role_gets_one_profile_and_a_second_sync_changes_nothing() {
    let place = place(Options {
        page: 2,
        ..Options::default()
    });
    let done = ran(&place, &["sync"]);
    assert_eq!(
        (done.stdout.as_str(), done.stderr.as_str()),
        (
            "",
            "awsp: acme: 6 accounts, profiles: 12 new (~/.aws/config)\n\
             awsp: warning: the new profiles have no region, which most tools need\n\
             hint: awsp sync --session acme --region eu-west-1\n"
        )
    );
    let text = config(&place);
    assert!(text.starts_with(&format!(
        "{SESSION}\n\
         [profile acme-dev.AdministratorAccess]\n\
         sso_session = acme\n\
         sso_account_id = 111122223333\n\
         sso_account_name = acme-dev\n\
         sso_role_name = AdministratorAccess\n\
         awsp_managed = acme 111122223333 AdministratorAccess\n"
    )));
    assert_eq!(profiles(&text).len(), 12);
    let before = fs::metadata(place.path(".aws/config"))
        .unwrap()
        .modified()
        .unwrap();
    let done = ran(&place, &["sync", "--prune"]);
    assert_eq!(
        done.stderr,
        "awsp: acme: 6 accounts, profiles: 12 unchanged (~/.aws/config)\n"
    );
    assert_eq!(config(&place), text);
    assert_eq!(
        fs::metadata(place.path(".aws/config"))
            .unwrap()
            .modified()
            .unwrap(),
        before,
        "the file was not written"
    );
    let (done, changes) = place.switch(&["acme-prod.ReadOnlyAccess"], &[]);
    assert!(
        done.stderr.starts_with("awsp: acme-prod.ReadOnlyAccess: "),
        "{}",
        done.stderr
    );
    assert!(changes.contains("AWS_PROFILE=acme-prod.ReadOnlyAccess\n"));
}

#[test]
fn what_was_written_by_hand_stays_byte_for_byte() {
    let place = place(Options::default());
    place.config(OLD);
    ran(&place, &["sync"]);
    let text = config(&place);
    assert!(
        text.starts_with(&format!(
            "{OLD}\n\n[profile acme-dev.AdministratorAccess]\n"
        )),
        "{text}"
    );
    let other = Account {
        id: "000000000009".to_owned(),
        name: "other".to_owned(),
        email: String::new(),
        roles: Vec::new(),
    };
    place
        .center
        .with(|state| state.options.accounts = vec![other]);
    ran(&place, &["sync", "--prune"]);
    assert_eq!(config(&place).trim_end(), OLD);
}

#[test]
fn the_settings_decide_which_profiles_are_written_and_how_they_are_named() {
    let place = place(Options::default());
    fs::create_dir_all(place.path(".config/awsp")).unwrap();
    fs::write(
        place.path(".config/awsp/config.toml"),
        "[sync]\n\
         name = \"{account_name}-{role}\"\n\
         region = \"eu-west-1\"\n\
         output = \"json\"\n\
         exclude_accounts = [\"acme-*\", \"6666*\"]\n\
         exclude_roles = [\"*Audit\"]\n\
         aliases = { ReadOnlyAccess = \"ro\" }\n",
    )
    .unwrap();
    ran(&place, &["sync"]);
    assert_eq!(
        profiles(&config(&place)),
        ["shared-services-ro", "security-ro"]
    );
    assert!(config(&place).contains("region = eu-west-1\noutput = json\nawsp_managed = acme "));
    assert_eq!(
        place.center.count("ListAccountRoles"),
        2,
        "excluded accounts are not asked about"
    );
    let done = place.run(&["sync", "--name", "{role}"]);
    assert_eq!(
        done.status, 0,
        "{}: the profiles have names already",
        done.stderr
    );
    let done = place.run(&["sync", "--name", "{rôle}"]);
    assert_eq!((done.status, done.stdout.as_str()), (2, ""));
    assert!(
        done.stderr
            .contains("cause: unknown field {rôle}: the fields are {account_name}"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_template_that_gives_one_name_twice_is_refused_and_both_are_named() {
    let place = place(Options::default());
    let done = place.run(&["sync", "--name", "{role}"]);
    assert_eq!(done.status, 2);
    assert!(
        done.stderr.starts_with(
            "awsp: the template `{role}` gives the name `AdministratorAccess` to role \
             `AdministratorAccess` in account 111122223333 (`acme-dev`) and to role \
             `AdministratorAccess` in account 222233334444 (`acme-staging`)\n\
             hint: awsp sync "
        ),
        "{}",
        done.stderr
    );
    assert_eq!(config(&place), SESSION);
}

#[test]
fn odd_account_names_give_legal_profile_names_and_are_kept_in_a_key() {
    let long = "x".repeat(200);
    let place = with(vec![
        account("000000000001", "same", &["Admin"]),
        account("000000000002", "same", &["Admin"]),
        account("000000000003", "Équipe / Données", &["Admin"]),
        account("000000000004", "it's \"5\" $(reboot) 🚀", &["Admin"]),
        account("000000000005", &long, &["Admin"]),
        account("000000000006", "Team #1", &["Admin"]),
        account("000000000007", "\u{1b}[31mred\u{202e}", &["Admin"]),
        account("000000000008", "nothing to do", &[]),
        account("000000000009", "", &["Admin"]),
    ]);
    let done = ran(&place, &["sync", "--dry-run"]);
    assert!(
        !done.stdout.contains(['\u{1b}', '\u{202e}']),
        "{:?}",
        done.stdout
    );
    assert_eq!(config(&place), SESSION);
    ran(&place, &["sync"]);
    let text = config(&place);
    assert_eq!(
        profiles(&text),
        [
            "same-000000000001.Admin",
            "same-000000000002.Admin",
            "Equipe-Donnees.Admin",
            "its-5-reboot.Admin",
            &format!("{}.Admin", "x".repeat(64)),
            "Team-1.Admin",
            "31mred.Admin",
            "000000000009.Admin",
        ]
    );
    for name in [
        "Équipe / Données",
        "it's \"5\" $(reboot) 🚀",
        &long,
        "Team#1",
    ] {
        assert!(
            text.contains(&format!("sso_account_name = {name}\n")),
            "{name}: {text}"
        );
    }
    ran(&place, &["sync"]);
    assert_eq!(config(&place), text);
}

#[test]
fn a_dry_run_shows_the_difference_and_writes_nothing() {
    let place = with(vec![account("000000000001", "dev", &["Admin", "Old"])]);
    ran(&place, &["sync"]);
    let text = config(&place);
    place.center.with(|state| {
        state.options.accounts = vec![account("000000000001", "development", &["Admin", "New"])];
    });
    let done = ran(&place, &["sync", "--dry-run", "--prune"]);
    assert_eq!(
        done.stdout,
        " [profile dev.Admin]\n\
         -sso_account_name = dev\n\
         +sso_account_name = development\n\
         +[profile development.New]\n\
         +sso_session = acme\n\
         +sso_account_id = 000000000001\n\
         +sso_account_name = development\n\
         +sso_role_name = New\n\
         +awsp_managed = acme 000000000001 New\n\
         -[profile dev.Old]\n\
         -sso_session = acme\n\
         -sso_account_id = 000000000001\n\
         -sso_account_name = dev\n\
         -sso_role_name = Old\n\
         -awsp_managed = acme 000000000001 Old\n"
    );
    assert_eq!(
        done.stderr,
        "awsp: acme: 1 account, profiles: 1 new, 1 with a new account name, 1 removed (nothing was \
         written)\n\
         awsp: warning: the new profiles have no region, which most tools need\n\
         hint: awsp sync --session acme --region eu-west-1\n"
    );
    assert_eq!(config(&place), text);
    let done = ran(&place, &["sync"]);
    assert!(
        done.stderr
            .ends_with("--region eu-west-1\nhint: awsp sync --session acme --prune\n"),
        "{}",
        done.stderr
    );
    assert!(config(&place).contains("[profile dev.Old]"));
    ran(&place, &["sync", "--prune"]);
    assert_eq!(profiles(&config(&place)), ["dev.Admin", "development.New"]);
}

#[test]
fn a_dry_run_at_a_terminal_has_colour() {
    let place = with(vec![account("000000000001", "dev", &["Admin"])]);
    let mut command = place.awsp(&["sync", "--dry-run"]);
    command.env("TERM", "xterm");
    let mut terminal = Terminal::spawn(command);
    terminal.expect("\x1b[32m+[profile dev.Admin]\x1b[0m");
    terminal.expect("(nothing was written)");
    terminal.end();
}

#[test]
fn without_a_session_or_with_many_the_error_names_a_command() {
    let place = Place::new();
    place.config("");
    assert_eq!(
        place.run(&["sync"]),
        Done {
            status: 3,
            stdout: String::new(),
            stderr: "awsp: no profile is active, and no sso-session is configured\n\
                     hint: awsp configure\n"
                .to_owned()
        }
    );
    place.config(&format!(
        "{SESSION}[sso-session other]\n\
         sso_start_url = https://d-1.awsapps.com/start\n\
         sso_region = eu-west-1\n"
    ));
    let done = place.run(&["sync"]);
    assert_eq!(
        (done.status, done.stderr.lines().count()),
        (2, 3),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr.ends_with("hint: awsp sync --session other\n"),
        "{}",
        done.stderr
    );
}
