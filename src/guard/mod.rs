//! May this profile be used here: one pure decision, by the rules of the settings.

use crate::aws::profile::Profile;
use crate::settings::rules::{Colour, Rule};
use crate::system::text::pattern;

/// The colour of the first rule that holds and has one.
pub fn colour(rules: &[Rule], profile: &Profile) -> Option<Colour> {
    rules
        .iter()
        .filter(|rule| rule.colour.is_some() && holds(rule, profile))
        .find_map(|rule| rule.colour)
}

/// True when any rule wants to be asked before a switch to the profile.
pub fn asks(rules: &[Rule], profile: &Profile) -> bool {
    rules
        .iter()
        .any(|rule| rule.confirm && holds(rule, profile))
}

/// True when the rule is meant for this profile.
fn holds(rule: &Rule, profile: &Profile) -> bool {
    let account = [profile.account_name.as_deref(), profile.account_id()];
    let account: Vec<&str> = account.into_iter().flatten().collect();
    let name = [profile.name.as_str()];
    (pattern::any(&rule.profiles, &name) || pattern::any(&rule.accounts, &account))
        && !pattern::any(&rule.except, &name)
        && !pattern::any(&rule.except, &account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::config::Files;
    use crate::aws::profile::resolve;

    fn profile(name: &str, account: &str) -> Profile {
        let text = format!(
            "[profile {name}]\nsso_session = s\nsso_account_id = 111122223333\nsso_account_name = {account}\nsso_role_name = r\n\
             [sso-session s]\nsso_start_url = https://x\nsso_region = r\n"
        );
        resolve(&Files::of(&text, ""), name).unwrap()
    }

    #[test]
    fn production_is_red_unless_told_otherwise() {
        let rules = [Rule::production()];
        for (name, account) in [
            ("prod", "a"),
            ("acme-Production.Admin", "a"),
            ("main", "acme-prod"),
            ("eu-prod-1", "x"),
        ] {
            assert_eq!(
                colour(&rules, &profile(name, account)),
                Some(Colour::Red),
                "{name} {account}"
            );
            assert!(!asks(&rules, &profile(name, account)));
        }
        for (name, account) in [
            ("dev", "a"),
            ("non-prod", "prod"),
            ("preprod", "a"),
            ("product-dev", "a"),
            ("x", "nonprod"),
        ] {
            assert_eq!(
                colour(&rules, &profile(name, account)),
                None,
                "{name} {account}"
            );
        }
    }

    #[test]
    fn the_first_colour_counts_and_any_question() {
        let rule = |pattern: &str, colour, confirm| Rule {
            profiles: vec![pattern.to_owned()],
            colour,
            confirm,
            ..Rule::default()
        };
        let rules = [
            rule("a*", None, true),
            rule("*b", Some(Colour::Cyan), false),
            rule("*", Some(Colour::Blue), false),
        ];
        assert_eq!(
            (
                colour(&rules, &profile("ab", "x")),
                asks(&rules, &profile("ab", "x"))
            ),
            (Some(Colour::Cyan), true)
        );
        assert_eq!(
            (
                colour(&rules, &profile("c", "x")),
                asks(&rules, &profile("c", "x"))
            ),
            (Some(Colour::Blue), false)
        );
        let by_account = Rule {
            accounts: vec!["1111*".to_owned()],
            confirm: true,
            ..Rule::default()
        };
        assert!(asks(&[by_account], &profile("c", "x")));
    }
}
