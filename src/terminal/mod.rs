//! All that a person sees: output, colour, questions, opening a page, a profile in words.

pub mod browser;
pub mod consent;
pub mod describe;
pub mod pick;
pub mod ui;
