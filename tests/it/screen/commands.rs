//! The commands whose output is not held word for word at each size: no row is broken.

use super::homes::{empty, long, sample, wide};
use super::{SIZES, fits, printed};
use crate::place::Place;

/// What a switch prints at a terminal of this size.
#[track_caller]
fn switched(place: &Place, profile: &str, size: (u16, u16)) -> String {
    let mut command = place.program("sh");
    command
        .args(["-c", "exec awsp use \"$1\" 3>~/changes", "sh", profile])
        .env("AWSP_SHELL", "bash");
    fits(command, size)
}

#[test]
fn a_switch_is_one_short_line() {
    let place = sample();
    place.log_in();
    for (profile, line) in [
        (
            "dev",
            "awsp: dev: acme-dev, AdministratorAccess, eu-west-1\n",
        ),
        (
            "prod",
            "awsp: prod: acme-prod, ReadOnlyAccess, eu-central-1\n",
        ),
        (
            "deploy",
            "awsp: deploy: 444455556666, Deploy through dev, eu-west-1\n",
        ),
        ("vendor", "awsp: vendor: credential process, no region\n"),
    ] {
        assert_eq!(switched(&place, profile, (24, 80)), line);
        switched(&place, profile, (12, 40));
    }
    let place = long();
    place.log_in();
    assert_eq!(
        switched(
            &place,
            "acme-platform-production.BillingAndCostManagement",
            (24, 80)
        ),
        "awsp: acme-platform-production.BillingAndCostManagement: eu-central-1\n"
    );
    let narrow = "awsp:\n  acme-platform-production.BillingAndC…:\n  eu-central-1\n";
    let profile = "acme-platform-production.BillingAndCostManagement";
    assert_eq!(switched(&place, profile, (12, 40)), narrow);
    for size in SIZES {
        let mut command = place.awsp(&["status"]);
        fits(
            {
                command.env("AWS_PROFILE", profile);
                command
            },
            size,
        );
    }
    let place = wide();
    place.log_in();
    for size in SIZES {
        switched(&place, "本番環境.管理者", size);
    }
}

#[test]
fn what_is_done_and_what_cannot_be_done_fits_the_terminal() {
    for size in SIZES {
        let place = sample();
        place.log_in();
        for arguments in [
            &["whoami", "prod"][..],
            &["whoami", "static"],
            &["login"],
            &["login", "static"],
            &["off"],
            &["region", "eu-west-3"],
            &["use", "dev"],
            &["use", "nobody"],
            &["exec", "nobody", "--", "true"],
            &["configure", "--profile", "nobody", "--region", "eu-west-1"],
            &["configure", "--profile", "dev", "--region", "eu-north-1"],
            &["configure", "--convert", "--session", "acme"],
            &["sync"],
            &["sync", "--session", "nobody"],
            &["logout"],
            &["logout", "static"],
            &["lgoin"],
            &["dev", "extra"],
            &["list", "--nmaes"],
            &["init", "bash"],
        ] {
            printed(&place, arguments, size);
        }
        let place = empty();
        for arguments in [
            &["status"][..],
            &["login"],
            &["logout"],
            &["sync"],
            &["whoami"],
            &["doctor"],
        ] {
            printed(&place, arguments, size);
        }
    }
}
