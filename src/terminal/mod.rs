//! All that a person sees: output, colour, tables, questions, opening a page, a profile in words.

pub mod browser;
pub mod describe;
pub mod facts;
mod link;
pub mod pick;
mod size;
pub mod table;
pub mod ui;
mod width;
