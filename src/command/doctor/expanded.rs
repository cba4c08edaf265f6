//! Variables and homes in the names of the two files, which only some clients replace
//! (aws-contract 1.1).

use super::finding::{Finding, Scene};
use crate::aws::variables::FILES;

pub fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let found = FILES.into_iter().filter_map(|variable| {
        let value = scene.env.raw(variable)?.to_string_lossy();
        let which = if value.contains('$') {
            "a variable"
        } else if value.starts_with('~') && !value.starts_with("~/") {
            "the home of a user"
        } else {
            return None;
        };
        let what = format!(
            "{variable} names a file by {which}: the AWS CLI, boto3 and awsp replace it, the other \
             SDKs look for a file of just this name"
        );
        let finding = Finding::warning("expanded-file-name", what);
        Some(scene.clear(finding, &[variable]))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity::Warning;
    use super::super::finding::{findings, names};
    use super::*;

    #[test]
    fn what_only_some_clients_replace_is_found() {
        for (value, expected) in [
            ("$HOME/config", true),
            ("${X}", true),
            ("~jo/config", true),
            ("~/config", false),
            ("/etc/aws", false),
            ("", false),
        ] {
            for variable in FILES {
                let found = names(&findings(&[(variable, value)], "[profile a]\n", "", look));
                let there = [(Warning, "expanded-file-name")];
                assert_eq!(found, &there[..usize::from(expected)], "{variable}={value}");
            }
        }
    }
}
