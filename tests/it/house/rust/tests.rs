use super::*;

#[test]
fn text_is_no_code() {
    let text = "a /* b /* c */ d\n\
                */ e // f\n\
                \"g \\\" // h\" i r#\"j \" k\"# r#type '\"' l '\\'' 'm \"n\n\
                n\" br\"o\\\" p b'q' c\"r\" s";
    let code = code(text);
    let words: Vec<(&str, usize)> = tokens(&code)
        .iter()
        .map(|token| (token.text, token.line))
        .collect();
    let expected = [
        ("a", 1),
        ("e", 2),
        ("i", 3),
        ("r", 3),
        ("#", 3),
        ("type", 3),
        ("l", 3),
        ("'", 3),
        ("m", 3),
        ("b", 4),
        ("p", 4),
        ("b", 4),
        ("c", 4),
        ("s", 4),
    ];
    assert_eq!(words, expected);
    assert_eq!(code.chars().count(), text.chars().count());
}

#[test]
fn every_path_is_found() {
    let found = |text: &str| -> Vec<String> {
        let code = code(text);
        paths(&tokens(&code))
            .into_iter()
            .map(|path| path.segments.join("::"))
            .collect()
    };
    assert_eq!(
        found("use crate::{a, b::{self, c::*, D as E}, f};"),
        [
            "crate::a",
            "crate::b::self",
            "crate::b::c::*",
            "crate::b::D",
            "crate::f"
        ]
    );
    assert_eq!(
        found(
            "pub(in crate::a) fn f(x: &crate::b::C<super::D>) -> ::std::fs::File { \
             super::super::e::<crate::g::H>() }"
        ),
        [
            "crate::a",
            "crate::b::C",
            "super::D",
            "std::fs::File",
            "super::super::e",
            "crate::g::H"
        ]
    );
    assert_eq!(
        found(
            "use tempfile; use ::tokio; format!(\"{}\", crate::a::b(crate::c::D { e: self::f::G }))"
        ),
        [
            "tempfile",
            "tokio",
            "crate::a::b",
            "crate::c::D",
            "self::f::G"
        ]
    );
    assert_eq!(
        found("<T as crate::a::B>::c(); $crate::d::e!(); Vec::<u8>::new(); pub(crate) x: T"),
        ["crate::a::B", "crate::d::e", "Vec"]
    );
    assert_eq!(found("/// [`crate::a`]\nfn f() { \"crate::b\" }"), [""; 0]);
    let nested = paths(&tokens(
        "mod a { mod b { super::c::d } super::e::f } super::g::h",
    ));
    assert_eq!(
        nested
            .iter()
            .map(|path| path.inside.join("::"))
            .collect::<Vec<_>>(),
        ["a::b", "a", ""]
    );
}

#[test]
fn functions_and_tests_are_measured() {
    let text = "fn a(x: [u8; 2]) -> fn(u8) {\n\
                1;\n\n\
                }\n\
                trait T { fn b(); }\n\
                #[cfg(test)]\n\
                #[allow(x, reason = \"{\")]\n\
                mod tests {\n\
                fn c() {}\n\
                }\n\
                fn d() {}";
    let code = code(text);
    let tokens = tokens(&code);
    let measured: Vec<(usize, String, usize)> = functions(&tokens)
        .into_iter()
        .map(|found| (found.line, found.name, found.lines))
        .collect();
    assert_eq!(
        measured,
        [
            (1, "a".to_owned(), 2),
            (9, "c".to_owned(), 0),
            (11, "d".to_owned(), 0)
        ]
    );
    assert_eq!(super::tests(&tokens), [6..=10]);
}
