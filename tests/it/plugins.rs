//! The files for plugin managers: the same one line underneath, wherever a manager puts it.

use std::fs;
use std::path::Path;

use crate::place::Place;
use crate::pty::Terminal;
use crate::shells::{self, Kind, Shell};

/// A shell whose start-up file loads the plugin first and sets the prompt after it, as themes do.
fn terminal(place: &Place, shell: &Shell) -> Terminal {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = place.program(shell.program.to_str().unwrap());
    command
        .env("TERM", "dumb")
        .env("LC_ALL", "C.UTF-8")
        .env("AWS_PROFILE", "dev");
    match shell.kind {
        Kind::Bash => {
            // bash-it reads its `custom` folder last.
            let text = format!(
                "PS1='READY> '\n. {}\n",
                root.join("awsp.plugin.bash").display()
            );
            fs::write(place.path(".bashrc"), text).unwrap();
            command
                .args(["--noprofile", "--rcfile"])
                .arg(place.path(".bashrc"))
                .arg("-i");
        }
        Kind::Zsh => {
            let text = format!(
                "setopt warn_create_global no_unset; unsetopt prompt_cr prompt_sp\nsource {}\nPROMPT='READY> '\n",
                root.join("awsp.plugin.zsh").display()
            );
            fs::write(place.path(".zshrc"), text).unwrap();
            command.args(["-d", "-i"]);
        }
        Kind::Fish => {
            // Where fisher copies it to.
            let folder = place.path(".config/fish/conf.d");
            fs::create_dir_all(&folder).unwrap();
            fs::copy(root.join("conf.d/awsp.fish"), folder.join("awsp.fish")).unwrap();
            let text = "set -g fish_greeting\nfunction fish_prompt; echo -n 'READY> '; end\n";
            fs::write(place.path(".config/fish/config.fish"), text).unwrap();
            command.arg("-i");
        }
    }
    Terminal::spawn(command)
}

#[test]
fn a_plugin_has_the_segment_in_the_first_prompt_and_the_command_behind_it() {
    for shell in shells::all() {
        let place = Place::new();
        place.log_in();
        let mut terminal = terminal(&place, &shell);
        let start = terminal.expect("READY> ");
        assert!(start.ends_with("(dev acme-dev) "), "{shell}: {start:?}");
        // zsh warns of what a careless plugin creates.
        assert!(
            !start.contains("awsp:") && !start.contains("global"),
            "{shell}: {start:?}"
        );
        let said = terminal.run("awsp staging");
        assert!(said.contains("acme-staging"), "{shell}: {said:?}");
        terminal.run("");
        assert!(
            terminal
                .expect("READY> ")
                .ends_with("(staging acme-staging) "),
            "{shell}"
        );
        let said = terminal.run(shell.pick(
            "echo \"its own: $(typeset -f | grep -c __awsp_plugin)\"",
            "echo \"its own: \"(functions -a | grep -c __awsp_plugin)",
        ));
        assert!(
            said.contains("its own: 0\r\n"),
            "{shell}: the plugin leaves its own function behind: {said:?}"
        );
    }
}

#[test]
fn a_plugin_without_the_program_says_nothing() {
    for shell in shells::all() {
        let place = Place::new();
        let mut command = place.program("/bin/sh");
        // The folder of the program is the first of the path.
        command.args(["-c", "PATH=${PATH#*:}; export PATH; exec \"$@\"", "sh"]);
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (file, args): (_, &[&str]) = match shell.kind {
            Kind::Bash => ("awsp.plugin.bash", &["--norc", "--noprofile", "-i", "-c"]),
            Kind::Zsh => ("awsp.plugin.zsh", &["-f", "-i", "-c"]),
            Kind::Fish => ("conf.d/awsp.fish", &["-i", "-c"]),
        };
        let hook = match shell.kind {
            Kind::Bash => "",
            Kind::Zsh => "; __awsp_plugin",
            Kind::Fish => "; emit fish_prompt",
        };
        let text = format!(". {}{hook}; echo loaded", root.join(file).display());
        command
            .arg(&shell.program)
            .args(args)
            .arg(&text)
            .env("TERM", "dumb");
        let said = Terminal::spawn(command).end();
        assert!(
            said.contains("loaded\r\n") && !said.contains("awsp"),
            "{shell}: {said:?}"
        );
    }
}
