//! Screens as SVG.

use std::fmt::Write as _;

use super::film::Frame;

/// The width of a letter and the height of a line, for text of 14 pixels.
const LETTER: f32 = 8.4;
const LINE: u16 = 19;
/// Where the text begins.
const LEFT: u16 = 18;
const TOP: u16 = 50;
const SPACE: &str = "xml:space=\"preserve\"";
const STYLE: &str = "text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,\
                     \"DejaVu Sans Mono\",monospace;fill:#d7dae0}\
                     .b{font-weight:700}.d{fill:#8b929e}.u{text-decoration:underline}";

/// A screen without its empty lines at the end.
pub fn picture(screen: &vt100::Screen, text: &str) -> String {
    let rows = rows(screen);
    let used = rows.iter().rposition(|row| !row.is_empty()).unwrap_or(0) + 1;
    let mut out = String::new();
    for (number, row) in (0..).zip(&rows[..used]) {
        if !row.is_empty() {
            let y = TOP + LINE * number;
            let _ = writeln!(out, "<text y=\"{y}\" {SPACE}>{row}</text>");
        }
    }
    let height = TOP + LINE * u16::try_from(used).unwrap();
    window(screen.size().1.get(), height, text, STYLE, &out)
}

/// A session as a strip of frames that moves behind the window, one frame at a time.
pub fn film(frames: &[Frame], text: &str) -> String {
    let (lines, columns) = frames[0].screen.size();
    let step = LINE * lines.get();
    let mut known: Vec<String> = Vec::new();
    let mut strip = String::new();
    for (at, frame) in frames.iter().enumerate() {
        let top = usize::from(step) * at;
        for (number, row) in (0..).zip(rows(&frame.screen)) {
            if row.is_empty() {
                continue;
            }
            let id = known.iter().position(|other| *other == row);
            let id = id.unwrap_or_else(|| {
                known.push(row);
                known.len() - 1
            });
            let y = top + usize::from(LINE) * number;
            let _ = write!(strip, "<use href=\"#r{id}\" y=\"{y}\"/>");
        }
        if !frame.screen.hide_cursor() {
            let (row, column) = frame.screen.cursor_position();
            let y = top + usize::from(LINE * row);
            let x = left(column);
            let _ = write!(strip, "<use href=\"#c\" x=\"{x}\" y=\"{y}\"/>");
        }
        strip.push('\n');
    }
    let rows = (0..)
        .zip(&known)
        .fold(String::new(), |out, (id, row): (u32, _)| {
            out + &format!("<text id=\"r{id}\" {SPACE}>{row}</text>\n")
        });
    let inside = format!(
        "<defs>\n{rows}<path id=\"c\" d=\"M0-14h8v17h-8z\" fill=\"#8b929e\" opacity=\".6\"/>\n\
         <clipPath id=\"w\"><path d=\"M0 34H999V{bottom}H0z\"/></clipPath>\n</defs>\n\
         <g clip-path=\"url(#w)\"><g transform=\"translate(0 {TOP})\"><g class=\"s\">\n\
         {strip}</g></g></g>\n",
        bottom = TOP + step - 14,
    );
    let style = format!("{STYLE}{}", moves(frames, step));
    window(columns.get(), TOP + step, text, &style, &inside)
}

/// How the strip moves. Where nothing shall move it stands at its end.
fn moves(frames: &[Frame], step: u16) -> String {
    let all: u32 = frames.iter().map(|frame| frame.time).sum();
    let mut before = 0;
    let mut keys = String::new();
    for (at, frame) in frames.iter().enumerate() {
        let percent = f64::from(before) / f64::from(all) * 100.0;
        let y = usize::from(step) * at;
        let _ = write!(keys, "{percent:.3}%{{transform:translateY(-{y}px)}}");
        before += frame.time;
    }
    let last = usize::from(step) * (frames.len() - 1);
    let seconds = f64::from(all) / 1000.0;
    format!(
        "@keyframes s{{{keys}}}.s{{animation:s {seconds:.2}s step-end infinite}}\
         @media(prefers-reduced-motion:reduce)\
         {{.s{{animation:none;transform:translateY(-{last}px)}}}}"
    )
}

/// A window with what is in it.
fn window(columns: u16, height: u16, text: &str, style: &str, inside: &str) -> String {
    let width = f32::from(columns) * LETTER + 2.0 * f32::from(LEFT);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height}\" \
         role=\"img\" \
         aria-label=\"{text}\">\n<style>{style}</style>\n\
         <rect width=\"{width:.0}\" height=\"{height}\" rx=\"8\" fill=\"#1d2026\"/>\n\
         <circle cx=\"20\" cy=\"18\" r=\"5.5\" fill=\"#ff5f57\"/>\
         <circle cx=\"38\" cy=\"18\" r=\"5.5\" fill=\"#febc2e\"/>\
         <circle cx=\"56\" cy=\"18\" r=\"5.5\" fill=\"#28c840\"/>\n{inside}</svg>\n"
    )
}

/// What each row holds; empty where the row is.
fn rows(screen: &vt100::Screen) -> Vec<String> {
    (0..screen.size().0.get())
        .map(|row| self::row(screen, row))
        .collect()
}

/// Text of one look without a gap: what begins a column gets its place.
struct Run {
    column: u16,
    wide: u16,
    look: String,
    text: String,
}

fn row(screen: &vt100::Screen, row: u16) -> String {
    let mut runs: Vec<Run> = Vec::new();
    // A single blank belongs to the text around it.
    let mut blanks = 0;
    for column in 0..screen.size().1.get() {
        let cell = screen.cell(row, column).unwrap();
        if cell.is_wide_continuation() {
            continue;
        }
        if !cell.has_contents() || cell.contents() == " " {
            blanks += 1;
            continue;
        }
        let look = look(cell);
        let wide = if cell.is_wide() { 2 } else { 1 };
        match runs.last_mut() {
            Some(last) if last.look == look && blanks < 2 => {
                last.text.extend((0..blanks).map(|_| ' '));
                last.text.push_str(cell.contents());
                last.wide += blanks + wide;
            }
            _ => runs.push(Run {
                column,
                wide,
                look,
                text: cell.contents().to_owned(),
            }),
        }
        blanks = 0;
    }
    runs.iter().fold(String::new(), |out, run| {
        let text = run.text.replace('&', "&amp;").replace('<', "&lt;");
        let (x, wide) = (left(run.column), f32::from(run.wide) * LETTER);
        let Run { look, .. } = run;
        out + &format!("<tspan x=\"{x}\" textLength=\"{wide:.1}\"{look}>{text}</tspan>")
    })
}

/// Where a column begins.
fn left(column: u16) -> String {
    format!("{:.1}", f32::from(LEFT) + f32::from(column) * LETTER)
}

/// How a cell looks, as attributes.
fn look(cell: &vt100::Cell) -> String {
    let mut classes = Vec::new();
    if cell.bold() {
        classes.push("b");
    }
    if cell.dim() {
        classes.push("d");
    }
    if cell.underline() {
        classes.push("u");
    }
    let mut look = String::new();
    if !classes.is_empty() {
        let _ = write!(look, " class=\"{}\"", classes.join(" "));
    }
    let colours = [
        "#5c6370", "#ff6b68", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d7dae0",
    ];
    if let vt100::Color::Idx(number) = cell.fgcolor() {
        let _ = write!(look, " fill=\"{}\"", colours[usize::from(number % 8)]);
    }
    look
}
