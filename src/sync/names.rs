//! Profile names from a template: legal for every AWS client (aws-contract 1.2), and unique. Pure.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Assignment;
use crate::settings::naming::Template;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::template;

/// The most characters of one part: longer names cannot be read.
const MOST: usize = 64;

fn name_of(
    template: &Template,
    of: &Assignment<'_>,
    session: &str,
    aliases: &BTreeMap<String, String>,
    account: &str,
) -> String {
    let alias = aliases.get(of.role).map_or(of.role, String::as_str);
    let name = template::fill(&template.parts, |field| match field {
        "account_name" => account.to_owned(),
        "account_id" => of.account.id.clone(),
        "role" => legal(alias),
        _ => legal(session),
    });
    // On the command line a name that begins with `-` would be an option.
    name.trim_start_matches('-').to_owned()
}

/// The source of profile names.
#[derive(Clone, Copy, Debug)]
pub struct Naming<'a> {
    pub template: &'a Template,
    pub aliases: &'a BTreeMap<String, String>,
    pub session: &'a str,
}

impl Naming<'_> {
    /// A name for each assignment, none of them `taken`. Accounts that would share a name all get
    /// their id added, so that the order in which AWS lists them does not matter.
    ///
    /// # Errors
    /// The template gives one name to two of them.
    pub fn names(
        &self,
        of: &[Assignment<'_>],
        taken: &dyn Fn(&str, &Assignment<'_>) -> bool,
    ) -> Result<Vec<String>> {
        let account = |one: &Assignment<'_>| {
            let account = legal(&one.account.name);
            if account.is_empty() {
                one.account.id.clone()
            } else {
                account
            }
        };
        let name = |one: &Assignment<'_>, account: &str| {
            name_of(self.template, one, self.session, self.aliases, account)
        };
        let mut names: Vec<String> = of.iter().map(|one| name(one, &account(one))).collect();
        if self.template.has("account_name") && !self.template.has("account_id") {
            for (at, one) in self.ambiguous(of, &names, taken) {
                names[at] = name(one, &format!("{}-{}", account(one), one.account.id));
            }
        }
        let mut seen: HashMap<&str, usize> = HashMap::with_capacity(names.len());
        for (at, name) in names.iter().enumerate() {
            if name.is_empty() {
                return Err(self.refused("", &[&of[at]]));
            }
            if taken(name, &of[at]) {
                return Err(self
                    .refused(name, &[&of[at]])
                    .cause("a profile or a command of awsp already has that name"));
            }
            if let Some(first) = seen.insert(name, at) {
                return Err(self.refused(name, &[&of[first], &of[at]]));
            }
        }
        Ok(names)
    }

    /// The assignments of accounts whose names another account or profile has too. All profiles of
    /// such an account get its id, so that they stay together in a list.
    fn ambiguous<'a, 'b>(
        &self,
        of: &'a [Assignment<'b>],
        names: &[String],
        taken: &dyn Fn(&str, &Assignment<'_>) -> bool,
    ) -> Vec<(usize, &'a Assignment<'b>)> {
        let mut accounts: HashMap<&str, HashSet<&str>> = HashMap::new();
        for (name, one) in names.iter().zip(of) {
            accounts.entry(name).or_default().insert(&one.account.id);
        }
        let is_shared =
            |name: &str, one: &Assignment<'_>| taken(name, one) || accounts[name].len() > 1;
        let ambiguous = names
            .iter()
            .zip(of)
            .filter(|(name, one)| is_shared(name, one));
        let ambiguous: HashSet<&str> = ambiguous.map(|(_, one)| one.account.id.as_str()).collect();
        of.iter()
            .enumerate()
            .filter(|(_, one)| ambiguous.contains(one.account.id.as_str()))
            .collect()
    }

    fn refused(&self, name: &str, of: &[&Assignment<'_>]) -> Error {
        let describe = |one: &&Assignment<'_>| {
            format!(
                "role `{}` in account {} (`{}`)",
                one.role, one.account.id, one.account.name
            )
        };
        let all: Vec<String> = of.iter().map(describe).collect();
        let template = &self.template.text;
        Error::new(
            Kind::Usage,
            format!(
                "the template `{template}` gives the name `{name}` to {}",
                all.join(" and to ")
            ),
        )
        .hint(
            "awsp sync --name '{account_name}.{account_id}.{role}'    # or another `name` in the \
             settings, under [sync]",
        )
    }
}

/// The text in characters that every client accepts in a profile's name and that mean nothing to a
/// shell: letters without accents, digits, `.`, `_` and `-`. Anything else becomes one `-`.
pub fn legal(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match plain(c) {
            Some(letters) => out.push_str(letters),
            None if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') => out.push(c),
            None if !out.ends_with('-') => out.push('-'),
            None => {}
        }
    }
    let out: String = out.trim_matches(['-', '.']).chars().take(MOST).collect();
    out.trim_end_matches(['-', '.']).to_owned()
}

/// Latin letters without accents, and the letters with accents that become these.
const LETTERS: [(&str, &str); 52] = [
    ("A", "ÀÁÂÃÅĀĂĄ"),
    ("a", "àáâãåāăąª"),
    ("Ae", "ÄÆ"),
    ("ae", "äæ"),
    ("C", "ÇĆĈĊČ"),
    ("c", "çćĉċč"),
    ("D", "ÐĎĐ"),
    ("d", "ðďđ"),
    ("E", "ÈÉÊËĒĔĖĘĚ"),
    ("e", "èéêëēĕėęě"),
    ("G", "ĜĞĠĢ"),
    ("g", "ĝğġģ"),
    ("H", "ĤĦ"),
    ("h", "ĥħ"),
    ("I", "ÌÍÎÏĨĪĬĮİ"),
    ("i", "ìíîïĩīĭįı"),
    ("J", "Ĵ"),
    ("j", "ĵ"),
    ("K", "Ķ"),
    ("k", "ķ"),
    ("L", "ĹĻĽĿŁ"),
    ("l", "ĺļľŀł"),
    ("N", "ÑŃŅŇ"),
    ("n", "ñńņň"),
    ("O", "ÒÓÔÕØŌŎŐ"),
    ("o", "òóôõøōŏőº"),
    ("Oe", "ÖŒ"),
    ("oe", "öœ"),
    ("R", "ŔŖŘ"),
    ("r", "ŕŗř"),
    ("S", "ŚŜŞŠȘ"),
    ("s", "śŝşšș"),
    ("ss", "ß"),
    ("T", "ŢŤŦȚ"),
    ("t", "ţťŧț"),
    ("Th", "Þ"),
    ("th", "þ"),
    ("U", "ÙÚÛŨŪŬŮŰŲ"),
    ("u", "ùúûũūŭůűų"),
    ("Ue", "Ü"),
    ("ue", "ü"),
    ("W", "Ŵ"),
    ("w", "ŵ"),
    ("Y", "ÝŶŸ"),
    ("y", "ýÿŷ"),
    ("Z", "ŹŻŽ"),
    ("z", "źżž"),
    ("-and-", "&"),
    // Combining accents.
    (
        "",
        "\u{300}\u{301}\u{302}\u{303}\u{308}\u{30a}\u{30c}\u{327}\u{328}",
    ),
    ("", "'’‘`\"“”„"),
    ("", "\u{200d}\u{fe0f}\u{200b}\u{feff}"),
    ("1", "¹"),
];

/// A Latin letter without its accent.
fn plain(c: char) -> Option<&'static str> {
    (c == '&' || c == '\'' || c == '"' || c == '`' || !c.is_ascii()).then(|| {
        LETTERS
            .iter()
            .find(|(_, marked)| marked.contains(c))
            .map(|(plain, _)| *plain)
    })?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::account::Account;
    use crate::settings::naming::DEFAULT;

    fn account(id: &str, name: &str) -> Account {
        Account {
            id: format!("{id:0>12}"),
            name: name.to_owned(),
        }
    }

    fn names(
        template: &str,
        aliases: &[(&str, &str)],
        of: &[(&Account, &str)],
        taken: &[&str],
    ) -> Result<Vec<String>> {
        let of: Vec<Assignment<'_>> = of
            .iter()
            .map(|(account, role)| Assignment { account, role })
            .collect();
        let aliases = aliases
            .iter()
            .map(|(role, alias)| ((*role).to_owned(), (*alias).to_owned()))
            .collect();
        let template = Template::parse(template)?;
        Naming {
            template: &template,
            aliases: &aliases,
            session: "corp",
        }
        .names(&of, &|name, _| taken.contains(&name))
    }

    #[test]
    fn a_name_is_legal_whatever_the_account_is_called() {
        for (name, expected) in [
            ("acme-dev", "acme-dev"),
            ("Acme Dev  (EU)", "Acme-Dev-EU"),
            ("team/platform/prod", "team-platform-prod"),
            ("Équipe Données", "Equipe-Donnees"),
            ("Zu\u{308}rich Größe", "Zurich-Groesse"),
            ("jo's \"best\" account", "jos-best-account"),
            ("R&D", "R-and-D"),
            ("🚀 rockets 🚀", "rockets"),
            ("Team #1; main", "Team-1-main"),
            ("$(reboot)%h", "reboot-h"),
            ("..", ""),
            ("日本", ""),
            ("-rf", "rf"),
            ("]\n[profile x]", "profile-x"),
        ] {
            assert_eq!(legal(name), expected, "{name:?}");
            assert!(
                expected.chars().all(crate::aws::config::is_plain),
                "{name:?}"
            );
        }
        assert_eq!(legal(&"x".repeat(200)).len(), 64);
        assert_eq!(legal(&format!("{} y", "x".repeat(63))), "x".repeat(63));
    }

    #[test]
    fn an_account_whose_name_has_no_legal_character_is_named_by_its_id() {
        let japan = account("7", "日本");
        assert_eq!(
            names(DEFAULT, &[], &[(&japan, "Admin")], &[]).unwrap(),
            ["000000000007.Admin"]
        );
    }

    #[test]
    fn accounts_with_the_same_name_get_their_ids_and_roles_their_aliases() {
        let (one, two, three) = (
            account("1", "shared"),
            account("2", "shared"),
            account("3", "alone"),
        );
        let of = [
            (&one, "AdministratorAccess"),
            (&two, "AdministratorAccess"),
            (&two, "Audit"),
            (&three, "Audit"),
        ];
        let aliases = [("AdministratorAccess", "admin")];
        assert_eq!(
            names(DEFAULT, &aliases, &of, &[]).unwrap(),
            [
                "shared-000000000001.admin",
                "shared-000000000002.admin",
                "shared-000000000002.Audit",
                "alone.Audit"
            ]
        );
    }

    #[test]
    fn a_name_that_is_taken_is_not_used() {
        let one = account("1", "dev");
        let name = "{account_name}";
        assert_eq!(
            names(name, &[], &[(&one, "A")], &["dev"]).unwrap(),
            ["dev-000000000001"]
        );
        let error = names(name, &[], &[(&one, "A")], &["dev", "dev-000000000001"]).unwrap_err();
        assert!(
            error.causes[0].contains("already has that name"),
            "{error:?}"
        );
    }

    #[test]
    fn two_profiles_with_one_name_are_refused_and_both_are_named() {
        let (one, two) = (account("1", "dev"), account("2", "prod"));
        let error = names("{account_name}", &[], &[(&one, "A"), (&one, "B")], &[]).unwrap_err();
        assert_eq!(
            error.message,
            "the template `{account_name}` gives the name `dev` to role `A` in account \
             000000000001 (`dev`) and to role `B` in account 000000000001 (`dev`)"
        );
        assert!(names("{role}", &[], &[(&one, "A"), (&two, "A")], &[]).is_err());
        assert!(
            names(
                DEFAULT,
                &[("A", "x"), ("B", "x")],
                &[(&one, "A"), (&one, "B")],
                &[]
            )
            .is_err()
        );
        assert_eq!(
            names("{session}-{account_id}", &[], &[(&one, "A")], &[]).unwrap(),
            ["corp-000000000001"]
        );
    }

    #[test]
    fn a_template_that_is_wrong_is_refused() {
        let cause = |text| Template::parse(text).unwrap_err().causes.join("");
        assert_eq!(
            cause("{name}"),
            "unknown field {name}: the fields are {account_name}, {account_id}, {role}, {session}"
        );
        assert_eq!(cause("{role"), "a brace has no partner");
        assert_eq!(cause("role}"), "a brace has no partner");
        assert_eq!(
            cause("{account_name} {role}"),
            "not every tool accepts ` ` in a profile name"
        );
        assert!(cause("fixed").starts_with("it gives every profile the same name"));
    }
}
