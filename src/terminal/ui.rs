//! The only place that talks: data to stdout, everything else to stderr.

use std::io::Write as _;

use crate::system::env::Env;
use crate::system::error::Error;
use crate::system::log::{Log, may_colour};
use crate::system::presence::Presence;
use crate::system::text::clean;

/// What is printed, and how: colour only on a terminal and never with `NO_COLOR`.
#[derive(Clone, Copy, Debug)]
pub struct Ui {
    colour: bool,
    /// Neither `NO_COLOR` nor the kind of terminal is against it.
    may_colour: bool,
    terminal: bool,
    log: Log,
}

/// The few colours that the program uses.
#[derive(Clone, Copy, Debug)]
pub enum Style {
    Bold,
    Dim,
    Red,
    Yellow,
    Cyan,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Self::Bold => "1",
            Self::Dim => "2",
            Self::Red => "31",
            Self::Yellow => "33",
            Self::Cyan => "36",
        }
    }

    fn of(self, text: &str) -> String {
        format!("\x1b[{}m{text}\x1b[0m", self.code())
    }
}

impl Ui {
    pub fn new(env: &Env) -> Self {
        let may_colour = may_colour(env);
        Self {
            colour: env.stderr_is_terminal && may_colour,
            may_colour,
            terminal: env.stderr_is_terminal,
            log: Log::of(env),
        }
    }

    /// The text in a style, for stderr.
    pub fn paint(self, style: Style, text: &str) -> String {
        if self.colour {
            style.of(text)
        } else {
            text.to_owned()
        }
    }

    /// The text in a style, for a stdout that is a terminal or not.
    pub fn paint_data(self, stdout_is_terminal: bool, style: Style, text: &str) -> String {
        if self.has_colour(stdout_is_terminal) {
            style.of(text)
        } else {
            text.to_owned()
        }
    }

    /// Whether what goes to stdout, to a terminal or not, should have colour.
    pub const fn has_colour(self, stdout_is_terminal: bool) -> bool {
        stdout_is_terminal && self.may_colour
    }

    /// One line on stderr. The caller has cleaned whatever came from a file or the network.
    pub fn say(self, line: &str) {
        // A closed stderr is no reason to fail. One write: what `make -j` runs at once shares the
        // terminal, and a newline of its own would come after another's text.
        let _ = std::io::stderr()
            .lock()
            .write_all(format!("{line}\n").as_bytes());
    }

    /// One line on stderr with `--verbose`.
    pub fn verbose(self, line: impl FnOnce() -> String) {
        self.log.verbose(line);
    }

    /// For rooms below this one, which print nothing but what `--verbose` asks for.
    pub const fn log(self) -> Log {
        self.log
    }

    /// A warning: something that did not stop the work.
    pub fn warn(self, text: &str) {
        self.say(&format!(
            "awsp: {} {}",
            self.paint(Style::Yellow, "warning:"),
            clean(text)
        ));
    }

    /// Data on stdout. A reader that has gone away (`| head`) is not an error.
    pub fn data(self, text: &str) -> crate::system::error::Result<()> {
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::new(
                crate::system::error::Kind::Failed,
                "cannot write to stdout",
            )
            .cause(error)),
            _ => Ok(()),
        }
    }

    /// A line that is written over by the next, on a terminal; nothing elsewhere.
    pub fn progress(self, text: &str) {
        if self.terminal {
            let _ = write!(
                std::io::stderr().lock(),
                "\r{}\x1b[K",
                self.paint(Style::Dim, &clean(text))
            );
        }
    }

    /// Takes the progress line away.
    pub fn progress_done(self) {
        if self.terminal {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }

    /// The text as a QR code on stderr.
    pub fn qr(self, text: &str) {
        if let Ok(code) = fast_qr::QRBuilder::new(text).ecl(fast_qr::ECL::L).build() {
            self.say(&code.to_str());
        }
    }

    /// The answer to a question, asked on a terminal only.
    ///
    /// # Errors
    /// There is no terminal, or no answer.
    pub fn ask(self, env: &Env, question: &str) -> crate::system::error::Result<String> {
        use crate::system::error::Kind;
        let presence = Presence::of(env);
        if !presence.can_answer() {
            let message = format!("nobody can answer: {question}");
            return Err(Error::new(Kind::PersonNeeded, message).cause(presence.why_not()));
        }
        let _ = write!(std::io::stderr().lock(), "{}: ", clean(question));
        let mut answer = String::new();
        match std::io::stdin().read_line(&mut answer) {
            Ok(read) if read > 0 && !answer.trim().is_empty() => Ok(answer.trim().to_owned()),
            _ => Err(Error::new(
                Kind::LoginFailed,
                format!("no answer: {question}"),
            )),
        }
    }

    /// A next step, as a command to paste.
    pub fn hint(self, command: &str) {
        self.say(&format!(
            "{} {}",
            self.paint(Style::Cyan, "hint:"),
            clean(command)
        ));
    }

    /// A failure in at most a line each: what, why, what next.
    pub fn error(self, error: &Error) {
        self.say(&format!(
            "{} {}",
            self.paint(Style::Red, "awsp:"),
            clean(&error.to_string())
        ));
        let shown = if self.log.is_verbose() {
            0
        } else {
            error.causes.len().saturating_sub(1)
        };
        for cause in &error.causes[shown..] {
            self.say(&format!(
                "{} {}",
                self.paint(Style::Dim, "cause:"),
                clean(cause)
            ));
        }
        for hint in &error.hints {
            self.hint(hint);
        }
    }
}
