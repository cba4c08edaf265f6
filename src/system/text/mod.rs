//! Work on plain text: patterns, templates, the nearest of many names, quoting. Pure.

pub mod nearest;
pub mod pattern;
pub mod quote;
pub mod template;
