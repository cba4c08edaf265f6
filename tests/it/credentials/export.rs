//! `awsp export` in every format.

use super::*;

/// The credentials of `dev` as JSON.
fn json(place: &Place) -> serde_json::Value {
    let done = place.run(&["export", "dev", "--format", "json"]);
    serde_json::from_str(&done.stdout).unwrap()
}

fn text<'a>(credentials: &'a serde_json::Value, name: &str) -> &'a str {
    credentials[name].as_str().unwrap()
}

#[test]
fn each_format_for_shells_holds_the_same() {
    let place = Place::new();
    place.log_in();
    let credentials = json(&place);
    let text = |name: &str| text(&credentials, name);
    let (key, secret) = (text("access_key_id"), text("secret_access_key"));
    let token = text("session_token");
    let (expires, region) = (text("expires_at"), text("region"));
    let done = place.run(&["export", "dev", "--format", "env"]);
    assert_eq!(
        (done.stderr.as_str(), done.stdout),
        (
            "",
            format!(
                "unset AWS_PROFILE\nunset AWS_DEFAULT_PROFILE\nunset AWS_SECURITY_TOKEN\n\
                 export AWS_ACCESS_KEY_ID='{key}'\nexport AWS_SECRET_ACCESS_KEY='{secret}'\n\
                 export AWS_SESSION_TOKEN='{token}'\n\
                 export AWS_CREDENTIAL_EXPIRATION='{expires}'\n\
                 export AWS_ACCOUNT_ID='111122223333'\n\
                 export AWSP_EXPORTED='AWS_REGION AWS_DEFAULT_REGION AWS_SDK_UA_APP_ID'\n\
                 export AWS_REGION='{region}'\n\
                 export AWS_DEFAULT_REGION='{region}'\nexport AWS_SDK_UA_APP_ID='awsp'\n"
            )
        )
    );
    let fish = place.run(&["export", "dev", "--format", "fish"]).stdout;
    assert!(
        fish.starts_with("set -e AWS_PROFILE\n")
            && fish.contains(&format!("set -gx AWS_SESSION_TOKEN '{token}'\n")),
        "{fish}"
    );
    let mut command = place.program("fish");
    let done = place.done(command.args(["--no-config", "-c", &fish]));
    assert_eq!((done.status, done.stderr.as_str()), (0, ""), "{fish}");
    let dotenv = place.run(&["export", "dev", "--format", "dotenv"]).stdout;
    assert!(
        dotenv.starts_with(&format!("AWS_ACCESS_KEY_ID='{key}'\n"))
            && !dotenv.contains("unset")
            && !dotenv.contains("AWSP"),
        "{dotenv}"
    );
    let powershell = place
        .run(&["export", "dev", "--format", "powershell"])
        .stdout;
    assert!(
        powershell.starts_with("Remove-Item Env:AWS_PROFILE -ErrorAction SilentlyContinue\n")
            && powershell.contains(&format!("$Env:AWS_SESSION_TOKEN = '{token}'\n")),
        "{powershell}"
    );
    assert_eq!(
        place.center.count("GetRoleCredentials"),
        1,
        "all of them from the cache"
    );
}

#[test]
fn each_format_for_programs_holds_the_same() {
    let place = Place::new();
    place.log_in();
    let credentials = json(&place);
    let text = |name: &str| text(&credentials, name);
    let (key, secret) = (text("access_key_id"), text("secret_access_key"));
    let (token, expires) = (text("session_token"), text("expires_at"));
    assert_eq!(
        (
            &credentials["version"],
            text("profile"),
            text("account_id"),
            text("region")
        ),
        (&1.into(), "dev", "111122223333", "eu-west-1")
    );
    let sts = place.run(&["export", "dev", "--format", "sts"]).stdout;
    assert_eq!(
        sts,
        format!(
            "{{\"Credentials\":{{\"AccessKeyId\":\"{key}\",\"SecretAccessKey\":\"{secret}\",\
             \"SessionToken\":\"{token}\",\"Expiration\":\"{expires}\"}}}}\n"
        )
    );
    let process = place.run(&["export", "dev", "--format", "process"]).stdout;
    assert_eq!(
        process,
        format!(
            "{{\"Version\":1,\"AccessKeyId\":\"{key}\",\"SecretAccessKey\":\"{secret}\",\
             \"SessionToken\":\"{token}\",\"Expiration\":\"{expires}\",\
             \"AccountId\":\"111122223333\"}}\n"
        )
    );
}

#[test]
fn what_is_exported_is_safe_to_evaluate() {
    let hostile = "a'b\"c$(touch ~/pwned)`touch ~/pwned`\\ %s ;&| é";
    let place = Place::new();
    let answer = serde_json::json!({
        "Version": 1,
        "AccessKeyId": "AKIAX",
        "SecretAccessKey": hostile,
        "SessionToken": hostile,
    });
    fs::write(place.path(".aws/vendor.json"), answer.to_string()).unwrap();
    for shell in shells::all() {
        let script = shell.pick(
            "eval \"$(awsp export vendor --format env)\"\n\
             printenv AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN",
            "awsp export vendor --format fish | source\n\
             printenv AWS_SECRET_ACCESS_KEY; printenv AWS_SESSION_TOKEN",
        );
        let mut command = place.program(shell.program.to_str().unwrap());
        let done = place.done(
            command
                .args(shell.clean())
                .env("AWS_PROFILE", "prod")
                .args(["-c", script]),
        );
        assert_eq!(
            (done.status, done.stdout),
            (0, format!("{hostile}\n{hostile}\n")),
            "{shell}: {}",
            done.stderr
        );
        assert!(!place.path("pwned").exists(), "{shell}");
    }
    let done = place.run(&["export", "vendor", "--format", "dotenv"]);
    assert_eq!(
        (done.status, done.stderr.as_str(), done.stdout.as_str()),
        (
            1,
            "awsp: AWS_SECRET_ACCESS_KEY has a value that a .env file cannot hold\n\
             hint: awsp export --format json\n",
            ""
        )
    );
}

#[test]
fn at_a_terminal_export_warns() {
    let place = Place::new();
    let mut command = place.awsp(&["export", "static", "--format", "env"]);
    command.env("TERM", "dumb");
    let seen = Terminal::spawn(command).end();
    assert!(
        seen.starts_with("awsp: warning: these are secrets, and they are on your screen now\r\n"),
        "{seen}"
    );
}
