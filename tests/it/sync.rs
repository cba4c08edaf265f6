//! One profile for each account and role.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use identity_center::{Account, Fault, Options, State, seed};

use crate::interop::python;
use crate::place::{Done, Place};
use crate::pty::Terminal;

const SESSION: &str = "\
[sso-session acme]
sso_start_url = https://d-9067example.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
";

/// A config file as ten years of hands leave it: no last newline, and everything that may be lost.
const OLD: &str = "\
# top comment\n\n\n; another\n[default]\nregion=eu-west-1\noutput   =   json\t\n\n[sso-session acme]\nsso_start_url = https://d-9067example.awsapps.com/start\n\
sso_region = eu-west-1\n\n[profile  spaced ]\nregion = eu-west-1 ; why\ns3 =\n  max_concurrent_requests = 20\n  # inside\n  addressing_style = path\n\n\
[plugins]\ncli_legacy_plugin_path = /x\n[services testing]\ndynamodb =\n  endpoint_url = http://localhost:8000\n\n#[profile dead]\n#region = x\n\
[profile dev]\nrole_arn = arn:aws:iam::111122223333:role/Dev\nsource_profile = default\n    \n# the end";

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
fn a_profile_for_each_account_and_role_and_then_nothing() {
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
         awsp: warning: the new profiles have no region, which most tools want\nhint: awsp sync --session acme --region eu-west-1\n"
        )
    );
    let text = config(&place);
    assert!(text.starts_with(&format!(
        "{SESSION}\n[profile acme-dev.AdministratorAccess]\nsso_session = acme\nsso_account_id = 111122223333\n\
         sso_account_name = acme-dev\nsso_role_name = AdministratorAccess\nawsp_managed = acme\n"
    )));
    assert_eq!(profiles(&text).len(), 12);
    let before = fs::metadata(place.path(".aws/config"))
        .unwrap()
        .modified()
        .unwrap();
    let done = ran(&place, &["sync", "--prune"]);
    assert_eq!(
        done.stderr,
        "awsp: acme: 6 accounts, profiles: 12 as before (~/.aws/config)\n"
    );
    assert_eq!(config(&place), text);
    assert_eq!(
        fs::metadata(place.path(".aws/config"))
            .unwrap()
            .modified()
            .unwrap(),
        before,
        "the file was not even opened to write"
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
fn settings_name_and_choose() {
    let place = place(Options::default());
    fs::create_dir_all(place.path(".config/awsp")).unwrap();
    fs::write(
        place.path(".config/awsp/config.toml"),
        "[sync]\nname = \"{account_name}-{role}\"\nregion = \"eu-west-1\"\noutput = \"json\"\nexclude_accounts = [\"acme-*\", \"6666*\"]\n\
         exclude_roles = [\"*Audit\"]\naliases = { ReadOnlyAccess = \"ro\" }\n",
    )
    .unwrap();
    ran(&place, &["sync"]);
    assert_eq!(
        profiles(&config(&place)),
        ["shared-services-ro", "security-ro"]
    );
    assert!(config(&place).contains("region = eu-west-1\noutput = json\nawsp_managed = acme\n"));
    assert_eq!(
        place.center.count("ListAccountRoles"),
        2,
        "what is left out is not asked about"
    );
    let done = place.run(&["sync", "--name", "{role}"]);
    assert_eq!(done.status, 0, "{}: they have names", done.stderr);
    let done = place.run(&["sync", "--name", "{rôle}"]);
    assert_eq!((done.status, done.stdout.as_str()), (2, ""));
    assert!(
        done.stderr
            .contains("cause: there is no {rôle}, but {account_name}"),
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
            "awsp: the template `{role}` gives the name `AdministratorAccess` to role `AdministratorAccess` in account 111122223333 \
             (`acme-dev`) and to role `AdministratorAccess` in account 222233334444 (`acme-staging`)\nhint: awsp sync "
        ),
        "{}",
        done.stderr
    );
    assert_eq!(config(&place), SESSION);
}

#[test]
fn odd_names_become_legal_ones_and_are_kept_as_they_are_beside() {
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
        " [profile dev.Admin]\n-sso_account_name = dev\n+sso_account_name = development\n+[profile development.New]\n\
         +sso_session = acme\n+sso_account_id = 000000000001\n+sso_account_name = development\n+sso_role_name = New\n\
         +awsp_managed = acme\n-[profile dev.Old]\n-sso_session = acme\n-sso_account_id = 000000000001\n-sso_account_name = dev\n\
         -sso_role_name = Old\n-awsp_managed = acme\n"
    );
    assert_eq!(
        done.stderr,
        "awsp: acme: 1 account, profiles: 1 new, 1 with a new account name, 1 removed (nothing was written)\n\
         awsp: warning: the new profiles have no region, which most tools want\nhint: awsp sync --session acme --region eu-west-1\n"
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
fn a_page_that_fails_writes_nothing_and_the_next_run_goes_on() {
    let place = place(Options {
        accounts: seed::many(22, 3),
        page: 2,
        ..Options::default()
    });
    place.center.fault(
        "ListAccounts",
        [Fault::error(500, "InternalServerException")],
    );
    place.center.fault(
        "ListAccountRoles",
        [
            Fault::Drop,
            Fault::error(503, "ServiceUnavailableException"),
        ],
    );
    place
        .center
        .with(|state| state.options.accounts[20].roles.clear());
    ran(&place, &["sync", "--dry-run"]);
    let done = place.done(
        place
            .awsp(&["sync"])
            .env("XDG_STATE_HOME", place.path("elsewhere"))
            .env("AWS_MAX_ATTEMPTS", "1"),
    );
    assert_eq!(done.status, 0, "{}", done.stderr);

    let place = self::place(Options {
        accounts: seed::many(40, 3),
        throttle: Some(400.0),
        ..Options::default()
    });
    let mut faults = vec![Fault::Delay(Duration::ZERO); 30];
    faults.push(Fault::error(500, "InternalServerException"));
    place.center.fault("ListAccountRoles", faults);
    let done = place.done(place.awsp(&["sync"]).env("AWS_MAX_ATTEMPTS", "1"));
    assert_eq!(done.status, 6, "{}", done.stderr);
    assert!(
        done.stderr
            .starts_with("awsp: cannot list the roles of account 1000000000"),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr
            .contains("cause: the access portal answered 500 InternalServerException: on order\n"),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr
            .contains("hint: awsp sync    # goes on after the "),
        "{}",
        done.stderr
    );
    assert_eq!(config(&place), SESSION);
    let before = place.center.count("ListAccountRoles");
    ran(&place, &["sync"]);
    assert_eq!(profiles(&config(&place)).len(), 120);
    assert!(
        place.center.count("ListAccountRoles") - before < 40,
        "what was heard is not asked again"
    );
    assert_eq!(
        fs::read_dir(place.path(".local/state/awsp/sync"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn a_refused_answer_is_waited_out_as_long_as_the_service_says() {
    let place = with(seed::many(5, 1));
    let refusal = Fault::Error {
        status: 429,
        exception: "TooManyRequestsException".to_owned(),
        retry_after: Some(1),
    };
    place.center.fault("ListAccountRoles", [refusal]);
    let start = Instant::now();
    ran(&place, &["sync"]);
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(profiles(&config(&place)).len(), 5);
}

#[test]
fn an_account_that_does_not_say_its_roles_keeps_its_profiles() {
    let place = with(seed::many(3, 1));
    ran(&place, &["sync"]);
    let text = config(&place);
    place.center.fault(
        "ListAccountRoles",
        [Fault::error(403, "ForbiddenException")],
    );
    let done = ran(&place, &["sync", "--prune"]);
    assert!(
        done.stderr
            .contains("warning: AWS does not say the roles of 1 account (100000000000)"),
        "{}",
        done.stderr
    );
    assert_eq!(config(&place), text);
}

#[test]
fn a_session_that_ends_in_the_middle_is_renewed_or_logged_in_to_and_it_goes_on() {
    let place = with(seed::many(30, 1));
    place.center.fault(
        "ListAccountRoles",
        [
            Fault::Delay(Duration::ZERO),
            Fault::error(401, "UnauthorizedException"),
        ],
    );
    ran(&place, &["sync"]);
    assert_eq!(
        (
            place.center.grants("refresh_token"),
            profiles(&config(&place)).len()
        ),
        (1, 30)
    );

    let place = with(seed::many(30, 1));
    place.center.with(State::revoke);
    let done = place.run(&["sync"]);
    assert_eq!(done.status, 4, "{}", done.stderr);
    assert!(
        done.stderr.ends_with("hint: awsp login --session acme\n"),
        "{}",
        done.stderr
    );
    let mut command = place.awsp(&["sync"]);
    command
        .env("TERM", "xterm")
        .env("AWSP_LOGIN_FLOW", "device")
        .env("BROWSER", "true");
    let mut terminal = Terminal::spawn(command);
    terminal.expect("logging in to acme");
    terminal.expect("profiles: 30 new");
    terminal.end();
}

#[test]
fn ctrl_c_writes_nothing_and_loses_nothing() {
    let place = place(Options {
        accounts: seed::many(200, 2),
        throttle: Some(40.0),
        ..Options::default()
    });
    let mut command = place.awsp(&["sync"]);
    command.env("TERM", "xterm");
    let mut terminal = Terminal::spawn(command);
    terminal.expect("of 200 accounts, ");
    while place.center.count("ListAccountRoles") < 20 {
        std::thread::sleep(Duration::from_millis(10));
    }
    terminal.keys("\x03");
    terminal.expect("interrupted: nothing was written");
    terminal.expect("awsp sync    # goes on after the ");
    terminal.end();
    assert_eq!(config(&place), SESSION);
    let kept: PathBuf = fs::read_dir(place.path(".local/state/awsp/sync"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    assert_eq!(
        fs::metadata(&kept).unwrap().permissions().mode() & 0o777,
        0o600
    );
    place.center.with(|state| {
        state.options.throttle = None;
        state.calls.clear();
    });
    ran(&place, &["sync"]);
    let asked = place.center.count("ListAccountRoles");
    assert!((100..=190).contains(&asked), "{asked} asked anew");
    assert_eq!(profiles(&config(&place)).len(), 400);
}

#[test]
fn files_that_must_not_be_written_are_not() {
    let place = place(Options::default());
    let file = place.path(".aws/config");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
    let done = place.run(&["sync"]);
    assert_eq!(done.status, 1);
    assert!(
        done.stderr
            .contains("awsp: cannot write ~/.aws/config\ncause: it is read-only\n"),
        "{}",
        done.stderr
    );
    assert_eq!(config(&place), SESSION);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    fs::create_dir(place.path("dotfiles")).unwrap();
    fs::rename(&file, place.path("dotfiles/aws")).unwrap();
    symlink("../dotfiles/aws", &file).unwrap();
    ran(&place, &["sync"]);
    assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
    assert_eq!(
        profiles(&fs::read_to_string(place.path("dotfiles/aws")).unwrap()).len(),
        12
    );
}

#[test]
fn a_full_disk_leaves_the_file_as_it_was() {
    let place = place(Options {
        accounts: seed::many(100, 5),
        ..Options::default()
    });
    // A file may be no longer than 8 blocks: the kernel says so in the middle of writing, as a full
    // disk does.
    let mut command = place.program("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 8; exec awsp sync"]);
    let done = place.done(&mut command);
    assert_eq!(done.status, 1, "{}", done.stderr);
    assert!(
        done.stderr.contains("awsp: cannot write ~/.aws/config\n"),
        "{}",
        done.stderr
    );
    assert_eq!(config(&place), SESSION);
    assert_eq!(
        fs::read_dir(place.path(".aws"))
            .unwrap()
            .filter(|e| e
                .as_ref()
                .unwrap()
                .file_name()
                .to_string_lossy()
                .contains("tmp"))
            .count(),
        0
    );
}

#[test]
fn a_kill_leaves_the_old_file_or_the_new_one() {
    // Few accounts of many roles: the file is as long, and most of the time is not spent on asking.
    let place = place(Options {
        accounts: seed::many(10, 75),
        ..Options::default()
    });
    let mut hand = SESSION.to_owned();
    for n in 0..200 {
        let _ = write!(hand, "\n# {n}\n[profile hand{n}]\nregion = eu-west-1\n");
    }
    ran(&place, &["sync", "--dry-run"]);
    place.config(&hand);
    let start = Instant::now();
    ran(&place, &["sync"]);
    let takes = start.elapsed();
    let new = config(&place);
    let mut seen = [0, 0];
    for n in 0..24 {
        place.config(&hand);
        let mut child = place
            .awsp(&["sync"])
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // Mostly about the time when the file is written.
        std::thread::sleep(takes.mul_f64(0.4 + 0.03 * f64::from(n)));
        child.kill().unwrap();
        child.wait().unwrap();
        let text = config(&place);
        assert!(
            text == hand || text == new,
            "half a file: {} bytes",
            text.len()
        );
        seen[usize::from(text == new)] += 1;
    }
    assert!(seen[0] > 0, "some were killed before the end: {seen:?}");
    ran(&place, &["sync"]);
    assert_eq!(config(&place), new);
}

#[test]
fn no_session_and_many_sessions_are_told() {
    let place = Place::new();
    place.config("");
    assert_eq!(
        place.run(&["sync"]),
        Done {
            status: 3,
            stdout: String::new(),
            stderr: "awsp: no profile is active, and no sso-session is configured\nhint: awsp configure\n".to_owned()
        }
    );
    place.config(&format!("{SESSION}[sso-session other]\nsso_start_url = https://d-1.awsapps.com/start\nsso_region = eu-west-1\n"));
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

/// What the issue asks for, at a tenth of its size; `AWSP_TEST_ACCOUNTS=3000` has the whole.
#[test]
fn many_accounts_take_little_longer_than_the_service_allows() {
    let whole = std::env::var("AWSP_TEST_ACCOUNTS")
        .ok()
        .and_then(|text| text.parse().ok());
    let accounts = whole.unwrap_or(300);
    let place = place(Options {
        accounts: seed::many(accounts, 5),
        throttle: Some(200.0),
        ..Options::default()
    });
    place.config(OLD);
    let start = Instant::now();
    let done = python(&place, MEASURED);
    let took = start.elapsed().as_secs_f64();
    let requests = accounts + accounts.div_ceil(100);
    let limit = f64::from(u32::try_from(requests).unwrap()) / 200.0;
    let refused = place
        .center
        .calls()
        .iter()
        .filter(|call| call.status == 429)
        .count();
    assert_eq!(done.status, 0, "{}", done.stderr);
    let mebibytes: u64 = done.stdout.trim().parse::<u64>().unwrap() / 1024;
    if whole.is_some() {
        let ratio = took / limit;
        let _ = writeln!(
            std::io::stderr(),
            "{took:.2} s, {ratio:.2} times the service's limit, {refused} refused, {mebibytes} MiB"
        );
    }
    assert!(mebibytes < 100, "{mebibytes} MiB");
    // The pause of a second that a refusal asks for is most of a small run.
    assert!(took < limit * 1.3 + 2.5, "{took} s for {limit} s");
    let text = config(&place);
    assert!(text.starts_with(OLD));
    let names = profiles(&text[OLD.len()..]);
    assert_eq!(names.len(), accounts * 5);
    assert_eq!(
        names.iter().collect::<std::collections::HashSet<_>>().len(),
        names.len(),
        "nothing is doubled"
    );
    assert_eq!(text.matches("sso_role_name = Role").count(), accounts * 5);
    assert_eq!(ran(&place, &["sync", "--prune", "--dry-run"]).stdout, "");
    let all = python(&place, LISTED);
    assert_eq!(
        all.stdout.trim(),
        format!("{} profiles, all resolved", accounts * 5 + 4),
        "{}",
        all.stderr
    );
}

/// The run's peak of memory, in KiB.
const MEASURED: &str = "
import resource, subprocess, sys
done = subprocess.run(['awsp', 'sync'])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // (1024 if sys.platform == 'darwin' else 1))
sys.exit(done.returncode)";

/// boto3's own view of the file: every profile with the session it belongs to.
const LISTED: &str = "
import botocore.session, botocore.tokens
session = botocore.session.Session()
profiles = session.full_config['profiles']
for name, profile in profiles.items():
    if 'awsp_managed' in profile:
        assert profile['sso_session'] in session.full_config['sso_sessions'], name
        assert len(profile['sso_account_id']) == 12 and profile['sso_role_name'].startswith('Role'), name
last = botocore.session.Session(profile=session.available_profiles[-1])
assert last.get_credentials().get_frozen_credentials().access_key, 'no credentials'
print(len(session.available_profiles), 'profiles, all resolved')";

#[test]
fn an_answer_that_names_no_account_prunes_nothing() {
    let place = place(Options::default());
    ran(&place, &["sync", "--region", "eu-west-1"]);
    let text = config(&place);
    let body = |body: &str| Fault::Body {
        status: 200,
        body: body.to_owned(),
    };
    place.center.fault("ListAccounts", [body("{}")]);
    let done = place.run(&["sync", "--prune"]);
    assert_eq!(
        (done.status, config(&place)),
        (6, text.clone()),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr.starts_with("awsp: cannot list the accounts"),
        "{}",
        done.stderr
    );
    place
        .center
        .fault("ListAccounts", [body("{\"accountList\":[]}")]);
    let done = place.run(&["sync", "--prune"]);
    let told = "awsp: cannot prune: AWS lists no account at all in `acme`\nhint: awsp login --session acme --force\n";
    assert_eq!(
        (done.status, done.stderr.as_str(), config(&place)),
        (1, told, text.clone())
    );
    place.center.fault("ListAccountRoles", [body("{}")]);
    assert_eq!(place.run(&["sync", "--prune"]).status, 6);
    assert_eq!(config(&place), text);
}
