use super::rules::{Agents, Colour, Scripts};
use super::*;

fn problems(text: &str) -> Vec<String> {
    let told = |problem: Problem| format!("{}: {}", problem.line.unwrap_or(0), problem.text);
    Settings::parse(text).1.into_iter().map(told).collect()
}

#[test]
fn each_mistake_costs_only_itself() {
    let text = "[login]\nflw = \"device\"\nqr = 3\n[promt]\nformat = \"x\"\n[prompt]\nformat \
                = \"{profle}\"\ncolour = \"red\"\n[auto_login]\nalso = [\"make\", \"a \
                b\"]\n[time]\nformat = \"clock\"\n";
    assert_eq!(
        problems(text),
        [
            "2: unknown setting `login.flw`: did you mean `login.flow`?",
            "3: `login.qr`: wanted true or false, found 3",
            "4: unknown setting `promt`: did you mean `prompt`?",
            "7: `prompt.format`: unknown field {profle}: the fields are {profile}, {account}, \
             {account_id}, {account_name}, {role}, {region}",
            "10: `auto_login.also`: `a b` is not the name of a command: letters, digits, `.`, \
             `_`, `+` and `-`",
        ]
    );
    let settings = Settings::parse(text).0;
    assert_eq!(
        (settings.prompt.colour, settings.time.format),
        (Some(Colour::Red), TimeFormat::Clock)
    );
    assert_eq!(settings.prompt.format, templates::PROMPT_DEFAULT);
}

#[test]
fn a_slip_of_the_syntax_costs_its_line() {
    let text = "[login]\nflow = device\nqr = true\n= 3\n[time]\nformat = \"clock\"\n";
    let (settings, problems, _) = Settings::parse(text);
    assert!(
        settings.login.qr && settings.time.format == TimeFormat::Clock,
        "{problems:?}"
    );
    assert!(
        problems.iter().any(|problem| problem.line == Some(2))
            && problems.iter().any(|problem| problem.line == Some(4))
    );
}

#[test]
fn rules_are_read_in_order_and_go_before_the_built_in_one() {
    let text = "[[rule]]\nprofiles = [\"a\"]\ncolour = \"cyan\"\nconfirm = \
                true\n[[rule]]\naccounts = [\"1*\"]\ncolr = \"red\"\n";
    let (settings, problems, rows) = Settings::parse(text);
    assert_eq!(
        Settings::parse("[[rule]]\nprofiles = \"a\"\n").0.rules[0].profiles,
        ["a"],
        "one is a list of one"
    );
    let (_, empty, _) = Settings::parse("[[rule]]\nconfirm = true\n");
    assert_eq!(
        empty[0].text,
        "`rule.1`: it has no `profiles`, `accounts` or `roles`, so it matches no profile"
    );
    assert_eq!(settings.rules.len(), 3);
    assert_eq!(settings.rules[2], Rule::production());
    assert_eq!(
        settings.rules[..2]
            .iter()
            .map(|rule| (rule.confirm, rule.colour))
            .collect::<Vec<_>>(),
        [(Some(true), Some(Colour::Cyan)), (None, None)]
    );
    assert_eq!(
        problems[0].text,
        "unknown setting `rule.2.colr`: did you mean `rule.2.colour`?"
    );
    assert!(
        rows.iter()
            .any(|row| row.key == "rule.1.colour" && row.line == Some(3)),
        "{rows:?}"
    );
    assert_eq!(Settings::parse("").0.rules, [Rule::production()]);
    assert_eq!(Settings::parse("rule = 3").0.rules, [Rule::production()]);
    assert_eq!(Settings::parse("rule = []").0.rules, [Rule::production()]);
}

#[test]
fn a_rule_says_who_may_use_what_and_how_long() {
    let text = "[prompt]\ncolor = \"cyan\"\n[[rule]]\nroles = \"*Admin*\"\ncolor = \"none\"\n\
                stay = \"30m\"\nagents = \"read-only\"\nscripts = \"deny\"\n";
    let (settings, problems, rows) = Settings::parse(text);
    assert_eq!(problems, []);
    assert_eq!(settings.prompt.colour, Some(Colour::Cyan));
    assert_eq!(
        settings.rules[0],
        Rule {
            roles: vec!["*Admin*".to_owned()],
            colour: Some(Colour::None),
            stay: "30m".parse().ok(),
            agents: Some(Agents::ReadOnly),
            scripts: Some(Scripts::Deny),
            ..Rule::default()
        }
    );
    let row = |key: &str| rows.iter().find(|row| row.key == key).unwrap();
    assert_eq!(
        (row("rule.1.colour").line, row("rule.2.colour").line),
        (Some(5), None)
    );
    assert_eq!(row("rule.1.stay").value, "30m");
}

#[test]
fn an_unknown_word_in_a_rule_costs_itself_alone() {
    let text = "[[rule]]\nprofiles = \"a\"\nagents = \"no\"\nscripts = 3\nstay = \"168h\"\n\
                confirm = true\n\
                colour = \"pink\"\n";
    assert_eq!(
        problems(text),
        [
            "3: `rule.1.agents`: `no` is not one of `deny`, `read-only`, `allow`",
            "4: `rule.1.scripts`: wanted a word between quotes",
            "5: `rule.1.stay`: `168h` is longer than a day",
            "7: `rule.1.colour`: `pink` is not one of `none`, `red`, `green`, \
             `yellow`, `blue`, `magenta`, `cyan`, `white`",
        ]
    );
    let rule = &Settings::parse(text).0.rules[0];
    assert_eq!(
        (rule.confirm, rule.agents, rule.stay),
        (Some(true), None, None)
    );
}

#[test]
fn what_is_in_force_has_its_source() {
    let rows = Settings::parse("[login]\nflow = \"device\"\n").2;
    let row = |key: &str| rows.iter().find(|row| row.key == key).unwrap();
    assert_eq!(
        (row("login.flow").value.as_str(), row("login.flow").line),
        (Some("device"), Some(2))
    );
    assert_eq!(
        (row("login.qr").value.as_bool(), row("login.qr").line),
        (Some(false), None)
    );
}
