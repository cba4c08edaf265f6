//! A description of every setting, for the manual page. A test compares the list with the settings
//! that are read.

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// As in `login.flow`; `rule` stands for each `[[rule]]`.
    pub key: &'static str,
    /// The possible values, the default first if there is one.
    pub shape: &'static str,
    pub text: &'static str,
}

/// In the order of the file.
pub const ENTRIES: [Entry; 28] = [
    Entry {
        key: "prompt.format",
        shape: "text, \"{profile} {account}\"",
        text: "What the prompt shows. The fields are {profile}, {account} (its name, or its number \
               if the name is not known), {account_id}, {account_name}, {role} and {region}.",
    },
    Entry {
        key: "prompt.colour",
        shape: "red, green, yellow, blue, magenta, cyan, white or none",
        text: "The colour in the prompt, unless a rule sets one.",
    },
    Entry {
        key: "rule.profiles",
        shape: "patterns",
        text: "Which profiles the rule is for, by name. In patterns * matches any text and ? any \
               character; upper and lower case are the same.",
    },
    Entry {
        key: "rule.accounts",
        shape: "patterns",
        text: "Which accounts the rule is for, by name or number.",
    },
    Entry {
        key: "rule.roles",
        shape: "patterns",
        text: "Limits the rule to profiles with such a role. Without profiles and accounts, the \
               rule is for all profiles with such a role.",
    },
    Entry {
        key: "rule.except",
        shape: "patterns",
        text: "Profiles and accounts that the rule is not for.",
    },
    Entry {
        key: "rule.colour",
        shape: "a colour",
        text: "The colour of these profiles in the prompt and in lists.",
    },
    Entry {
        key: "rule.confirm",
        shape: "false or true",
        text: "Ask before such a profile is used. --yes answers. The shell remembers a yes.",
    },
    Entry {
        key: "rule.stay",
        shape: "a length of time: 90s, 30m, 2h",
        text: "How long a switch lasts. Then the shell switches back to the previous profile.",
    },
    Entry {
        key: "rule.agents",
        shape: "deny, read-only or allow",
        text: "What a coding agent may do with such a profile. With read-only it gets a read-only \
               role of the same account, or nothing.",
    },
    Entry {
        key: "rule.scripts",
        shape: "allow or deny",
        text: "What scripts and credential_process may do with such a profile.",
    },
    Entry {
        key: "login.flow",
        shape: "browser or device",
        text: "How to log in. By default awsp uses a browser on this machine, and a code over SSH, \
               in a container, on WSL and without a display.",
    },
    Entry {
        key: "login.qr",
        shape: "false or true",
        text: "Also show the login page as a QR code.",
    },
    Entry {
        key: "browser.command",
        shape: "a list of words",
        text: "The program that opens pages, with its arguments. %s stands for the page.",
    },
    Entry {
        key: "console.command",
        shape: "a list of words",
        text: "The program that opens the web console, such as a container or a browser profile \
               for each account. The fields are {url}, {encoded_url}, {profile} and {account}.",
    },
    Entry {
        key: "exec.read_only",
        shape: "patterns, [\"*ReadOnly*\", \"*ViewOnly*\"]",
        text: "Which roles `awsp exec --read-only` may use; the first pattern that matches \
               decides.",
    },
    Entry {
        key: "auto_login.enabled",
        shape: "true or false",
        text: "Log in before a command that uses AWS if the session has ended.",
    },
    Entry {
        key: "auto_login.commands",
        shape: "a list of names",
        text: "The commands that log in first, instead of the usual ones.",
    },
    Entry {
        key: "auto_login.also",
        shape: "a list of names",
        text: "More commands that log in first, in addition to the usual ones.",
    },
    Entry {
        key: "time.format",
        shape: "left or clock",
        text: "How to print when a session ends: `for 7h 58m` or `until 17:42`.",
    },
    Entry {
        key: "sync.name",
        shape: "text, \"{account_name}.{role}\"",
        text: "The names of the profiles that sync and configure write. The fields are \
               {account_name}, {account_id}, {role} and {session}.",
    },
    Entry {
        key: "sync.aliases",
        shape: "a table of role = name",
        text: "Short names for roles, used in profile names.",
    },
    Entry {
        key: "sync.region",
        shape: "a region",
        text: "The region of new profiles.",
    },
    Entry {
        key: "sync.output",
        shape: "json, text, table, yaml, yaml-stream or off",
        text: "The output format of new profiles.",
    },
    Entry {
        key: "sync.accounts",
        shape: "patterns",
        text: "Only these accounts, by name or number.",
    },
    Entry {
        key: "sync.exclude_accounts",
        shape: "patterns",
        text: "Not these accounts.",
    },
    Entry {
        key: "sync.roles",
        shape: "patterns",
        text: "Only these roles.",
    },
    Entry {
        key: "sync.exclude_roles",
        shape: "patterns",
        text: "Not these roles.",
    },
];

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::*;

    #[test]
    fn each_setting_that_is_read_is_in_the_list() {
        let (_, _, rows) = Settings::parse("");
        let mut read: Vec<String> = rows
            .iter()
            .map(|row| row.key.replace("rule.1.", "rule."))
            .collect();
        let mut listed: Vec<&str> = ENTRIES.iter().map(|entry| entry.key).collect();
        read.sort();
        read.dedup();
        listed.sort_unstable();
        assert_eq!(read, listed);
    }
}
