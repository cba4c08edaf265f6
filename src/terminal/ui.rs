//! All output: data goes to stdout, everything else to stderr.

use std::borrow::Cow;
use std::io::Write as _;

use super::ask::Questions;
use super::facts::{self, Fact};
use super::name::Name;
use super::table::Table;
use super::{foreground, link, size};
use crate::settings::rules::Colour;
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::log::{self, Log, may_colour};
use crate::system::presence::Presence;
use crate::system::text::width;
use crate::system::text::width::{cut, wrap};
use crate::system::text::{clean, password, short};

/// The indent of a sentence's lines after the first.
const INDENT: usize = 2;

/// How to print: colour only on a terminal and never with `NO_COLOR`.
#[derive(Clone, Copy, Debug)]
pub struct Ui {
    colour: bool,
    /// True unless `NO_COLOR` or the kind of terminal forbids colour.
    may_colour: bool,
    terminal: bool,
    /// The shell that runs this program and waits for it.
    shell: Option<i32>,
    /// True if an agent reads the output and passes it on to a person.
    is_agent: bool,
    log: Log,
    /// The program's name in this shell.
    name: Name,
}

/// The few colours that the program uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// The terminal's own.
    Plain,
    Bold,
    Dim,
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
    White,
}

impl Style {
    pub const END: &'static str = "\x1b[0m";

    pub const fn start(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Bold => "\x1b[1m",
            Self::Dim => "\x1b[2m",
            Self::Red => "\x1b[31m",
            Self::Green => "\x1b[32m",
            Self::Yellow => "\x1b[33m",
            Self::Blue => "\x1b[34m",
            Self::Magenta => "\x1b[35m",
            Self::Cyan => "\x1b[36m",
            Self::White => "\x1b[37m",
        }
    }

    fn of(self, text: &str) -> String {
        format!("{}{text}{}", self.start(), Self::END)
    }
}

impl From<Colour> for Style {
    fn from(colour: Colour) -> Self {
        match colour {
            Colour::None => Self::Plain,
            Colour::Red => Self::Red,
            Colour::Green => Self::Green,
            Colour::Yellow => Self::Yellow,
            Colour::Blue => Self::Blue,
            Colour::Magenta => Self::Magenta,
            Colour::Cyan => Self::Cyan,
            Colour::White => Self::White,
        }
    }
}

/// What others say, as far as a screen may have it.
fn safe(text: &str) -> String {
    clean(&password::hidden(short(text)))
}

impl Ui {
    pub fn new(env: &Env) -> Self {
        let may_colour = may_colour(env);
        Self {
            colour: env.stderr_is_terminal && may_colour,
            may_colour,
            terminal: env.stderr_is_terminal,
            shell: foreground::shell(env),
            is_agent: matches!(Presence::of(env), Presence::Agent { .. }),
            log: Log::of(env),
            name: Name::of(env),
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

    /// Paints names for stderr in the colour of their rule, if there is one, and cuts them to the
    /// width of the terminal.
    pub fn painter(self, colour: Option<Colour>) -> impl Fn(&str) -> String {
        let columns = self.terminal.then(size::columns_of_stderr).flatten();
        move |name| {
            let name = of_width(name, columns);
            match colour {
                Some(colour) => self.paint(colour.into(), &name),
                None => name.into_owned(),
            }
        }
    }

    /// The same for stdout.
    pub fn painter_data(self, env: &Env, colour: Option<Colour>) -> impl Fn(&str) -> String {
        let (columns, is_terminal) = (size::of_stdout(env), env.stdout_is_terminal);
        move |name| {
            let name = of_width(name, columns);
            match colour {
                Some(colour) => self.paint_data(is_terminal, colour.into(), &name),
                None => name.into_owned(),
            }
        }
    }

    /// True if output to stdout should have colour.
    pub const fn has_colour(self, stdout_is_terminal: bool) -> bool {
        stdout_is_terminal && self.may_colour
    }

    /// A sentence on stderr. On a terminal it is wrapped between words. The caller has cleaned
    /// whatever came from a file or the network.
    pub fn say(self, line: &str) {
        self.paste(&self.wrapped(line));
    }

    /// The sentence, wrapped for stderr.
    pub fn wrapped(self, line: &str) -> Cow<'_, str> {
        let line = self.name.in_sentence(line);
        let columns = self.terminal.then(size::columns_of_stderr).flatten();
        match columns {
            Some(columns) => Cow::Owned(wrap(&line, columns, INDENT).into_owned()),
            None => line,
        }
    }

    /// A line on stderr, not wrapped, because it is to be copied.
    pub fn paste(self, line: &str) {
        // A closed stderr is no reason to fail. It is one write, because several jobs of `make -j`
        // share the terminal and would mix their lines.
        let text = format!("{}{line}\n", log::erase());
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }

    /// A page to open. In a terminal that supports links it is one, even if it takes two lines.
    pub fn page(self, env: &Env, url: &str) {
        let mut shown = self.paint(Style::Bold, &clean(url));
        if self.terminal && link::is_known(env) {
            shown = link::of(url, &shown);
        }
        self.paste(&format!("  {} {shown}", self.paint(Style::Dim, "open")));
    }

    /// One line on stderr with `--verbose`.
    pub fn verbose(self, line: impl FnOnce() -> String) {
        self.log.verbose(line);
    }

    /// The log for the rooms below this one, which only print with `--verbose`.
    pub const fn log(self) -> Log {
        self.log
    }

    /// A warning: a problem that does not stop the command.
    pub fn warn(self, text: &str) {
        self.say(&format!(
            "awsp: {} {}",
            self.paint(Style::Yellow, "warning:"),
            safe(text)
        ));
    }

    /// Data on stdout. It is not an error if the reader has gone away (`| head`).
    pub fn data(self, text: &str) -> Result<()> {
        let _ = std::io::stderr().lock().write_all(log::erase().as_bytes());
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Error::new(Kind::Failed, "cannot write to stdout").cause(error))
            }
            _ => Ok(()),
        }
    }

    /// A sentence on stdout, wrapped to the terminal there.
    pub fn text(self, env: &Env, text: &str) -> Result<()> {
        let columns = size::of_stdout(env).unwrap_or(usize::MAX);
        self.data(&format!("{}\n", wrap(text, columns, INDENT)))
    }

    /// A table on stdout, as wide as the terminal there.
    pub fn table(self, env: &Env, table: &Table) -> Result<()> {
        let colour = self.has_colour(env.stdout_is_terminal);
        table.write(size::of_stdout(env), colour, |text| self.data(text))
    }

    /// Settings on stdout, within the terminal there.
    pub fn facts(self, env: &Env, of: &[Fact]) -> Result<()> {
        self.data(&facts::text(of, size::of_stdout(env)))
    }

    /// On a terminal, a line that the next output replaces; elsewhere nothing.
    pub fn progress(self, text: &str) {
        if self.terminal && foreground::is_ours(self.shell) {
            // A second line could not be erased, nor could the `^C` after it.
            let columns = size::columns_of_stderr().unwrap_or(usize::MAX);
            let text = self.paint(Style::Dim, &cut(&clean(text), columns.saturating_sub(3)));
            let line = format!("\r{text}\x1b[K");
            log::in_progress();
            let _ = std::io::stderr().lock().write_all(line.as_bytes());
        }
    }

    /// Erases the progress line.
    pub fn progress_done(self) {
        let _ = std::io::stderr().lock().write_all(log::erase().as_bytes());
    }

    /// The text as a QR code on stderr.
    pub fn qr(self, text: &str) {
        if let Ok(code) = fast_qr::QRBuilder::new(text).ecl(fast_qr::ECL::L).build() {
            self.paste(&code.to_str());
        }
    }

    /// The answer to a question, asked on a terminal only.
    ///
    /// # Errors
    /// There is no terminal, or no answer.
    pub fn ask(self, env: &Env, question: &str) -> Result<String> {
        let presence = Presence::of(env);
        if !presence.can_answer() {
            let message = format!("cannot ask: {question}");
            return Err(Error::new(Kind::PersonNeeded, message).cause(presence.why_not()));
        }
        let question = format!("{}:", clean(question));
        let is_empty = |answer: &str| answer.is_empty().then(|| "type an answer".to_owned());
        Questions::new(env, self).text("", None, &question, None, is_empty)
    }

    /// A command of awsp, with its name in this shell.
    pub fn command(self, command: &str) -> Cow<'_, str> {
        self.name.in_command(command)
    }

    /// A next step, as a command to paste.
    pub fn hint(self, command: &str) {
        let command = &*self.command(command);
        let label = self.paint(Style::Cyan, "hint:");
        let columns = self.terminal.then(size::columns_of_stderr).flatten();
        let columns = columns.unwrap_or(usize::MAX);
        self.paste(&width::command(&label, &clean(command), columns));
    }

    /// A failure: what failed, why, and what to do, one line each.
    pub fn error(self, error: &Error) {
        // The user who cancelled with a key needs no message.
        if error.message.is_empty() {
            return;
        }
        if self.is_agent && error.kind == Kind::PersonNeeded {
            return self.say(&clean(&for_agent(error)));
        }
        self.say(&format!(
            "{} {}",
            self.paint(Style::Red, "awsp:"),
            safe(&error.to_string())
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
                safe(cause)
            ));
        }
        // Half of a command is none.
        let is_whole = |hint: &&String| short(hint).len() == hint.len();
        for hint in error.hints.iter().filter(is_whole) {
            self.hint(hint);
        }
    }
}

/// A name on its own line, with the `:` after it.
fn of_width(name: &str, columns: Option<usize>) -> Cow<'_, str> {
    match columns {
        Some(columns) => cut(name, columns.saturating_sub(INDENT + 1)),
        None => Cow::Borrowed(name),
    }
}

/// The whole failure in one line, which an agent shows to its user.
fn for_agent(error: &Error) -> String {
    let mut line = format!("awsp: {error}");
    if let Some(cause) = error.causes.last() {
        line = format!("{line}: {cause}");
    }
    match error.hints.last() {
        Some(hint) => {
            let command = hint.split("    #").next().unwrap_or(hint);
            format!("{line}; a person can run `{command}`")
        }
        None => line,
    }
}
