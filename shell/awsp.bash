# shellcheck shell=bash
# awsp for bash 3.2 and later. In ~/.bashrc: eval "$(awsp init bash)"
#
# Words that an alias of the user's could replace are written with a backslash.

# ---- The command ----

# Runs awsp with this shell's own stdin, stdout and stderr. What this shell must
# change comes back through file descriptor 3, as lines that nothing evaluates.
__awsp() {
    # What `exec` runs changes nothing here, and must be a job: stopped, continued.
    if [[ ${1-} == exec || (${1-} == -* && ${2-} == exec) ]]; then
        \command awsp "$@"
        \return
    fi
    # A failing redirection skips the block, for instance when stdout is closed.
    \builtin local changes='' code=1
    {
        code=0
        changes=$(
            AWSP_SHELL=bash AWSP_PREVIOUS=${__awsp_previous-} AWSP_SWITCHED=${__awsp_saved[0]+1} \command awsp "$@" 3>&1 >&4 4>&-
        ) || code=$?
    } 4>&1
    __awsp_apply "${changes}"
    \return "${code}"
}

# Does what the lines say: `NAME=VALUE` sets, `-NAME` unsets, `~` restores.
# AWS* and GRANTED_* belong to the environment, __awsp_* to this shell alone.
__awsp_apply() {
    \builtin local changes line name
    changes=$1
    # Not `read <<<`: bash keeps the text in a temporary file, and a full disk has none.
    while [[ -n ${changes} ]]; do
        line=${changes%%$'\n'*}
        changes=${changes#"${line}"}
        changes=${changes#$'\n'}
        name=${line#-}
        name=${name%%=*}
        if [[ ${line} == '~' ]]; then
            __awsp_restore
        elif [[ ${name} == *[!A-Za-z0-9_]* ]]; then
            \continue
        elif [[ ${line} == AWS*=* || ${line} == GRANTED_*=* ]]; then
            __awsp_save "${name}"
            # shellcheck disable=SC2163 # The line is the assignment.
            \builtin export "${line}"
        elif [[ ${line} == -AWS* || ${line} == -GRANTED_* ]]; then
            __awsp_save "${name}"
            \builtin unset -v "${name}"
        elif [[ ${line} == __awsp_*=* ]]; then
            # `declare -g` is bash 4.2; `export -n` sets a global and leaves it here.
            # shellcheck disable=SC2163
            \builtin export -n "${line}"
            [[ ${name} != __awsp_now ]] || __awsp_seconds=${SECONDS}
        elif [[ ${line} == -__awsp_* ]]; then
            \builtin unset -v "${name}"
        fi
    done
}

# Remembers what a variable was before awsp first touched it, as `-NAME` (unset),
# `xNAME=VALUE` (exported) or `gNAME=VALUE` (not exported).
__awsp_save() {
    \builtin local entry flags
    for entry in ${__awsp_saved[@]+"${__awsp_saved[@]}"}; do
        entry=${entry#?}
        [[ ${entry%%=*} != "$1" ]] || \return 0
    done
    entry=-$1
    if [[ -n ${!1+set} ]]; then
        entry=g$1=${!1}
        flags=$(\builtin declare -p "$1")
        flags=${flags#declare -}
        [[ ${flags%% *} != *x* ]] || entry=x${entry#?}
    fi
    __awsp_saved+=("${entry}")
}

# Puts every remembered variable back, and forgets.
__awsp_restore() {
    \builtin local entry
    for entry in ${__awsp_saved[@]+"${__awsp_saved[@]}"}; do
        case ${entry} in
            -*) \builtin unset -v "${entry#?}" ;;
            x*) \builtin export "${entry#?}" ;;
            *) \builtin export -n "${entry#?}" ;;
        esac
    done
    \builtin unset -v __awsp_saved
}

# ---- The state, before each prompt ----

# Refreshes AWSP_PROMPT. Starts no process while nothing has changed.
__awsp_precmd() {
    \builtin local code="$?"
    # Assigned apart: behind a backslash `local` splits its words, by whatever IFS is.
    \builtin local profile word='' style=''
    profile=${AWS_PROFILE-${AWS_DEFAULT_PROFILE-}}
    if [[ -n ${profile} ]]; then
        if [[ ${profile} != "${__awsp_profile-}" ]]; then
            \builtin unset -v __awsp_text __awsp_style __awsp_token __awsp_state \
                __awsp_until __awsp_renew __awsp_expires
            __awsp_refresh "${profile}"
        elif [[ ${AWS_REGION-} != "${__awsp_region-}" ]] || __awsp_stale; then
            __awsp_refresh "${profile}"
        fi
        __awsp_word
    fi
    if [[ -n ${profile} && -n ${__awsp_text-} ]]; then
        \builtin export AWSP_PROMPT="${__awsp_text}${word:+ ${word}}"
        style=${__awsp_style-}
        case ${word} in
            login | keys) style=${style:-yellow} ;;
            *) ;;
        esac
    else
        \builtin unset -v AWSP_PROMPT
    fi
    __awsp_paint "${style}"
    # From here on, what runs was typed.
    __awsp_typed=1
    # Under `set -e`, a hook that returns non-zero ends the shell.
    [[ $- != *e* ]] || \return 0
    \return "${code}"
}

# Stands before the hooks of others where PROMPT_COMMAND is one text: what they run
# was not typed. They still find the status of what was.
__awsp_untyped() {
    \builtin local code="$?"
    __awsp_typed=''
    [[ $- != *e* ]] || \return 0
    \return "${code}"
}

# Asks awsp what to show for a profile. Whatever happens it is asked only once:
# neither a program that fails nor a clock that differs may cost every prompt.
__awsp_refresh() {
    __awsp __prompt </dev/null 2>/dev/null || \builtin true
    __awsp_profile=$1 __awsp_region=${AWS_REGION-}
    if __awsp_stale; then
        \builtin unset -v __awsp_state
    fi
}

# Whether the token file has changed since awsp looked: the state file has its time.
__awsp_stale() {
    [[ -n ${__awsp_state-} && -e ${__awsp_token-} ]] &&
        [[ ${__awsp_token} -nt ${__awsp_state} || ${__awsp_token} -ot ${__awsp_state} ]]
}

# Sets `word`: what is to be said of the session, if anything.
__awsp_word() {
    \builtin local session='' left=''
    if [[ -n ${AWS_ACCESS_KEY_ID-} ]]; then
        word=keys
        \return 0
    fi
    __awsp_session
    if [[ ${session} == ended ]]; then
        word=login
    elif [[ -n ${left} ]] && ((left < 900)); then
        word=$((left / 60))m
    fi
}

# Sets `session` to valid, renewable or ended, by the times of the state file; to
# nothing for a profile without one. `left`: the seconds of a token that cannot renew.
__awsp_session() {
    \builtin local line good renew expires now
    line="${__awsp_until-} ${__awsp_renew-} ${__awsp_expires-}"
    if [[ -z ${__awsp_token-} ]]; then
        \return 0
    elif [[ ! -e ${__awsp_token} ]]; then
        session=ended
        \return 0
    elif [[ -r ${__awsp_state-} ]]; then
        IFS= \builtin read -r line <"${__awsp_state}" || \builtin true
    fi
    __awsp_clock
    good=${line%% *}
    renew=${line#* }
    renew=${renew% *}
    expires=${line##* }
    # Arithmetic runs the `$(…)` in what it is given: digits, or nothing.
    [[ -n ${good} && -n ${renew} && -n ${expires} && -n ${now} ]] || \return 0
    [[ ${good}${renew}${expires}${now} != *[!0-9]* ]] || \return 0
    if ((10#${now} >= 10#${good} && 10#${now} >= 10#${renew})); then
        session=ended
    elif ((10#${now} >= 10#${good})); then
        session=renewable
    else
        session=valid
        ((10#${renew} > 10#${now})) || left=$((10#${expires} - 10#${now}))
    fi
}

# Sets `now`, in seconds since 1970, without a process.
__awsp_clock() {
    if ((BASH_VERSINFO[0] > 4 || (BASH_VERSINFO[0] == 4 && BASH_VERSINFO[1] >= 2))); then
        \builtin printf -v now '%(%s)T' -1
    elif [[ ${__awsp_now-} == [0-9]* && ${__awsp_now}${__awsp_seconds} != *[!0-9]* ]]; then
        now=$((10#${__awsp_now} + SECONDS - __awsp_seconds))
    else
        now=''
    fi
}

# ---- The segment ----

# Sets the colour that PS1 refers to.
__awsp_paint() {
    \builtin local code=''
    case $1 in
        red) code=31 ;;
        green) code=32 ;;
        yellow) code=33 ;;
        blue) code=34 ;;
        magenta) code=35 ;;
        cyan) code=36 ;;
        white) code=37 ;;
        *) ;;
    esac
    if [[ -n ${NO_COLOR-} || ${TERM-} == dumb ]]; then
        code=''
    fi
    # shellcheck disable=SC2034 # PS1 refers to both.
    __awsp_on=${code:+$'\e['${code}m} __awsp_off=${code:+$'\e[39m'}
}

# Puts the segment before the prompt, once and by reference: bash does not expand
# again what a reference brings, so a profile named `$(…)` stays a name.
__awsp_segment() {
    [[ -z ${__awsp_no_prompt-} && ${PS1-} != *AWSP_PROMPT* ]] || \return 0
    \builtin shopt -q promptvars || \return 0
    # These draw the whole prompt themselves, and find AWSP_PROMPT in the environment.
    ! \builtin declare -F starship_precmd >/dev/null || \return 0
    ! \builtin declare -F _omp_hook >/dev/null || \return 0
    # shellcheck disable=SC2016 # A reference is meant.
    PS1='\[${__awsp_on-}\]${AWSP_PROMPT:+(${AWSP_PROMPT}) }\[${__awsp_off-}\]'"${PS1-}"
}

# ---- Auto-login ----

# Makes the session usable that a command with these arguments needs; `awsp init`
# wraps each command in a function that asks here first. While the token is good
# this is one look at what the prompt hook knows.
__awsp_before() {
    # Only for what was typed: a start-up file, an earlier hook, a key binding or a
    # completion that runs the command is not its user.
    [[ -n ${__awsp_typed-} && -z ${COMP_LINE-}${READLINE_LINE+x} ]] || \return 0
    \builtin local word before='' profile='' session='' left='' shell='' code=0
    for word; do
        # These log in themselves, or do without: `aws sso login`, `kubectl version`.
        # After an option it may be the option's value.
        case ${word} in
            login | logout | configure | completion | fmt | help | version)
                [[ ${before} == -* && ${before} != *=* ]] || \return 0
                ;;
            -h | --help | --version) \return 0 ;;
            --) \break ;;
            *) ;;
        esac
        [[ ${before} != --profile ]] || profile=${word}
        [[ ${word} != --profile=* ]] || profile=${word#*=}
        before=${word}
    done
    if [[ -z ${profile} ]]; then
        # Keys go before a profile that only a variable names.
        [[ -z ${AWS_ACCESS_KEY_ID-} ]] || \return 0
        profile=${AWS_PROFILE-${AWS_DEFAULT_PROFILE-}}
        profile=${profile:-default}
    fi
    if [[ ${profile} == "${__awsp_profile-}" ]] && ! __awsp_stale; then
        __awsp_session
        [[ ${session:-valid} != valid ]] || \return 0
    fi
    # What has just failed is not tried again before each command of a minute.
    [[ -z ${__awsp_failed-} ]] || ((SECONDS - __awsp_failed >= 60)) || \return 0
    # In a subshell only the program can tell a pipeline from a substitution, such as
    # those of a prompt that runs kubectl.
    [[ ${BASH_SUBSHELL} == 0 ]] || shell=$$
    __awsp __before ${shell:+"--shell=${shell}"} -- "${profile}" </dev/null >&2 || code=$?
    case ${code} in
        0) \builtin unset -v __awsp_failed ;;
        # The user has said no.
        5 | 130) \return "${code}" ;;
        *) __awsp_failed=${SECONDS} ;;
    esac
}

# Whether a command may be wrapped: nobody else has made a function or an alias of
# the name, and this is not a script.
__awsp_free() {
    [[ $- == *i* ]] || \return 1
    # POSIX mode knows fewer names, and ends the shell over another.
    [[ ! -o posix || ($1 != *[!A-Za-z0-9_]* && $1 != [0-9]*) ]] || \return 1
    ! \builtin declare -F "$1" >/dev/null || \return 1
    ! \builtin alias "$1" >/dev/null 2>&1 || \return 1
    ! \builtin compgen -A builtin -A keyword -X "!$1" >/dev/null
}

# ---- Setting up ----

# Registers the hook once, whoever owns PROMPT_COMMAND.
__awsp_hook() {
    \builtin local entry
    # Starship, loaded after us alone, has put our entry there. It runs this text before
    # it draws the prompt; any entry of ours beside it would be a prompt late.
    [[ ${STARSHIP_PROMPT_COMMAND-} != *__awsp_precmd* ]] || \return 0
    if \builtin declare -F starship_precmd >/dev/null &&
        [[ $(\builtin declare -f starship_precmd) == *STARSHIP_PROMPT_COMMAND* ]]; then
        STARSHIP_PROMPT_COMMAND=${STARSHIP_PROMPT_COMMAND:+${STARSHIP_PROMPT_COMMAND}$'\n'}__awsp_precmd
        \return 0
    fi
    if [[ -n ${bash_preexec_imported-}${__bp_imported-} ]]; then
        for entry in ${precmd_functions[@]+"${precmd_functions[@]}"}; do
            [[ ${entry} != __awsp_precmd ]] || \return 0
        done
        precmd_functions+=(__awsp_precmd)
        \return 0
    fi
    # One entry at a time: joining with [*] would depend on IFS.
    for entry in ${PROMPT_COMMAND[@]+"${PROMPT_COMMAND[@]}"}; do
        [[ ${entry} == *__awsp_precmd* ]] || \continue
        # A start-up file that is read again has put its own hook where ours was.
        [[ ${PROMPT_COMMAND[0]} != "${PROMPT_COMMAND[1]-}" ]] || PROMPT_COMMAND[0]=__awsp_typed=
        \return 0
    done
    if ((BASH_VERSINFO[0] > 5 || (BASH_VERSINFO[0] == 5 && BASH_VERSINFO[1] >= 1))); then
        # Bash restores $? and PIPESTATUS between the elements of an array. The first one
        # here is for what the hooks of others run: it was not typed.
        [[ -z ${PROMPT_COMMAND[0]-} ]] || PROMPT_COMMAND=(__awsp_typed= "${PROMPT_COMMAND[@]}")
        PROMPT_COMMAND+=(__awsp_precmd)
    else
        # Only the first element runs. A newline is safe after `;` and after a comment.
        # shellcheck disable=SC2128,SC2178 # A scalar is meant.
        PROMPT_COMMAND=${PROMPT_COMMAND:+__awsp_untyped$'\n'${PROMPT_COMMAND}$'\n'}__awsp_precmd
    fi
}

# Bash cannot name a function from a variable: another name becomes an alias.
if [[ ${__awsp_cmd:-awsp} == awsp ]]; then
    \builtin unalias awsp 2>/dev/null || \builtin true
    function awsp {
        # Without the rest, as in a snapshot of functions, it is the program alone.
        if \builtin declare -F __awsp >/dev/null; then
            __awsp "$@"
        else
            \command awsp "$@"
        fi
    }
else
    # shellcheck disable=SC2139 # Expanded now is meant.
    \builtin alias "${__awsp_cmd}=__awsp"
fi

# Not `return`: inside `eval` it would end the user's ~/.bashrc.
if [[ $- == *i* ]]; then
    __awsp_hook
    __awsp_segment
fi
\builtin unset -f __awsp_hook __awsp_segment
