//! Who runs awsp: a person, a coding agent, or nobody (a script). This one decision is used by
//! everything that would ask, wait or open a browser.
//!
//! Agents run commands in real terminals, so a terminal alone proves nothing. They identify
//! themselves by variables. To respect them is a courtesy, not a security boundary.

use super::env::Env;

/// Variables that known agents set for the programs they run, in addition to `AI_AGENT` and
/// `AGENT`.
const AGENTS: [&str; 15] = [
    "CLAUDECODE",
    "CURSOR_AGENT",
    "CODEX_THREAD_ID",
    "CODEX_SANDBOX",
    "CODEX_CI",
    "GEMINI_CLI",
    "OPENCODE",
    "COPILOT_CLI",
    "COPILOT_AGENT",
    "AUGMENT_AGENT",
    "QWEN_CODE",
    "CLINE_ACTIVE",
    "AMP_CURRENT_THREAD_ID",
    "GOOSE_TERMINAL",
    "ANTIGRAVITY_AGENT",
];

/// The variable that overrides the others: `1` for an agent, `0` for none.
const OVERRIDE: &str = "AWSP_AGENT";

/// Who runs awsp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// A person who can log in. Questions also need a terminal at stdin, which may be a pipe or
    /// belong to the shell's hook.
    Person {
        can_type: bool,
    },
    /// A coding agent, and the variable that says so.
    Agent {
        variable: &'static str,
    },
    Nobody(Absence),
}

/// Why nobody can log in or answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    NoLogin,
    Ci,
    NoTerminal,
}

impl Presence {
    /// Decides by these variables and terminals.
    pub fn of(env: &Env) -> Self {
        if let Some(variable) = agent(env) {
            Self::Agent { variable }
        } else if env.flag("AWSP_NO_LOGIN") {
            Self::Nobody(Absence::NoLogin)
        } else if env.flag("CI") {
            Self::Nobody(Absence::Ci)
        } else if env.stderr_is_terminal {
            Self::Person {
                can_type: env.stdin_is_terminal,
            }
        } else {
            Self::Nobody(Absence::NoTerminal)
        }
    }

    pub const fn is_person(self) -> bool {
        matches!(self, Self::Person { .. })
    }

    /// True where a question can be asked and answered.
    pub const fn can_answer(self) -> bool {
        matches!(self, Self::Person { can_type: true })
    }

    /// The answer in words: `a person`, `an agent` or `nobody`.
    pub const fn who(self) -> &'static str {
        match self {
            Self::Person { .. } => "a person",
            Self::Agent { .. } => "an agent",
            Self::Nobody(_) => "nobody",
        }
    }

    /// The reason for the decision.
    pub fn why(self) -> String {
        match self {
            Self::Person { can_type: true } => "stdin and stderr are a terminal".to_owned(),
            Self::Person { can_type: false } => "stderr is a terminal, stdin is not".to_owned(),
            Self::Agent { variable } => format!("{variable} is set"),
            Self::Nobody(_) => self.why_not(),
        }
    }

    /// Why nobody can log in or answer, for messages.
    pub fn why_not(self) -> String {
        match self {
            Self::Agent { variable } => format!("an agent is here ({variable} is set)"),
            Self::Nobody(Absence::NoLogin) => "AWSP_NO_LOGIN is set".to_owned(),
            Self::Nobody(Absence::Ci) => "CI is set".to_owned(),
            Self::Nobody(Absence::NoTerminal) => "there is no terminal".to_owned(),
            Self::Person { can_type: false } => "stdin is not a terminal".to_owned(),
            Self::Person { can_type: true } => "a person is here".to_owned(),
        }
    }
}

/// The agent's name, such as `claude-code`, of letters, digits and `-`; `None` if there is no
/// agent.
pub fn agent_name(env: &Env) -> Option<String> {
    let variable = agent(env)?;
    let own = env.var(variable).unwrap_or_default().to_ascii_lowercase();
    let name = match variable {
        "AI_AGENT" | "AGENT" if own != "1" && own != "true" => own.as_str(),
        "AI_AGENT" | "AGENT" | OVERRIDE => "agent",
        "CLAUDECODE" => "claude-code",
        "CURSOR_AGENT" => "cursor",
        "CODEX_THREAD_ID" | "CODEX_SANDBOX" | "CODEX_CI" => "codex",
        "GEMINI_CLI" => "gemini-cli",
        "OPENCODE" => "opencode",
        "COPILOT_CLI" | "COPILOT_AGENT" => "copilot",
        "AUGMENT_AGENT" => "augment",
        "QWEN_CODE" => "qwen-code",
        "CLINE_ACTIVE" => "cline",
        "AMP_CURRENT_THREAD_ID" => "amp",
        "GOOSE_TERMINAL" => "goose",
        "ANTIGRAVITY_AGENT" => "antigravity",
        _ => "agent",
    };
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    Some(name.chars().map(plain).take(30).collect())
}

/// The variable by which an agent identifies itself.
fn agent(env: &Env) -> Option<&'static str> {
    let is_set = |name: &str| {
        env.var(name)
            .is_some_and(|value| !matches!(value.to_ascii_lowercase().as_str(), "0" | "false"))
    };
    if env.var(OVERRIDE).is_some() {
        return is_set(OVERRIDE).then_some(OVERRIDE);
    }
    if is_set("AI_AGENT") {
        return Some("AI_AGENT");
    }
    // With a `/` it is the socket of another kind of agent, such as ssh-agent.
    if is_set("AGENT") && env.var("AGENT").is_some_and(|value| !value.contains('/')) {
        return Some("AGENT");
    }
    AGENTS.into_iter().find(|name| is_set(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_a_terminal(vars: &[(&str, &str)]) -> Presence {
        let mut env = Env::of(vars);
        (env.stdin_is_terminal, env.stderr_is_terminal) = (true, true);
        Presence::of(&env)
    }

    const PERSON: Presence = Presence::Person { can_type: true };

    #[test]
    fn each_agent_is_known_at_a_terminal_and_without_one() {
        for name in AGENTS.into_iter().chain(["AI_AGENT", "AGENT", OVERRIDE]) {
            let agent = Presence::Agent { variable: name };
            assert_eq!(at_a_terminal(&[(name, "1")]), agent, "{name}");
            assert_eq!(Presence::of(&Env::of(&[(name, "1")])), agent, "{name}");
            assert_eq!(at_a_terminal(&[(name, "1"), ("CI", "1")]), agent, "{name}");
        }
    }

    #[test]
    fn each_agent_has_a_name() {
        for name in AGENTS {
            let own = agent_name(&Env::of(&[(name, "1")])).unwrap();
            assert_ne!(own, "agent", "{name}");
        }
        for (variable, value, expected) in [
            ("AI_AGENT", "Claude Code/2.1", "claude-code-2-1"),
            ("AI_AGENT", "1", "agent"),
            ("AGENT", "amp", "amp"),
            (OVERRIDE, "1", "agent"),
        ] {
            let env = Env::of(&[(variable, value)]);
            assert_eq!(agent_name(&env).as_deref(), Some(expected));
        }
        assert_eq!(agent_name(&Env::of(&[])), None);
    }

    #[test]
    fn what_only_looks_like_an_agent_is_none() {
        for (name, value) in [
            ("AI_AGENT", ""),
            ("AI_AGENT", "0"),
            ("CLAUDECODE", "false"),
            ("AGENT", "/run/user/1000/agent.sock"),
        ] {
            assert_eq!(at_a_terminal(&[(name, value)]), PERSON, "{name}={value}");
        }
        assert_eq!(
            at_a_terminal(&[("CLAUDECODE", "1"), (OVERRIDE, "0")]),
            PERSON
        );
    }

    #[test]
    fn without_a_terminal_in_ci_and_on_request_there_is_no_person() {
        use Absence::{Ci, NoLogin, NoTerminal};
        for (vars, why) in [
            (&[("CI", "true")][..], Ci),
            (&[("AWSP_NO_LOGIN", "1"), ("CI", "1")], NoLogin),
        ] {
            assert_eq!(at_a_terminal(vars), Presence::Nobody(why));
        }
        assert_eq!(Presence::of(&Env::default()), Presence::Nobody(NoTerminal));
        let mut env = Env::default();
        env.stderr_is_terminal = true;
        assert_eq!(
            Presence::of(&env),
            Presence::Person { can_type: false },
            "a pipe at stdin, or the shell's hook"
        );
    }
}
