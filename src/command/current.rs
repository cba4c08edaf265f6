//! `awsp` alone: the current profile.

use super::{Context, Run};
use crate::aws::config::Files;
use crate::aws::profile;
use crate::error::Result;
use crate::prompt::Watch;
use crate::summary;

/// The name goes to stdout, what is known of it to stderr.
#[derive(Clone, Debug)]
pub struct Current;

impl Run for Current {
    fn run(&self, context: &Context) -> Result<()> {
        let Context { env, ui } = context;
        let Some(name) = env.current_profile() else {
            ui.say("awsp: no profile is active");
            ui.say(&format!("{} awsp PROFILE", ui.paint(crate::ui::Style::Cyan, "hint:")));
            return Ok(());
        };
        ui.data(&format!("{}\n", crate::ui::clean(name)))?;
        let files = Files::load(env)?;
        let found = profile::resolve(&files, name)?;
        let watch = Watch::of(env, &found);
        ui.say(&format!("awsp: {}", summary::line(&found, watch.map(|watch| watch.times), env.now())));
        Ok(())
    }
}
