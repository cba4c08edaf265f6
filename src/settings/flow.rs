//! The two ways to log in, as a flag, `AWSP_LOGIN_FLOW` and the settings name them.

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
    /// How it logs in, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Browser => "with the browser of this machine",
            Self::Device => "with a device code",
        }
    }

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
}
