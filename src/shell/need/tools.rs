//! The subcommands of the wrapped tools that do not use AWS.

/// One tool.
pub struct Tool {
    /// Its names.
    names: &'static [&'static str],
    /// It uses the kubeconfig.
    pub cluster: bool,
    /// It only works with AWS, so it uses the profile `default` if none is named.
    pub alone: bool,
    /// The option that names a profile; empty if there is none.
    pub profile: &'static str,
    /// Options whose value is the next word.
    pub valued: &'static [&'static str],
    /// Subcommands of one or two words that do not use AWS, or log in themselves.
    pub idle: &'static [&'static str],
    /// Subcommands of two words that use AWS although the first word alone does not.
    pub busy: &'static [&'static str],
}

const NONE: Tool = Tool {
    names: &[],
    cluster: false,
    alone: false,
    profile: "",
    valued: &[],
    idle: &[],
    busy: &[],
};

const AWS: Tool = Tool {
    alone: true,
    profile: "--profile",
    ..NONE
};

const CLUSTER: Tool = Tool {
    cluster: true,
    ..NONE
};

/// From the documentation of the tools, December 2026.
const TOOLS: [Tool; 15] = [
    Tool {
        names: &["aws"],
        valued: &[
            "--profile",
            "--region",
            "--output",
            "--query",
            "--endpoint-url",
            "--color",
            "--ca-bundle",
            "--cli-read-timeout",
            "--cli-connect-timeout",
            "--cli-binary-format",
        ],
        idle: &["sso", "history"],
        busy: &["configure export-credentials"],
        ..AWS
    },
    Tool {
        names: &["terraform", "tofu"],
        idle: &[
            "validate",
            "get",
            "metadata",
            "modules",
            "providers lock",
            "providers mirror",
        ],
        ..NONE
    },
    Tool {
        names: &["terragrunt"],
        valued: &["--working-dir", "--terragrunt-working-dir"],
        idle: &[
            "hclfmt",
            "hclvalidate",
            "hcl",
            "catalog",
            "scaffold",
            "find",
            "list",
            "dag",
        ],
        ..NONE
    },
    Tool {
        names: &["cdk"],
        valued: &[
            "--profile",
            "--app",
            "-a",
            "--output",
            "-o",
            "--context",
            "-c",
            "--plugin",
            "-p",
        ],
        idle: &[
            "init",
            "acknowledge",
            "ack",
            "notices",
            "docs",
            "doc",
            "doctor",
            "context",
            "flags",
        ],
        ..AWS
    },
    Tool {
        names: &["sam"],
        idle: &["init", "build", "docs"],
        ..AWS
    },
    Tool {
        names: &["eksctl"],
        valued: &[
            "--profile",
            "-p",
            "--region",
            "-r",
            "--verbose",
            "-v",
            "--color",
            "-C",
        ],
        idle: &["info", "utils schema"],
        ..AWS
    },
    Tool {
        names: &["kubectl"],
        valued: &[
            "--context",
            "--kubeconfig",
            "--cluster",
            "--user",
            "--namespace",
            "-n",
            "--server",
            "-s",
            "--token",
            "--as",
            "--as-group",
            "--as-uid",
            "--cache-dir",
            "--certificate-authority",
            "--client-certificate",
            "--client-key",
            "--request-timeout",
            "--tls-server-name",
            "--v",
            "-v",
            "--vmodule",
        ],
        idle: &["config", "kustomize", "plugin", "options"],
        ..CLUSTER
    },
    Tool {
        names: &["helm"],
        valued: &[
            "--kube-context",
            "--kubeconfig",
            "--namespace",
            "-n",
            "--kube-apiserver",
            "--kube-as-user",
            "--kube-as-group",
            "--kube-ca-file",
            "--kube-token",
            "--registry-config",
            "--repository-cache",
            "--repository-config",
        ],
        idle: &[
            "create",
            "dependency",
            "dep",
            "dependencies",
            "env",
            "lint",
            "package",
            "plugin",
            "pull",
            "fetch",
            "push",
            "registry",
            "repo",
            "search",
            "show",
            "inspect",
            "template",
            "verify",
        ],
        ..CLUSTER
    },
    Tool {
        names: &["k9s"],
        idle: &["info"],
        ..CLUSTER
    },
    Tool {
        names: &["pulumi"],
        valued: &[
            "--cwd",
            "-C",
            "--color",
            "--stack",
            "-s",
            "--profiling",
            "--tracing",
            "--verbose",
            "-v",
        ],
        idle: &[
            "about",
            "convert",
            "gen-completion",
            "install",
            "new",
            "org",
            "package",
            "plugin",
            "policy",
            "schema",
            "template",
            "whoami",
        ],
        ..NONE
    },
    Tool {
        names: &["packer"],
        idle: &[
            "fix",
            "hcl2_upgrade",
            "init",
            "inspect",
            "plugins",
            "validate",
        ],
        ..NONE
    },
    Tool {
        names: &["sls", "serverless"],
        profile: "--aws-profile",
        valued: &[
            "--aws-profile",
            "--stage",
            "-s",
            "--region",
            "-r",
            "--config",
            "-c",
        ],
        idle: &["config", "create", "dashboard", "doctor", "plugin"],
        ..NONE
    },
    Tool {
        names: &["chalice", "eb", "ecs-cli"],
        valued: &[
            "--project-dir",
            "--profile",
            "--region",
            "-r",
            "--aws-profile",
        ],
        idle: &[
            "generate-models",
            "generate-pipeline",
            "license",
            "local",
            "new-project",
            "url",
        ],
        ..AWS
    },
    Tool {
        names: &["s5cmd"],
        valued: &[
            "--profile",
            "--endpoint-url",
            "--numworkers",
            "--log",
            "--credentials-file",
        ],
        ..AWS
    },
    Tool {
        names: &["steampipe"],
        valued: &["--install-dir", "--workspace"],
        idle: &["plugin"],
        ..NONE
    },
];

/// The tool with this name; `None` for one that only the user's settings name.
pub fn tool(name: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.names.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::commands::AUTO_LOGIN;

    #[test]
    fn every_command_that_is_wrapped_is_known() {
        for name in AUTO_LOGIN {
            assert!(tool(name).is_some(), "{name}");
        }
    }
}
