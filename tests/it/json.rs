//! What programs read: a complete example of every `--json`. Documented members stay as they are.

use std::fs;

use crate::golden;
use crate::place::Place;

/// The sample home with a session until a time that is told, and a profile that cannot be resolved.
fn place() -> Place {
    let place = Place::new();
    let config = fs::read_to_string(place.path(".aws/config")).unwrap();
    place.config(&(config + "[profile broken]\nrole_arn = x\nsource_profile = missing\n"));
    place.log_in();
    place.set_token("expiresAt", "2199-06-01T12:30:00Z".into());
    place
}

#[track_caller]
fn has_shape(arguments: &[&str], variables: &[(&str, &str)], name: &str) {
    let place = place();
    let done = place.done(place.awsp(arguments).envs(variables.iter().copied()));
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (0, ""),
        "{arguments:?}"
    );
    golden::is_json(&format!("json/{name}.json"), &done.stdout);
}

#[test]
fn list_keeps_its_shape() {
    has_shape(&["list", "--json"], &[], "list");
}

#[test]
fn show_keeps_its_shape() {
    let variables = [
        ("AWS_PROFILE", "prod"),
        ("AWS_REGION", "us-west-2"),
        ("AWS_DEFAULT_REGION", "us-west-1"),
    ];
    has_shape(&["show", "--json"], &variables, "show");
}

#[test]
fn status_keeps_its_shape() {
    has_shape(&["status", "--json"], &[("AWS_PROFILE", "dev")], "status");
}

#[test]
fn whoami_keeps_its_shape() {
    has_shape(&["whoami", "dev", "--json"], &[], "whoami");
}

#[test]
fn settings_keep_their_shape() {
    let place = Place::new();
    fs::create_dir_all(place.path(".config/awsp")).unwrap();
    fs::write(
        place.path(".config/awsp/config.toml"),
        "[login]\nflow = \"device\"\n",
    )
    .unwrap();
    let done = place.run(&["settings", "--json"]);
    assert_eq!((done.status, done.stderr.as_str()), (0, ""));
    golden::is_json("json/settings.json", &done.stdout);
}
