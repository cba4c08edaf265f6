//! Finds the session that a command line needs, if any. Most tools have subcommands that never use
//! AWS, and tools for a cluster use the kubeconfig.

mod kubeconfig;
mod tools;

use std::path::Path;

use self::tools::{Tool, tool};
use crate::aws::identity::Who;
use crate::system::env::Env;
use crate::system::files;

/// Words with which no tool uses AWS, or with which it logs in itself.
const IDLE: [&str; 7] = [
    "login",
    "logout",
    "configure",
    "completion",
    "fmt",
    "help",
    "version",
];

/// The profile whose session the command will use; `None` if it needs no session of awsp.
pub fn profile(env: &Env, words: &[&str]) -> Option<String> {
    let (name, arguments) = words.split_first()?;
    let end = arguments.iter().position(|word| *word == "--");
    let arguments = &arguments[..end.unwrap_or(arguments.len())];
    let asks = |word: &&str| matches!(*word, "-h" | "-help" | "--help" | "--version");
    if arguments.iter().any(asks) {
        return None;
    }
    let found = tool(name);
    let command = subcommand(arguments, found);
    if is_idle(&command, found) {
        return None;
    }
    if found.is_some_and(|tool| tool.cluster) {
        return cluster(env, arguments);
    }
    let option = found.map_or("--profile", |tool| tool.profile);
    let named = value(arguments, &[option]).map(str::to_owned);
    named
        .or_else(|| own_settings(env, name, &command, arguments))
        .or_else(|| chosen(env).map(str::to_owned))
        .or_else(|| {
            let alone = found.is_none_or(|tool| tool.alone);
            (alone && Who::of(env) == Who::Default).then(|| "default".to_owned())
        })
}

/// The profile in the variables, unless something overrides it.
fn chosen(env: &Env) -> Option<&str> {
    match Who::of(env) {
        Who::Profile(name) => Some(name),
        _ => None,
    }
}

/// The first two words that are neither options nor the values of options.
fn subcommand<'a>(arguments: &[&'a str], tool: Option<&Tool>) -> Vec<&'a str> {
    let mut words = Vec::new();
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        let takes_value = match tool {
            Some(tool) => tool.valued.contains(word),
            // The word after an unknown option may be its value.
            None => word.starts_with('-') && !word.contains('='),
        };
        if takes_value {
            rest.next();
        } else if !word.starts_with('-') {
            words.push(*word);
        }
    }
    words.truncate(2);
    words
}

fn is_idle(command: &[&str], tool: Option<&Tool>) -> bool {
    let Some(first) = command.first() else {
        return false;
    };
    let both = command.join(" ");
    let is_named = |names: &[&str]| names.iter().any(|name| name == first || *name == both);
    match tool {
        Some(tool) if tool.busy.contains(&both.as_str()) => false,
        Some(tool) => is_named(tool.idle) || IDLE.contains(first),
        None => IDLE.contains(first),
    }
}

/// The value of the first of these options, `--option VALUE` or `--option=VALUE`.
fn value<'a>(arguments: &[&'a str], options: &[&str]) -> Option<&'a str> {
    let options: Vec<&str> = options
        .iter()
        .copied()
        .filter(|it| !it.is_empty())
        .collect();
    arguments.iter().enumerate().find_map(|(at, word)| {
        if options.contains(word) {
            return arguments.get(at + 1).copied();
        }
        let (option, value) = word.split_once('=')?;
        options.contains(&option).then_some(value)
    })
}

/// A profile in the tool's own settings, if it is quick to find and certain.
fn own_settings(env: &Env, name: &str, command: &[&str], arguments: &[&str]) -> Option<String> {
    match name {
        "cdk" => [Path::new("cdk.json"), &env.base().join(".cdk.json")]
            .into_iter()
            .find_map(|path| {
                let text = files::text(path, files::SMALL).ok()??;
                let settings: serde_json::Value = serde_json::from_str(&text).ok()?;
                settings["profile"].as_str().map(str::to_owned)
            }),
        "sam" if value(arguments, &["--config-file", "--config-env"]).is_none() => {
            let text = files::text(Path::new("samconfig.toml"), files::SMALL).ok()??;
            let settings: toml::Table = text.parse().ok()?;
            let default = settings.get("default")?;
            [command.first().copied().unwrap_or("global"), "global"]
                .into_iter()
                .find_map(|of| default.get(of)?.get("parameters")?.get("profile")?.as_str())
                .map(str::to_owned)
        }
        _ => None,
    }
}

/// The profile with which the cluster's user gets a token, if it uses AWS's tools.
fn cluster(env: &Env, arguments: &[&str]) -> Option<String> {
    let context = value(arguments, &["--context", "--kube-context"]).or_else(|| {
        env.var("HELM_KUBECONTEXT")
            .filter(|_| value(arguments, &["--kube-context"]).is_none())
    });
    let by = kubeconfig::user(
        env,
        value(arguments, &["--kubeconfig"]),
        context,
        value(arguments, &["--user"]),
    )?;
    // An option overrides keys in the environment, a variable does not.
    by.option
        .or_else(|| {
            let has_keys = !matches!(
                Who::of(env),
                Who::Profile(_) | Who::Default | Who::Container { .. }
            );
            by.variable.filter(|_| !has_keys)
        })
        .or_else(|| chosen(env).map(str::to_owned))
        .or_else(|| (Who::of(env) == Who::Default).then(|| "default".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(line: &str, variables: &[(&str, &str)]) -> Option<String> {
        let words: Vec<&str> = line.split(' ').collect();
        profile(&Env::of(variables), &words)
    }

    const DEV: [(&str, &str); 1] = [("AWS_PROFILE", "dev")];

    #[test]
    fn what_speaks_to_aws_needs_the_profile_that_was_chosen() {
        for line in [
            "aws s3 ls",
            "aws --region eu-west-1 s3 ls",
            "aws configure export-credentials",
            "terraform plan",
            "terraform -chdir=fmt apply",
            "tofu init",
            "terragrunt run-all plan",
            "cdk deploy",
            "sam deploy",
            "pulumi up",
            "packer build x.pkr.hcl",
            "eksctl get cluster",
            "serverless deploy",
            "mine do-it",
            "mine --mode fmt do-it",
        ] {
            assert_eq!(needs(line, &DEV).as_deref(), Some("dev"), "{line}");
        }
    }

    #[test]
    fn what_does_not_needs_nothing() {
        for line in [
            "aws configure list",
            "aws --profile prod sso login",
            "aws --version",
            "aws help",
            "terraform validate",
            "terraform -chdir=x fmt",
            "terraform version",
            "terraform providers lock",
            "terraform plan -help",
            "tofu validate",
            "terragrunt hclfmt",
            "cdk init app",
            "sam build",
            "pulumi version",
            "packer fmt .",
            "eksctl version",
            "serverless create",
            "steampipe plugin list",
            "mine version",
            // There is no kubeconfig.
            "kubectl get pods",
            "helm list",
            "k9s",
        ] {
            assert_eq!(needs(line, &DEV), None, "{line}");
        }
    }

    #[test]
    fn with_nothing_but_default_only_tools_of_aws_log_in() {
        for (line, expected) in [
            ("aws s3 ls", Some("default")),
            ("cdk deploy", Some("default")),
            ("sam deploy", Some("default")),
            ("eksctl get cluster", Some("default")),
            ("mine do-it", Some("default")),
            ("terraform plan", None),
            ("pulumi up", None),
            ("packer build x", None),
            ("terraform plan --profile x", None),
        ] {
            assert_eq!(needs(line, &[]).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn a_profile_that_the_command_names_goes_before_all_else() {
        let keys = [
            ("AWS_ACCESS_KEY_ID", "A"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
            ("AWS_PROFILE", "dev"),
        ];
        for (line, variables, expected) in [
            ("aws --profile prod s3 ls", &DEV[..], Some("prod")),
            ("aws s3 ls --profile=prod", &DEV, Some("prod")),
            ("aws s3 ls --profile=prod", &keys, Some("prod")),
            ("aws s3 ls", &keys, None),
            ("sls deploy --aws-profile prod", &DEV, Some("prod")),
            ("terraform plan --profile prod", &DEV, Some("dev")),
            ("aws s3 ls -- --profile x", &DEV, Some("dev")),
        ] {
            assert_eq!(needs(line, variables).as_deref(), expected, "{line}");
        }
    }
}
