//! The command that `exec --server` runs: its status, its signals and its terminal.

use super::*;

#[test]
fn the_command_ends_as_if_awsp_were_not_there() {
    let place = Place::new();
    place.log_in();
    for (script, status) in [
        ("exit 0", 0),
        ("exit 7", 7),
        ("exit 255", 255),
        ("kill -TERM $$", 143),
        ("kill -KILL $$", 137),
        ("kill -INT $$", 130),
        ("ulimit -c 0; kill -SEGV $$", 139),
    ] {
        for options in [
            &["exec", "dev", "--"][..],
            &["exec", "--server", "dev", "--"],
        ] {
            let mut shell = place.program("sh");
            let line = format!("awsp {} sh -c '{script}'; echo $?", options.join(" "));
            let done = place.done(shell.args(["-c", &line]));
            assert_eq!(
                done.stdout,
                format!("{status}\n"),
                "{line}: {}",
                done.stderr
            );
        }
    }
    let done = place.run(&["exec", "--server", "dev", "--", "no-such"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (127, "awsp: no command `no-such`\n")
    );
    let done = place.run(&["exec", "--server", "static", "--", "true"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (
            2,
            "awsp: cannot serve the credentials of `static`\n\
             cause: they are a user's own keys, without a session token, and do not expire\n\
             hint: awsp exec static -- CMD\n"
        )
    );
}

#[test]
fn a_signal_to_awsp_is_one_to_the_command() {
    let place = Place::new();
    place.log_in();
    for (name, number) in [("TERM", 15), ("HUP", 1), ("INT", 2), ("USR1", 10)] {
        let script = format!(
            "trap 'echo got {name}; exit 3' {name}; echo ready >~/ready; \
             while :; do sleep 0.05; done"
        );
        let _ = fs::remove_file(place.path("ready"));
        let child = place
            .awsp(&["exec", "--server", "dev", "--", "sh", "-c", &script])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        wait_for(|| place.path("ready").exists());
        let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap());
        let signal = rustix::process::Signal::from_named_raw(number).unwrap();
        rustix::process::kill_process(pid.unwrap(), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            (
                output.status.code(),
                String::from_utf8(output.stdout).unwrap()
            ),
            (Some(3), format!("got {name}\n"))
        );
    }
}

#[test]
fn at_a_terminal_ctrl_c_ctrl_z_and_fg_are_the_commands() {
    for shell in shells::all() {
        let place = Place::new();
        place.log_in();
        let mut terminal = open_with(&place, &shell, &[], "", "");
        // Stopped by the terminal, and on again.
        terminal.line("awsp exec --server dev -- sh -c 'echo star''ted; read x; echo got $x'");
        terminal.expect("started\r\n");
        terminal.keys("\x1a");
        terminal.expect("READY> ");
        terminal.line("fg");
        // What the shell says of it: what is typed before may be the shell's.
        terminal.expect(match shell.kind {
            Kind::Bash => "awsp",
            Kind::Zsh => "continued",
            Kind::Fish => "foreground",
        });
        terminal.line("more");
        terminal.expect("got more");
        terminal.expect("READY> ");
        // Ended by the terminal.
        terminal.line("awsp exec --server dev -- sh -c 'echo star''ted; read x; echo no'");
        terminal.expect("started\r\n");
        terminal.keys("\x03");
        terminal.expect("READY> ");
        let status = terminal.run(shell.pick("echo \"=$?\"", "echo =$status"));
        assert!(status.contains("=130"), "{shell}: {status}");
        terminal.expect("READY> ");
        // A command that deals with Ctrl-C itself goes on, and so does awsp.
        terminal.line(
            "awsp exec --server dev -- sh -c 'trap \"echo c''aught\" INT; \
             echo star''ted; until [ more = \"$x\" ]; do read x; done; echo got $x'",
        );
        terminal.expect("started\r\n");
        terminal.keys("\x03");
        terminal.expect("caught");
        terminal.line("more");
        terminal.expect("got more");
        terminal.expect("READY> ");
        // It may draw on the terminal and read from it: it is in the foreground.
        let seen = terminal.run("echo typed | awsp exec --server dev -- cat | tr a-z A-Z");
        assert!(seen.contains("TYPED"), "{shell}: {seen}");
    }
}

/// Has the kernel refuse each `bind`, as when no port is free, and becomes a program.
#[cfg(target_os = "linux")]
const NO_PORT: &str = "
import ctypes, os, platform, struct, sys
bind = {'x86_64': 49, 'aarch64': 200}[platform.machine()]
# Load the number of the call; EADDRINUSE for this one, all others as they are.
refuse, allow = 0x00050000 | 98, 0x7fff0000
code = [(0x20, 0, 0, 0), (0x15, 0, 1, bind), (0x06, 0, 0, refuse), (0x06, 0, 0, allow)]
filter = ctypes.create_string_buffer(b''.join(struct.pack('HBBI', *line) for line in code))
program = struct.pack('HxxxxxxP', len(code), ctypes.addressof(filter))
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.c_char_p(program), 0, 0):
    sys.exit('no seccomp: ' + os.strerror(ctypes.get_errno()))
os.execvp(sys.argv[1], sys.argv[1:])";

#[cfg(target_os = "linux")]
#[test]
fn without_a_port_there_is_an_error_and_nothing_runs() {
    let place = Place::new();
    place.log_in();
    let run = "touch ~/ran";
    let mut python = place.program(&interpreter_path());
    python.args([
        "-c", NO_PORT, AWSP, "exec", "--server", "dev", "--", "sh", "-c", run,
    ]);
    let done = place.done(&mut python);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (
            1,
            "awsp: cannot serve credentials on 127.0.0.1\n\
             cause: Address already in use (os error 98)\n\
             hint: awsp exec dev -- CMD    # without --server\n"
        )
    );
    assert!(!place.path("ran").exists());
}
