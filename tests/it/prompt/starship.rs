//! The prompt beside starship.

use super::*;

#[test]
fn the_segment_is_left_out_when_asked_and_beside_starship() {
    for shell in shells::all() {
        let starship = match shell.kind {
            Kind::Bash => "starship_precmd() { :; }",
            Kind::Zsh => "prompt_starship_precmd() { :; }",
            Kind::Fish => {
                "function fish_prompt; set -l STARSHIP_CMD_STATUS $status; echo -n 'READY> '; end"
            }
        };
        for (options, before) in [(&["--no-prompt"][..], ""), (&[][..], starship)] {
            let home = Home::new();
            let mut terminal = home.terminal_with(&shell, options, before, |_| {});
            terminal.run(&export(&shell, "AWS_PROFILE", "dev"));
            assert_eq!(draw(&mut terminal), "", "{shell}: {before}");
            assert!(
                terminal
                    .run("printenv AWSP_PROMPT")
                    .contains("dev 111122223333\r\n"),
                "{shell}"
            );
        }
    }
}

/// What starship 1.27 puts into bash: it keeps a hook that was there before it, and draws the
/// prompt behind that one only.
const STARSHIP: &str = r#"
_starship_set_return() { return "${1:-0}"; }
starship_precmd() {
    STARSHIP_CMD_STATUS=$?
    _starship_set_return "$STARSHIP_CMD_STATUS"
    if [[ -n "${STARSHIP_PROMPT_COMMAND-}" ]]; then eval "$STARSHIP_PROMPT_COMMAND"; fi
    PS1="${STARSHIP_CMD_STATUS} ${AWSP_PROMPT-} READY> "
}
starship_init() {
    if [[ -z "${PROMPT_COMMAND-}" ]]; then
        PROMPT_COMMAND="starship_precmd"
    elif [[ "$PROMPT_COMMAND" != *"starship_precmd"* ]]; then
        STARSHIP_PROMPT_COMMAND="$PROMPT_COMMAND"
        PROMPT_COMMAND="starship_precmd"
    fi
}
starship_init
"#;

#[test]
fn beside_starship_the_segment_is_not_a_prompt_late() {
    for shell in shells::bashes() {
        for before in [
            "",
            "PROMPT_COMMAND='(exit 9) # with a comment'",
            "bash_preexec_imported=defined",
        ] {
            let home = Home::new();
            let mut terminal =
                home.terminal_with(&shell, &[], &format!("{before}\n{STARSHIP}"), |_| {});
            // One line, and the very next prompt: `run` draws one more.
            terminal.line(&export(&shell, "AWS_PROFILE", "dev"));
            let prompt = terminal.expect("READY> ");
            assert!(
                prompt.ends_with("0 dev 111122223333 "),
                "{shell}: {before}: {prompt:?}"
            );
            terminal.line("(exit 3)");
            terminal.expect("3 dev 111122223333 READY> ");
            terminal.line("unset AWS_PROFILE");
            let prompt = terminal.expect("READY> ");
            assert!(prompt.ends_with("0  "), "{shell}: {before}: {prompt:?}");
        }
    }
}

#[test]
fn beside_starship_the_hook_is_there_once_in_either_order() {
    for shell in shells::bashes() {
        let home = Home::new();
        home.write("awsp", &shell.init(&[]));
        home.write("starship", STARSHIP);
        for order in [
            ". ~/awsp; . ~/starship; . ~/awsp",
            ". ~/starship; . ~/awsp; . ~/starship; . ~/awsp",
        ] {
            let mut command = home.command(&shell);
            let show = "printf '%s/' \"${PROMPT_COMMAND[@]}\" \"$STARSHIP_PROMPT_COMMAND\"";
            command
                .args(shell.clean())
                .args(["-i", "-c", &format!("{order}\n{show}")]);
            let said = Terminal::spawn(command).end();
            assert_eq!(
                said.replace("precmd /", "precmd/"),
                "starship_precmd/__awsp_precmd/",
                "{shell}: {order}"
            );
        }
    }
}
