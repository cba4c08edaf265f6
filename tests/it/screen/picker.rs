//! The list of profiles.
