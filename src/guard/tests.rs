//! The decisions of the guard.

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
        "[profile {name}]\nsso_session = s\nsso_account_id = 111122223333\n\
         sso_account_name = {account}\n\
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

/// A rule, who runs awsp, and the answers for switch, exec, export, process, console, command:
/// `yes`; `ask` a person; `mute` if the person cannot answer; refused to an `agent` or a `script`;
/// or the read-only `twin`.
const ANSWERS: [(&str, Presence, &str); 21] = [
    ("no rule", PERSON, "yes yes yes yes yes yes"),
    ("no rule", HOOK, "yes yes yes yes yes yes"),
    ("no rule", AGENT, "yes yes yes yes yes yes"),
    ("no rule", NOBODY, "yes yes yes yes yes yes"),
    ("confirm", PERSON, "ask ask ask yes ask ask"),
    ("confirm", HOOK, "mute mute mute yes mute ask"),
    ("confirm", AGENT, "agent agent agent yes agent yes"),
    ("confirm", NOBODY, "yes yes yes yes yes yes"),
    ("scripts", PERSON, "yes yes yes script yes yes"),
    ("scripts", HOOK, "yes yes yes script yes yes"),
    ("scripts", AGENT, "agent agent agent agent agent yes"),
    (
        "scripts",
        NOBODY,
        "script script script script script script",
    ),
    ("deny", PERSON, "yes yes yes yes yes yes"),
    ("deny", AGENT, "agent agent agent agent agent yes"),
    ("deny", NOBODY, "yes yes yes yes yes yes"),
    ("read-only", PERSON, "ask ask ask yes ask ask"),
    ("read-only", AGENT, "twin twin twin twin twin yes"),
    ("read-only", NOBODY, "yes yes yes yes yes yes"),
    ("allow", PERSON, "ask ask ask yes ask ask"),
    ("allow", AGENT, "yes yes yes yes yes yes"),
    ("allow", NOBODY, "yes yes yes yes yes yes"),
];

fn rule_named(name: &str) -> Rule {
    rule(|rule| match name {
        "confirm" => rule.confirm = Some(true),
        "scripts" => rule.scripts = Some(Scripts::Deny),
        "deny" => rule.agents = Some(Agents::Deny),
        "read-only" => (rule.agents, rule.confirm) = (Some(Agents::ReadOnly), Some(true)),
        "allow" => (rule.agents, rule.confirm) = (Some(Agents::Allow), Some(true)),
        _ => {}
    })
}

fn answer(word: &str) -> Decision {
    match word {
        "yes" => Allow(PLAIN),
        "twin" => Allow(READ_ONLY),
        "ask" => Confirm(PLAIN),
        "agent" => Refuse(Refusal::Agent),
        "script" => Refuse(Refusal::Script),
        "mute" => Refuse(Refusal::CannotAnswer),
        _ => panic!("{word}"),
    }
}

#[test]
fn who_at_which_door_under_which_rule() {
    let subject = profile("acme", "x");
    for (name, who, answers) in ANSWERS {
        let rule = rule_named(name);
        let rules = std::slice::from_ref(&rule);
        assert_eq!(answers.split(' ').count(), DOORS.len(), "{answers}");
        for (door, answer) in DOORS.into_iter().zip(answers.split(' ').map(answer)) {
            let case = case(rules, who, door, &subject);
            assert_eq!(decide(&case), answer, "{name}, {who:?}, {door:?}");
            let is_asked = [Confirm(PLAIN), Refuse(Refusal::CannotAnswer)].contains(&answer);
            for (confirmed, yes) in [(true, false), (false, true)] {
                let answered = decide(&Case {
                    confirmed,
                    yes,
                    ..case
                });
                // A yes helps only where a person would be asked.
                let expected = if is_asked { Allow(PLAIN) } else { answer };
                assert_eq!(answered, expected, "{name}, {who:?}, {door:?}");
            }
        }
        for door in DOORS {
            let other = profile("other", "x");
            let case = case(rules, who, door, &other);
            assert_eq!(decide(&case), Allow(PLAIN), "another profile");
        }
    }
}

#[test]
fn production_is_red_and_denied_to_agents_by_default() {
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
    // Keys in the environment have no name, and an account only if a variable has it.
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
