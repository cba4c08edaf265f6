//! Finds out how the user of a context in a kubeconfig gets its token.
//!
//! It reads the parts of YAML that kubectl and the AWS CLI write, and JSON. Anything else is not
//! understood, and then there is no login.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::system::env::Env;
use crate::system::files;

/// A user that gets its token with AWS's tools, and the profiles in its `exec` section.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct User {
    /// `--profile`.
    pub option: Option<String>,
    /// `AWS_PROFILE`.
    pub variable: Option<String>,
}

/// The user of this context, else of the current context, in this file, else in those of
/// `KUBECONFIG`.
pub fn user(
    env: &Env,
    file: Option<&str>,
    context: Option<&str>,
    user: Option<&str>,
) -> Option<User> {
    let read = |path: PathBuf| {
        let text = files::text(&path, files::LARGE).ok()??;
        parse(&text)
    };
    let configs: Vec<Value> = paths(env, file).into_iter().filter_map(read).collect();
    find(&configs, context, user)
}

/// Files, of which the first that has a value decides.
fn paths(env: &Env, file: Option<&str>) -> Vec<PathBuf> {
    if let Some(file) = file {
        return vec![PathBuf::from(file)];
    }
    env.raw("KUBECONFIG")
        .filter(|list| !list.is_empty())
        .map_or_else(
            || vec![env.base().join(".kube/config")],
            |list| {
                std::env::split_paths(list)
                    .filter(|path| path != Path::new(""))
                    .collect()
            },
        )
}

fn find(configs: &[Value], context: Option<&str>, user: Option<&str>) -> Option<User> {
    let named = |list: &str, name: &str| {
        configs.iter().find_map(|config| {
            let mut entries = config[list].as_array()?.iter();
            entries.find(|entry| entry["name"] == name)
        })
    };
    let current = || {
        let mut all = configs
            .iter()
            .filter_map(|config| config["current-context"].as_str());
        all.find(|context| !context.is_empty())
    };
    let user = match user {
        Some(user) => user,
        None => named("contexts", context.or_else(current)?)?["context"]["user"].as_str()?,
    };
    let exec = &named("users", user)?["user"]["exec"];
    let command = exec["command"].as_str()?;
    if !matches!(command.rsplit('/').next()?, "aws" | "aws-iam-authenticator") {
        return None;
    }
    let arguments = exec["args"].as_array();
    let arguments: Vec<&str> = arguments
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut variables = exec["env"].as_array().into_iter().flatten();
    let variable = variables.find(|entry| entry["name"] == "AWS_PROFILE");
    Some(User {
        option: super::value(&arguments, &["--profile"]).map(str::to_owned),
        variable: variable
            .and_then(|entry| entry["value"].as_str())
            .map(str::to_owned),
    })
}

fn parse(text: &str) -> Option<Value> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).ok();
    }
    let mut lines: Vec<Line> = Vec::new();
    for line in text.lines() {
        let content = line.trim_start();
        if !matches!(content, "" | "---" | "...") && !content.starts_with('#') {
            lines.push((line.len() - content.len(), content.trim_end()));
        }
    }
    let mut rest = lines.as_slice();
    let value = block(&mut rest, 0)?;
    rest.is_empty().then_some(value)
}

/// The indent of a line, and its text.
type Line<'a> = (usize, &'a str);

/// A list or a map whose lines have at least this indent.
fn block(lines: &mut &[Line<'_>], least: usize) -> Option<Value> {
    let Some(&(column, first)) = lines.first().filter(|(column, _)| *column >= least) else {
        return Some(Value::Null);
    };
    if is_item(first) {
        let mut list = Vec::new();
        while let Some(&(at, text)) = lines
            .first()
            .filter(|(at, text)| *at == column && is_item(text))
        {
            let inner = text[1..].trim_start();
            let at = at + text.len() - inner.len();
            if inner.is_empty() {
                *lines = &lines[1..];
                list.push(block(lines, column + 1)?);
            } else if entry(inner).is_some() {
                list.push(map(lines, at, Some(inner))?);
            } else {
                *lines = &lines[1..];
                list.push(scalar(inner)?);
            }
        }
        return Some(Value::Array(list));
    }
    map(lines, column, None)
}

/// A map whose keys have this indent; the first may follow the dash of a list.
fn map(lines: &mut &[Line<'_>], column: usize, mut first: Option<&str>) -> Option<Value> {
    let mut map = Map::new();
    while let Some(&(at, text)) = lines.first() {
        let text = match first.take() {
            Some(text) => text,
            None if at == column && !is_item(text) => text,
            None => break,
        };
        let (key, value) = entry(text)?;
        *lines = &lines[1..];
        let value = if value.is_empty() {
            // A list may have the same indent as its key.
            let is_list = lines
                .first()
                .is_some_and(|(at, text)| *at == column && is_item(text));
            block(lines, if is_list { column } else { column + 1 })?
        } else if matches!(value, "|" | ">" | "|-" | ">-" | "|+" | ">+") {
            while lines.first().is_some_and(|(at, _)| *at > column) {
                *lines = &lines[1..];
            }
            Value::Null
        } else {
            scalar(value)?
        };
        map.insert(key, value);
    }
    Some(Value::Object(map))
}

fn is_item(text: &str) -> bool {
    text == "-" || text.starts_with("- ")
}

/// A key and the text of its value.
fn entry(text: &str) -> Option<(String, &str)> {
    let quoted = text.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    let (key, rest) = match quoted {
        Some((key, rest)) => (key, rest.strip_prefix(':')?),
        None => text
            .split_once(": ")
            .or_else(|| Some((text.strip_suffix(':')?, "")))?,
    };
    let is_plain = key
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    let rest = rest.trim();
    (is_plain && !key.is_empty()).then(|| {
        (
            key.to_owned(),
            if rest.starts_with('#') { "" } else { rest },
        )
    })
}

/// A value on one line.
fn scalar(text: &str) -> Option<Value> {
    let text = match text.chars().next()? {
        '"' => {
            let mut values = serde_json::Deserializer::from_str(text).into_iter::<String>();
            return values.next()?.ok().map(Value::String);
        }
        '\'' => {
            let inner = text[1..]
                .split(" #")
                .next()?
                .trim_end()
                .strip_suffix('\'')?;
            return Some(Value::String(inner.replace("''", "'")));
        }
        '[' | '{' => return serde_json::from_str(text).ok(),
        '&' | '*' | '!' => return None,
        _ => text.split(" #").next()?.trim_end(),
    };
    Some(match text {
        "null" | "~" => Value::Null,
        _ => Value::String(text.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `aws eks update-kubeconfig` writes it, and kind.
    const BOTH: &str = r"apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==
    server: https://ABC.gr7.eu-west-1.eks.amazonaws.com
  name: arn:aws:eks:eu-west-1:111122223333:cluster/main
- cluster:
    server: https://127.0.0.1:34567
  name: kind-kind
contexts:
- context:
    cluster: arn:aws:eks:eu-west-1:111122223333:cluster/main
    user: arn:aws:eks:eu-west-1:111122223333:cluster/main
  name: main
- context:
    cluster: kind-kind
    user: kind-kind
  name: kind-kind
current-context: main
kind: Config
preferences: {}
users:
- name: arn:aws:eks:eu-west-1:111122223333:cluster/main
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - --region
      - eu-west-1
      - eks
      - get-token
      - --cluster-name
      - main
      - --output
      - json
      command: aws
      env:
      - name: AWS_PROFILE
        value: prod
- name: kind-kind
  user:
    client-certificate-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==
    client-key-data: LS0t
";

    fn of(text: &str, context: Option<&str>) -> Option<User> {
        find(&[parse(text)?], context, None)
    }

    #[test]
    fn the_user_of_the_context_says_how_it_gets_its_token() {
        let prod = User {
            option: None,
            variable: Some("prod".to_owned()),
        };
        assert_eq!(of(BOTH, None), Some(prod));
        assert_eq!(of(BOTH, Some("kind-kind")), None);
        assert_eq!(of(BOTH, Some("no-such")), None);
        assert_eq!(
            of(
                &BOTH.replace("current-context: main", "current-context: \"\""),
                None
            ),
            None
        );
        let option = BOTH
            .replace("- --output", "- --profile")
            .replace("- json", "- \"dev\" # mine");
        assert_eq!(of(&option, None).unwrap().option.as_deref(), Some("dev"));
        let other = BOTH.replace(
            "command: aws",
            "command: /opt/homebrew/bin/aws-iam-authenticator",
        );
        assert!(of(&other, None).is_some());
        assert_eq!(
            of(
                &BOTH.replace("command: aws", "command: gke-gcloud-auth-plugin"),
                None
            ),
            None
        );
    }

    #[test]
    fn json_and_other_ways_to_write_it_are_read() {
        let value = parse(BOTH).unwrap();
        assert!(of(&value.to_string(), None).is_some());
        let indented = "current-context: a\ncontexts:\n  - name: a\n    context:\n      user: \
                        \"u\"\nusers:\n  -\n    name: u\n    user:\n      exec:\n        command: \
                        'aws'\n        args: [\"--profile\", \"x\"]\n        env: null\n        \
                        installHint: |\n          install: it\n          - now\n        \
                        provideClusterInfo: false\n";
        assert_eq!(of(indented, None).unwrap().option.as_deref(), Some("x"));
    }

    #[test]
    fn what_is_not_understood_does_not_log_in() {
        for text in [
            "",
            "x",
            "a: b\n  c: d\n",
            "users: &anchor\n",
            "- a\nb: c\n",
            "\u{0}",
            "a:\n    - b\n  - c\n",
        ] {
            assert_eq!(of(text, None), None, "{text:?}");
        }
    }
}
