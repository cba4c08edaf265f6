# awsp for zsh 5.1 and later. In ~/.zshrc: eval "$(command awsp init zsh)"
#
# This is all that a new shell reads. The rest, awsp.zsh, replaces these functions. It is loaded
# by the first `awsp`, TAB or wrapped command, or by the first prompt with a profile.

# ---- The rest ----

# Loads the rest. Fails if awsp is gone.
__awsp_load() {
    local text
    text=$(command awsp init zsh --rest) && [[ -n ${text} ]] && eval "${text}"
}

__awsp() {
    __awsp_load && __awsp "$@"
}

__awsp_before() {
    # Not in scripts, start-up files and prompts.
    [[ ! -o interactive || ${zsh_eval_context[1]} != toplevel ]] || ! __awsp_load 2>/dev/null || __awsp_before "$@"
}

_awsp() {
    __awsp_load 2>/dev/null && _awsp "$@"
}

__awsp_compctl() {
    __awsp_load 2>/dev/null && __awsp_compctl "$@"
}

# ---- The state, before each prompt ----

# Loads the rest as soon as a variable names a profile or other credentials, and when the
# wrapped commands may change: with another PATH.
__awsp_precmd() {
    if [[ -n ${AWS_PROFILE}${AWS_DEFAULT_PROFILE}${AWS_ACCESS_KEY_ID}${AWS_SECRET_ACCESS_KEY}${AWS_ACCOUNT_ID} ||
        -n ${AWS_ROLE_ARN}${AWS_WEB_IDENTITY_TOKEN_FILE}${AWS_BEARER_TOKEN_BEDROCK}${AWSP_STAY} ||
        -n ${AWS_CONTAINER_CREDENTIALS_FULL_URI}${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI} ||
        ${PATH} != "${__awsp_path}" ]]; then
        # If that fails, it is not tried again.
        __awsp_load 2>/dev/null || __awsp_precmd() { true; }
        __awsp_precmd "$@"
    else
        # The number of the line, which its parts share.
        [[ -n ${__awsp_line} ]] || typeset -g __awsp_line=${(%):-%D{%s}}
        typeset -g __awsp_line=$(( __awsp_line + 1 ))
    fi
}

# ---- Auto-login ----

# Wraps those of the named commands that are there, unless somebody else has made a
# function or an alias of the name.
__awsp_wrap() {
    local name
    typeset -g __awsp_path="${PATH}"
    for name in ${=1}; do
        # A look at `commands` reads all of PATH: not for what `awsp init` has just found.
        [[ $2 == there ]] || (( ${+commands[${name}]} )) || continue
        (( ! ${+builtins[${name}]} && ! ${reswords[(Ie)${name}]} )) || continue
        (( ! ${+functions[${name}]} && ! ${+aliases[${name}]} && ! ${+galiases[${name}]} )) || continue
        functions[${name}]="(( ! \${+functions[__awsp_before]} )) || __awsp_before ${name} \"\$@\" || return
            command ${name} \"\$@\""
    done
}

# ---- Setting up ----

# Tells compsys, as soon as there is one: many a ~/.zshrc runs compinit last. Where there is
# none at the first prompt, the older way has to do, which compsys knows too.
__awsp_compdef() {
    precmd_functions=("${(@)precmd_functions:#__awsp_compdef}")
    # Not `functions`: its module takes a millisecond to load.
    if typeset -f compdef >/dev/null; then
        compdef _awsp "${__awsp_cmd}"
    elif [[ $1 == later ]]; then
        precmd_functions=(__awsp_compdef "${(@)precmd_functions}")
    else
        compctl -K __awsp_compctl + -f "${__awsp_cmd}"
    fi
}

if [[ -o interactive ]]; then
    [[ ${__awsp_line} != *[^0-9]* ]] || __awsp_line=''
    typeset -ga precmd_functions
    precmd_functions=("${(@)precmd_functions:#__awsp_precmd}" __awsp_precmd)
    __awsp_compdef later
fi
