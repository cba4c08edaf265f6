//! The recipes of RECIPES.md, as they stand there.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::fake::Home;
use crate::place::Place;
use crate::pty::Terminal;
use crate::shells::{self, Kind, Shell};

/// The first block of this language, below this heading.
fn block(heading: &str, language: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("RECIPES.md");
    let text = fs::read_to_string(file).unwrap();
    let section = text
        .split("\n## ")
        .find(|section| section.lines().next() == Some(heading));
    let section = section.unwrap_or_else(|| panic!("no heading `{heading}`"));
    let start = section
        .split_once(&format!("\n```{language}\n"))
        .unwrap_or_else(|| panic!("`{heading}`: no {language} block"));
    start.1.split_once("```").unwrap().0.to_owned()
}

/// Puts a program into `~/bin`, and returns a PATH with it.
pub fn program(place: &Place, name: &str, text: &str) -> String {
    fs::create_dir_all(place.path("bin")).unwrap();
    let file = place.path("bin").join(name);
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    let folder = Path::new(crate::place::AWSP)
        .parent()
        .unwrap()
        .display()
        .to_string();
    format!(
        "{}:{folder}:{}",
        place.path("bin").display(),
        std::env::var("PATH").unwrap()
    )
}

/// A home with the Makefile and the tools that it names.
fn with_makefile() -> (Place, String) {
    let place = Place::new();
    fs::write(place.path("Makefile"), block("make", "make")).unwrap();
    program(
        &place,
        "terraform",
        "#!/bin/sh\necho \"terraform as $AWS_PROFILE\" >>~/ran\n",
    );
    let path = program(
        &place,
        "cdk",
        "#!/bin/sh\necho \"cdk as $AWS_PROFILE\" >>~/ran\n",
    );
    (place, path)
}

fn logins(place: &Place) -> usize {
    place.center.with(|state| state.logins)
}

#[test]
fn however_many_makes_run_at_once_there_is_one_login() {
    let (place, path) = with_makefile();
    let mut command = place.program("sh");
    command.env("PATH", path).args([
        "-c",
        "for i in 1 2 3 4 5 6 7 8; do make -j8 plan diff & done; wait",
    ]);
    let said = Terminal::spawn(command).end();
    assert_eq!(logins(&place), 1, "{said}");
    let ran = fs::read_to_string(place.path("ran")).unwrap();
    let count = |line: &str| ran.lines().filter(|ran| *ran == line).count();
    assert_eq!(
        (count("terraform as dev"), count("cdk as dev")),
        (8, 8),
        "{said}"
    );
    // Programs that run at the same time write whole lines.
    for line in said.lines().filter(|line| line.contains("awsp: ")) {
        assert_eq!(line.matches("awsp: ").count(), 1, "{line}");
    }
}

#[test]
fn make_uses_the_shells_profile_and_stops_without_a_person() {
    let (place, path) = with_makefile();
    let make = |variables: &[(&str, &str)]| {
        let mut command = place.program("make");
        place.done(
            command
                .arg("plan")
                .env("PATH", &path)
                .envs(variables.iter().copied()),
        )
    };
    for nobody in [("CI", "true"), ("AWSP_NO_LOGIN", "1"), ("TERM", "dumb")] {
        let done = make(&[nobody]);
        assert!(
            done.status == 2
                && ["CI is set", "AWSP_NO_LOGIN is set", "there is no terminal",]
                    .iter()
                    .any(|why| done.stderr.contains(why)),
            "{done:?}"
        );
        assert!(done.stderr.contains("Error 4"), "{done:?}");
    }
    assert!(!place.path("ran").exists());
    place.log_in();
    assert_eq!(make(&[("CI", "true")]).status, 0);
    assert_eq!(make(&[("AWS_PROFILE", "prod")]).status, 0);
    assert_eq!(
        fs::read_to_string(place.path("ran")).unwrap(),
        "terraform as dev\nterraform as prod\n"
    );
}

#[test]
fn the_git_hook_stops_the_push_with_status_4_and_lets_it_through_when_logged_in() {
    let place = Place::new();
    let path = program(
        &place,
        "make",
        "#!/bin/sh\necho \"make $* as $AWS_PROFILE\" >>~/ran\n",
    );
    let sh = |script: &str| {
        let mut command = place.program("sh");
        command
            .env("PATH", &path)
            .env("CI", "true")
            .env("GIT_CONFIG_NOSYSTEM", "1");
        place.done(command.args(["-c", script]))
    };
    let made = sh("git init -q --bare up.git && git init -q here && cd here &&
        git remote add origin ../up.git &&
        git -c user.name=n -c user.email=e commit -q --allow-empty -m x");
    assert_eq!(made.status, 0, "{made:?}");
    let hook = place.path("here/.git/hooks/pre-push");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, block("Git hook", "sh")).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(
        sh("cd here && .git/hooks/pre-push origin ../up.git").status,
        4
    );
    let push = "cd here && git push -q origin HEAD:refs/heads/main";
    let refused = sh(push);
    assert!(
        refused.status == 1 && refused.stderr.contains("CI is set"),
        "{refused:?}"
    );
    let pushed = "git --git-dir=up.git rev-parse --verify -q refs/heads/main";
    assert!(!place.path("ran").exists() && sh(pushed).status != 0);
    place.log_in();
    assert_eq!(sh(push).status, 0);
    assert_eq!(
        (
            fs::read_to_string(place.path("ran")).unwrap().as_str(),
            sh(pushed).status
        ),
        ("make check as dev\n", 0)
    );
}

#[test]
fn the_agents_command_waits_for_a_person_without_a_terminal_unless_forbidden() {
    let place = Place::new();
    let settings: serde_json::Value =
        serde_json::from_str(&block("Coding agents", "json")).unwrap();
    let refresh = settings["awsAuthRefresh"].as_str().unwrap();
    let run = |variables: &[(&str, &str)]| {
        let mut command = place.program("sh");
        place.done(
            command
                .args(["-c", refresh])
                .env("BROWSER", "true")
                .envs(variables.iter().copied()),
        )
    };
    assert_eq!(
        (run(&[("AWSP_NO_LOGIN", "1")]).status, logins(&place)),
        (4, 0)
    );
    let done = run(&[]);
    assert!(
        done.status == 0 && done.stderr.contains("open http://CENTER/device?user_code="),
        "{done:?}"
    );
    assert_eq!((done.stdout.as_str(), logins(&place)), ("", 1));
    let calls = place.center.calls().len();
    let done = run(&[("AWSP_NO_LOGIN", "1")]);
    assert_eq!(
        (
            done.status,
            done.stdout.as_str(),
            place.center.calls().len()
        ),
        (0, "", calls),
        "good: offline"
    );
    place.make_renewable();
    let done = run(&[]);
    assert_eq!(
        (done.status, logins(&place)),
        (0, 1),
        "renewed without a page: {done:?}"
    );
    assert!(!done.stderr.contains("open http"), "{done:?}");
}

/// The lines for direnv's hook in each shell, as `direnv hook` has them, with its work left out.
fn direnv(shell: &Shell, envrc: &str) -> String {
    let work = format!("test -e ~/entered && . {envrc}");
    match shell.kind {
        Kind::Bash => format!(
            "_direnv_hook() {{ local previous=$?; {work}; return $previous; }}
            if [[ ${{BASH_VERSINFO[0]}} -gt 4 ]]; then PROMPT_COMMAND=(_direnv_hook)
            else PROMPT_COMMAND=_direnv_hook; fi"
        ),
        Kind::Zsh => {
            format!(
                "_direnv_hook() {{ {work} }}\n\
                 typeset -ag precmd_functions\n\
                 precmd_functions=(_direnv_hook $precmd_functions)"
            )
        }
        Kind::Fish => format!(
            "function __direnv_export_eval --on-event fish_prompt; \
             test -e ~/entered; and source {envrc}; end"
        ),
    }
}

#[test]
fn what_an_envrc_exports_is_in_the_very_next_prompt() {
    for shell in shells::all() {
        let home = Home::new();
        home.write(".envrc", &block("direnv", "sh"));
        let mut terminal = home.terminal_with(&shell, &[], &direnv(&shell, "~/.envrc"), |_| {});
        // One line, and the prompt right after it: fish repaints the one before.
        terminal.line(": >~/entered; echo en''tered");
        terminal.expect("entered\r\n");
        let prompt = terminal.expect("READY> ");
        assert!(
            prompt.ends_with("(dev 111122223333) "),
            "{shell}: {prompt:?}"
        );
        assert!(
            terminal.run("printenv AWS_PROFILE").contains("dev\r\n"),
            "{shell}"
        );
    }
}

#[test]
fn tmux_gets_the_segment_only_when_it_changes() {
    for shell in shells::all() {
        let home = Home::new();
        home.program(
            "tmux",
            "#!/bin/sh\nprintf '<%s>' \"$@\" >>~/told\necho >>~/told\n",
        );
        let mut recipe = match shell.kind {
            Kind::Bash => block("tmux", "bash"),
            Kind::Zsh => block("tmux", "zsh"),
            Kind::Fish => block("tmux", "fish"),
        };
        if is_old(&home, &shell) {
            // The other way stands beside it.
            let line = recipe
                .lines()
                .find(|line| line.contains("before bash 5.1:"))
                .unwrap()
                .to_owned();
            recipe = recipe.replace(&line, line.rsplit_once("5.1: ").unwrap().1);
        }
        home.write("recipe", &recipe);
        let mut terminal = home.terminal_with(&shell, &[], "", |command| {
            command
                .env("TMUX", "/tmp/tmux-0/default,1,0")
                .env("TMUX_PANE", "%3");
        });
        terminal.run(shell.pick(". ~/recipe", "source ~/recipe"));
        for line in [
            shell.pick("export AWS_PROFILE=dev", "set -gx AWS_PROFILE dev"),
            "true",
            "true",
            shell.pick("unset AWS_PROFILE", "set -e AWS_PROFILE"),
            "true",
        ] {
            terminal.run(line);
        }
        terminal.expect("READY> ");
        let told = fs::read_to_string(home.path("told")).unwrap();
        assert_eq!(
            told, "<set><-pt><%3><@awsp><dev 111122223333>\n<set><-pt><%3><@awsp><>\n",
            "{shell}"
        );
    }
}

/// True for a bash that runs the first element of PROMPT_COMMAND only.
fn is_old(home: &Home, shell: &Shell) -> bool {
    let say = "echo $((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 501))";
    shell.kind == Kind::Bash && home.output(shell, say).stdout == b"1\n"
}

#[test]
fn the_right_prompt_of_zsh_is_the_text_and_never_expanded() {
    let home = Home::new();
    home.write("prompt", "__awsp_text=$(touch pwned) %F{red}%n\n");
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("RECIPES.md")).unwrap();
    let line = text
        .lines()
        .find(|line| line.starts_with("RPROMPT="))
        .unwrap();
    let shell = Shell {
        kind: Kind::Zsh,
        program: "zsh".into(),
    };
    // The theme makes its prompt anew each time.
    let before = "setopt prompt_subst; precmd() { PROMPT='READY> ' }";
    let mut terminal = home.terminal_with(&shell, &["--no-prompt"], before, |_| {});
    terminal.run(line);
    terminal.run("export AWS_PROFILE=dev");
    let shown = terminal.run("print -rP -- \"<$RPROMPT>\"");
    assert!(shown.contains("<$(touch pwned) %F{red}%n>\r\n"), "{shown}");
    assert!(!home.path("pwned").exists());
}

#[test]
fn an_agent_that_is_started_so_gets_a_role_that_reads_and_nothing_else() {
    let place = Place::new();
    place.log_in();
    let line = block("Coding agents", "sh");
    let python = crate::interop::interpreter_path();
    let whoami = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])";
    // What an agent would try.
    let agent = format!(
        "#!/bin/sh\nexport CLAUDECODE=1\n'{python}' -c \"{whoami}\"\nawsp list --names\n\
         awsp exec dev -- true; echo \"$? $AWS_SDK_UA_APP_ID\"\n"
    );
    let path = program(&place, "claude", &agent);
    for line in [line.clone(), line.replace("exec ", "exec --server ")] {
        let mut shell = place.program("sh");
        let done = place.done(shell.args(["-c", &line]).env("PATH", &path));
        assert_eq!(
            done.stdout,
            "arn:aws:sts::333344445555:assumed-role/AWSReservedSSO_ReadOnlyAccess_0123456789abcdef/\
             jo@acme.example\n\
             default\n3 awsp\n",
            "{line}: {}",
            done.stderr
        );
    }
}
