//! Homes that are hard to show.

use std::fmt::Write as _;

use crate::place::Place;

const SESSION: &str = "[sso-session acme]\nsso_start_url = https://d-9067example.awsapps.com/start\n\
                       sso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n";

pub fn sample() -> Place {
    Place::new()
}

/// A machine on which nothing is configured.
pub fn empty() -> Place {
    let place = Place::new();
    std::fs::remove_dir_all(place.path(".aws")).unwrap();
    place
}

/// 54 profiles with the names that `sync` gives them.
pub fn long() -> Place {
    let place = Place::new();
    let mut config = SESSION.to_owned();
    for (team, number) in [("payments", 1), ("platform", 2), ("search", 3)] {
        for (stage, digit) in [("dev", 1), ("staging", 2), ("production", 3)] {
            for role in [
                "AdministratorAccess",
                "ReadOnlyAccess",
                "PowerUserAccess",
                "BillingAndCostManagement",
                "SecurityAudit",
                "NetworkAdministrator",
            ] {
                let _ = write!(
                    config,
                    "\n[profile acme-{team}-{stage}.{role}]\nsso_session = acme\n\
                     sso_account_id = 11112222{number}{digit}00\nsso_account_name = acme-{team}-{stage}\n\
                     sso_role_name = {role}\nregion = eu-central-1\n"
                );
            }
        }
    }
    place.config(&config);
    place
}

/// Names of wide letters, emoji and marks that combine.
pub fn wide() -> Place {
    let place = Place::new();
    let mut config = SESSION.to_owned();
    for (name, account) in [
        ("本番環境.管理者", "本番アカウント"),
        ("개발", "개발팀"),
        ("🚀prod", "rockets 🚀"),
        ("cafe\u{301}-dev", "cafe\u{301}"),
        ("dev", "acme-dev"),
    ] {
        let _ = write!(
            config,
            "\n[profile {name}]\nsso_session = acme\nsso_account_id = 111122223333\n\
             sso_account_name = {account}\nsso_role_name = AdministratorAccess\nregion = ap-northeast-1\n"
        );
    }
    place.config(&config);
    place
}
