# shellcheck shell=bash disable=SC2154
# awsp for bash 3.2 and later. In ~/.bashrc: eval "$(command awsp init bash)"
#
# What a shell starts with. It waits: the first `awsp`, TAB, wrapped command, or prompt with
# a profile loads the rest, awsp.bash, which replaces these functions.

# ---- The rest ----

# Loads it.
__awsp_load() {
    local text
    # shellcheck disable=SC2294 # It is our own, and has lines.
    text=$(\command awsp init bash --rest) && [[ -n ${text} ]] && builtin eval "${text}"
}

__awsp() {
    __awsp_load && __awsp "$@"
}

__awsp_before() {
    # Not in start-up files.
    [[ -z ${__awsp_ready-} ]] || ! __awsp_load 2>/dev/null || __awsp_before "$@"
}

_awsp() {
    __awsp_load 2>/dev/null && _awsp "$@"
}

# ---- The state, before each prompt ----

# Whatever says who answers here loads the rest, and so does what changes the wrapped
# commands: another PATH, or POSIX mode.
__awsp_precmd() {
    if [[ -n ${AWS_PROFILE-}${AWS_DEFAULT_PROFILE-}${AWS_ACCESS_KEY_ID-}${AWS_SECRET_ACCESS_KEY-}${AWS_ACCOUNT_ID-} ||
        -n ${AWS_ROLE_ARN-}${AWS_WEB_IDENTITY_TOKEN_FILE-}${AWS_BEARER_TOKEN_BEDROCK-}${AWSP_STAY-} ||
        -n ${AWS_CONTAINER_CREDENTIALS_FULL_URI-}${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI-} ||
        ${PATH-} != "${__awsp_path-}" || -n ${POSIXLY_CORRECT-} ]]; then
        # Where that fails, only once.
        __awsp_load 2>/dev/null || __awsp_precmd() { builtin true; }
        __awsp_precmd "$@"
    else
        __awsp_ready=0
    fi
}

# ---- Setting up ----

# Not `return`: inside `eval` it would end the user's ~/.bashrc.
if [[ $- == *i* ]]; then
    __awsp_path=${PATH-}
    builtin complete -F _awsp "${__awsp_cmd}"
    if [[ -n ${__awsp_whole} ]]; then
        builtin true
    elif [[ ${PROMPT_COMMAND[*]-} == *__bp_* ]] || builtin declare -F starship_precmd >/dev/null; then
        # These run hooks in their own way, which the rest knows.
        __awsp_load
    elif [[ ${PROMPT_COMMAND[*]-} == *__awsp_precmd* ]]; then
        builtin true
    elif [[ ${BASH_VERSION} == 5.[1-9]* || ${BASH_VERSION} == [6-9]* ]]; then
        # Not the first element: what is added to the variable as text goes there.
        builtin printf -v 'PROMPT_COMMAND[99]' __awsp_precmd 2>/dev/null || builtin true
    else
        # A child has no such function: not exported.
        builtin export -n "PROMPT_COMMAND=${PROMPT_COMMAND-}${PROMPT_COMMAND:+$'\n'}__awsp_precmd " 2>/dev/null || builtin true
    fi
fi
