//! fish runs no function in the background, and after Ctrl-C in one it goes on with the line. So a
//! command runs there as if awsp were not loaded, after its login.

use super::*;
use crate::start_up::fish;

/// A command that takes its time.
fn slow(place: &Place) {
    // One process: a shell that just starts another one cannot be stopped.
    let text = "#!/bin/sh\nexec sh -c 'printf \"slow %s started\\n\" $0; exec sleep 3' $1\n";
    fs::write(place.path("bin/aws"), text).unwrap();
}

#[test]
fn a_command_is_a_job_of_its_own_like_any_other() {
    let place = place();
    slow(&place);
    place.log_in();
    let mut terminal = open(&place, &fish(), "", "");
    terminal.run("awsp dev");
    terminal.line("aws one &");
    terminal.expect("slow one started");
    terminal.line("echo mean''while");
    assert!(!terminal.expect("meanwhile\r\n").contains("has ended"));
    terminal.expect("'aws one &' has ended");

    terminal.line("aws two; string upper after");
    terminal.expect("slow two started");
    terminal.keys("\x03");
    let (printed, _) = type_line(&mut terminal, "echo \"=$status\"");
    assert!(
        printed.contains("=130") && !printed.contains("AFTER"),
        "{printed}"
    );

    terminal.line("aws three");
    terminal.expect("slow three started");
    terminal.keys("\x1a");
    terminal.expect("'aws three' has stopped");
    let (printed, _) = type_line(&mut terminal, "fg; echo \"=$status\"");
    assert!(
        printed.contains("aws three") && printed.contains("=0"),
        "{printed}"
    );
}

#[test]
fn a_login_is_done_before_the_line_that_says_what_it_runs() {
    // The line; whether it logs in, and whether it is a job of its own then.
    let lines = [
        ("aws s3 ls", true, true),
        ("aws s3 ls --query 'a & b; c | d' \"e\"", true, true),
        ("aws s3 ls 2>&1 | cat", true, true),
        ("echo in | aws s3 cp", true, true),
        ("aws s3 ls; and aws s3 rm", true, true),
        ("kubectl get pods | cat", true, true),
        ("aws s3 ls &", false, true),
        // These may change what the command needs.
        ("true; aws s3 ls", true, false),
        ("for i in 1 2; aws $i; end", true, false),
        ("echo (aws s3 ls)", true, false),
        ("AWS_PROFILE=prod aws s3 ls", true, false),
        ("begin; aws s3 ls; end", true, false),
        ("mine", true, false),
        // Words that only look like it.
        ("echo my-aws aws.txt ./aws", false, false),
    ];
    let place = place();
    for (line, logs_in, is_own) in lines {
        // The line itself is over when a test can look.
        let before = "function mine; aws x; end\n\
                      function look --on-event fish_postexec; set -ga seen \"=$__awsp_bare=\"; end";
        let mut terminal = open(&place, &fish(), before, "");
        end_the_session(&place, &mut terminal);
        let before = logins(&place);
        type_line(&mut terminal, line);
        let (wrapped, _) = type_line(&mut terminal, "echo $seen[-2]");
        let own = wrapped.contains("=aws ");
        assert_eq!(
            (logins(&place) - before == 1, own),
            (logs_in, is_own),
            "{line}: {wrapped}"
        );
    }
}

#[test]
fn a_login_that_is_declined_before_the_line_stops_it() {
    let place = place();
    let mut terminal = open(&place, &fish(), "", "");
    end_the_session(&place, &mut terminal);
    place
        .center
        .with(|state| state.options.approve_after = None);
    terminal.line("aws s3 ls; echo \"=$status\"; aws s3 rm");
    terminal.expect("waiting for the approval");
    terminal.keys("\x03");
    terminal.expect("READY> ");
    let (printed, _) = type_line(&mut terminal, "echo \"then $status\"");
    assert!(!printed.contains("aws ran with"), "{printed}");
    assert_eq!(
        place.center.count("StartDeviceAuthorization"),
        1 + 1,
        "one in this line"
    );
}

/// Nobody waits while each of a thousand pasted commands is looked at.
#[test]
fn a_line_of_very_many_commands_keeps_its_functions() {
    let place = place();
    place.log_in();
    let mut terminal = open(&place, &fish(), "", "");
    terminal.run("awsp dev");
    for (times, kept) in [(2, "=1\r\n"), (1000, "=0\r\n")] {
        let line = format!("__awsp_line (string repeat -n {times} 'aws x; ')");
        let (printed, _) = type_line(
            &mut terminal,
            &format!("{line}; functions -q aws; echo \"=$status\""),
        );
        assert!(printed.contains(kept), "{times}: {printed}");
    }
}
