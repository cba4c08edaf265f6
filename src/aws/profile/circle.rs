//! A `credential_process` that gets its credentials from the profile it belongs to. Each process
//! of such a circle starts the next one, without end. Pure.

use super::{Kind, Profile};
use crate::aws::config::Files;
use crate::system::error::{Error, Kind as ErrorKind};
use crate::system::text::words;

/// Options of the AWS CLI that may come before its command and take a value.
const WITH_VALUE: [&str; 10] = [
    "--output",
    "--query",
    "--region",
    "--endpoint-url",
    "--color",
    "--ca-bundle",
    "--cli-read-timeout",
    "--cli-connect-timeout",
    "--cli-binary-format",
    "--format",
];
const SHELLS: [&str; 6] = ["sh", "bash", "dash", "zsh", "ksh", "fish"];
/// If one of these is set for the process, it reads other files, and other profiles.
const ELSEWHERE: [&str; 3] = ["HOME", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];

/// The profiles of the circle that this one leads into, the first also as the last; `None` if there
/// is no visible circle. `find` returns a profile by its name, and `ambient` is the profile of a
/// process that names none.
pub fn circle(
    profile: &Profile,
    ambient: &str,
    find: &dyn Fn(&str) -> Option<Profile>,
) -> Option<Vec<String>> {
    let (mut names, mut ran) = (Vec::new(), Vec::new());
    let mut profile = profile.clone();
    loop {
        let end = profile.end();
        let Kind::Process { command } = &end.kind else {
            return None;
        };
        let again = ran.contains(&end.name);
        for link in profile.chain() {
            names.push(link.name.clone());
            if again && names[..names.len() - 1].contains(&link.name) {
                return Some(closed(names));
            }
        }
        ran.push(end.name.clone());
        profile = find(&callee(command, ambient)?)?;
    }
}

/// Only the circle, without the profiles that lead into it.
pub fn closed(mut names: Vec<String>) -> Vec<String> {
    let begin = names
        .last()
        .and_then(|last| names.iter().position(|name| name == last));
    names.split_off(begin.unwrap_or(0))
}

/// The error for a circle, with the line of the process at the end of this profile's chain.
pub fn error(files: &Files, profile: &Profile, circle: &[String]) -> Error {
    let error = Error::new(ErrorKind::Usage, told(circle));
    let section = files.profile(&profile.end().name);
    match section
        .as_ref()
        .and_then(|it| it.setting("credential_process"))
    {
        Some(setting) => error.at(files.location(setting.place)),
        None => error,
    }
}

/// The message about a circle.
pub fn told(circle: &[String]) -> String {
    let names: Vec<String> = circle.iter().map(|name| format!("`{name}`")).collect();
    format!(
        "`credential_process` goes round in a loop: {}",
        names.join(" -> ")
    )
}

/// The profile whose credentials a command uses, if its words show it: a command of awsp or of the
/// AWS CLI, also after `env` or in `sh -c`.
fn callee(command: &str, ambient: &str) -> Option<String> {
    let words = words::split(command)?;
    let mut words = words.as_slice();
    let mut ambient = ambient.to_owned();
    if program(words)? == "env" {
        words = &words[1..];
        while let Some((name, value)) = words.first()?.split_once('=') {
            if ELSEWHERE.contains(&name) {
                return None;
            }
            if name == "AWS_PROFILE" {
                value.clone_into(&mut ambient);
            }
            words = &words[1..];
        }
    }
    match (program(words)?, &words[1..]) {
        ("awsp", rest) => of_awsp(rest, ambient),
        ("aws", rest) => Some(of_aws(rest, ambient)),
        (shell, [option, line, ..]) if SHELLS.contains(&shell) && option == "-c" => {
            let is_plain = !line.contains(['$', '`', '|', '&', ';', '<', '>', '(', '\n']);
            let line = line.strip_prefix("exec ").unwrap_or(line);
            callee(is_plain.then_some(line)?, &ambient)
        }
        _ => None,
    }
}

/// The name of the program without its folder.
fn program(words: &[String]) -> Option<&str> {
    let path = words.first()?;
    path.rsplit('/').next()
}

/// `awsp export [PROFILE]`, `awsp exec PROFILE -- …`.
fn of_awsp(words: &[String], ambient: String) -> Option<String> {
    let mut words = words.iter().filter(|word| *word != "--verbose");
    let command = words.next()?;
    let mut named = None;
    while let Some(word) = words.next() {
        match word.as_str() {
            "--format" => drop(words.next()),
            "--" if command == "export" => named = words.next(),
            "--" => break,
            option if option.starts_with('-') => {}
            _ => {
                named = Some(word);
                break;
            }
        }
    }
    match command.as_str() {
        "export" => Some(named.cloned().unwrap_or(ambient)),
        "exec" => named.cloned(),
        _ => None,
    }
}

/// `aws configure export-credentials`, or any other call.
fn of_aws(words: &[String], ambient: String) -> String {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if let Some(name) = word.strip_prefix("--profile=") {
            return name.to_owned();
        }
        match word.as_str() {
            "--profile" => return words.next().cloned().unwrap_or(ambient),
            option if WITH_VALUE.contains(&option) => drop(words.next()),
            _ => {}
        }
    }
    ambient
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::profile::resolve;

    fn found(config: &str, ambient: &str) -> Option<String> {
        let files = Files::of(config, "");
        let profile = resolve(&files, "a").unwrap();
        let circle = circle(&profile, ambient, &|name| resolve(&files, name).ok());
        circle.map(|names| names.join(" "))
    }

    fn of_line(line: &str) -> Option<String> {
        found(
            &format!(
                "[profile a]\ncredential_process = {line}\n[profile b]\nregion = r\n[default]\n\
                 region = r\n"
            ),
            "a",
        )
    }

    #[test]
    fn a_process_that_asks_for_its_own_profile_is_a_circle() {
        for line in [
            "awsp export a --format process",
            "/opt/bin/awsp --verbose export --format process a",
            "awsp export --format=process -- a",
            "awsp export --format process",
            "awsp exec a -- tool",
            "aws configure export-credentials --profile a",
            "aws --profile=a sts get-session-token",
            "aws --region eu-west-1 configure export-credentials",
            "env AWS_REGION=r awsp export a",
            "/usr/bin/env AWS_PROFILE=a awsp export",
            "sh -c 'exec awsp export a'",
            "bash -c \"env AWS_PROFILE=a aws configure export-credentials\"",
        ] {
            assert_eq!(of_line(line).as_deref(), Some("a a"), "{line}");
        }
    }

    #[test]
    fn a_process_for_another_profile_is_no_circle() {
        for line in [
            "awsp export b --format process",
            "awsp export gone",
            "awsp list a",
            "awsp exec b -- awsp export a",
            "aws configure export-credentials --profile b",
            "env AWS_PROFILE=b awsp export",
            "env AWS_CONFIG_FILE=/other awsp export a",
            "env -i awsp export a",
            "sh -c 'cd / && awsp export a'",
            "aws-vault export --format=json a",
            "tool a",
        ] {
            assert_eq!(of_line(line), None, "{line}");
        }
    }

    #[test]
    fn a_circle_may_go_through_other_profiles_and_roles() {
        let process = |name: &str| format!("credential_process = awsp export {name}\n");
        let role = "role_arn = arn:aws:iam::111122223333:role/R\nsource_profile = ";
        let two = format!("[profile a]\n{}[profile b]\n{}", process("b"), process("a"));
        assert_eq!(found(&two, "").as_deref(), Some("a b a"));
        let by_role = format!("[profile a]\n{role}b\n[profile b]\n{}", process("a"));
        assert_eq!(found(&by_role, "").as_deref(), Some("a b a"));
        let far = format!(
            "[profile a]\n{}[profile b]\n{role}c\n[profile c]\n{}",
            process("b"),
            process("b")
        );
        assert_eq!(found(&far, "").as_deref(), Some("b c b"));
        // Identity Center comes before the process, so it never runs here.
        let sso = format!(
            "[profile a]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = R\n{}\
             [sso-session s]\nsso_start_url = https://x\nsso_region = r\n",
            process("a")
        );
        assert_eq!(found(&sso, ""), None);
    }
}
