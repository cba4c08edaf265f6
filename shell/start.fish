# awsp for fish 3.6 and later. In ~/.config/fish/config.fish: command awsp init fish | source
#
# This is all that a new shell reads. The rest, awsp.fish, replaces these functions. It is loaded
# by the first `awsp`, TAB or wrapped command, or by the first prompt with a profile.

# ---- The rest ----

# Loads the rest. Fails if awsp is gone.
function __awsp_load
    set -l text (command awsp init fish --rest); and set -q text[1]; and printf '%s\n' $text | source
end

function __awsp
    __awsp_load; and __awsp $argv
end

function __awsp_before
    # Not in scripts and start-up files.
    status is-interactive; and test (status current-command) != fish; and __awsp_load 2>/dev/null; or return 0
    __awsp_before $argv
end

function __awsp_complete
    __awsp_load 2>/dev/null; and __awsp_complete
end

# ---- The state, before each prompt ----

# Loads the rest as soon as a variable names a profile or other credentials, and when the
# wrapped commands may change: with another PATH.
function __awsp_precmd --on-event fish_prompt
    test -z "$AWS_PROFILE$AWS_DEFAULT_PROFILE$AWS_ACCESS_KEY_ID$AWS_SECRET_ACCESS_KEY$AWS_ACCOUNT_ID$AWS_ROLE_ARN$AWS_WEB_IDENTITY_TOKEN_FILE$AWS_BEARER_TOKEN_BEDROCK$AWSP_STAY$AWS_CONTAINER_CREDENTIALS_FULL_URI$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" -a "$PATH" = "$__awsp_path"
    and return
    # If that fails, it is not tried again.
    if __awsp_load 2>/dev/null
        __awsp_precmd $argv
    else
        functions -e __awsp_precmd
    end
end

# ---- Auto-login ----

# Wraps those of the named commands that are there, unless somebody else has made a
# function of the name.
function __awsp_wrap
    set -g __awsp_path "$PATH"
    status is-interactive; or return 0
    for name in (string split -n ' ' -- $argv[1])
        command -q $name; and not functions -q $name; and not contains -- $name (builtin -n) $__awsp_bare; or continue
        __awsp_around $name
        set -ga __awsp_there $name
    end
    # Finds one of them as a word of its own.
    set -q __awsp_there[1]; and set -g __awsp_word "(?<![\w./-])("(string escape --style=regex -- $__awsp_there | string join '|')")(?![\w.-])"
end

# Puts a function around a command.
function __awsp_around --argument-names name
    function $name --inherit-variable name
        __awsp_before $name $argv; or return
        command $name $argv
    end
end

# The rest decides which lines need these functions: before the first line that names one.
function __awsp_line --on-event fish_preexec
    test -n "$__awsp_word"; and string match -qr -- $__awsp_word $argv[1]; and __awsp_load 2>/dev/null; and __awsp_line $argv[1]
end

# ---- Setting up ----

complete -c $__awsp_cmd -k -f -a '(__awsp_complete)'
