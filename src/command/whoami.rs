//! `awsp whoami`: the identity that AWS returns.

use clap::Args;
use serde_json::json;

use super::{Context, Run};
use crate::aws::account;
use crate::aws::account_names::AccountNames;
use crate::aws::identity::Who;
use crate::aws::role_cache::Credentials;
use crate::aws::served::Served;
use crate::credentials::Provider;
use crate::net::fault::Fault;
use crate::net::sts::Identity;
use crate::system::error::Result;
use crate::system::text::width::width;
use crate::system::text::{clean, json_line};
use crate::terminal::size;

/// Ask AWS who you are (STS GetCallerIdentity)
#[derive(Args, Clone, Debug)]
#[command(after_help = include_str!("help/whoami.txt"))]
pub struct Whoami {
    /// The profile; by default the identity that tools in this shell use
    #[arg(value_name = "PROFILE", add = crate::command::complete::profiles())]
    pub profile: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl Run for Whoami {
    fn run(&self, context: &Context) -> Result<()> {
        let (env, ui) = (&context.env, context.ui);
        let files = context.files()?;
        let provider = Provider::new(env, ui, &files, context.settings());
        if self.profile.is_none()
            && let Some(keys) = provider.of_environment()?
        {
            return self.environment(context, &provider, &keys);
        }
        let name = context.profile(self.profile.as_deref(), &files)?;
        let found = context.resolve(&files, name)?;
        let caller = provider.with_credentials(
            &found,
            |keys| provider.caller(Some(&found), keys),
            Fault::is_dead_credentials,
        )?;
        let identity =
            caller.map_err(|fault| fault.told(&format!("cannot ask AWS as `{name}`"), "STS"))?;
        let account_name = found.account_name.as_deref();
        self.print(context, Some(name), &identity, account_name)
    }
}

impl Whoami {
    /// The identity in the environment, which tools use instead of a profile.
    fn environment(
        &self,
        context: &Context,
        provider: &Provider<'_>,
        keys: &Credentials,
    ) -> Result<()> {
        let who = Who::of(&context.env);
        if let Some(served) = who.served() {
            return self.served(context, provider, keys, served);
        }
        let (what, variable) = match who {
            Who::WebIdentity { .. } => ("the web identity", "AWS_WEB_IDENTITY_TOKEN_FILE"),
            _ => ("the keys", "AWS_ACCESS_KEY_ID"),
        };
        if let Some(name) = context.env.current_profile() {
            let verb = if what.ends_with('s') { "go" } else { "goes" };
            context.ui.warn(&format!(
                "{what} in the environment {verb} before the profile `{name}` in almost every tool"
            ));
        }
        let identity = provider.caller(None, keys)?.map_err(|fault| {
            fault
                .told(
                    &format!("cannot ask AWS with {what} in the environment"),
                    "STS",
                )
                .hint(format!("awsp off    # or unset {variable}"))
        })?;
        let name = account::name(provider.files, &identity.account);
        self.print(context, None, &identity, name.as_deref())
    }

    /// The identity of the profile that `awsp exec --server` serves.
    fn served(
        &self,
        context: &Context,
        provider: &Provider<'_>,
        keys: &Credentials,
        served: Served<'_>,
    ) -> Result<()> {
        let (name, caller) = (served.profile, provider.caller(None, keys)?);
        let identity =
            caller.map_err(|fault| fault.told(&format!("cannot ask AWS as `{name}`"), "STS"))?;
        self.print(context, Some(name), &identity, served.account_name)
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
            return context.ui.data(&json_line(&shape));
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

/// The ARN, wrapped after its separators if it is too long for one line.
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
