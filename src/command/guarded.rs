//! Asks the guard, for every command that uses the credentials of a profile.

use super::Context;
use crate::aws::profile::Profile;
use crate::guard::{self, Case, Decision, Door, Refusal, Subject, Terms, decide};
use crate::shell::channel::Channel;
use crate::shell::{confirmed, line};
use crate::system::error::{Error, Kind, Result};
use crate::system::presence::Presence;
use crate::system::text::quote;
use crate::system::text::span::Span;
use crate::terminal::consent;
use crate::terminal::ui::Style;

/// A request to use a profile.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub door: Door,
    pub profile: &'a Profile,
    /// `--yes`.
    pub yes: bool,
    /// `--for`.
    pub stay: Option<Span>,
}

/// The permission to use a profile.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    pub terms: Terms,
    /// A person has just said yes; the shell is to remember it.
    pub asked: bool,
}

impl<'a> Entry<'a> {
    pub const fn new(door: Door, profile: &'a Profile) -> Self {
        Self {
            door,
            profile,
            yes: false,
            stay: None,
        }
    }

    /// Allows, asks or refuses, according to the rules.
    ///
    /// # Errors
    /// A rule refuses; a person says no, or is needed and cannot answer.
    pub fn pass(self, context: &Context) -> Result<Pass> {
        let (env, name) = (&context.env, self.profile.name.as_str());
        let who = Presence::of(env);
        let decision = self.decision(context);
        context.ui.verbose(|| {
            let (what, decided) = (self.door.words(), decision.words());
            format!("by the rules, {what} `{name}` is {decided}")
        });
        match decision {
            Decision::Allow(terms) => Ok(Pass {
                terms,
                asked: self.yes && who.is_person(),
            }),
            Decision::Confirm(terms) => self.ask(context, terms),
            Decision::Refuse(refusal) => Err(self.refused(refusal, who)),
        }
    }

    /// Asks, unless another part of this command line has just asked.
    fn ask(self, context: &Context, terms: Terms) -> Result<Pass> {
        let (env, name) = (&context.env, self.profile.name.as_str());
        let from_terminal = self.door == Door::Command;
        let _turn = line::turn(env);
        if line::is_confirmed(env, name) {
            return Ok(Pass { terms, asked: true });
        }
        if let Some(error) = line::refusal(env).filter(|_| from_terminal) {
            return Err(error);
        }
        let (ui, question) = (context.ui, self.question());
        let colour = guard::colour(&context.settings().rules, self.profile);
        let style = colour.map_or(Style::Bold, Style::from);
        let passed = match consent::is_given(ui, env, &question, style, from_terminal) {
            Ok(true) => {
                line::confirm(env, name);
                Ok(Pass { terms, asked: true })
            }
            Ok(false) => Err(self.declined()),
            Err(error) if error.kind == Kind::Interrupted => Err(Error {
                kind: Kind::Interrupted,
                hints: Vec::new(),
                ..self.declined()
            }),
            // A terminal that cannot be asked gave no yes.
            Err(error) => Err(self.declined().cause(error)),
        };
        // While it is still this one's turn.
        passed.inspect_err(|error| {
            if from_terminal {
                line::note(env, error);
            }
        })
    }

    /// The terms, without a question: for what cannot be done here anyway.
    ///
    /// # Errors
    /// A rule refuses agents or scripts.
    pub fn terms(self, context: &Context) -> Result<Terms> {
        match self.decision(context) {
            Decision::Allow(terms) | Decision::Confirm(terms) => Ok(terms),
            Decision::Refuse(Refusal::CannotAnswer) => Ok(Terms::default()),
            Decision::Refuse(refusal) => Err(self.refused(refusal, Presence::of(&context.env))),
        }
    }

    fn decision(self, context: &Context) -> Decision {
        let env = &context.env;
        decide(&Case {
            rules: &context.settings().rules,
            who: Presence::of(env),
            door: self.door,
            subject: Subject::from(self.profile),
            confirmed: confirmed::has(env, &self.profile.name),
            yes: self.yes,
            stay: self.stay,
        })
    }

    /// Makes the shell remember a yes, for commands that change nothing else in it.
    ///
    /// # Errors
    /// The shell does not listen any more.
    pub fn remember(self, context: &Context, pass: Pass) -> Result<()> {
        match Channel::open(&context.env).filter(|_| pass.asked) {
            Some(mut channel) => {
                confirmed::add(&context.env, &mut channel, &self.profile.name);
                channel.send()
            }
            None => Ok(()),
        }
    }

    fn question(self) -> String {
        let what = match self.door {
            Door::Switch => "switch to",
            Door::Exec => "run this as",
            Door::Export | Door::Process => "give out the credentials of",
            Door::Console => "open the console as",
            Door::Command => "use",
        };
        format!("awsp: {what} {}?", in_full(self.profile))
    }

    fn declined(self) -> Error {
        let name = &self.profile.name;
        match self.door {
            Door::Switch => Error::new(
                Kind::Failed,
                format!("not switched to `{name}`: not confirmed"),
            )
            .hint(self.command(true)),
            // The status that tells the shell's function not to run the command.
            Door::Command => Error::new(
                Kind::LoginFailed,
                format!("`{name}` is not used: not confirmed"),
            ),
            _ => Error::new(Kind::Failed, format!("`{name}` is not used: not confirmed"))
                .hint(self.command(true)),
        }
    }

    pub fn refused(self, refusal: Refusal, who: Presence) -> Error {
        let (plain, confirmed) = (self.command(false), self.command(true));
        refusal.error(who, &self.profile.name, &plain, confirmed)
    }

    /// The command that a person types.
    fn command(self, yes: bool) -> String {
        let name = self.profile.name.as_str();
        let (mut words, rest) = match self.door {
            Door::Switch if !yes && !name.starts_with('-') && !super::is_command(name) => {
                (vec!["awsp"], "")
            }
            Door::Switch | Door::Command => (vec!["awsp", "use"], ""),
            Door::Exec => (vec!["awsp", "exec"], " -- CMD"),
            Door::Export | Door::Process => (vec!["awsp", "export"], ""),
            Door::Console => (vec!["awsp", "console"], ""),
        };
        if yes {
            words.push("--yes");
        }
        if name.starts_with('-') {
            words.push("--");
        }
        words.push(name);
        quote::command_line(&words) + rest
    }
}

/// A profile in a question: its name, with account and role where they are known.
pub fn in_full(profile: &Profile) -> String {
    let known: Vec<&str> = profile
        .account()
        .into_iter()
        .chain(profile.role())
        .collect();
    if known.is_empty() {
        profile.name.clone()
    } else {
        format!("{} ({})", profile.name, known.join(", "))
    }
}
