//! `awsp region`: this shell's region.

use clap::Args;

use super::{Context, Run};
use crate::aws::identity::REGION;
use crate::aws::regions::{REGIONS, is_region};
use crate::shell::channel::Channel;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::clean;
use crate::system::text::nearest::nearest;

/// Set this shell's region, or use the profile's region again
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/region.txt")
)]
pub struct Region {
    /// The region, as in `eu-central-1`
    #[arg(value_name = "REGION", add = crate::command::complete::regions())]
    pub region: Option<String>,
}

impl Run for Region {
    fn run(&self, context: &Context) -> Result<()> {
        let mut channel = Channel::open(&context.env)
            .ok_or_else(|| crate::command::use_profile::not_loaded(context, "set the region"))?;
        if let Some(region) = &self.region {
            if !is_region(region) {
                let message = format!("`{region}` is not the name of a region");
                let error =
                    Error::new(Kind::Usage, message).cause("a region is written as `eu-west-1`");
                return Err(match near(region) {
                    Some(near) => error.hint(format!("awsp region {near}")),
                    None => error,
                });
            }
            for name in REGION {
                channel.set(name, region);
            }
            let (env, ui) = (&context.env, context.ui);
            channel.say(env, ui, &format!("awsp: region {region} in this shell"));
            channel.send()?;
            // New regions are added every year, so one that is not in the list is only a warning.
            if !REGIONS.iter().any(|(known, _)| known == region) {
                ui.warn(&format!("`{region}` is not a region that awsp knows"));
                if let Some(near) = near(region) {
                    ui.hint(&format!("awsp region {near}"));
                }
            }
            return Ok(());
        }
        for name in REGION {
            channel.unset(name);
        }
        let files = context.files()?;
        let profile = context.env.current_profile().unwrap_or("default");
        let own = files
            .profile(profile)
            .and_then(|section| section.get("region").map(str::to_owned));
        let own = own.map_or_else(
            || format!("`{profile}` has none of its own"),
            |region| format!("now `{profile}` counts: {region}"),
        );
        let line = clean(&format!("awsp: region cleared; {own}"));
        channel.say(&context.env, context.ui, &line);
        channel.send()
    }
}

/// The region that is likely meant, if any.
fn near(region: &str) -> Option<&'static str> {
    let known = REGIONS.iter().map(|(known, _)| *known);
    nearest(region, known).into_iter().next()
}
