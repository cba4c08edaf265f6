//! The two ways to log in, named by a flag, `AWSP_LOGIN_FLOW` and the settings.

use serde::{Deserialize, Serialize};

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
    /// A description of the flow.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Browser => "with the browser of this machine",
            Self::Device => "with a device code",
        }
    }

    /// The variable that chooses.
    pub const VARIABLE: &str = "AWSP_LOGIN_FLOW";

    /// The flow in the variable; values other than `browser` and `device` are ignored.
    pub fn of_env(env: &Env) -> Option<Self> {
        match env.var(Self::VARIABLE)? {
            "browser" => Some(Self::Browser),
            "device" => Some(Self::Device),
            _ => None,
        }
    }
}
