//! What programs read: a complete example of every `--json`. Documented members stay as they are.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

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

/// The examples of docs/json.md, by command.
fn documented() -> Vec<(String, Value)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json.md");
    let page = fs::read_to_string(path).unwrap();
    let page = page.split("\n## Credentials\n").next().unwrap();
    let sections = page.split("\n## awsp ").skip(1);
    sections
        .map(|section| {
            let (command, rest) = section.split_once(" --json\n").unwrap();
            let block = rest.split("```json\n").nth(1).unwrap();
            let block = block.split("```").next().unwrap();
            (command.to_owned(), serde_json::from_str(block).unwrap())
        })
        .collect()
}

/// True when the example is what the program prints, with some members of lists and of the map of
/// settings left out.
fn is_part(example: &Value, whole: &Value, is_map: bool) -> bool {
    match (example, whole) {
        (Value::Object(example), Value::Object(whole)) => {
            (is_map || example.len() == whole.len())
                && example.iter().all(|(key, value)| {
                    let there = whole.get(key);
                    there.is_some_and(|there| is_part(value, there, key == "settings"))
                })
        }
        (Value::Array(example), Value::Array(whole)) => example
            .iter()
            .all(|one| whole.iter().any(|there| is_part(one, there, false))),
        (example, whole) => example == whole,
    }
}

#[test]
fn the_documented_examples_are_what_is_printed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden/json");
    let documented = documented();
    for (command, example) in &documented {
        let text = fs::read_to_string(folder.join(format!("{command}.json"))).unwrap();
        let whole = serde_json::from_str(&text).unwrap();
        assert!(is_part(example, &whole, false), "awsp {command} --json");
    }
    let commands: BTreeSet<String> = documented.into_iter().map(|(command, _)| command).collect();
    assert_eq!(commands, golden::names("json"));
}

/// The names of all members, with those of what is in them.
fn members(value: &Value) -> Vec<String> {
    let Value::Object(object) = value else {
        return Vec::new();
    };
    let of = |(name, value): (&String, &Value)| {
        let inner = members(value)
            .into_iter()
            .map(|inner| format!("{name}.{inner}"));
        std::iter::once(name.clone()).chain(inner.collect::<Vec<_>>())
    };
    object.iter().flat_map(of).collect()
}

#[test]
fn the_shapes_of_export_are_as_documented() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json.md");
    let page = fs::read_to_string(path).unwrap();
    let place = Place::new();
    place.log_in();
    for format in ["json", "process", "sts"] {
        let heading = format!("\n`awsp export dev --format {format}`");
        let rest = page.split(&heading).nth(1).unwrap();
        let block = rest.split("```json\n").nth(1).unwrap().split("```").next();
        let example: Value = serde_json::from_str(block.unwrap()).unwrap();
        let done = place.run(&["export", "dev", "--format", format]);
        let printed: Value = serde_json::from_str(&done.stdout).unwrap();
        assert_eq!(members(&example), members(&printed), "{format}");
    }
}
