//! Which way to log in, by where we are. Pure but for the looks at container marks.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::aws::profile::SsoSession;
use crate::system::env::Env;

/// The two ways to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Flow {
    /// Authorization code with PKCE: a browser on this machine.
    Browser,
    /// Device code: a browser anywhere.
    Device,
}

impl Flow {
    /// The variable that chooses.
    pub const VARIABLE: &str = "AWSP_LOGIN_FLOW";

    /// What the variable says; anything but `browser` and `device` says nothing.
    pub fn of_env(env: &Env) -> Option<Self> {
        match env.var(Self::VARIABLE)? {
            "browser" => Some(Self::Browser),
            "device" => Some(Self::Device),
            _ => None,
        }
    }

    /// The flow and, for `--verbose`, why. A flag goes before `AWSP_LOGIN_FLOW`, that before the
    /// settings, and they before what the environment suggests.
    pub fn choose(
        env: &Env,
        session: &SsoSession,
        asked: Option<Self>,
        settings: Option<Self>,
    ) -> (Self, &'static str) {
        if session.name.is_none() {
            return (Self::Device, "a legacy start URL knows no other flow");
        }
        if let Some(flow) = asked {
            return (flow, "asked for");
        }
        if let Some(flow) = Self::of_env(env) {
            return (flow, Self::VARIABLE);
        }
        if let Some(flow) = settings {
            return (flow, "settings");
        }
        match out_of_reach(env) {
            Some(reason) => (Self::Device, reason),
            None => (
                Self::Browser,
                "a browser on this machine can reach 127.0.0.1",
            ),
        }
    }
}

/// Why a browser could not reach 127.0.0.1 of this machine, if so.
fn out_of_reach(env: &Env) -> Option<&'static str> {
    let any = |names: &[&str]| names.iter().any(|name| env.var(name).is_some());
    if any(&["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"]) {
        Some("this is an SSH session")
    } else if any(&["WSL_DISTRO_NAME", "WSL_INTEROP"]) {
        Some("this is WSL")
    } else if any(&[
        "CODESPACES",
        "REMOTE_CONTAINERS",
        "GITPOD_WORKSPACE_ID",
        "KUBERNETES_SERVICE_HOST",
        "container",
    ]) || ["/.dockerenv", "/run/.containerenv"]
        .iter()
        .any(|mark| Path::new(mark).exists())
    {
        Some("this is a container")
    } else if cfg!(not(target_os = "macos")) && !any(&["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"]) {
        Some("there is no display")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(name: Option<&str>) -> SsoSession {
        SsoSession {
            name: name.map(str::to_owned),
            start_url: "https://x".to_owned(),
            region: "r".to_owned(),
            scopes: None,
        }
    }

    #[test]
    fn the_nearest_word_decides() {
        let corp = session(Some("corp"));
        let choose = |vars: &[(&str, &str)], asked, settings| {
            Flow::choose(&Env::of(vars), &corp, asked, settings).0
        };
        let display = ("DISPLAY", ":0");
        assert_eq!(
            choose(&[display, ("SSH_TTY", "/dev/pts/1")], None, None),
            Flow::Device
        );
        assert_eq!(
            choose(&[display, ("WSL_DISTRO_NAME", "Debian")], None, None),
            Flow::Device
        );
        assert_eq!(
            choose(&[display, ("SSH_TTY", "x")], None, Some(Flow::Browser)),
            Flow::Browser
        );
        assert_eq!(
            choose(
                &[display, ("AWSP_LOGIN_FLOW", "device")],
                None,
                Some(Flow::Browser)
            ),
            Flow::Device
        );
        assert_eq!(
            choose(
                &[display, ("AWSP_LOGIN_FLOW", "device")],
                Some(Flow::Browser),
                None
            ),
            Flow::Browser
        );
        assert_eq!(
            Flow::choose(
                &Env::of(&[display]),
                &session(None),
                Some(Flow::Browser),
                None
            )
            .0,
            Flow::Device
        );
    }
}
