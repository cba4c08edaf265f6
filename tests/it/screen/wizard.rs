//! The questions of `awsp configure`.
