//! What the hook does while nothing changes.

use super::*;

#[test]
fn while_nothing_changes_the_hook_calls_no_function() {
    for shell in shells::all() {
        let home = Home::new();
        describe(&home);
        home.write_at("token", "", 1000);
        home.write_at("state", "9999999999 9999999999 9999999999\n", 1000);
        let mut terminal = home.terminal(&shell);
        terminal.run(&export(&shell, "AWS_PROFILE", "dev"));
        for _ in 0..3 {
            draw(&mut terminal);
        }
        let spy = shell.pick(
            "__awsp_update() { echo UPDATED; }",
            "function __awsp_update; echo UPDATED; end",
        );
        terminal.run(spy);
        for _ in 0..3 {
            let seen = terminal.run("true") + &terminal.expect("READY> ");
            assert!(!seen.contains("UPDATED\r"), "{shell}: {seen}");
        }
        terminal.run(&export(&shell, "AWS_REGION", "eu-north-1"));
        let seen = terminal.run("true");
        assert!(seen.contains("UPDATED\r"), "{shell}: {seen}");
    }
}
