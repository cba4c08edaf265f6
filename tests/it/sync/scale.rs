//! Many accounts.

use std::io::Write as _;
use std::time::Instant;

use identity_center::{Options, seed};

use super::{OLD, config, place, profiles, ran};
use crate::interop::python;

/// 300 accounts, or as many as `AWSP_TEST_ACCOUNTS` says, such as 3000.
#[test]
fn many_accounts_take_little_longer_than_the_service_allows() {
    let given = std::env::var("AWSP_TEST_ACCOUNTS")
        .ok()
        .and_then(|text| text.parse().ok());
    let accounts = given.unwrap_or(300);
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
    if given.is_some() {
        let ratio = took / limit;
        let _ = writeln!(
            std::io::stderr(),
            "{took:.2} s, {ratio:.2} times the service's limit, {refused} refused, {mebibytes} MiB"
        );
    }
    assert!(mebibytes < 100, "{mebibytes} MiB");
    // Each throttled answer asks for a pause of one second, which is much in a small run.
    assert!(took < limit * 1.3 + 2.5, "{took} s for {limit} s");
    let text = config(&place);
    assert!(text.starts_with(OLD));
    let names = profiles(&text[OLD.len()..]);
    assert_eq!(names.len(), accounts * 5);
    assert_eq!(
        names.iter().collect::<std::collections::HashSet<_>>().len(),
        names.len(),
        "no profile is there twice"
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

/// Runs `awsp sync` and prints the most memory that it used, in KiB.
const MEASURED: &str = "
import resource, subprocess, sys
done = subprocess.run(['awsp', 'sync'])
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(peak // (1024 if sys.platform == 'darwin' else 1))
sys.exit(done.returncode)";

/// Reads the file with botocore: each profile has its session, and the last gives credentials.
const LISTED: &str = "
import botocore.session, botocore.tokens
session = botocore.session.Session()
profiles = session.full_config['profiles']
for name, profile in profiles.items():
    if 'awsp_managed' in profile:
        assert profile['sso_session'] in session.full_config['sso_sessions'], name
        assert len(profile['sso_account_id']) == 12, name
        assert profile['sso_role_name'].startswith('Role'), name
last = botocore.session.Session(profile=session.available_profiles[-1])
assert last.get_credentials().get_frozen_credentials().access_key, 'no credentials'
print(len(session.available_profiles), 'profiles, all resolved')";
