//! `awsp whoami`: what AWS says.

use clap::Args;
use serde_json::json;

use super::{Context, Run};
use crate::aws::account_names::AccountNames;
use crate::aws::config::Files;
use crate::aws::connection::Connection;
use crate::aws::profile;
use crate::aws::role_cache::Credentials;
use crate::credentials::{Provider, from_environment};
use crate::net::Net;
use crate::net::sts::{Identity, Sts};
use crate::system::error::Result;
use crate::system::text::clean;
use crate::terminal::size;
use crate::terminal::width::width;

/// Ask AWS who you are (STS GetCallerIdentity)
#[derive(Args, Clone, Debug)]
#[command(after_help = include_str!("help/whoami.txt"))]
pub struct Whoami {
    /// The profile; without it whoever the tools in this shell would be
    #[arg(value_name = "PROFILE", add = crate::command::complete::profiles())]
    pub profile: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl Run for Whoami {
    fn run(&self, context: &Context) -> Result<()> {
        let env = &context.env;
        let files = Files::load(env)?;
        let keys = self.profile.is_none().then(|| from_environment(env));
        if let Some(keys) = keys.flatten() {
            return self.of_environment(context, &files, &keys);
        }
        let name = self.profile.as_deref().or_else(|| env.current_profile());
        self.of_profile(context, &files, name.unwrap_or("default"))
    }
}

impl Whoami {
    fn of_environment(&self, context: &Context, files: &Files, keys: &Credentials) -> Result<()> {
        let (env, ui) = (&context.env, context.ui);
        if let Some(name) = env.current_profile() {
            ui.warn(&format!(
                "the keys in the environment go before the profile `{name}` in almost every tool"
            ));
        }
        let net = Net::new(&Connection::of(env, files, None))?;
        let region = env
            .var("AWS_REGION")
            .or_else(|| env.var("AWS_DEFAULT_REGION"))
            .unwrap_or("us-east-1");
        let answer = Sts::new(&net, region, Some(keys)).caller()?;
        let identity = answer.map_err(|fault| {
            fault
                .told("cannot ask AWS with the keys in the environment", "STS")
                .hint("awsp off    # or unset AWS_ACCESS_KEY_ID")
        })?;
        self.print(context, None, &identity, None)
    }

    fn of_profile(&self, context: &Context, files: &Files, name: &str) -> Result<()> {
        let env = &context.env;
        let provider = Provider {
            env,
            ui: context.ui,
            files,
            settings: context.settings(),
        };
        let found = profile::resolve(files, name)?;
        let connection = Connection::of(env, files, files.profile(name).as_ref());
        let mut tried_again = false;
        loop {
            let keys = provider.credentials(name)?;
            let net = Net::new(&connection)?;
            match Sts::new(&net, &provider.sts_region(&found), Some(&keys)).caller()? {
                Ok(identity) => {
                    let account = found.account_name.as_deref();
                    return self.print(context, Some(name), &identity, account);
                }
                // The cache may say good what AWS has ended.
                Err(fault) if fault.is_dead_credentials() && !tried_again => {
                    tried_again = true;
                    provider.forget(&found);
                }
                Err(fault) => return Err(fault.told(&format!("cannot ask AWS as `{name}`"), "STS")),
            }
        }
    }

    fn print(
        &self,
        context: &Context,
        profile: Option<&str>,
        identity: &Identity,
        account_name: Option<&str>,
    ) -> Result<()> {
        let names = AccountNames::new(&context.env);
        let account_name = account_name.or_else(|| names.of(&identity.account));
        if self.json {
            let shape = json!({
                "version": 1,
                "profile": profile,
                "account": identity.account,
                "account_name": account_name,
                "arn": identity.arn,
                "user_id": identity.user_id,
            });
            return context.ui.data(&format!("{shape}\n"));
        }
        let account = account_name.map_or_else(
            || identity.account.clone(),
            |name| format!("{} ({name})", identity.account),
        );
        let columns = size::of_stdout(&context.env).unwrap_or(usize::MAX);
        context.ui.data(&format!(
            "account  {}\narn      {}\nuser id  {}\n",
            clean(&account),
            lines(&clean(&identity.arn), columns),
            clean(&identity.user_id)
        ))
    }
}

/// The ARN beside its name, in lines that end at its own signs where it is too long for one.
fn lines(arn: &str, columns: usize) -> String {
    let indent = "account  ".len();
    let parts = || arn.split_inclusive(['/', ':']);
    let widest = parts().map(width).max().unwrap_or(0);
    let (mut out, indent) = if width(arn) + indent <= columns {
        return arn.to_owned();
    } else if widest + indent <= columns {
        (String::new(), indent)
    } else {
        ("\n  ".to_owned(), 2)
    };
    let mut used = indent;
    for part in parts() {
        if used + width(part) > columns && used > indent {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            used = indent;
        }
        out.push_str(part);
        used += width(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_breaks_at_its_own_signs() {
        let arn = "arn:aws:sts::111122223333:assumed-role/Admin/jo@acme.example";
        assert_eq!(lines(arn, 80), arn);
        assert_eq!(
            lines(arn, 50),
            "arn:aws:sts::111122223333:assumed-role/\n         Admin/jo@acme.example"
        );
        assert_eq!(
            lines(arn, 20),
            "\n  arn:aws:sts::\n  111122223333:\n  assumed-role/\n  Admin/\n  jo@acme.example"
        );
    }
}
