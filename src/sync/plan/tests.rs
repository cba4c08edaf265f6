use super::*;
use crate::aws::config::Which;
use crate::aws::config::edit::apply;
use crate::settings::Settings;

const SESSION: &str =
    "[sso-session corp]\nsso_start_url = https://d-1.awsapps.com/start\nsso_region = eu-west-1\n";

fn listed(rows: &[(&str, &str, &[&str])]) -> Listed {
    let mut listed = Listed::default();
    for (id, name, roles) in rows {
        let id = format!("{id:0>12}");
        listed.accounts.push(Account {
            id: id.clone(),
            name: (*name).to_owned(),
        });
        listed
            .roles
            .insert(id, roles.iter().map(|&role| role.to_owned()).collect());
    }
    listed
}

fn settings(text: &str) -> Sync {
    let (settings, problems, _) = Settings::parse(&format!("[sync]\n{text}"));
    assert_eq!(problems, []);
    settings.sync
}

/// The plan, and the config file after it.
fn run(
    config: &str,
    rows: &[(&str, &str, &[&str])],
    settings: &Sync,
    prune: bool,
) -> (Plan, String) {
    let wanted = Wanted::of("corp", settings, |name| name == "list").unwrap();
    let plan = wanted
        .plan(&Files::of(config, ""), &listed(rows), prune)
        .unwrap();
    let text = apply(config, Which::Config, &plan.changes()).unwrap();
    (plan, text)
}

fn names(plan: &Plan) -> Vec<&str> {
    fn name(step: &Step) -> &str {
        match step {
            Step::Add { name, .. } | Step::Set { name, .. } => name,
            Step::Remove { section } => &section.name,
        }
    }
    plan.steps.iter().map(name).collect()
}

#[test]
fn each_assignment_gets_one_profile_and_a_second_sync_changes_nothing() {
    let rows: [(&str, &str, &[&str]); 2] =
        [("1", "dev", &["Admin", "Audit"]), ("2", "no roles", &[])];
    let wish = settings("region = \"eu-west-1\"\noutput = \"json\"");
    let (plan, text) = run(SESSION, &rows, &wish, false);
    assert_eq!(
        text,
        format!(
            "{SESSION}\n[profile dev.Admin]\nsso_session = corp\nsso_account_id = \
             000000000001\nsso_account_name = dev\nsso_role_name = Admin\nregion = \
             eu-west-1\noutput = json\nawsp_managed = corp 000000000001 Admin\n\n\
             [profile dev.Audit]\nsso_session = \
             corp\nsso_account_id = 000000000001\nsso_account_name = dev\nsso_role_name = \
             Audit\nregion = eu-west-1\noutput = json\nawsp_managed = corp 000000000001 Audit\n"
        )
    );
    assert_eq!((plan.steps.len(), plan.kept), (2, 0));
    let (plan, again) = run(&text, &rows, &wish, true);
    assert_eq!((plan.steps.len(), plan.kept), (0, 2));
    assert_eq!(again, text);
    // Other settings change nothing either: the user may have edited the profiles since.
    assert_eq!(
        run(
            &text,
            &rows,
            &settings("region = \"us-east-1\"\nname = \"{role}-{account_id}\""),
            true
        )
        .1,
        text
    );
}

#[test]
fn a_renamed_account_keeps_its_profiles_names() {
    let (_, text) = run(
        SESSION,
        &[("1", "dev", &["Admin"])],
        &Sync::default(),
        false,
    );
    let (plan, text) = run(
        &text,
        &[
            ("1", "development", &["Admin", "New"]),
            ("2", "dev", &["Admin"]),
        ],
        &Sync::default(),
        true,
    );
    assert_eq!(
        names(&plan),
        ["dev.Admin", "development.New", "dev-000000000002.Admin"]
    );
    assert!(text.contains(
        "[profile dev.Admin]\nsso_session = corp\nsso_account_id = 000000000001\nsso_account_name \
         = development\n"
    ));
}

#[test]
fn only_what_is_ours_and_gone_is_removed() {
    let rows: [(&str, &str, &[&str]); 3] = [
        ("1", "dev", &["Admin", "Audit"]),
        ("2", "old", &["Admin"]),
        ("3", "prod", &["Admin"]),
    ];
    let config = format!(
        "{SESSION}\n# mine\n[profile hand]\nsso_session = corp\nsso_account_id = \
         000000000002\nsso_role_name = Admin\n\n[profile other]\nsso_session = \
         other\nsso_account_id = 000000000002\nsso_role_name = Admin\nawsp_managed = other\n"
    );
    let (_, text) = run(&config, &rows, &Sync::default(), false);
    let now: [(&str, &str, &[&str]); 2] = [("1", "dev", &["Admin"]), ("3", "prod", &["Admin"])];
    let (plan, same) = run(&text, &now, &Sync::default(), false);
    assert_eq!(
        (plan.gone.as_slice(), same == text),
        (
            ["dev.Audit".to_owned(), "old.Admin".to_owned()].as_slice(),
            true
        )
    );
    let (plan, pruned) = run(&text, &now, &Sync::default(), true);
    assert_eq!(names(&plan), ["dev.Audit", "old.Admin"]);
    assert!(
        pruned.starts_with(&config) && !pruned.contains("[profile old.Admin]"),
        "{pruned}"
    );
    // Accounts that the patterns exclude, and accounts whose roles AWS did not list, are not gone.
    assert_eq!(
        run(&text, &rows, &settings("exclude_accounts = [\"*\"]"), true).1,
        text
    );
    let mut silent = listed(&now[..1]);
    silent.roles.clear();
    silent.accounts.extend(listed(&rows[1..]).accounts);
    let wanted = Wanted {
        session: "corp",
        settings: &Sync::default(),
        template: Template::parse("{role}").unwrap(),
        is_reserved: |_| false,
    };
    assert_eq!(
        wanted
            .plan(&Files::of(&text, ""), &silent, true)
            .unwrap()
            .steps,
        []
    );
}

#[test]
fn a_section_written_by_hand_is_never_touched() {
    let config = format!(
        "{SESSION}\n[profile dev.Admin]\nsso_session=corp\nsso_account_id=000000000001\n\
         sso_role_name=Admin\n[profile prod.Admin]\nrole_arn = arn:aws:iam::1:role/x\n"
    );
    let rows: [(&str, &str, &[&str]); 3] = [
        ("1", "dev", &["Admin"]),
        ("2", "prod", &["Admin"]),
        ("3", "list", &["Admin"]),
    ];
    let (plan, text) = run(
        &config,
        &rows,
        &settings("name = \"{account_name}.{role}\""),
        true,
    );
    assert_eq!(
        (names(&plan), plan.by_hand),
        (vec!["prod-000000000002.Admin", "list.Admin"], 1)
    );
    assert!(text.starts_with(&config));
    let (again, same) = run(&text, &rows, &Sync::default(), true);
    assert_eq!((again.steps.len(), same == text), (0, true));
    let (plan, _) = run(
        &config,
        &rows[2..],
        &settings("name = \"{account_name}\""),
        true,
    );
    assert_eq!(names(&plan), ["list-000000000003"]);
}

#[test]
fn patterns_choose_accounts_and_roles() {
    let rows: [(&str, &str, &[&str]); 3] = [
        ("1", "acme-dev", &["Admin", "Billing"]),
        ("2", "acme-sandbox", &["Admin"]),
        ("3", "x", &["Admin"]),
    ];
    let added = |text: &str| run(SESSION, &rows, &settings(text), false).0.steps.len();
    assert_eq!(added("accounts = [\"acme-*\"]"), 3);
    assert_eq!(
        added(
            "accounts = [\"acme-*\"]\nexclude_accounts = [\"*sandbox\"]\nexclude_roles = \
             [\"Bill*\"]"
        ),
        1
    );
    assert_eq!(added("accounts = [\"000000000003\"]"), 1);
    assert_eq!(added("roles = [\"Billing\"]"), 1);
}

#[test]
fn every_client_reads_the_same_account_name() {
    let of = |name: &str| {
        writable(&Account {
            id: "1".to_owned(),
            name: name.to_owned(),
        })
    };
    for (name, expected) in [
        ("Team #1", "Team#1"),
        ("# ; x", "x"),
        (" a\n\tb ", "a b"),
        ("it's \"é\" 🚀", "it's \"é\" 🚀"),
        ("a ;# b", "a;# b"),
    ] {
        assert_eq!(of(name).as_deref(), Some(expected), "{name}");
    }
    assert_eq!([of(""), of("#"), of("1")], [None, None, None]);
    assert_eq!(of(&"x".repeat(200)), Some("x".repeat(200)));
}

#[test]
fn fifteen_thousand_profiles_get_names_and_a_second_sync_changes_nothing() {
    let mut rows = Listed::default();
    for n in 0..3000 {
        let id = format!("{n:012}");
        rows.accounts.push(Account {
            id: id.clone(),
            name: format!("team {}", n / 2),
        });
        rows.roles
            .insert(id, (0..5).map(|role| format!("Role{role}")).collect());
    }
    let wish = Sync::default();
    let wanted = Wanted::of("corp", &wish, |_| false).unwrap();
    let plan = wanted.plan(&Files::of(SESSION, ""), &rows, false).unwrap();
    let text = apply(SESSION, Which::Config, &plan.changes()).unwrap();
    assert_eq!((plan.steps.len(), plan.kept), (15_000, 0));
    assert_eq!(Files::of(&text, "").profile_names().len(), 15_000);
    assert_eq!(
        wanted
            .plan(&Files::of(&text, ""), &rows, true)
            .unwrap()
            .steps
            .len(),
        0
    );
}

#[test]
fn profiles_of_ours_without_a_region_get_that_of_the_option() {
    let rows: [(&str, &str, &[&str]); 1] = [("1", "dev", &["Admin"])];
    let mine = "[profile mine]\nsso_session = corp\nsso_account_id = 000000000001\nsso_role_name \
                = Admin\n";
    let (_, text) = run(&format!("{SESSION}{mine}"), &rows, &settings(""), false);
    assert!(!text.contains("region = eu-north-1"), "{text}");
    let (plan, with) = run(&text, &rows, &settings("region = \"eu-north-1\""), false);
    assert_eq!(plan.steps.len(), 1);
    assert_eq!(
        with.matches("region = eu-north-1").count(),
        1,
        "not in the hand-written one: {with}"
    );
    assert_eq!(
        run(&with, &rows, &settings("region = \"us-east-1\""), false).1,
        with,
        "a region that is there stays"
    );
}

#[test]
fn a_profile_whose_role_the_user_has_changed_is_the_users() {
    let rows: [(&str, &str, &[&str]); 2] =
        [("1", "dev", &["Admin", "Audit"]), ("2", "old", &["Admin"])];
    let wish = Sync::default();
    let (_, text) = run(SESSION, &rows, &wish, false);
    // Another role, another account, another session.
    let changed = text
        .replacen("sso_role_name = Audit", "sso_role_name = Reader", 1)
        .replacen(
            "sso_account_id = 000000000002",
            "sso_account_id = 000000000009",
            1,
        );
    let (plan, after) = run(&changed, &rows, &wish, true);
    assert_eq!((plan.kept, plan.gone.len()), (1, 0));
    assert!(
        after.starts_with(&changed),
        "what was changed stays as it is"
    );
    assert_eq!(
        names(&plan),
        ["dev-000000000001.Audit", "old-000000000002.Admin"]
    );
    // And it stays so, even where its role is gone.
    let (plan, again) = run(&after, &[("1", "dev", &["Admin"])], &wish, true);
    assert_eq!(
        names(&plan),
        ["dev-000000000001.Audit", "old-000000000002.Admin"]
    );
    assert!(again.contains("Reader") && again.contains("000000000009"));
    let moved = text.replace("sso_session = corp", "sso_session = other");
    assert_eq!(run(&moved, &rows, &wish, true).0.kept, 0);
}

#[test]
fn profiles_that_were_marked_with_the_session_alone_are_ours() {
    let rows: [(&str, &str, &[&str]); 1] = [("1", "dev", &["Admin"])];
    let (_, text) = run(SESSION, &rows, &Sync::default(), false);
    let before = text.replace(
        "awsp_managed = corp 000000000001 Admin",
        "awsp_managed = corp",
    );
    let (plan, same) = run(&before, &rows, &Sync::default(), true);
    assert_eq!((plan.kept, same), (1, before));
}
