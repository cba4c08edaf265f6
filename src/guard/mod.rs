//! Decides whether a profile may be used, by whom and for how long: one pure decision for every
//! command, by the rules in the settings.
//!
//! It protects people in a hurry and agents that follow the rules. It is no security boundary:
//! programs of the user can do without awsp.

#[cfg(test)]
mod tests;

use crate::aws::profile::Profile;
use crate::settings::rules::{Agents, Colour, Rule, Scripts};
use crate::system::error::{Error, Kind};
use crate::system::presence::Presence;
use crate::system::text::pattern;
use crate::system::text::span::Span;

/// The way in which a profile is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// A switch of this shell.
    Switch,
    Exec,
    Export,
    /// `credential_process`: it never asks, terminal or not.
    Process,
    Console,
    /// A command that the shell wraps. For an agent it always runs.
    Command,
}

/// The profile, as far as rules need it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'a> {
    /// The profile's name; `None` for keys in the environment and similar credentials.
    pub name: Option<&'a str>,
    pub account_id: Option<&'a str>,
    pub account_name: Option<&'a str>,
    pub role: Option<&'a str>,
}

impl<'a> From<&'a Profile> for Subject<'a> {
    fn from(profile: &'a Profile) -> Self {
        Self {
            name: Some(&profile.name),
            account_id: profile.account_id(),
            account_name: profile.account_name.as_deref(),
            role: profile.role(),
        }
    }
}

/// Everything that the decision depends on.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub rules: &'a [Rule],
    pub who: Presence,
    pub door: Door,
    pub subject: Subject<'a>,
    /// True if a person has confirmed the profile in this shell.
    pub confirmed: bool,
    /// `--yes`: a person has answered already. It does not help an agent.
    pub yes: bool,
    /// `--for`.
    pub stay: Option<Span>,
}

impl Door {
    /// A description, for `--verbose`.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Switch => "a switch to",
            Self::Exec => "exec with",
            Self::Export => "export of",
            Self::Process => "credential_process of",
            Self::Console => "the console of",
            Self::Command => "a command with",
        }
    }
}

/// The decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Allow(Terms),
    /// Allowed if a person says yes.
    Confirm(Terms),
    Refuse(Refusal),
}

impl Decision {
    /// The decision in words, for `--verbose`.
    pub fn words(self) -> String {
        match self {
            Self::Allow(terms) => format!("allowed{}", terms.words()),
            Self::Confirm(terms) => format!("to be confirmed{}", terms.words()),
            Self::Refuse(Refusal::Agent) => "refused to agents".to_owned(),
            Self::Refuse(Refusal::Script) => "refused to scripts".to_owned(),
            Self::Refuse(Refusal::CannotAnswer) => {
                "to be confirmed, but nobody can answer".to_owned()
            }
        }
    }
}

/// The terms on which a profile may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// A read-only role of the same account is used instead.
    pub read_only: bool,
    /// How long a switch lasts: as requested, but not longer than the rule allows.
    pub stay: Option<Span>,
}

impl Terms {
    fn words(self) -> String {
        let read_only = if self.read_only {
            " with a read-only role"
        } else {
            ""
        };
        let stay = self
            .stay
            .map_or_else(String::new, |span| format!(" for {span}"));
        format!("{read_only}{stay}")
    }
}

/// The reason for a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The rule denies agents, or needs a person's yes.
    Agent,
    /// The rule denies scripts.
    Script,
    /// A person cannot type the answer here.
    CannotAnswer,
}

/// Makes the decision.
pub fn decide(case: &Case<'_>) -> Decision {
    let rules = || holding(case.rules, case.subject);
    let confirm = confirms(case.rules, case.subject);
    let agents = rules().find_map(|rule| rule.agents);
    let scripts = rules().find_map(|rule| rule.scripts);
    let limit = rules().find_map(|rule| rule.stay);
    let terms = Terms {
        read_only: false,
        stay: case.stay.into_iter().chain(limit).min(),
    };
    match (case.who, case.door) {
        // The command runs unchanged: awsp neither stops nor helps an agent there.
        (Presence::Agent { .. }, Door::Command) => Decision::Allow(terms),
        (Presence::Agent { .. }, door) => match agents {
            Some(Agents::Deny) => Decision::Refuse(Refusal::Agent),
            Some(Agents::ReadOnly) => Decision::Allow(Terms {
                read_only: true,
                ..terms
            }),
            Some(Agents::Allow) => Decision::Allow(terms),
            // Never more than a script may do.
            None if scripts == Some(Scripts::Deny) => Decision::Refuse(Refusal::Agent),
            None if confirm && door != Door::Process => Decision::Refuse(Refusal::Agent),
            None => Decision::Allow(terms),
        },
        (Presence::Nobody(_), _) | (_, Door::Process) if scripts == Some(Scripts::Deny) => {
            Decision::Refuse(Refusal::Script)
        }
        // Nobody can be asked.
        (Presence::Nobody(_), _) | (_, Door::Process) => Decision::Allow(terms),
        (Presence::Person { .. }, _) if !confirm || case.confirmed || case.yes => {
            Decision::Allow(terms)
        }
        // Stdin belongs to the command, so the shell's hook asks the terminal.
        (Presence::Person { can_type: true }, _) | (_, Door::Command) => Decision::Confirm(terms),
        (Presence::Person { can_type: false }, _) => Decision::Refuse(Refusal::CannotAnswer),
    }
}

/// The colour of the first rule that applies and has one.
pub fn colour<'a>(rules: &'a [Rule], subject: impl Into<Subject<'a>>) -> Option<Colour> {
    holding(rules, subject.into()).find_map(|rule| rule.colour)
}

/// True where a person is asked before it is used.
pub fn confirms<'a>(rules: &'a [Rule], subject: impl Into<Subject<'a>>) -> bool {
    holding(rules, subject.into()).find_map(|rule| rule.confirm) == Some(true)
}

/// The rules that are meant for this subject, in their order: what the first says, counts.
fn holding<'a>(rules: &'a [Rule], subject: Subject<'a>) -> impl Iterator<Item = &'a Rule> {
    rules.iter().filter(move |rule| holds(rule, subject))
}

fn holds(rule: &Rule, subject: Subject<'_>) -> bool {
    let account = [subject.account_name, subject.account_id];
    let account: Vec<&str> = account.into_iter().flatten().collect();
    let name: Vec<&str> = subject.name.into_iter().collect();
    let taken: Vec<&str> = subject.role.into_iter().collect();
    let is_meant = if rule.profiles.is_empty() && rule.accounts.is_empty() {
        !rule.roles.is_empty()
    } else {
        pattern::any(&rule.profiles, &name) || pattern::any(&rule.accounts, &account)
    };
    is_meant
        && (rule.roles.is_empty() || pattern::any(&rule.roles, &taken))
        && !pattern::any(&rule.except, &name)
        && !pattern::any(&rule.except, &account)
}

impl Refusal {
    /// The error. `command` is what a person runs for it, `confirmed` the same with `--yes`.
    pub fn error(self, who: Presence, name: &str, command: &str, confirmed: String) -> Error {
        let why = who.why_not();
        match self {
            // One line, which an agent shows to its user.
            Self::Agent => Error::new(
                Kind::PersonNeeded,
                format!(
                    "`{name}` is not for agents ({}); a person can run `{command}`",
                    who.why()
                ),
            ),
            Self::Script => Error::new(
                Kind::PersonNeeded,
                format!("`{name}` is not for scripts: a person can run `{command}`"),
            )
            .cause(if who.is_person() {
                "a rule in the settings has scripts = \"deny\"".to_owned()
            } else {
                why
            }),
            Self::CannotAnswer => Error::new(
                Kind::PersonNeeded,
                format!("the use of `{name}` must be confirmed"),
            )
            .cause(why)
            .hint(confirmed),
        }
    }
}
