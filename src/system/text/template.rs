//! Texts with `{fields}`, used in the settings. Pure.

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Text(String),
    Field(&'static str),
}

/// Splits a text into its pieces.
///
/// # Errors
/// An unknown field, or a brace without a partner, worded for the user.
pub fn parse(text: &str, fields: &[&'static str]) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        let Some((name, after)) = from.strip_prefix('{').and_then(|from| from.split_once('}'))
        else {
            return Err("a brace has no partner".to_owned());
        };
        let field = fields.iter().find(|field| **field == name);
        let field = field
            .ok_or_else(|| format!("unknown field {{{name}}}: the fields are {}", list(fields)))?;
        parts.extend([Part::Text(before.to_owned()), Part::Field(field)]);
        rest = after;
    }
    parts.push(Part::Text(rest.to_owned()));
    parts.retain(|part| *part != Part::Text(String::new()));
    Ok(parts)
}

/// The fields as they are written in a template.
pub fn list(fields: &[&str]) -> String {
    fields
        .iter()
        .map(|field| format!("{{{field}}}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Fills in the fields in one pass: a value that looks like a field is not filled again.
pub fn fill(parts: &[Part], value: impl Fn(&str) -> String) -> String {
    parts.iter().fold(String::new(), |mut out, part| {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Field(field) => out.push_str(&value(field)),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_filled_once() {
        let parts = parse("a {x}{y}!", &["x", "y"]).unwrap();
        assert_eq!(
            fill(&parts, |field| format!("<{field}{{y}}>")),
            "a <x{y}><y{y}>!"
        );
        assert_eq!(fill(&parse("", &[]).unwrap(), |_| String::new()), "");
    }

    #[test]
    fn an_unknown_field_is_an_error() {
        assert_eq!(
            parse("{z}", &["x", "y"]).unwrap_err(),
            "unknown field {z}: the fields are {x}, {y}"
        );
        for text in ["{x", "x}", "{}}"] {
            assert!(parse(text, &["x", ""]).is_err(), "{text}");
        }
    }
}
