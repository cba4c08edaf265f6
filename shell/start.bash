# shellcheck shell=bash disable=SC2154
# awsp for bash 3.2 and later. In ~/.bashrc: eval "$(command awsp init bash)"
#
# This is all that a new shell reads. The rest, awsp.bash, replaces these functions. It is loaded
# by the first `awsp`, TAB or wrapped command, or by the first prompt with a profile.

# ---- The rest ----

# Loads the rest. Fails if awsp is gone.
__awsp_load() {
    local text
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

# Loads the rest as soon as a variable names a profile or other credentials, and when the
# wrapped commands may change: with another PATH, or in POSIX mode.
__awsp_precmd() {
    if [[ -n ${AWS_PROFILE-}${AWS_DEFAULT_PROFILE-}${AWS_ACCESS_KEY_ID-}${AWS_SECRET_ACCESS_KEY-}${AWS_ACCOUNT_ID-} ||
        -n ${AWS_ROLE_ARN-}${AWS_WEB_IDENTITY_TOKEN_FILE-}${AWS_BEARER_TOKEN_BEDROCK-}${AWSP_STAY-} ||
        -n ${AWS_CONTAINER_CREDENTIALS_FULL_URI-}${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI-} ||
        ${PATH-} != "${__awsp_path-}" || -n ${POSIXLY_CORRECT-}${1-} ||
        ${PROMPT_COMMAND[*]-} == *__bp_* || ${PROMPT_COMMAND[*]-} == *starship_precmd* ]]; then
        # If that fails, it is not tried again.
        __awsp_load 2>/dev/null || __awsp_precmd() { builtin true; }
        __awsp_precmd "$@"
    else
        # The number of the line, which its parts share. Without a clock, any beginning will do.
        __awsp_ready=$((${__awsp_ready:-${EPOCHSECONDS:-$((RANDOM * 32768 + RANDOM))}} + 1))
    fi
}

# ---- Setting up ----

# Not `return`: inside `eval` it would end the user's ~/.bashrc.
if [[ $- == *i* ]]; then
    __awsp_path=${PATH-}
    [[ ${__awsp_ready-} != *[!0-9]* ]] || __awsp_ready=''
    builtin complete -F _awsp "${__awsp_cmd}"
    if [[ -n ${__awsp_whole} ]]; then
        builtin true
    elif [[ ${PROMPT_COMMAND[*]-} == *__bp_* ]] || builtin declare -F starship_precmd >/dev/null; then
        # Both run hooks in a way of their own. __awsp_hook, in the rest, handles them.
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
