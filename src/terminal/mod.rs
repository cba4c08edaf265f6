//! Everything that a person sees: output, colour, tables, questions, opening a page, describing a
//! profile.

pub mod ask;
pub mod browser;
pub mod consent;
pub mod describe;
pub mod facts;
pub mod foreground;
mod link;
mod name;
pub mod quiet;
pub mod size;
pub mod table;
pub mod ui;
