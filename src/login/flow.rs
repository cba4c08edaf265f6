//! Chooses the login flow for this machine. Pure, except that it looks for signs of a container.

use std::path::Path;

use crate::settings::flow::Flow;
use crate::system::env::Env;

/// The flow and, for `--verbose`, the reason. A flag comes before `AWSP_LOGIN_FLOW`, then come the
/// settings, then the environment.
pub fn choose(env: &Env, asked: Option<Flow>, settings: Option<Flow>) -> (Flow, &'static str) {
    if let Some(flow) = asked {
        return (flow, "asked for");
    }
    if let Some(flow) = Flow::of_env(env) {
        return (flow, Flow::VARIABLE);
    }
    if let Some(flow) = settings {
        return (flow, "settings");
    }
    match out_of_reach(env) {
        Some(reason) => (Flow::Device, reason),
        None => (
            Flow::Browser,
            "a browser on this machine can reach 127.0.0.1",
        ),
    }
}

/// Why a browser could not reach 127.0.0.1 of this machine, if it could not.
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

    #[test]
    fn the_nearest_word_decides() {
        let choose = |vars: &[(&str, &str)], asked, settings| {
            super::choose(&Env::of(vars), asked, settings).0
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
    }
}
