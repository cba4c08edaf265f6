//! The shell: whether the integration is loaded, only once, for the right shell, and whether the
//! shell is new enough.

use super::finding::{Finding, Scene};
use super::tools::Version;
use crate::shell::startup::{Load, StartUp};
use crate::shell::{Shell, startup};

/// `version` is that of the shell, if known.
pub fn look(scene: &Scene<'_>, version: Option<Version>) -> Vec<Finding> {
    let Some(shell) = scene.fix.shell else {
        return unknown(scene);
    };
    let loads: Vec<(&StartUp, Load<'_>)> = scene
        .startup
        .iter()
        .flat_map(|file| file.loads().into_iter().map(move |load| (file, load)))
        .collect();
    let mut found = Vec::new();
    found.extend(version.and_then(|version| old(shell, version)));
    for (file, load) in &loads {
        found.extend(for_other_shell(scene, shell, file, load));
        let is_silent = shell == Shell::Bash
            && load.text.contains("<(")
            && version.is_some_and(|version| version.is_before(4, 0));
        if is_silent {
            let what = "bash 3.2 loads nothing from `source <(…)`, and prints no error";
            found.push(edit(
                scene,
                Finding::wrong("silent-load", what),
                file,
                load.line,
            ));
        }
    }
    found.extend(aliases(scene));
    found.extend(not_loaded(scene, shell, &loads));
    if let [_, .., (file, load)] = loads.as_slice() {
        let places: Vec<String> = loads
            .iter()
            .map(|(file, load)| format!("{}:{}", file.shown, load.line))
            .collect();
        let what = format!(
            "the integration is loaded more than once: at {}",
            places.join(" and ")
        );
        found.push(edit(
            scene,
            Finding::warning("loaded-twice", what),
            file,
            load.line,
        ));
    }
    found.extend(
        loads
            .iter()
            .find_map(|(file, load)| drawn_by_another(scene, shell, file, load)),
    );
    found
}

/// A shell that is older than awsp supports.
fn old(shell: Shell, version: Version) -> Option<Finding> {
    let (major, minor) = match shell {
        Shell::Bash => (3, 2),
        Shell::Zsh => (5, 1),
        Shell::Fish => (3, 6),
    };
    let what = format!(
        "{} {version} is too old: awsp needs {major}.{minor} or later",
        shell.name()
    );
    version
        .is_before(major, minor)
        .then(|| Finding::wrong("old-shell", what))
}

fn unknown(scene: &Scene<'_>) -> Vec<Finding> {
    let what = match scene.env.var("SHELL") {
        Some(shell) => format!("awsp can switch only in bash, zsh and fish, and SHELL is {shell}"),
        None => "awsp can switch only in bash, zsh and fish, and SHELL is not set".to_owned(),
    };
    vec![
        Finding::warning("unknown-shell", what)
            .at("SHELL")
            .fix("awsp init --help"),
    ]
}

fn not_loaded(scene: &Scene<'_>, shell: Shell, loads: &[(&StartUp, Load<'_>)]) -> Option<Finding> {
    if scene.fix.loaded {
        return None;
    }
    let again = format!("exec {}", shell.name());
    if let Some((file, load)) = loads
        .iter()
        .rev()
        .find(|(_, load)| load.shell == Some(shell))
    {
        let what = "the shell integration is not loaded in this shell: the shell started before \
                    the line was added, or it runs a script";
        return Some(
            Finding::warning("not-loaded", what)
                .at(format!("{}:{}", file.shown, load.line))
                .fix(again),
        );
    }
    let path = startup::main_file(scene.env, shell);
    let what = format!(
        "no start-up file of {} loads the integration: `awsp PROFILE` cannot switch",
        shell.name()
    );
    let fix = format!("awsp init {} --install && {again}", shell.name());
    Some(
        Finding::warning("not-loaded", what)
            .at(scene.env.tilde(&path))
            .fix(fix),
    )
}

fn for_other_shell(
    scene: &Scene<'_>,
    shell: Shell,
    file: &StartUp,
    load: &Load<'_>,
) -> Option<Finding> {
    // Other shells, such as sh, read ~/.profile too.
    let other = load
        .shell
        .filter(|other| *other != shell && !file.shown.ends_with("/.profile"))?;
    let what = format!(
        "the integration for {} is loaded into {}: write `awsp init {1}`",
        other.name(),
        shell.name()
    );
    Some(edit(
        scene,
        Finding::wrong("init-of-other-shell", what),
        file,
        load.line,
    ))
}

/// A shell prefers an alias to a function, and the last of two functions with one name.
fn aliases(scene: &Scene<'_>) -> Vec<Finding> {
    let found = scene.startup.iter().filter_map(|file| {
        let (line, what) = file.alias()?;
        let what = format!("`awsp` is also {what} here: one of the two hides the other");
        Some(edit(scene, Finding::warning("alias", what), file, line))
    });
    found.collect()
}

/// A prompt that the segment does not stay in: spaceship draws its own again while one types, and
/// liquidprompt switches off what a reference needs in bash.
fn drawn_by_another(
    scene: &Scene<'_>,
    shell: Shell,
    file: &StartUp,
    load: &Load<'_>,
) -> Option<Finding> {
    if load.text.contains("--no-prompt") {
        return None;
    }
    let (tool, why) = match shell {
        Shell::Zsh => ("spaceship", "draws the prompt again without the profile"),
        Shell::Bash => ("liquidprompt", "lets no prompt refer to the profile"),
        Shell::Fish => return None,
    };
    let loads = |text: &str| {
        text.contains(tool) && (text.contains("source") || text.starts_with(". "))
            || text.contains("ZSH_THEME") && text.contains(tool)
    };
    let texts = scene.startup.iter().flat_map(StartUp::lines);
    let is_there = texts.map(|(_, text)| text).any(loads);
    let has_recipe = scene
        .startup
        .iter()
        .any(|file| file.text.contains("AWSP_PROMPT"));
    if !is_there || has_recipe {
        return None;
    }
    let what = format!("{tool} {why}: RECIPES.md shows how to put it there");
    let finding = Finding::warning("prompt-of-another", what);
    Some(edit(scene, finding, file, load.line))
}

fn edit(scene: &Scene<'_>, finding: Finding, file: &StartUp, line: u32) -> Finding {
    finding
        .at(format!("{}:{line}", file.shown))
        .fix(scene.fix.edit(&file.path, line))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::aws::config::Files;
    use crate::command::doctor::finding::Severity::{Warning, Wrong};
    use crate::command::doctor::finding::names;
    use crate::command::doctor::fix::Fix;
    use crate::system::env::Env;

    fn look_at(shell: &str, loaded: bool, startup: &[(&str, &str)], version: &str) -> Vec<Finding> {
        let env = Env::of(&[("HOME", "/home/u"), ("SHELL", shell)]);
        let files = Files::of("", "");
        let startup: Vec<StartUp> = startup
            .iter()
            .map(|(name, text)| StartUp {
                path: PathBuf::from(name),
                shown: format!("~/{name}"),
                text: (*text).to_owned(),
            })
            .collect();
        let fix = Fix {
            env: &env,
            shell: Shell::named(shell),
            loaded,
        };
        let scene = Scene {
            env: &env,
            files: &files,
            profiles: &[],
            sessions: &[],
            fix,
            startup: &startup,
        };
        look(&scene, Version::first(version))
    }

    #[test]
    fn a_shell_without_the_integration_or_with_a_wrong_one_is_found() {
        let load = "eval \"$(awsp init bash)\"\n";
        let bash =
            |loaded, text: &str| names(&look_at("/bin/bash", loaded, &[(".bashrc", text)], "5.2"));
        assert_eq!(bash(true, load), []);
        assert_eq!(bash(false, load), [(Warning, "not-loaded")]);
        assert_eq!(bash(false, ""), [(Warning, "not-loaded")]);
        assert_eq!(bash(false, &format!("# {load}")), [(Warning, "not-loaded")]);
        assert_eq!(
            bash(true, &format!("{load}{load}")),
            [(Warning, "loaded-twice")]
        );
        assert_eq!(
            bash(true, "eval \"$(awsp init zsh)\"\n"),
            [(Wrong, "init-of-other-shell")]
        );
        // The segment is put back at each prompt.
        assert_eq!(bash(true, &format!("{load}PS1='$ '\n")), []);
        let liquid = ". ~/liquidprompt\n";
        let found = [(Warning, "prompt-of-another")];
        assert_eq!(bash(true, &format!("{liquid}{load}")), found);
        let recipe = "LP_PS1_PREFIX=$AWSP_PROMPT\n";
        assert_eq!(bash(true, &format!("{liquid}{recipe}{load}")), []);
        let zsh = |load: &str| {
            let text =
                format!("source ~/spaceship/spaceship.zsh\neval \"$(awsp init zsh{load})\"\n");
            names(&look_at("/bin/zsh", true, &[(".zshrc", &text)], "5.9"))
        };
        assert_eq!(zsh(""), found);
        assert_eq!(zsh(" --no-prompt"), []);
        assert_eq!(
            bash(true, &format!("alias awsp=x\n{load}")),
            [(Warning, "alias")]
        );
        assert_eq!(
            names(&look_at("/bin/dash", false, &[], "")),
            [(Warning, "unknown-shell")]
        );
    }

    #[test]
    fn shells_that_are_too_old_are_found() {
        for (shell, version, is_old) in [
            ("bash", "GNU bash, version 3.2.57(1)-release", false),
            ("bash", "GNU bash, version 3.1.0", true),
            ("zsh", "zsh 5.0.8 (x86_64)", true),
            ("zsh", "zsh 5.9 (x86_64)", false),
            ("fish", "fish, version 3.5.1", true),
            ("fish", "fish, version 4.0.2", false),
        ] {
            let found = look_at(shell, true, &[], version);
            assert_eq!(
                found.iter().any(|finding| finding.id == "old-shell"),
                is_old,
                "{version}"
            );
        }
        let found = look_at(
            "bash",
            true,
            &[(".bashrc", "source <(awsp init bash)")],
            "3.2",
        );
        assert_eq!(names(&found), [(Wrong, "silent-load")]);
    }

    #[test]
    fn the_fix_is_a_command_that_loads_the_integration() {
        let found = look_at("/usr/bin/fish", false, &[], "3.6");
        assert_eq!(
            found[0].fix.as_deref(),
            Some("awsp init fish --install && exec fish")
        );
    }
}
