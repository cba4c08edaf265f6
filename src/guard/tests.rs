//! Who, at which door, under which rule: the answer.

use super::Decision::{Allow, Confirm, Refuse};
use super::Door::{Command, Console, Exec, Export, Process, Switch};
use super::*;
use crate::aws::config::Files;
use crate::aws::profile::resolve;
use crate::system::presence::Absence;

const PERSON: Presence = Presence::Person { can_type: true };
const HOOK: Presence = Presence::Person { can_type: false };
const AGENT: Presence = Presence::Agent {
    variable: "CLAUDECODE",
};
const NOBODY: Presence = Presence::Nobody(Absence::NoTerminal);
const DOORS: [Door; 6] = [Switch, Exec, Export, Process, Console, Command];

fn profile(name: &str, account: &str) -> Profile {
    let text = format!(
        "[profile {name}]\nsso_session = s\nsso_account_id = 111122223333\nsso_account_name = {account}\n\
         sso_role_name = PowerUser\n[sso-session s]\nsso_start_url = https://x\nsso_region = r\n"
    );
    resolve(&Files::of(&text, ""), name).unwrap()
}

/// A rule for all that is called `a…`.
fn rule(change: impl Fn(&mut Rule)) -> Rule {
    let mut rule = Rule {
        profiles: vec!["a*".to_owned()],
        ..Rule::default()
    };
    change(&mut rule);
    rule
}

fn case<'a>(rules: &'a [Rule], who: Presence, door: Door, profile: &'a Profile) -> Case<'a> {
    Case {
        rules,
        who,
        door,
        subject: profile.into(),
        confirmed: false,
        yes: false,
        stay: None,
    }
}

const PLAIN: Terms = Terms {
    read_only: false,
    stay: None,
};
const READ_ONLY: Terms = Terms {
    read_only: true,
    stay: None,
};

#[test]
fn who_at_which_door_under_which_rule() {
    let none = rule(|_| {});
    let confirm = rule(|rule| rule.confirm = Some(true));
    let scripts = rule(|rule| rule.scripts = Some(Scripts::Deny));
    let deny = rule(|rule| rule.agents = Some(Agents::Deny));
    let read_only = rule(|rule| {
        (rule.agents, rule.confirm) = (Some(Agents::ReadOnly), Some(true));
    });
    let allow = rule(|rule| {
        (rule.agents, rule.confirm) = (Some(Agents::Allow), Some(true));
    });
    let (yes, ask) = (Allow(PLAIN), Confirm(PLAIN));
    let (agent, script, mute) = (
        Refuse(Refusal::Agent),
        Refuse(Refusal::Script),
        Refuse(Refusal::CannotAnswer),
    );
    let twin = Allow(READ_ONLY);
    // At the doors in their order: switch, exec, export, process, console, command.
    let table = [
        ("no rule", &none, PERSON, [yes; 6]),
        ("no rule", &none, HOOK, [yes; 6]),
        ("no rule", &none, AGENT, [yes; 6]),
        ("no rule", &none, NOBODY, [yes; 6]),
        ("confirm", &confirm, PERSON, [ask, ask, ask, yes, ask, ask]),
        (
            "confirm",
            &confirm,
            HOOK,
            [mute, mute, mute, yes, mute, ask],
        ),
        (
            "confirm",
            &confirm,
            AGENT,
            [agent, agent, agent, yes, agent, yes],
        ),
        ("confirm", &confirm, NOBODY, [yes; 6]),
        (
            "scripts",
            &scripts,
            PERSON,
            [yes, yes, yes, script, yes, yes],
        ),
        ("scripts", &scripts, HOOK, [yes, yes, yes, script, yes, yes]),
        (
            "scripts",
            &scripts,
            AGENT,
            [agent, agent, agent, agent, agent, yes],
        ),
        ("scripts", &scripts, NOBODY, [script; 6]),
        ("deny", &deny, PERSON, [yes; 6]),
        (
            "deny",
            &deny,
            AGENT,
            [agent, agent, agent, agent, agent, yes],
        ),
        ("deny", &deny, NOBODY, [yes; 6]),
        (
            "read-only",
            &read_only,
            PERSON,
            [ask, ask, ask, yes, ask, ask],
        ),
        (
            "read-only",
            &read_only,
            AGENT,
            [twin, twin, twin, twin, twin, yes],
        ),
        ("read-only", &read_only, NOBODY, [yes; 6]),
        ("allow", &allow, PERSON, [ask, ask, ask, yes, ask, ask]),
        ("allow", &allow, AGENT, [yes; 6]),
        ("allow", &allow, NOBODY, [yes; 6]),
    ];
    let subject = profile("acme", "x");
    for (name, rule, who, answers) in table {
        for (door, answer) in DOORS.into_iter().zip(answers) {
            let rules = std::slice::from_ref(rule);
            let case = case(rules, who, door, &subject);
            assert_eq!(decide(&case), answer, "{name}, {who:?}, {door:?}");
            let is_asked = answer == ask || answer == mute;
            for (confirmed, yes) in [(true, false), (false, true)] {
                let answered = decide(&Case {
                    confirmed,
                    yes,
                    ..case
                });
                // Who has answered is not asked; nobody else is helped by it.
                let expected = if is_asked { Allow(PLAIN) } else { answer };
                assert_eq!(answered, expected, "{name}, {who:?}, {door:?}");
            }
        }
        for door in DOORS {
            let other = profile("other", "x");
            let case = case(std::slice::from_ref(rule), who, door, &other);
            assert_eq!(decide(&case), yes, "the rule is not meant for it");
        }
    }
}

#[test]
fn production_is_red_and_not_for_agents_unless_told_otherwise() {
    let rules = [Rule::production()];
    for (name, account) in [
        ("prod", "a"),
        ("acme-Production.Admin", "a"),
        ("main", "acme-prod"),
        ("eu-prod-1", "x"),
    ] {
        let subject = profile(name, account);
        assert_eq!(
            colour(&rules, &subject),
            Some(Colour::Red),
            "{name} {account}"
        );
        let at = |who| decide(&case(&rules, who, Switch, &subject));
        assert_eq!(at(AGENT), Refuse(Refusal::Agent));
        assert_eq!((at(PERSON), at(NOBODY)), (Allow(PLAIN), Allow(PLAIN)));
    }
    for (name, account) in [
        ("dev", "a"),
        ("non-prod", "prod"),
        ("preprod", "a"),
        ("product-dev", "a"),
        ("x", "nonprod"),
    ] {
        let subject = profile(name, account);
        assert_eq!(colour(&rules, &subject), None, "{name} {account}");
        assert_eq!(decide(&case(&rules, AGENT, Switch, &subject)), Allow(PLAIN));
    }
    let sandbox = Rule {
        profiles: vec!["prod-sandbox".to_owned()],
        colour: Some(Colour::None),
        agents: Some(Agents::Allow),
        ..Rule::default()
    };
    let rules = [sandbox, Rule::production()];
    let subject = profile("prod-sandbox", "x");
    assert_eq!(colour(&rules, &subject), Some(Colour::None));
    assert_eq!(decide(&case(&rules, AGENT, Exec, &subject)), Allow(PLAIN));
    assert_eq!(
        decide(&case(&rules, AGENT, Exec, &profile("prod", "x"))),
        Refuse(Refusal::Agent),
        "the built-in rule holds beside those of the user"
    );
}

#[test]
fn the_first_rule_that_says_something_counts() {
    let rules = [
        rule(|rule| rule.confirm = Some(true)),
        Rule {
            profiles: vec!["*b".to_owned()],
            colour: Some(Colour::Cyan),
            confirm: Some(false),
            ..Rule::default()
        },
        Rule {
            profiles: vec!["*".to_owned()],
            colour: Some(Colour::Blue),
            ..Rule::default()
        },
    ];
    for (name, shown, answer) in [
        ("ab", Colour::Cyan, Confirm(PLAIN)),
        ("b", Colour::Cyan, Allow(PLAIN)),
        ("c", Colour::Blue, Allow(PLAIN)),
    ] {
        let subject = profile(name, "x");
        assert_eq!(colour(&rules, &subject), Some(shown), "{name}");
        assert_eq!(
            decide(&case(&rules, PERSON, Switch, &subject)),
            answer,
            "{name}"
        );
    }
}

#[test]
fn rules_know_accounts_and_roles() {
    let of = |accounts: &[&str], roles: &[&str]| Rule {
        accounts: accounts.iter().map(|&text| text.to_owned()).collect(),
        roles: roles.iter().map(|&text| text.to_owned()).collect(),
        confirm: Some(true),
        ..Rule::default()
    };
    let subject = profile("c", "acme");
    for (rule, holds) in [
        (of(&["1111*"], &[]), true),
        (of(&["ACME"], &[]), true),
        (of(&["other"], &[]), false),
        (of(&[], &["*user"]), true),
        (of(&["acme"], &["Admin*"]), false),
        (of(&["acme"], &["Power*"]), true),
        (of(&[], &[]), false),
    ] {
        let rules = [rule];
        let answer = decide(&case(&rules, PERSON, Exec, &subject));
        assert_eq!(answer == Confirm(PLAIN), holds, "{rules:?}");
    }
    // Keys in the environment have no name, and an account if a variable tells.
    let keys = Subject {
        account_id: Some("111122223333"),
        account_name: Some("acme-prod"),
        ..Subject::default()
    };
    assert_eq!(colour(&[Rule::production()], keys), Some(Colour::Red));
    assert_eq!(colour(&[Rule::production()], Subject::default()), None);
}

#[test]
fn a_stay_is_as_short_as_anyone_wants_it() {
    let (half, hour): (Span, Span) = ("30m".parse().unwrap(), "1h".parse().unwrap());
    let subject = profile("acme", "x");
    for (of_rule, asked, lasts) in [
        (None, None, None),
        (Some(half), None, Some(half)),
        (None, Some(hour), Some(hour)),
        (Some(half), Some(hour), Some(half)),
        (Some(hour), Some(half), Some(half)),
    ] {
        let rules = [rule(|rule| rule.stay = of_rule)];
        let case = Case {
            stay: asked,
            ..case(&rules, PERSON, Switch, &subject)
        };
        assert_eq!(
            decide(&case),
            Allow(Terms {
                read_only: false,
                stay: lasts
            })
        );
    }
}

#[test]
fn an_agent_gets_one_line_for_its_human() {
    let error = Refusal::Agent.error(AGENT, "prod", "awsp prod", String::new());
    assert_eq!(
        (
            error.message.as_str(),
            error.causes.len(),
            error.hints.len()
        ),
        (
            "`prod` is not for agents (CLAUDECODE is set); a person can run `awsp prod`",
            0,
            0
        )
    );
    assert_eq!(error.kind.exit_status(), 4);
}
