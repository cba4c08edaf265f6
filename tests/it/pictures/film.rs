//! A session that is typed into a shell, with what it shows after each key.

use std::num::NonZero;
use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

use crate::place::Place;
use crate::pty::Terminal;

/// How long something may take on a busy machine. Nothing waits this long unless it fails.
const PATIENCE: Duration = Duration::from_secs(30);
/// The prompt of the shell itself.
const PROMPT: &str = "$ ";
/// What the portal's page and its code are in a picture: here they are new each time.
const PAGE: &str = "https://d-9067example.awsapps.com/start/#/device";
const CODE: &str = "SXPC-JPRN";

/// What a terminal shows, and for how long (milliseconds).
pub struct Frame {
    pub screen: vt100::Screen,
    pub time: u32,
}

pub struct Film {
    place: Place,
    terminal: Terminal,
    bytes: Vec<u8>,
    size: (u16, u16),
    frames: Vec<Frame>,
}

impl Film {
    /// A zsh that has loaded the integration and shows nothing but its prompt.
    pub fn start(place: Place, rows: u16, columns: u16) -> Self {
        std::fs::create_dir(place.path("bin")).unwrap();
        symlink("/usr/bin/true", place.path("bin/firefox")).unwrap();
        let mut command = place.program("zsh");
        command
            .args(["-f", "-i"])
            .env("TERM", "xterm-256color")
            .env("LC_ALL", "C.UTF-8")
            .env("AWSP_LOGIN_FLOW", "device")
            .env("BROWSER", "firefox");
        let mut film = Self {
            terminal: Terminal::sized(command, rows, columns),
            place,
            bytes: Vec::new(),
            size: (rows, columns),
            frames: Vec::new(),
        };
        let load = "path+=(~/bin); PROMPT='$ '; autoload -Uz compinit; compinit -u -D; \
                    eval \"$(awsp init zsh)\"; clear";
        film.terminal.line(load);
        film.until("a clear screen", |screen| screen == PROMPT.trim_end());
        film.keep(600);
        film
    }

    /// Types a line key by key.
    pub fn types(&mut self, line: &str) {
        for (at, key) in line.char_indices() {
            self.terminal.keys(&key.to_string());
            let typed = format!("{PROMPT}{}", &line[..=at]);
            self.until(&typed, |screen| screen.ends_with(typed.trim_end()));
            self.keep(70);
        }
    }

    /// Types a line and Enter, and waits for the prompt with this in front.
    pub fn enter(&mut self, line: &str, segment: &str) {
        self.types(line);
        self.press("\r", |screen| {
            let last = screen.lines().last().unwrap_or_default();
            last == format!("{segment}{PROMPT}").trim_end()
        });
    }

    /// Presses a key, and waits for what comes of it.
    pub fn press(&mut self, key: &str, until: impl Fn(&str) -> bool) {
        self.terminal.keys(key);
        self.until(&format!("what {key:?} brings"), until);
        self.keep(1800);
    }

    /// Presses a key of several that are typed on.
    pub fn taps(&mut self, key: &str, until: impl Fn(&str) -> bool) {
        self.terminal.keys(key);
        self.until(&format!("what {key:?} brings"), until);
        self.keep(350);
    }

    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    pub fn last(&self) -> &vt100::Screen {
        &self.frames.last().unwrap().screen
    }

    fn keep(&mut self, time: u32) {
        let screen = self.screen();
        self.frames.push(Frame { screen, time });
    }

    #[track_caller]
    fn until(&mut self, what: &str, until: impl Fn(&str) -> bool) {
        let end = Instant::now() + PATIENCE;
        let mut is_there = false;
        loop {
            // The screen must stay as it is for a moment: a part of the frame may still be missing.
            match self.terminal.received(Duration::from_millis(120)) {
                Ok(bytes) => self.bytes.extend(bytes),
                Err(_) if is_there => return,
                Err(_) => {}
            }
            let text = self.screen().contents();
            is_there = until(text.trim_end());
            assert!(Instant::now() < end, "no {what}:\n{text}");
        }
    }

    /// What has come until now, with what is new in each run replaced.
    fn screen(&self) -> vt100::Screen {
        let mut text = String::from_utf8_lossy(&self.bytes).into_owned();
        let page = format!("{}/device", self.place.center.url());
        text = text.replace(&page, PAGE);
        let mark = format!("{PAGE}?user_code=");
        if let Some(at) = text.find(&mark) {
            let code: String = text[at + mark.len()..].chars().take(CODE.len()).collect();
            text = text.replace(&code, CODE);
        }
        let [rows, columns] = [self.size.0, self.size.1].map(|size| NonZero::new(size).unwrap());
        let mut emulator = vt100::Parser::new(rows, columns, 0);
        emulator.process(text.as_bytes());
        emulator.screen().clone()
    }
}
