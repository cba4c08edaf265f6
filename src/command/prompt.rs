//! `awsp __prompt`: run by the prompt hooks when something has changed.

use clap::Args;

use super::{Context, Run};
use crate::aws::account;
use crate::aws::account_names::AccountNames;
use crate::aws::config::Files;
use crate::aws::identity::{self, Who};
use crate::aws::profile::{self, Kind as ProfileKind};
use crate::aws::session_file::SessionFile;
use crate::guard::Subject;
use crate::shell::channel::Channel;
use crate::shell::prompt::{self, Told};
use crate::system::error::Result;

/// Tell the prompt hooks about the current profile
#[derive(Args, Clone, Debug)]
pub struct Prompt {}

impl Run for Prompt {
    fn run(&self, context: &Context) -> Result<()> {
        let env = &context.env;
        let Some(mut channel) = Channel::open(env) else {
            return Ok(());
        };
        let who = Who::of(env);
        match who {
            Who::Profile(name) => profile(context, &mut channel, name),
            Who::Default if identity::bearer_services(env).is_empty() => {
                prompt::tell_none(&mut channel);
            }
            _ => instead(context, &mut channel, who),
        }
        channel.send()
    }
}

fn profile(context: &Context, channel: &mut Channel, name: &str) {
    let env = &context.env;
    let Ok(found) = Files::load(env).and_then(|files| context.resolve(&files, name)) else {
        return prompt::tell_unknown(channel, name);
    };
    let session = SessionFile::of(env, &found);
    let told = Told {
        env,
        settings: context.settings(),
        profile: &found,
        session: session.as_ref(),
        region: identity::region(env, found.region.as_deref()),
        confirmed: false,
    };
    prompt::tell(channel, told);
}

/// Keys and similar credentials, with the account if it is known.
fn instead(context: &Context, channel: &mut Channel, who: Who<'_>) {
    let files = Files::load(&context.env).ok();
    // A profile `default` with credentials comes before a container's credentials.
    let default = files
        .as_ref()
        .filter(|_| matches!(who, Who::Container { .. }))
        .and_then(|files| profile::resolve(files, "default").ok());
    if default.is_some_and(|default| {
        !matches!(default.kind, ProfileKind::Plain | ProfileKind::Token { .. })
    }) {
        return prompt::tell_none(channel);
    }
    let names = AccountNames::new(&context.env);
    let name = who.account().and_then(|account| {
        let configured = files
            .as_ref()
            .and_then(|files| account::name(files, account));
        configured.or_else(|| names.of(account).map(str::to_owned))
    });
    let what = who.instead();
    let subject = Subject {
        name: what.as_deref(),
        account_id: who.account(),
        account_name: name.as_deref(),
        role: who.role(),
    };
    prompt::tell_instead(channel, &context.env, context.settings(), subject);
}
