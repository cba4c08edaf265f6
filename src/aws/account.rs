//! The accounts that a session opens.

use serde::{Deserialize, Serialize};

/// An account as the access portal lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: String,
    /// The e-mail address or the number where AWS gives no name.
    pub name: String,
}
