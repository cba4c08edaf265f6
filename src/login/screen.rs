//! What a person sees of a login.

use std::cell::RefCell;
use std::time::Duration;

use super::Request;
use crate::settings::Settings;
use crate::system::env::Env;
use crate::system::text::clean;
use crate::terminal::browser::{News, Opening};
use crate::terminal::ui::{Style, Ui};

pub struct Screen<'a> {
    env: &'a Env,
    ui: Ui,
    /// The settings' own browser.
    browser: Option<&'a [String]>,
    opens: bool,
    qr: bool,
    opening: RefCell<Option<Opening>>,
}

impl<'a> Screen<'a> {
    pub fn new(env: &'a Env, ui: Ui, settings: &'a Settings, request: &Request) -> Self {
        Self {
            env,
            ui,
            browser: settings.browser_command(),
            opens: !request.no_browser,
            qr: request.qr || settings.login.qr,
            opening: RefCell::default(),
        }
    }

    pub fn say(&self, line: &str) {
        self.ui.say(line);
    }

    pub fn warn(&self, text: &str) {
        self.ui.warn(text);
    }

    pub fn hint(&self, command: &str) {
        self.ui.hint(command);
    }

    pub fn verbose(&self, line: impl FnOnce() -> String) {
        self.ui.verbose(line);
    }

    /// Prints the page to open, with its code, and opens it unless the user said no.
    pub fn show(&self, url: &str, code: Option<(&str, &str)>) {
        self.ui.page(self.env, url);
        if let Some((page, code)) = code {
            let code = self.ui.paint(Style::Bold, &clean(code));
            self.ui
                .paste(&format!("  {} {code}", self.ui.paint(Style::Dim, "code")));
            self.ui
                .verbose(|| format!("or open {page} and type the code"));
        }
        if self.qr {
            self.ui.qr(url);
        }
        if self.opens {
            let opening = Opening::start(self.env, self.browser, url);
            *self.opening.borrow_mut() = Some(opening);
        }
    }

    /// Prints that a browser was opened, or returns why none was, once that is known.
    pub fn not_opened(&self) -> Option<String> {
        let news = self.opening.borrow_mut().as_mut()?.news()?;
        match news {
            News::Failed(why) => Some(why),
            News::Opened(by) => {
                let by = clean(&by);
                self.say(&format!("awsp: the page is opening in the browser ({by})"));
                None
            }
        }
    }

    /// The time left, shown during a wait.
    pub fn waiting(&self, what: &str, left: Duration) {
        let seconds = left.as_secs_f64().round();
        self.ui.progress(&format!(
            "{what}: {}:{:02.0} left, Ctrl-C to give up",
            (seconds / 60.0).floor(),
            seconds % 60.0
        ));
    }

    pub fn waiting_done(&self) {
        self.ui.progress_done();
    }
}
