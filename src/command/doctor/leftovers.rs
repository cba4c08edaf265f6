//! What other tools that switch profiles leave in the environment.

use super::finding::{Finding, Scene};
use crate::aws::identity::{CONTAINER, LEFT_BEHIND, Who};

/// Which tool leaves a variable, by the beginning of its name. The first match is used.
const OWNERS: [(&str, &str); 8] = [
    ("AWS_VAULT", "aws-vault"),
    ("AWS_SESSION_EXPIRATION", "aws-vault"),
    ("GRANTED_", "granted"),
    ("AWSUME_", "awsume"),
    ("AWS_PROFILE_REGION", "awsume"),
    ("AWSU_", "awsu"),
    ("AWS_EB_PROFILE", "the Elastic Beanstalk CLI"),
    ("AWS_SSO", "aws-sso-cli"),
];

pub fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let is_set = |name: &&str| scene.env.var(name).is_some();
    let mut by_owner: Vec<(&str, Vec<&str>)> = Vec::new();
    for name in LEFT_BEHIND.into_iter().filter(is_set) {
        let Some((_, owner)) = OWNERS
            .iter()
            .find(|(beginning, _)| name.starts_with(beginning))
        else {
            continue;
        };
        match by_owner.iter_mut().find(|(other, _)| other == owner) {
            Some((_, names)) => names.push(name),
            None => by_owner.push((owner, vec![name])),
        }
    }
    let mut found: Vec<Finding> = Vec::new();
    for (owner, names) in by_owner {
        let (is, it) = if names.len() == 1 {
            ("is", "it")
        } else {
            ("are", "them")
        };
        let what = format!(
            "{} {is} left over from {owner}: your prompt may show {it}, but no AWS tool uses {it}",
            names.join(", ")
        );
        found.push(scene.clear(Finding::warning("leftovers", what), &names));
    }
    let container: Vec<&str> = CONTAINER.into_iter().filter(is_set).collect();
    // What `awsp exec --server` serves is no leftover.
    let is_served = Who::of(scene.env).served().is_some();
    if let Some(first) = container.first().filter(|_| !is_served) {
        let what = format!(
            "{first} is set: with a profile that has no credentials, tools use those of this \
             container"
        );
        found.push(scene.clear(Finding::note("container-credentials", what), &container));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::doctor::finding::Severity::{Note, Warning};
    use crate::command::doctor::finding::{findings, names};

    #[test]
    fn each_tool_is_named_once() {
        let vars = [
            ("GRANTED_SSO", "true"),
            ("GRANTED_COMMAND", "x"),
            ("AWS_VAULT", "prod"),
            ("AWS_SSO_PROFILE", "x"),
            (
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                "http://169.254.170.23/",
            ),
            // Other checks find these.
            ("AWS_ACCESS_KEY_ID", "A"),
            ("AWS_ROLE_ARN", "x"),
        ];
        let found = findings(&vars, "", "", look);
        assert_eq!(
            names(&found),
            [
                (Warning, "leftovers"),
                (Warning, "leftovers"),
                (Warning, "leftovers"),
                (Note, "container-credentials")
            ]
        );
        let fixes: Vec<_> = found
            .iter()
            .filter_map(|finding| finding.fix.as_deref())
            .collect();
        assert_eq!(
            fixes[..3],
            [
                "unset AWS_VAULT",
                "unset AWS_SSO_PROFILE",
                "unset GRANTED_SSO GRANTED_COMMAND"
            ]
        );
    }
}
