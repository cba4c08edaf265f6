//! awsp itself within `awsp exec --server`: it says which profile answers there.

use super::*;

impl Served {
    /// awsp in the environment of the command.
    fn awsp(&self, place: &Place, arguments: &[&str], variables: &[(&str, &str)]) -> Done {
        let mut command = self.program(AWSP);
        command.args(arguments).envs(variables.iter().copied());
        place.done(command.stdin(Stdio::null()))
    }

    /// What a prompt's hook is told there.
    fn prompt(&self, place: &Place) -> String {
        let variables: Vec<(&str, &str)> = self
            .variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        place.switch(&["__prompt"], &variables).1
    }
}

#[test]
fn whoami_status_and_the_prompt_name_the_profile_that_is_served() {
    let place = Place::new();
    place.log_in();
    let served = Served::start(&place, "dev");
    let done = served.awsp(&place, &["whoami", "--json"], &[]);
    let told: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    let (account, arn) = sso("111122223333", "AdministratorAccess");
    for (key, value) in [
        ("profile", "dev"),
        ("account", &account),
        ("account_name", "acme-dev"),
        ("arn", &arn),
    ] {
        assert_eq!(told[key], value, "{key}: {done:?}");
    }
    assert!(served.awsp(&place, &["whoami"], &[]).stdout.contains(&arn));
    let line = "dev: acme-dev, AdministratorAccess, eu-west-1, from `awsp exec --server`\n";
    let done = served.awsp(&place, &["status"], &[]);
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), (line, ""));
    let done = served.awsp(&place, &[], &[]);
    assert_eq!(done.stderr, format!("awsp: {line}"));
    let done = served.awsp(&place, &["status", "--json"], &[]);
    let told: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    let identity = serde_json::json!({
        "kind": "container",
        "profile": "dev",
        "account_id": account,
        "account_name": "acme-dev",
        "role": "AdministratorAccess",
    });
    assert_eq!(told["identity"], identity);
    let changes = served.prompt(&place);
    assert!(changes.contains("__awsp_text=dev acme-dev\n"), "{changes}");
    // What it is made of is no leftover.
    let done = served.awsp(&place, &["doctor"], &[]);
    assert!(!done.stdout.contains("left over"), "{}", done.stdout);
    assert!(!done.stdout.contains("AWS_CONTAINER"), "{}", done.stdout);
    // Nobody else is taken for it: another server, or keys.
    let other = (
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "http://127.0.0.1:9/credentials",
    );
    let done = served.awsp(&place, &["status"], &[other]);
    let line = "credentials of this container: 111122223333, eu-west-1\n";
    assert_eq!(done.stdout, line);
    let done = served.awsp(&place, &["whoami"], &[other]);
    assert!(
        done.stderr
            .contains("cannot use the container's credentials"),
        "{done:?}"
    );
}

#[test]
fn what_is_hidden_is_said_to_be_hidden() {
    let place = Place::new();
    place.log_in();
    let served = Served::start(&place, "dev");
    let cause = "cause: `awsp exec --only` or `--server` runs this, and hides all other profiles\n";
    for (arguments, what) in [
        (&["exec", "prod", "--", "true"][..], "profile named `prod`"),
        (&["show", "prod"], "profile named `prod`"),
        (&["login", "--session", "acme"], "sso-session named `acme`"),
    ] {
        let done = served.awsp(&place, arguments, &[]);
        let told = format!("awsp: no {what} here\n{cause}");
        assert_eq!((done.status, done.stderr), (3, told), "{arguments:?}");
    }
}

#[test]
fn production_and_a_read_only_role_are_told() {
    let place = Place::new();
    place.log_in();
    let served = Served::with(&place, &["--read-only", "dev"]);
    let line = "dev: acme-dev, ReadOnlyAccess, eu-west-1, from `awsp exec --server`\n";
    assert_eq!(served.awsp(&place, &["status"], &[]).stdout, line);
    let (_, arn) = sso("111122223333", "ReadOnlyAccess");
    assert!(served.awsp(&place, &["whoami"], &[]).stdout.contains(&arn));
    drop(served);
    fs::remove_file(place.path("served")).unwrap();
    let served = Served::start(&place, "prod");
    let changes = served.prompt(&place);
    assert!(
        changes.contains("__awsp_text=prod acme-prod\n__awsp_style=red\n"),
        "{changes}"
    );
}

#[test]
fn whoami_says_why_the_server_gives_nothing_and_sends_the_token_to_no_proxy() {
    let place = Place::new();
    place.log_in();
    let served = Served::start(&place, "dev");
    let first = "awsp: cannot get the credentials of `dev` from `awsp exec --server`\n";
    let guess = ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "guess");
    let done = served.awsp(&place, &["whoami"], &[guess]);
    let cause = "cause: the token is not that of this run\n";
    assert_eq!((done.status, done.stderr), (1, format!("{first}{cause}")));
    // A proxy that notes what it is sent.
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let noted = std::thread::spawn(move || {
        let (mut stream, _) = proxy.accept().unwrap();
        let mut bytes = [0; 4096];
        let read = stream.read(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..read]).into_owned()
    });
    let variables = [
        ("HTTP_PROXY", address.as_str()),
        ("NO_PROXY", ""),
        ("AWS_MAX_ATTEMPTS", "1"),
    ];
    let done = served.awsp(&place, &["whoami"], &variables);
    assert_eq!(done.status, 6, "STS is asked through it: {done:?}");
    let noted = noted.join().unwrap();
    let token = served.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    assert!(
        noted.starts_with("POST ") && !noted.contains(token),
        "{noted}"
    );
    // To no other machine either, whatever the variables say.
    let far = "http://192.0.2.1:80/credentials";
    let value = format!("{far}\t\t\tdev");
    let variables = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", far),
        ("AWSP_SERVED", &value),
    ];
    let done = served.awsp(&place, &["whoami"], &variables);
    assert!(
        done.stderr
            .contains("cause: its address is not one of awsp\n"),
        "{done:?}"
    );
    // It has ended: what was started in the background may outlive it.
    let variables = served.variables.clone();
    drop(served);
    let mut late = Command::new(AWSP);
    late.env_clear().envs(variables).arg("whoami");
    let done = place.done(&mut late);
    let start = format!("{first}cause: Connection refused");
    assert!(
        done.status == 1 && done.stderr.starts_with(&start),
        "{done:?}"
    );
}

#[test]
fn a_session_that_has_ended_is_told_with_the_next_step() {
    let options = Options {
        role_lifetime: 3,
        ..Options::default()
    };
    let place = Place::with(options);
    place.log_in();
    let served = Served::start(&place, "dev");
    place.make_ended();
    std::thread::sleep(Duration::from_secs(4));
    let done = served.awsp(&place, &["whoami"], &[]);
    assert_eq!(done.status, 4, "{done:?}");
    assert!(
        done.stderr.contains("cause: the session `acme` has ended")
            && done.stderr.ends_with("hint: awsp login --session acme\n"),
        "{done:?}"
    );
}
