//! The pages that a user sees in the browser.

use std::fmt::Write as _;

const STYLE: &str = "\
body{font:1rem/1.5 system-ui,sans-serif;background:#f4f5f7;color:#16191f;margin:0}\
main{background:#fff;max-width:26rem;margin:15vh auto;padding:2rem;border-radius:.75rem;\
box-shadow:0 1px 6px #0002}h1{font-size:1.25rem;margin-top:0}\
code{font-size:1.4rem;letter-spacing:.1em}\
button{font:inherit;padding:.5rem 1.25rem;border:0;border-radius:.4rem;background:#d86613;\
color:#fff;cursor:pointer}button.no{background:#e3e5e8;color:#16191f}small{color:#687078}";

const BUTTONS: &str = "<button name=\"answer\" value=\"allow\">Allow</button> \
    <button name=\"answer\" value=\"deny\" class=\"no\">Deny</button></form>";

/// A page with a heading and, with `question`, the two answers to it.
pub fn page(heading: &str, text: &str, question: Option<(&str, &[(&str, &str)])>) -> String {
    let mut form = String::new();
    if let Some((action, fields)) = question {
        form = format!("<form method=\"post\" action=\"{}\">", escape(action));
        for (name, value) in fields {
            let _ = write!(
                form,
                "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
                escape(name),
                escape(value)
            );
        }
        form.push_str(BUTTONS);
    }
    let heading = escape(heading);
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <title>Local Identity Center</title><style>{STYLE}</style>\
         <main><h1>{heading}</h1><p>{text}</p>{form}\
         <p><small>awsp's local Identity Center: nothing here reaches AWS</small></p></main>\
         </html>\n"
    )
}

/// Text as HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
