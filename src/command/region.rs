//! `awsp region`: this shell's region.

use clap::Args;

use super::use_profile::REGION;
use super::{Context, Run};
use crate::aws::config::Files;
use crate::error::{Error, Kind, Result};
use crate::shell::channel::Channel;
use crate::ui::clean;

/// Set this shell's region, or with none go back to the profile's own
#[derive(Args, Clone, Debug)]
#[command(
    after_long_help = "Examples:\n  awsp region eu-central-1\n  awsp region                # the profile's own again\n\nSets AWS_REGION and AWS_DEFAULT_REGION: SDKs differ in which they read."
)]
pub struct Region {
    /// The region, as in `eu-central-1`
    #[arg(value_name = "REGION", add = super::complete::regions())]
    pub region: Option<String>,
}

impl Run for Region {
    fn run(&self, context: &Context) -> Result<()> {
        let mut channel = Channel::open(&context.env).ok_or_else(|| super::use_profile::not_loaded(context, "region"))?;
        if let Some(region) = &self.region {
            if !is_region(region) {
                return Err(
                    Error::new(Kind::Usage, format!("`{region}` is not the name of a region")).hint("awsp region eu-central-1")
                );
            }
            for name in REGION {
                channel.set(name, region);
            }
            channel.send()?;
            context.ui.say(&format!("awsp: region {region} in this shell"));
            return Ok(());
        }
        for name in REGION {
            channel.unset(name);
        }
        channel.send()?;
        let files = Files::load(&context.env)?;
        let profile = context.env.current_profile().unwrap_or("default");
        let own = files.profile(profile).and_then(|section| section.get("region").map(str::to_owned));
        let own =
            own.map_or_else(|| format!("`{profile}` has none of its own"), |region| format!("now `{profile}` counts: {region}"));
        context.ui.say(&clean(&format!("awsp: region cleared; {own}")));
        Ok(())
    }
}

/// True for `eu-central-1` and everything of its shape: new regions come every year.
pub fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let (Some(last), true) = (parts.last(), parts.len() >= 3) else { return false };
    last.bytes().all(|byte| byte.is_ascii_digit())
        && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_have_a_shape() {
        for region in ["eu-central-1", "us-gov-west-1", "mx-central-1", "us-isob-east-1", "eusc-de-east-1"] {
            assert!(is_region(region), "{region}");
        }
        for other in ["", "eu", "eu-central", "EU-central-1", "eu-central-1a", "eu--1", "$(id)-a-1"] {
            assert!(!is_region(other), "{other}");
        }
    }
}
