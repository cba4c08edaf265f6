//! Problems with the name of a section.

use super::super::Which;
use super::super::headers::{Header, SectionKind};
use super::super::python::trim;

/// Sections without a prefix that the AWS CLI itself puts into the config file.
const OF_THE_CLI: [&str; 2] = ["plugins", "preview"];

/// The problems of a header, each with id and text.
pub(super) fn of(written: &str, header: &Header<'_>, which: Which) -> Vec<(&'static str, String)> {
    let mut said = Vec::new();
    match header.kind {
        SectionKind::Defaults => said.push((
            "default-section",
            "only the AWS CLI, boto3 and awsp give the settings of `[DEFAULT]` to every profile of \
             this file"
                .to_owned(),
        )),
        SectionKind::Other => {
            said.extend(ignored(written, header, which).map(|text| ("ignored-section", text)));
        }
        _ => {
            let blank = unseen(header, which);
            said.extend(blank.map(|text| ("section-name", text)));
            let unreadable = unreadable(written, header, which);
            said.extend(unreadable.map(|text| ("section-name", text)));
        }
    }
    said
}

/// The reason why a section that belongs to no profile is ignored.
fn ignored(written: &str, header: &Header<'_>, which: Which) -> Option<String> {
    let name = trim(header.inner);
    if let Some(text) = bracket(written, header) {
        return Some(text);
    }
    Some(match which {
        _ if name.is_empty() => "a section without a name is ignored".to_owned(),
        Which::Config if OF_THE_CLI.contains(&name) => return None,
        Which::Config if header.inner == "DEFAULT" => {
            "the AWS CLI merges `[DEFAULT]` into every section; it is ignored here".to_owned()
        }
        Which::Credentials => {
            format!("`[{name}]` is ignored: in this file a profile's section is just `[NAME]`")
        }
        Which::Config if !name.contains([' ', '\t']) => {
            format!("`[{name}]` is ignored: in this file a profile's section is `[profile NAME]`")
        }
        Which::Config => format!("`[{name}]` is ignored: no AWS client reads such a section"),
    })
}

/// A `]` in the comment after a header.
fn bracket(written: &str, header: &Header<'_>) -> Option<String> {
    let (meant, comment) = header.inner.split_once(']')?;
    let comment = comment.trim_start();
    let is_comment = comment.starts_with(['#', ';']) && written.starts_with('[');
    is_comment.then(|| {
        format!(
            "the AWS CLI reads the name up to the last `]` of the line, and so does not find \
             `[{meant}]`: take the brackets out of the comment"
        )
    })
}

/// Blanks within the brackets.
fn unseen(header: &Header<'_>, which: Which) -> Option<String> {
    let is_blank = |char: char| char.is_whitespace();
    if header.seen {
        return None;
    }
    Some(match which {
        Which::Credentials => format!(
            "a blank beside the name `{}`: it is a part of the name for the AWS CLI and most SDKs",
            header.name
        ),
        Which::Config if header.inner.starts_with(is_blank) => {
            "a blank after `[`: the AWS CLI and the JavaScript SDK do not see this section"
                .to_owned()
        }
        Which::Config if !header.prefixed => {
            "a blank before `]`: the AWS CLI does not see this section".to_owned()
        }
        Which::Config => return None,
    })
}

/// The part of a section's name that some clients cannot read.
fn unreadable(written: &str, header: &Header<'_>, which: Which) -> Option<String> {
    let name = header.name.as_ref();
    let inner = header.inner;
    let quoted = which == Which::Config && inner.contains(['\'', '"', '\\']);
    if which == Which::Config && inner.contains(name) && !quoted && name.contains([' ', '\t']) {
        return Some(format!("the AWS CLI reads `{name}` only in quotes"));
    }
    if let Some(text) = bracket(written, header) {
        return Some(text);
    }
    if !name.chars().all(is_plain) {
        return Some(format!(
            "only some AWS clients can read the name `{name}`: use letters, digits and `_-/.%@:+`"
        ));
    }
    if quoted {
        return Some(format!(
            "quotes around `{name}`: the Rust and Go SDKs do not know it"
        ));
    }
    if header.prefixed
        && !inner.starts_with([' ', '\t'])
        && inner
            .split_once([' ', '\t'])
            .is_some_and(|(_, rest)| rest.len() != name.len())
    {
        return Some(format!(
            "more than one blank around `{name}`: the JavaScript SDK does not see it"
        ));
    }
    let after = trim(written.rsplit_once(']')?.1);
    if !after.is_empty() && !after.starts_with(['#', ';']) {
        return Some("text after `]`: the Rust SDK cannot read the file".to_owned());
    }
    None
}

/// True for a character that every client accepts in the name of a profile or a session
/// (aws-contract 1.2).
pub const fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.' | '%' | '@' | ':' | '+')
}
