//! `awsp console`: the web console as a profile's role.

use std::sync::mpsc;
use std::time::Duration;

use clap::Args;

use super::guarded::Entry;
use super::{Context, Run};
use crate::aws::config::Files;
use crate::aws::connection::Connection;
use crate::aws::identity;
use crate::aws::partition::{Console as Place, Partition};
use crate::aws::profile::{Kind as ProfileKind, Profile};
use crate::aws::role_cache::Credentials;
use crate::credentials::Provider;
use crate::guard::Door;
use crate::login::flow;
use crate::net::Net;
use crate::net::federation::Answer;
use crate::net::local::{Local, Reply, secret};
use crate::settings::flow::Flow;
use crate::system::error::{Error, Kind, Result};
use crate::system::presence::Presence;
use crate::system::text::{clean, quote};
use crate::terminal::browser;

/// How long to wait for the browser to fetch the page.
const PATIENCE: Duration = Duration::from_mins(1);
/// A browser may fetch the page twice, to load it early.
const AGAIN: Duration = Duration::from_millis(500);

/// Open the web console with the profile's role
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/console.txt")
)]
pub struct Console {
    /// The profile; by default the current one
    #[arg(value_name = "PROFILE", add = crate::command::complete::profiles())]
    pub profile: Option<String>,
    /// Open the page of this service, such as `s3` or `cloudwatch`
    #[arg(long, value_name = "SERVICE")]
    pub service: Option<String>,
    /// Use this region instead of the profile's
    #[arg(long, value_name = "REGION", add = crate::command::complete::regions())]
    pub region: Option<String>,
    /// Sign in with the role's credentials instead of the access portal
    #[arg(long)]
    pub federate: bool,
    /// Print the page's address instead of opening it
    #[arg(long)]
    pub print: bool,
    /// Do not ask, even if a rule in the settings says to
    #[arg(long, short)]
    pub yes: bool,
}

/// A page to open.
struct Page {
    url: String,
    /// Anyone with the address can use the session.
    is_secret: bool,
}

impl Run for Console {
    fn run(&self, context: &Context) -> Result<()> {
        let (env, ui) = (&context.env, context.ui);
        let files = context.files()?;
        let name = &context.profile_or_list(self.profile.as_deref(), &files)?;
        let found = context.resolve(&files, name)?;
        let place = self.place(context, &found)?;
        let entry = Entry {
            yes: self.yes,
            ..Entry::new(Door::Console, &found)
        };
        let pass = entry.pass(context)?;
        entry.remember(context, pass)?;
        let whose = if pass.terms.read_only {
            Provider::new(env, ui, &files, context.settings()).twin(&found)?
        } else {
            found
        };
        let page = self.page(context, &files, &whose, place)?;
        if self.print {
            return ui.data(&format!("{}\n", page.url));
        }
        match show(context, &whose, &page) {
            Ok(()) => {
                ui.say(&clean(&format!(
                    "awsp: the console of {name} is opening in the browser"
                )));
                // On another machine an opener may report success wrongly, so the page is printed
                // too, as for a login.
                if !page.is_secret && !is_local(context) {
                    ui.page(env, &page.url);
                }
                Ok(())
            }
            Err(why) if browser::is_page(&page.url) => {
                ui.warn(&format!("no browser was opened: {why}"));
                if page.is_secret {
                    ui.warn("for 15 minutes anyone with its address can open this page");
                }
                ui.data(&format!("{}\n", page.url))
            }
            Err(why) => Err(Error::new(Kind::Usage, "cannot open the console").cause(why)),
        }
    }
}

impl Console {
    /// The place in the console.
    fn place(&self, context: &Context, profile: &Profile) -> Result<Place> {
        let is_plain = |text: &&str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        for (flag, value) in [("--service", &self.service), ("--region", &self.region)] {
            if let Some(odd) = value.as_deref().filter(|value| !is_plain(value)) {
                return Err(
                    Error::new(Kind::Usage, format!("cannot use `{odd}` for `{flag}`"))
                        .hint("awsp console --help"),
                );
            }
        }
        let own = profile.region.as_deref();
        let used = if self.profile.is_none() {
            identity::region(&context.env, own)
        } else {
            identity::region_of(&context.env, own)
        };
        let used = used.filter(is_plain);
        let asked = self.region.as_deref();
        let partition = Partition::of(profile, asked.or(used));
        if let Some(region) = asked.filter(|region| !partition.has(region)) {
            let message = format!(
                "`{}` is in the partition {}, and {region} is not",
                profile.name, partition.id
            );
            return Err(Error::new(Kind::Usage, message).hint("awsp console --help"));
        }
        let region = asked
            .or_else(|| used.filter(|region| partition.has(region)))
            .unwrap_or(partition.region);
        Ok(Place::of(partition, region, self.service.as_deref()))
    }

    /// The portal's link, if that is enough. If each account has its own container or browser, the
    /// portal's session is in another one, so the page signs in with the role's credentials.
    fn page(
        &self,
        context: &Context,
        files: &Files,
        profile: &Profile,
        place: Place,
    ) -> Result<Page> {
        let apart = !context.settings().console.command.is_empty();
        match &profile.kind {
            ProfileKind::Sso {
                session,
                account,
                role,
            } if !self.federate && !apart => Ok(Page {
                url: place.portal_link(&session.start_url, account, role),
                is_secret: false,
            }),
            _ => Ok(Page {
                url: federated(context, files, profile, place)?,
                is_secret: true,
            }),
        }
    }
}

/// Opens the page for a person; nobody else gets a browser. The error says why it was not opened.
fn show(context: &Context, profile: &Profile, page: &Page) -> Result<(), String> {
    let who = Presence::of(&context.env);
    if !who.is_person() && browser::is_page(&page.url) {
        return Err(who.why_not());
    }
    if page.is_secret && is_local(context) {
        hand_over(context, profile, &page.url)
    } else {
        open(context, profile, &page.url)
    }
}

/// True if the browser is on this machine.
fn is_local(context: &Context) -> bool {
    let (way, _) = flow::choose(&context.env, None, context.settings().login.flow);
    way == Flow::Browser
}

/// Opens the page in the browser from the settings. The error says why it was not opened.
fn open(context: &Context, profile: &Profile, url: &str) -> Result<(), String> {
    if !browser::is_page(url) {
        return Err("the page's address is not https".to_owned());
    }
    let settings = context.settings();
    match browser::console_command(&settings.console.command, profile, url) {
        Some(command) => browser::run(&command),
        None => browser::open(&context.env, settings.browser_command(), url),
    }
}

/// Sends the page to the browser through a local address that works once, because other users can
/// see the arguments of a program.
fn hand_over(context: &Context, profile: &Profile, page: &str) -> Result<(), String> {
    let told = |error: std::io::Error| error.to_string();
    let local = Local::bind().map_err(told)?;
    let path = format!("/{}", secret().map_err(told)?);
    let url = format!("http://{}{path}", local.host);
    let (sender, came) = mpsc::channel();
    let page = page.to_owned();
    local
        .serve(move |request| {
            if request.method != "GET" || request.target != path {
                return Reply::refused(404);
            }
            let _ = sender.send(());
            Reply {
                location: Some(page.clone()),
                ..Reply::refused(302)
            }
        })
        .map_err(told)?;
    open(context, profile, &url)?;
    came.recv_timeout(PATIENCE)
        .map_err(|_| "the browser did not open the page within a minute".to_owned())?;
    // The browser must get its reply before this program ends.
    let _ = came.recv_timeout(AGAIN);
    Ok(())
}

/// The page that signs in with the role's credentials.
fn federated(
    context: &Context,
    files: &Files,
    found: &Profile,
    mut place: Place,
) -> Result<String> {
    let (env, ui) = (&context.env, context.ui);
    let provider = Provider::new(env, ui, files, context.settings());
    let section = files.profile(&found.name);
    let connection = Connection::of(env, files, section.as_ref());
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
    let attempt = |keys: &Credentials| {
        if keys.session_token.is_none() {
            return Err(cannot()
                .cause("its keys belong to a user, and the console accepts only those of a role")
                .hint("awsp list    # choose a profile of kind sso or role"));
        }
        net.signin_token(&place, keys).map(|answer| match answer {
            Answer::Token(token) => Ok(place.page(&token, issuer)),
            Answer::Refused => Err(()),
        })
    };
    if let Ok(page) = provider.with_credentials(found, attempt, |()| true)? {
        return Ok(page);
    }
    Err(cannot()
        .cause("the console's sign-in refuses its credentials")
        .hint(quote::command_line(&["awsp", "whoami", &found.name])))
}
