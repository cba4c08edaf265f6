//! Sample accounts.

use crate::state::Account;

/// Six accounts of a small company.
pub fn sample() -> Vec<Account> {
    let all = ["AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess"];
    let rows: [(&str, &str, &[&str]); 6] = [
        ("111122223333", "acme-dev", &all),
        ("222233334444", "acme-staging", &all),
        ("333344445555", "acme-prod", &all[1..]),
        ("444455556666", "shared-services", &["ReadOnlyAccess"]),
        (
            "555566667777",
            "security",
            &["SecurityAudit", "ReadOnlyAccess"],
        ),
        ("666677778888", "sandbox", &["AdministratorAccess"]),
    ];
    let account = |(id, name, roles): (&str, &str, &[&str])| Account {
        id: id.to_owned(),
        name: name.to_owned(),
        email: format!("aws+{name}@acme.example"),
        roles: roles.iter().map(|&role| role.to_owned()).collect(),
    };
    rows.into_iter().map(account).collect()
}

/// Many accounts with as many roles each.
pub fn many(accounts: usize, roles: usize) -> Vec<Account> {
    let account = |n: usize| Account {
        id: format!("{:012}", 100_000_000_000 + n),
        name: format!("team-{n:04}"),
        email: format!("team-{n:04}@acme.example"),
        roles: (0..roles).map(|role| format!("Role{role}")).collect(),
    };
    (0..accounts).map(account).collect()
}
