//! `awsp doctor`: finds out why a tool uses the wrong account, and how to fix it.

pub mod caches;
pub mod circles;
pub mod clock;
pub mod environment;
pub mod expanded;
pub mod files;
pub mod finding;
pub mod fix;
pub mod leftovers;
pub mod mixtures;
pub mod modes;
pub mod path;
pub mod regions;
pub mod report;
pub mod settings;
pub mod shell;

pub mod tools;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use self::environment::NO_PROFILES;
use self::finding::{Finding, Scene, Severity};
use self::fix::Fix;
use self::report::{Page, counts};
use self::tools::{Cli, Version};
use super::{Context, Run};
use crate::aws::config::{File, Files, Which};
use crate::aws::connection::Connection;
use crate::aws::profile;
use crate::aws::profile::{Profile, SsoSession};
use crate::net;
use crate::shell::channel::Channel;
use crate::shell::{Shell, startup};
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::later::Later;
use crate::system::presence::Presence;
use crate::system::process::Asked;
use crate::system::text::{clean, count, json_line};
use crate::terminal::size;
use crate::terminal::ui::Ui;

/// The time limit for a program to print its version, and for AWS to send the time.
const LIMIT: Duration = Duration::from_secs(5);

/// Find out why a tool uses the wrong account, and how to fix it
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/doctor.txt")
)]
pub struct Doctor {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// The checks that read files and variables only. What decides the account comes first.
const CHECKS: [fn(&Scene<'_>) -> Vec<Finding>; 12] = [
    environment::home,
    environment::look,
    expanded::look,
    mixtures::look,
    circles::look,
    files::look,
    regions::look,
    leftovers::look,
    caches::look,
    modes::look,
    path::look,
    settings::look,
];

impl Run for Doctor {
    fn run(&self, context: &Context) -> Result<()> {
        let Context { env, ui, .. } = context;
        // Opened before any other file, which could get the channel's number.
        let loaded = Channel::open(env).is_some();
        let shell = ["AWSP_SHELL", "SHELL"]
            .into_iter()
            .find_map(|name| env.var(name))
            .and_then(Shell::named);
        let mut findings = Vec::new();
        let files = Files {
            config: load(env, Which::Config, &mut findings),
            credentials: load(env, Which::Credentials, &mut findings),
        };
        let profiles = profile::resolve_all(&files);
        let sessions: Vec<SsoSession> = profile::all_sessions(&files)
            .iter()
            .map(|used| SsoSession::clone(&used.session))
            .collect();
        let startup = shell
            .map(|shell| startup::read(env, shell))
            .unwrap_or_default();
        for file in &startup {
            ui.verbose(|| format!("read {}", file.shown));
        }
        let fix = Fix { env, shell, loaded };
        let scene = Scene {
            env,
            files: &files,
            profiles: &profiles,
            sessions: &sessions,
            fix,
            startup: &startup,
        };

        // Slow checks run in parallel.
        let asked = Questions::ask(&scene);
        if let Some((session, _)) = &asked.clock {
            ui.verbose(|| format!("asking the service of session {session} for the time"));
            ui.progress(&format!("awsp: asking AWS for the time ({session})"));
        }
        findings.extend(CHECKS.into_iter().flat_map(|check| check(&scene)));
        let looked = asked.answers(&scene, &mut findings);
        ui.progress_done();
        in_order(&mut findings);
        self.print(*ui, env, &findings, &looked)?;
        if findings
            .iter()
            .any(|finding| finding.severity == Severity::Wrong)
        {
            return Err(Error::new(Kind::Failed, counts(&findings)));
        }
        Ok(())
    }
}

impl Doctor {
    fn print(&self, ui: Ui, env: &Env, findings: &[Finding], looked: &str) -> Result<()> {
        let presence = Presence::of(env);
        if self.json {
            let findings: Vec<_> = findings
                .iter()
                .map(|finding| {
                    json!({
                        "id": finding.id,
                        "severity": finding.severity.as_str(),
                        "what": clean(&finding.what),
                        "where": finding.place.as_deref().map(clean),
                        "fix": finding.fix.as_deref().map(clean),
                    })
                })
                .collect();
            let presence = json!({"who": presence.who(), "why": presence.why()});
            return ui.data(&json_line(&json!({
                "version": 1,
                "presence": presence,
                "findings": findings,
            })));
        }
        let page = Page {
            columns: size::of_stdout(env).unwrap_or(usize::MAX),
            colour: ui.has_colour(env.stdout_is_terminal),
            ui,
        };
        let mut out = page.findings(findings);
        let mut line = |line: &str| out.push_str(&page.line(line));
        line(&format!(
            "who is here: {} ({})",
            presence.who(),
            presence.why()
        ));
        match findings.first() {
            Some(worst) if worst.severity == Severity::Wrong => {}
            Some(worst) if worst.severity == Severity::Warning => {
                let is_empty = findings.iter().any(|finding| finding.id == NO_PROFILES);
                let head = if is_empty {
                    "no profiles to look at"
                } else {
                    "nothing is wrong"
                };
                line(&format!("{head}: {}", counts(findings)));
            }
            Some(first) if first.id == NO_PROFILES => line(&format!("looked at {looked}")),
            _ => line(&format!("all well: looked at {looked}")),
        }
        ui.data(&out)
    }
}

/// The most severe first, and findings of one kind together.
fn in_order(findings: &mut [Finding]) {
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (number, finding) in findings.iter().enumerate() {
        first.entry(finding.id).or_insert(number);
    }
    findings.sort_by_key(|finding| (Reverse(finding.severity), first[finding.id]));
}

/// One of the two files; one that cannot be read is a finding, and empty.
fn load(env: &Env, which: Which, findings: &mut Vec<Finding>) -> File {
    File::load(env, which).unwrap_or_else(|error| {
        findings.push(files::unreadable(&error));
        File::unread(env, which)
    })
}

/// The questions to other programs, each in its own thread.
struct Questions {
    shell: Option<Asked>,
    aws: Option<Asked>,
    has_aws: bool,
    /// The session whose service is asked for the time.
    clock: Option<(String, Later<Result<i64, String>>)>,
}

impl Questions {
    fn ask(scene: &Scene<'_>) -> Self {
        let env = scene.env;
        let shell = scene.fix.shell.and_then(|shell| {
            let login = env
                .var("SHELL")
                .filter(|path| path.starts_with('/') && Shell::named(path) == Some(shell))
                .map(Into::into);
            let program = login.or_else(|| path::programs(env, shell.name()).into_iter().next())?;
            Asked::version(&program, LIMIT)
        });
        let aws = path::programs(env, "aws").into_iter().next();
        let clock = session(scene).map(|(session, profile)| {
            let section = profile.and_then(|profile| scene.files.profile(profile));
            let connection = Connection::of(env, scene.files, section.as_ref());
            let (env, region) = (env.clone(), session.region.clone());
            let ask = move || net::clock::ahead(&connection, &region, || env.now());
            (session.label().to_owned(), Later::start(LIMIT, ask))
        });
        Self {
            shell,
            has_aws: aws.is_some(),
            aws: aws.and_then(|aws| Asked::version(&aws, LIMIT)),
            clock,
        }
    }

    /// Evaluates the answers; returns a list of what was checked.
    fn answers(self, scene: &Scene<'_>, findings: &mut Vec<Finding>) -> String {
        let mut looked = vec![
            "the environment".to_owned(),
            count(scene.profiles.len(), "profile"),
            "the caches".to_owned(),
        ];
        let shell = self
            .shell
            .and_then(Asked::answer)
            .and_then(|text| Version::first(&text));
        findings.extend(shell::look(scene, shell));
        if let Some((name, version)) = scene.fix.shell.map(Shell::name).zip(shell) {
            looked.push(format!("{name} {version}"));
        }
        looked.push("PATH".to_owned());
        let cli = if self.has_aws {
            Cli::of(self.aws.and_then(Asked::answer).as_deref())
        } else {
            Cli::Missing
        };
        findings.extend(tools::look(scene, cli));
        if let Cli::Has(version) = cli {
            looked.push(format!("the AWS CLI {version}"));
        }
        if let Some((session, later)) = self.clock {
            let ahead = later
                .wait()
                .unwrap_or_else(|| Err("no answer in time".to_owned()));
            findings.extend(clock::look(
                scene,
                &session,
                ahead.as_ref().map(|ahead| *ahead).map_err(String::as_str),
            ));
            if ahead.is_ok() {
                looked.push("the clock".to_owned());
            }
        }
        let last = looked.pop().unwrap_or_default();
        format!("{} and {last}", looked.join(", "))
    }
}

/// The session to ask for the time, and a profile that leads to it: the current profile's, else the
/// first.
fn session<'a>(scene: &Scene<'a>) -> Option<(&'a SsoSession, Option<&'a str>)> {
    let profiles: Vec<&'a Profile> = scene
        .profiles
        .iter()
        .filter_map(|(_, found)| found.as_ref().ok())
        .collect();
    let current = profiles.iter().find(|found| scene.is_current(&found.name));
    if let Some((found, session)) = current.and_then(|found| Some((found, found.session()?))) {
        return Some((session, Some(&found.name)));
    }
    let session = scene.sessions.first()?;
    let leads = |found: &&&Profile| {
        found
            .session()
            .is_some_and(|other| other.cache_key() == session.cache_key())
    };
    Some((
        session,
        profiles.iter().find(leads).map(|found| found.name.as_str()),
    ))
}
