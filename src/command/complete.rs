//! `awsp __complete`: run by the completion of the shells. The shells know nothing about the
//! commands; they pass the words and show the result, so that an installed completion file works
//! with every later version.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};

use clap::{Args, CommandFactory as _};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, complete};

mod offer;

use self::offer::Offer;
use super::{Context, Run};
use crate::aws::account_names::AccountNames;
use crate::aws::config::{Files, Section};
use crate::aws::session::State;
use crate::aws::{account, profile, token_cache};
use crate::login::target;
use crate::shell::Shell;
use crate::shell::channel::unfit;
use crate::system::env::Env;
use crate::system::error::Result;
use crate::system::text::{clean, short};

/// Print the candidates for a word of a command line
#[derive(Args, Clone, Debug)]
pub struct Complete {
    #[arg(value_enum)]
    shell: Shell,
    /// Which of the words is being completed, from 0
    index: usize,
    /// The command line, from the command's name on
    #[arg(last = true)]
    words: Vec<OsString>,
}

impl Run for Complete {
    fn run(&self, context: &Context) -> Result<()> {
        let index = self.index.min(self.words.len());
        if let Some(start) = delegated(&self.words, index) {
            return context.ui.data(&format!("\tcommand {start}\n"));
        }
        let mut words = self.words.clone();
        if index == words.len() {
            words.push(OsString::new());
        }
        let mut command = crate::command::cli::Cli::command();
        let found = complete(&mut command, words, index, None).unwrap_or_default();
        let wants_options = self
            .words
            .get(index)
            .is_some_and(|word| word.to_string_lossy().starts_with('-'));
        let is_option = |candidate: &CompletionCandidate| {
            candidate.get_value().to_string_lossy().starts_with('-')
        };
        let (values, commands): (Vec<_>, Vec<_>) = found
            .iter()
            .filter(|candidate| {
                !candidate.is_hide_set()
                    && (wants_options || !is_option(candidate) || asked(candidate).is_some())
            })
            .partition(|candidate| {
                candidate
                    .get_tag()
                    .is_none_or(|tag| tag.to_string() != "Commands")
            });
        let wants_profiles = values.iter().any(|value| asked(value).is_some());
        let files = wants_profiles
            .then(|| Files::load(&context.env).ok())
            .flatten();
        let values = rows(&context.env, files.as_ref(), &values);
        // The first word is usually a profile. Commands are offered once a word is begun, or if
        // there are no profiles.
        let is_begun = self.words.get(index).is_some_and(|word| !word.is_empty());
        let commands = if is_begun || values.is_empty() {
            rows(&context.env, None, &commands)
        } else {
            Vec::new()
        };
        let columns = context
            .env
            .var("COLUMNS")
            .and_then(|text| text.parse().ok());
        let offer = Offer {
            shell: self.shell,
            columns,
            groups: [values, commands],
        };
        context.ui.data(&offer.text())
    }
}

/// Marks a value for which profiles are looked up; the typed text follows. Values that are shown
/// contain no control characters.
const PROFILES: &str = "\u{1}profiles\u{1}";

/// The text before a profile in the word (`--source=`), and the typed part of the profile, if
/// profiles are to be looked up.
fn asked(candidate: &CompletionCandidate) -> Option<(&str, &str)> {
    candidate.get_value().to_str()?.split_once(PROFILES)
}

/// Values and descriptions. A value that does not fit in a line is left out.
fn rows<'a>(
    env: &Env,
    files: Option<&'a Files>,
    candidates: &[&'a CompletionCandidate],
) -> Vec<(Cow<'a, str>, String)> {
    let mut rows = Vec::new();
    for candidate in candidates {
        if let Some((before, typed)) = asked(candidate) {
            let found = files.map(|files| profile_rows(env, files, before, typed));
            rows.extend(found.unwrap_or_default());
            continue;
        }
        let Some(value) = candidate.get_value().to_str() else {
            continue;
        };
        if !value.contains(char::is_control) {
            let help = candidate.get_help().map(ToString::to_string);
            let help = help.as_deref().and_then(|help| help.lines().next());
            rows.push((Cow::Borrowed(value), clean(help.unwrap_or_default())));
        }
    }
    rows
}

/// The profiles whose names begin as typed.
fn profile_rows<'a>(
    env: &Env,
    files: &'a Files,
    before: &str,
    typed: &str,
) -> Vec<(Cow<'a, str>, String)> {
    let mut states = States {
        env,
        files,
        known: <[HashMap<_, _>; 3]>::default(),
        names: AccountNames::new(env),
    };
    let mut sections = files.profiles_beginning(typed);
    let is_option = |name: &str| before.is_empty() && typed.is_empty() && name.starts_with('-');
    // Shells fail on values that cannot be sent or are too long, and nobody could switch to them.
    sections.retain(|section| {
        let name = &*section.name;
        !name.contains(char::is_control) && unfit(name).is_none() && !is_option(name)
    });
    let row = |section: Section<'a>| {
        let help = clean(&states.describe(&section));
        let value = if before.is_empty() {
            section.name
        } else {
            Cow::Owned(format!("{before}{}", section.name))
        };
        (value, help)
    };
    sections.into_iter().map(row).collect()
}

/// The start of the command in `awsp exec PROFILE -- CMD …`, if the word belongs to it.
fn delegated(words: &[OsString], index: usize) -> Option<usize> {
    if words.get(1)? != "exec" {
        return None;
    }
    let dashes = words.iter().position(|word| word == "--")?;
    (index > dashes).then_some(dashes + 1)
}

/// Completes profile names. They are looked up when it is known that some are needed.
pub fn profiles() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let typed = current.to_str();
        let wish = typed.map(|typed| CompletionCandidate::new(format!("{PROFILES}{typed}")));
        Vec::from_iter(wish)
    })
}

/// Completes the names of sso-sessions.
pub fn sessions() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let Some(prefix) = current.to_str() else {
            return Vec::new();
        };
        let Ok(files) = Files::load(&Env::of_process()) else {
            return Vec::new();
        };
        let sections = files
            .sso_sessions()
            .into_iter()
            .filter(|section| section.name.starts_with(prefix) && unfit(&section.name).is_none());
        let help = |section: &Section| {
            section
                .get("sso_start_url")
                .map(|url| short(url).to_owned().into())
        };
        sections
            .map(|section| CompletionCandidate::new(&*section.name).help(help(&section)))
            .collect()
    })
}

/// Completes AWS's regions.
pub fn regions() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let Some(prefix) = current.to_str() else {
            return Vec::new();
        };
        let known = crate::aws::regions::REGIONS
            .iter()
            .filter(|(name, _)| name.starts_with(prefix));
        known
            .map(|(name, place)| CompletionCandidate::new(*name).help(Some((*place).into())))
            .collect()
    })
}

/// The states of sessions, each looked up once.
struct States<'a> {
    env: &'a Env,
    files: &'a Files,
    /// By session, by legacy start URL, and by the profile that a role is taken through.
    known: [HashMap<String, Option<State>>; 3],
    names: AccountNames<'a>,
}

impl States<'_> {
    /// Account, role and state of a profile, as far as its own section has them.
    fn describe(&mut self, section: &Section<'_>) -> String {
        let is_ended = self.state(section) == Some(State::Ended);
        let arn = section.get("role_arn");
        let id = section
            .get("sso_account_id")
            .or_else(|| arn.and_then(profile::account_of));
        let name = section
            .get("sso_account_name")
            .or_else(|| id.and_then(|id| self.names.of(id)));
        let account = account::label(Some(&section.name), id, name);
        let role = section
            .get("sso_role_name")
            .or_else(|| arn.and_then(profile::role_of));
        let login = is_ended.then_some("login");
        let mut out = String::with_capacity(40);
        for part in [account, role, login].into_iter().flatten() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(short(part));
        }
        out
    }

    /// The state of the session that the profile leads to.
    fn state(&mut self, section: &Section<'_>) -> Option<State> {
        let keys = ["sso_session", "sso_start_url", "source_profile"];
        let (at, name) = (0..)
            .zip(keys)
            .find_map(|(at, key)| Some((at, section.get(key)?)))?;
        if let Some(known) = self.known[at].get(name) {
            return *known;
        }
        let session = match at {
            0 => profile::session(self.files, name).ok(),
            1 => target::named_by(self.files, &section.name),
            _ => target::named_by(self.files, name),
        };
        let state =
            session.map(|session| token_cache::times(self.env, &session).state(self.env.now()));
        self.known[at].insert(name.to_owned(), state);
        state
    }
}
