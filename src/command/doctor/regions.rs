//! Regions that the environment puts over the profile's (aws-contract 2.1), and endpoints that
//! somebody left behind (5).

use super::finding::{Finding, Scene};
use crate::aws::endpoint::host;
use crate::aws::identity::REGION;

pub fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let mut found = regions(scene);
    found.extend(endpoint_variables(scene));
    found.extend(endpoint_settings(scene));
    found
}

fn regions(scene: &Scene<'_>) -> Vec<Finding> {
    let env = scene.env;
    let empty: Vec<&str> = REGION
        .into_iter()
        .filter(|name| env.raw(name).is_some_and(std::ffi::OsStr::is_empty))
        .collect();
    if let [first, ..] = empty.as_slice() {
        let who = if *first == "AWS_REGION" {
            "the AWS CLI fails"
        } else {
            "boto3 fails"
        };
        let finding = Finding::wrong(
            "empty-region",
            format!("{first} is set to nothing: {who} for want of a region"),
        );
        return vec![scene.clear(finding, &empty)];
    }
    let set: Vec<(&str, &str)> = REGION
        .into_iter()
        .filter_map(|name| Some((name, env.var(name)?)))
        .collect();
    let names: Vec<&str> = set.iter().map(|(name, _)| *name).collect();
    let own = scene
        .current()
        .and_then(|profile| Some((profile.name.as_str(), profile.region.as_deref()?)));
    let finding = match (set.as_slice(), own) {
        ([(_, region), (_, other)], _) if region != other => {
            let what = format!(
                "AWS_REGION is `{region}`, and AWS_DEFAULT_REGION, the only one that boto3 reads, \
                 is `{other}`"
            );
            Finding::warning("two-regions", what)
        }
        // What `awsp region` sets is meant.
        ([(_, region), _], Some((profile, own))) if *region != own => {
            let what = format!(
                "AWS_REGION and AWS_DEFAULT_REGION put `{region}` over the region of `{profile}`, \
                 `{own}`"
            );
            Finding::note("region-override", what)
        }
        ([(name, region)], Some((profile, own))) if *region != own => {
            let who = if *name == "AWS_REGION" {
                "all tools but boto3"
            } else {
                "boto3, the AWS CLI, Go and Rust"
            };
            let what = format!(
                "{name} puts `{region}` over the region of `{profile}`, `{own}`, for {who}"
            );
            Finding::warning("region-override", what)
        }
        _ => return Vec::new(),
    };
    vec![scene.clear(finding, &names)]
}

fn endpoint_variables(scene: &Scene<'_>) -> Option<Finding> {
    let env = scene.env;
    if env
        .var("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    {
        return None;
    }
    let is_endpoint =
        |name: &&str| *name == "AWS_ENDPOINT_URL" || name.starts_with("AWS_ENDPOINT_URL_");
    let mut names: Vec<&str> = env
        .names()
        .filter(is_endpoint)
        .filter(|name| env.var(name).is_some())
        .collect();
    names.sort_unstable();
    let first = *names.first()?;
    let playground = env.var("AWSP_PLAYGROUND");
    if playground.is_some_and(|url| names.iter().all(|name| env.var(name) == Some(url))) {
        let what = "this is the playground: logins and roles come from its own Identity Center";
        return Some(Finding::note("playground", what));
    }
    let place = env.var(first).map_or("", host);
    let what = match names.as_slice() {
        ["AWS_ENDPOINT_URL", ..] => {
            format!("AWS_ENDPOINT_URL sends every service, logins too, to `{place}`")
        }
        [_] => format!("{first} sends a service to `{place}`"),
        _ => format!("{} send services to `{place}`", names.join(", ")),
    };
    Some(scene.clear(Finding::warning("endpoint-override", what), &names))
}

/// `endpoint_url` in a profile counts for its login too.
fn endpoint_settings(scene: &Scene<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    // Both in the same order.
    for (section, (_, resolved)) in scene.files.profiles().iter().zip(scene.profiles) {
        let Some((setting, url)) = section
            .setting("endpoint_url")
            .zip(section.get("endpoint_url"))
        else {
            continue;
        };
        let has_session = resolved
            .as_ref()
            .is_ok_and(|found| found.session().is_some());
        let what = format!(
            "`endpoint_url` sends every service of `{}`, its login too, to `{}`",
            section.name,
            host(url)
        );
        let finding = if has_session {
            Finding::warning("endpoint-setting", what)
        } else if scene.is_current(&section.name) {
            Finding::note(
                "endpoint-setting",
                format!(
                    "`endpoint_url` sends every service of `{}` to `{}`",
                    section.name,
                    host(url)
                ),
            )
        } else {
            continue;
        };
        let path = &scene.files.file(setting.place.which).path;
        found.push(
            finding
                .at(scene.files.shown(setting.place))
                .fix(scene.fix.edit(path, setting.place.line)),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::doctor::finding::Severity::{Note, Warning, Wrong};
    use crate::command::doctor::finding::{findings, names};

    const CONFIG: &str = "[profile dev]\nregion = eu-west-1\n[profile none]\noutput = json\n";

    #[test]
    fn what_is_found_of_regions_and_endpoints() {
        let dev = ("AWS_PROFILE", "dev");
        let table: [(&[(&str, &str)], &[_]); 12] = [
            (&[dev, ("AWS_REGION", "eu-west-1")], &[]),
            (
                &[dev, ("AWS_REGION", "us-east-1")],
                &[(Warning, "region-override")],
            ),
            (
                &[dev, ("AWS_DEFAULT_REGION", "us-east-1")],
                &[(Warning, "region-override")],
            ),
            (
                &[
                    dev,
                    ("AWS_REGION", "us-east-1"),
                    ("AWS_DEFAULT_REGION", "us-east-1"),
                ],
                &[(Note, "region-override")],
            ),
            (
                &[
                    dev,
                    ("AWS_REGION", "eu-west-1"),
                    ("AWS_DEFAULT_REGION", "us-east-1"),
                ],
                &[(Warning, "two-regions")],
            ),
            (&[dev, ("AWS_REGION", "")], &[(Wrong, "empty-region")]),
            (&[("AWS_PROFILE", "none"), ("AWS_REGION", "us-east-1")], &[]),
            (&[("AWS_REGION", "us-east-1")], &[]),
            (
                &[("AWS_ENDPOINT_URL", "http://u:pass@localhost:4566/x")],
                &[(Warning, "endpoint-override")],
            ),
            (
                &[("AWS_ENDPOINT_URL_S3", "http://localhost")],
                &[(Warning, "endpoint-override")],
            ),
            (&[("AWS_ENDPOINT_URL", "")], &[]),
            (
                &[
                    ("AWS_ENDPOINT_URL", "http://x"),
                    ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
                ],
                &[],
            ),
        ];
        for (vars, expected) in table {
            let found = findings(vars, CONFIG, "", look);
            assert_eq!(names(&found), expected, "{vars:?}");
            assert!(!format!("{found:?}").contains("pass"));
        }
    }

    #[test]
    fn an_endpoint_in_a_profile_is_told_where_it_matters() {
        let sso = "sso_start_url = https://d-1.awsapps.com/start\nsso_region = \
                   eu-west-1\nsso_account_id = 111122223333\nsso_role_name = r\n";
        let config = format!(
            "[profile a]\nendpoint_url = http://localhost:4566\n[profile b]\n{sso}endpoint_url = http://localhost:4566\n"
        );
        let found = findings(&[], &config, "", look);
        assert_eq!(names(&found), [(Warning, "endpoint-setting")]);
        assert_eq!(found[0].place.as_deref(), Some("~/.aws/config:8"));
        let found = findings(&[("AWS_PROFILE", "a")], &config, "", look);
        assert_eq!(
            names(&found),
            [(Note, "endpoint-setting"), (Warning, "endpoint-setting")]
        );
    }
}
