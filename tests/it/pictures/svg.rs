//! Screens as SVG.

use std::fmt::Write as _;

/// The width of a letter and the height of a line, for text of 14 pixels.
const LETTER: f32 = 8.4;
const LINE: u16 = 19;
/// Where the text begins.
const LEFT: u16 = 18;
const TOP: u16 = 50;
const STYLE: &str = "text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",\
                     monospace;fill:#d7dae0}.b{font-weight:700}.d{fill:#8b929e}.u{text-decoration:underline}";

/// A screen without its empty lines at the end.
pub fn picture(screen: &vt100::Screen, text: &str) -> String {
    let rows = rows(screen);
    let used = rows.iter().rposition(|row| !row.is_empty()).unwrap_or(0) + 1;
    let mut out = String::new();
    for (number, row) in (0..).zip(&rows[..used]) {
        if !row.is_empty() {
            let y = TOP + LINE * number;
            let _ = writeln!(out, "{}", row.replace("<text", &format!("<text y=\"{y}\"")));
        }
    }
    let height = TOP + LINE * u16::try_from(used).unwrap();
    window(screen.size().1.get(), height, text, STYLE, &out)
}

/// A window with what is in it.
fn window(columns: u16, height: u16, text: &str, style: &str, inside: &str) -> String {
    let width = f32::from(columns) * LETTER + 2.0 * f32::from(LEFT);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height}\" role=\"img\" \
         aria-label=\"{text}\">\n<style>{style}</style>\n\
         <rect width=\"{width:.0}\" height=\"{height}\" rx=\"8\" fill=\"#1d2026\"/>\n\
         <circle cx=\"20\" cy=\"18\" r=\"5.5\" fill=\"#ff5f57\"/>\
         <circle cx=\"38\" cy=\"18\" r=\"5.5\" fill=\"#febc2e\"/>\
         <circle cx=\"56\" cy=\"18\" r=\"5.5\" fill=\"#28c840\"/>\n{inside}</svg>\n"
    )
}

/// Each row as a text without its place; empty where the row is.
fn rows(screen: &vt100::Screen) -> Vec<String> {
    (0..screen.size().0.get())
        .map(|row| self::row(screen, row))
        .collect()
}

fn row(screen: &vt100::Screen, row: u16) -> String {
    let mut runs: Vec<(String, String)> = Vec::new();
    let mut columns = 0;
    for column in 0..screen.size().1.get() {
        let cell = screen.cell(row, column).unwrap();
        if cell.is_wide_continuation() {
            continue;
        }
        let text = if cell.has_contents() {
            columns = column + if cell.is_wide() { 2 } else { 1 };
            cell.contents()
        } else {
            " "
        };
        let look = look(cell);
        match runs.last_mut() {
            Some((last, so_far)) if *last == look => so_far.push_str(text),
            _ => runs.push((look, text.to_owned())),
        }
    }
    if columns == 0 {
        return String::new();
    }
    while runs
        .last()
        .is_some_and(|(_, text)| text.trim_end().is_empty())
    {
        runs.pop();
    }
    if let Some((_, text)) = runs.last_mut() {
        text.truncate(text.trim_end().len());
    }
    let spans = runs.iter().fold(String::new(), |out, (look, text)| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        out + &format!("<tspan{look}>{text}</tspan>")
    });
    let wide = f32::from(columns) * LETTER;
    format!("<text x=\"{LEFT}\" xml:space=\"preserve\" textLength=\"{wide:.1}\">{spans}</text>")
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
