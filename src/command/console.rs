//! `awsp console`: the web console as a profile's role.

use clap::Args;

use super::{Context, Run};
use crate::aws::config::Files;
use crate::aws::connection::Connection;
use crate::aws::profile;
use crate::aws::profile::Profile;
use crate::credentials::Provider;
use crate::net::Net;
use crate::net::federation::{Answer, Console as Place};
use crate::system::error::{Error, Kind, Result};
use crate::system::text::{clean, quote};
use crate::terminal::browser;

/// Open the web console as the profile's role
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/console.txt")
)]
pub struct Console {
    /// The profile; without it the current one
    #[arg(value_name = "PROFILE", add = crate::command::complete::profiles())]
    pub profile: Option<String>,
    /// Come to the page of this service, as in `s3` or `cloudwatch`
    #[arg(long, value_name = "SERVICE")]
    pub service: Option<String>,
    /// In this region, instead of the profile's
    #[arg(long, value_name = "REGION", add = crate::command::complete::regions())]
    pub region: Option<String>,
    /// Print the page's address, and open nothing
    #[arg(long)]
    pub print: bool,
}

impl Run for Console {
    fn run(&self, context: &Context) -> Result<()> {
        let (env, ui) = (&context.env, context.ui);
        let files = Files::load(env)?;
        let name = self
            .profile
            .as_deref()
            .or_else(|| env.current_profile())
            .unwrap_or("default");
        let found = profile::resolve(&files, name)?;
        let is_plain = |text: &&str| {
            text.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        for (flag, value) in [("--service", &self.service), ("--region", &self.region)] {
            if let Some(odd) = value
                .as_deref()
                .filter(|value| value.is_empty() || !is_plain(value))
            {
                return Err(
                    Error::new(Kind::Usage, format!("cannot use `{odd}` for `{flag}`"))
                        .hint("awsp console --help"),
                );
            }
        }
        let own = || {
            env.var("AWS_REGION")
                .filter(|_| self.profile.is_none())
                .map(str::to_owned)
        };
        let region = self
            .region
            .clone()
            .or_else(own)
            .or_else(|| found.region.clone())
            .filter(|region| is_plain(&region.as_str()));
        let page = page(
            context,
            &files,
            &found,
            region.as_deref().unwrap_or("us-east-1"),
            self.service.as_deref(),
        )?;
        if self.print {
            return ui.data(&format!("{page}\n"));
        }
        let settings = context.settings();
        let opened = match browser::console_command(&settings.console.command, &found, &page) {
            Some(command) => browser::run(&command),
            None => browser::open(env, settings.browser_command(), &page),
        };
        opened.map_err(|cause| {
            let hint = quote::command_line(&["awsp", "console", name, "--print"]);
            Error::new(Kind::Failed, "cannot open a browser")
                .cause(cause)
                .hint(hint)
        })?;
        ui.say(&clean(&format!(
            "awsp: the console of {name} is opening in the browser"
        )));
        Ok(())
    }
}

fn page(
    context: &Context,
    files: &Files,
    found: &Profile,
    region: &str,
    service: Option<&str>,
) -> Result<String> {
    let (env, ui) = (&context.env, context.ui);
    let provider = Provider::new(env, ui, files, context.settings());
    let section = files.profile(&found.name);
    let connection = Connection::of(env, files, section.as_ref());
    let mut place = Place::of(region, service)?;
    if let Some(signin) = &connection.endpoints.signin {
        signin.trim_end_matches('/').clone_into(&mut place.signin);
    }
    let net = Net::new(&connection)?;
    let cannot = || {
        Error::new(
            Kind::Failed,
            format!("cannot open the console as `{}`", found.name),
        )
    };
    let issuer = found
        .session()
        .map_or("https://console.aws.amazon.com", |session| {
            &session.start_url
        });
    for tried_before in [false, true] {
        let keys = provider.credentials(found)?;
        if keys.session_token.is_none() {
            return Err(cannot()
                .cause("its keys are a user's own, and the console takes those of a role only")
                .hint("awsp list    # choose a profile of kind sso or role"));
        }
        match net.signin_token(&place, &keys)? {
            Answer::Token(token) => return Ok(place.page(&token, issuer)),
            // The cache may say good what AWS has ended.
            Answer::Refused if !tried_before => provider.forget(found),
            Answer::Refused => {}
        }
    }
    Err(cannot()
        .cause("the console's sign-in refuses its credentials")
        .hint(quote::command_line(&["awsp", "whoami", &found.name])))
}
