# shellcheck shell=bash disable=SC2154
# awsp for bash 3.2 and later. In ~/.bashrc: eval "$(command awsp init bash)"
#
# Bash reads a text command by command, so with aliases off from here on none of the
# user's replaces a word of what follows. The last lines put them back. Only what stands
# in a `$(…)` is parsed again when it is run.
__awsp_aliases=''
if \builtin shopt -q expand_aliases; then
    __awsp_aliases=1
    \builtin shopt -u expand_aliases
fi

# ---- The command ----

# What the user calls: switches, and has the prompt show it at once.
__awsp() {
    local code=0 __awsp_by_hand=1
    __awsp_run "$@" || code=$?
    __awsp_all=''
    [[ $- != *i* ]] || __awsp_precmd
    return "${code}"
}

# Runs awsp with this shell's own stdin, stdout and stderr. What this shell must
# change comes back through file descriptor 3, as lines that nothing evaluates.
__awsp_run() {
    # What `exec` runs changes nothing here, and must be a job: stopped, continued.
    if [[ ${1-} == exec || (${1-} == -* && ${2-} == exec) ]]; then
        AWSP_CMD=${__awsp_cmd-} AWSP_CONFIRMED=${__awsp_confirmed-} command awsp "$@"
        return
    fi
    local changes='' code=1 held=''
    # Before 5.1, after a hook that resets the trap for INT, such as direnv's, Ctrl-C in
    # a `$(…)` ends the shell. Reset here it does no harm: this is no hook.
    if [[ -n ${__awsp_by_hand-} ]] &&
        ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 501)) && [[ -z $(\builtin trap -p INT || \builtin true) ]]; then
        held=1
        builtin trap : INT
    fi
    # A failing redirection skips the block, for instance when stdout is closed.
    {
        code=0
        changes=$(
            AWSP_SHELL=bash AWSP_PID=$$ AWSP_CMD=${__awsp_cmd-} AWSP_CONFIRMED=${__awsp_confirmed-} \
                AWSP_PREVIOUS=${__awsp_previous-} AWSP_SWITCHED=${__awsp_switched-} \
                \command awsp "$@" 3>&1 >&4 4>&-
        ) || code=$?
    } 4>&1
    [[ -z ${held} ]] || builtin trap - INT
    __awsp_apply "${changes}" || code=$((code ? code : 1))
    return "${code}"
}

# Does what the lines say: `NAME=VALUE` sets, `-NAME` unsets, `~` restores, and the
# text behind `!` is printed when all that was done. AWS* and GRANTED_* belong to the
# environment, __awsp_* to this shell alone.
__awsp_apply() {
    local IFS=$' \t\n' changes=$1 line name told=''
    # Not `read <<<`: bash keeps the text in a temporary file, and a full disk has none.
    while [[ -n ${changes} ]]; do
        line=${changes%%$'\n'*}
        changes=${changes#"${line}"}
        changes=${changes#$'\n'}
        name=${line#-}
        name=${name%%=*}
        case ${line} in
            '!'*)
                told+=${line#?}$'\n'
                continue
                ;;
            '~')
                __awsp_restore
                continue
                ;;
            *) [[ ${name} != *[!A-Za-z0-9_]* ]] || continue ;;
        esac
        case ${line} in
            AWS*=* | GRANTED_*=*)
                __awsp_save "${name}"
                # shellcheck disable=SC2163 # The line is the assignment.
                builtin export "${line}" 2>/dev/null || __awsp_lost "${name}" || return
                ;;
            -AWS* | -GRANTED_*)
                __awsp_save "${name}"
                builtin unset -v "${name}" 2>/dev/null || __awsp_lost "${name}" || return
                ;;
            __awsp_*=*)
                # `declare -g` is bash 4.2; `export -n` sets a global and leaves it here.
                # shellcheck disable=SC2163
                builtin export -n "${line}"
                [[ ${name} != __awsp_now ]] || __awsp_seconds=${SECONDS} __awsp_told=1
                ;;
            -__awsp_*) builtin unset -v "${name}" ;;
            *) ;;
        esac
    done
    [[ -z ${told} ]] || builtin printf '%s' "${told}" >&2
}

# Says what could not be changed: nothing more is, and the prompt finds out what is true.
__awsp_lost() {
    __awsp_told='' __awsp_key=none
    builtin printf '%s: cannot change %s: it is read-only in this shell\n' "${__awsp_cmd:-awsp}" "$1" >&2
    return 1
}

# Remembers what a variable was before awsp first touched it, as `-NAME` (unset),
# `xNAME=VALUE` (exported) or `gNAME=VALUE` (not exported).
__awsp_save() {
    local entry flags
    for entry in ${__awsp_saved[@]+"${__awsp_saved[@]}"}; do
        entry=${entry#?}
        [[ ${entry%%=*} != "$1" ]] || return 0
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
    # With another IFS, bash 3.2 makes one word of all entries.
    local IFS=$' \t\n' entry
    for entry in ${__awsp_saved[@]+"${__awsp_saved[@]}"}; do
        case ${entry} in
            -*) builtin unset -v "${entry#?}" ;;
            x*) builtin export "${entry#?}" ;;
            *) builtin export -n "${entry#?}" ;;
        esac
    done 2>/dev/null
    builtin unset -v __awsp_saved __awsp_switched
}

# ---- The state, before each prompt ----

# Refreshes AWSP_PROMPT and __awsp_session. While nothing has changed it starts no process
# and calls no function: that would cost more than all the rest.
# shellcheck disable=SC2250 # In bash 3.2 braces double the cost, and `${x-}` has ten times it.
__awsp_precmd() {
    local IFS=$' \t\n' key all line='' now unset=${-//[!u]/}
    set +u
    # All that decides who answers here, in a word; `:::::::::` is nobody.
    key=$AWS_PROFILE:$AWS_DEFAULT_PROFILE:$AWS_ACCESS_KEY_ID:${AWS_SECRET_ACCESS_KEY:+1}:$AWS_ACCOUNT_ID:$AWS_ROLE_ARN
    key=$key:$AWS_WEB_IDENTITY_TOKEN_FILE:${AWS_BEARER_TOKEN_BEDROCK:+1}
    key=$key:$AWS_CONTAINER_CREDENTIALS_FULL_URI:$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
    # The state file has the time of the token file, unless that has changed since.
    if [[ -n $__awsp_token ]]; then
        if [[ ! -e $__awsp_token ]]; then
            line=gone
        elif [[ -z $__awsp_state ]]; then
            line="$__awsp_until $__awsp_renew $__awsp_expires"
        elif [[ $__awsp_token -nt $__awsp_state || $__awsp_token -ot $__awsp_state ]]; then
            line=stale
        else
            read -r line <"$__awsp_state" || builtin true
        fi
    fi
    now=$EPOCHSECONDS
    [[ -n $now ]] || __awsp_clock
    all=$key:$AWS_REGION:$AWS_DEFAULT_REGION:$line:$NO_COLOR:$TERM:$AWSP_STAY:$POSIXLY_CORRECT:${PROMPT_COMMAND[*]}
    if [[ $all != "$__awsp_all" || $PATH != "$__awsp_path" || ($PS1 != *AWSP_PROMPT* && -z $__awsp_left) ]] ||
        ((now < __awsp_from || now >= __awsp_next)); then
        __awsp_update "$@"
    fi
    [[ $1 == quick ]] || __awsp_ready=1 __awsp_refused=''
    [[ -z $unset ]] || set -u
    # Not the status that was found: it would set off the user's trap for ERR each time,
    # and bash itself puts it back for the prompt.
    return 0
}

# Does what the prompt needs after a change. With `quick`, before a command, it looks at
# the session only.
__awsp_update() {
    local text='' style='' left='' stay=''
    if [[ ${1} != quick ]]; then
        [[ ${PROMPT_COMMAND[*]} == "${__awsp_hooks}" ]] || __awsp_hook
        [[ ${PATH} == "${__awsp_path}" && ${POSIXLY_CORRECT} == "${__awsp_posix}" ]] || __awsp_wrap "${__awsp_names}"
        [[ ${PS1} == *AWSP_PROMPT* ]] || __awsp_segment
        if [[ -n ${AWSP_STAY} ]] && ! __awsp_stay; then
            __awsp_back
            __awsp_precmd
            return 0
        fi
    fi
    [[ ${key} == ::::::::: ]] || key=${key}:${AWS_REGION}:${AWS_DEFAULT_REGION}
    [[ (${key} == "${__awsp_key}" || ${1} == quick) && ${line} != stale ]] || __awsp_ask
    __awsp_told=''
    __awsp_session
    if [[ ${key} != ::::::::: && -n ${__awsp_text} ]]; then
        text=${__awsp_text} style=${__awsp_style}
        if [[ ${__awsp_session} == ended ]]; then
            text=${text}' login' style=${style:-yellow}
        elif [[ -n ${left} ]] && ((left < 900 && left < ${stay:-900})); then
            text="${text} $((left / 60))m"
        elif [[ -n ${stay} ]]; then
            text="${text} $(((stay + 59) / 60))m"
        fi
        [[ ${AWSP_PROMPT} == "${text}" ]] || builtin export AWSP_PROMPT="${text}"
    fi
    [[ -n ${text} ]] || builtin unset -v AWSP_PROMPT
    [[ -z ${stay} ]] || ((now + (stay - 1) % 60 + 1 >= __awsp_next)) || __awsp_next=$((now + (stay - 1) % 60 + 1))
    __awsp_paint "${style}"
    __awsp_all=${all}
}

# Asks awsp what to show, for `key`. Whatever happens it is asked only once: neither a
# program that fails nor a clock that differs may cost every prompt.
__awsp_ask() {
    # A switch has just told it.
    if [[ -z ${__awsp_told} ]]; then
        [[ ${key} == "${__awsp_key}" ]] ||
            builtin unset -v __awsp_profile __awsp_text __awsp_style __awsp_guarded __awsp_token \
                __awsp_state __awsp_until __awsp_renew __awsp_expires
        [[ ${key} == ::::::::: ]] || __awsp_by_hand='' __awsp_run __prompt </dev/null 2>/dev/null || builtin true
    fi
    __awsp_key=${key} __awsp_told=''
    if [[ -n ${__awsp_state} && -e ${__awsp_token} ]] &&
        [[ ${__awsp_token} -nt ${__awsp_state} || ${__awsp_token} -ot ${__awsp_state} ]]; then
        builtin unset -v __awsp_state
    fi
}

# Sets __awsp_session to valid, renewable or ended, by the times of the state file; to
# nothing for a profile without one. `left`: the seconds of a token that cannot renew.
# Until __awsp_next nothing changes by itself.
__awsp_session() {
    local good=${__awsp_until} renew=${__awsp_renew} expires=${__awsp_expires}
    __awsp_session='' __awsp_from=${now} __awsp_next=9999999999
    if [[ -z ${__awsp_token} ]]; then
        return 0
    elif [[ ! -e ${__awsp_token} ]]; then
        __awsp_session=ended
        return 0
    elif [[ -r ${__awsp_state} ]]; then
        read -r good renew expires <"${__awsp_state}" || builtin true
    fi
    # Arithmetic runs the `$(…)` in what it is given: digits, or nothing.
    [[ -n ${good} && -n ${renew} && -n ${expires} && -n ${now} && ${good}${renew}${expires}${now} != *[!0-9]* ]] || return 0
    good=$((10#${good})) renew=$((10#${renew})) expires=$((10#${expires}))
    if ((now >= good && now >= renew)); then
        __awsp_session=ended
    elif ((now >= good)); then
        __awsp_session=renewable __awsp_next=${renew}
    else
        __awsp_session=valid __awsp_next=${good}
        if ((renew <= now)); then
            left=$((expires - now))
            # The next minute begins, or the last quarter of an hour.
            renew=$((left > 900 ? left - 900 : left % 60 + 1))
            ((now + renew >= good)) || __awsp_next=$((now + renew))
        fi
    fi
}

# Sets `now`, in seconds since 1970, without a process, where bash has no EPOCHSECONDS.
__awsp_clock() {
    if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 402)); then
        builtin printf -v now '%(%s)T' -1
    elif [[ ${__awsp_now-} == [0-9]* && ${__awsp_now}${__awsp_seconds} != *[!0-9]* ]]; then
        now=$((10#${__awsp_now} + SECONDS - __awsp_seconds))
    fi
}

# Says by its status whether the stay goes on, and sets `stay` to the seconds left. A clock
# that was set back ends it too. In another profile it sleeps.
__awsp_stay() {
    local begin=${AWSP_STAY%% *} end=${AWSP_STAY##* }
    [[ ${AWS_PROFILE-} == "${AWSP_STAY_PROFILE-}" && -n ${begin} && ${begin}${end} != *[!0-9]* ]] || return 0
    now=${EPOCHSECONDS-}
    [[ -n ${now} ]] || __awsp_clock
    [[ -n ${now} ]] || return 0
    ((10#${begin} <= now && now < 10#${end})) || return 1
    stay=$((10#${end} - now))
}

# Goes back to the profile before the stay.
__awsp_back() {
    __awsp_previous=${AWS_PROFILE}
    if [[ -n ${AWSP_STAY_BACK-} ]]; then
        builtin export AWS_PROFILE="${AWSP_STAY_BACK}"
    else
        __awsp_restore
        # A shell below the one that switched knows of nothing before.
        [[ ${AWS_PROFILE-} != "${AWSP_STAY_PROFILE}" ]] || builtin unset -v AWS_PROFILE
    fi
    builtin unset -v AWSP_STAY AWSP_STAY_PROFILE AWSP_STAY_BACK
}

# ---- The segment ----

# Sets the colour that PS1 refers to.
__awsp_paint() {
    local code=''
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
    [[ -z ${NO_COLOR-} && ${TERM-} != dumb ]] || code=''
    # shellcheck disable=SC2034 # PS1 refers to both.
    __awsp_on=${code:+$'\e['${code}m} __awsp_off=${code:+$'\e[39m'}
}

# Puts the segment before the prompt, once and by reference: bash does not expand
# again what a reference brings, so a profile named `$(…)` stays a name.
__awsp_segment() {
    __awsp_left=1
    [[ -z ${__awsp_no_prompt-} ]] || return 0
    builtin shopt -q promptvars || return 0
    # These draw the whole prompt themselves, and find AWSP_PROMPT in the environment.
    ! builtin declare -F starship_precmd >/dev/null || return 0
    ! builtin declare -F _omp_hook >/dev/null || return 0
    __awsp_left=''
    # Not an assignment: a prompt that is read-only would end all that runs.
    # shellcheck disable=SC2016 # A reference is meant.
    builtin printf -v PS1 '%s%s' '\[${__awsp_on-}\]${AWSP_PROMPT:+(${AWSP_PROMPT}) }\[${__awsp_off-}\]' "${PS1-}" 2>/dev/null || builtin true
}

# ---- Auto-login ----

# Makes the session usable that a command with these arguments needs; the functions
# around the commands ask here first. While the token is good this is one look.
__awsp_before() {
    # Not in scripts and start-up files; a completion or a key that runs it is nobody's.
    [[ $- == *i* && -n ${__awsp_ready-} && -z ${COMP_LINE-}${READLINE_LINE+x} ]] || return 0
    # What was refused is not asked for again by the rest of the line.
    [[ -z ${__awsp_refused-} ]] || return "${__awsp_refused}"
    local IFS=$' \t\n' word hooks now stay code=0 __awsp_by_hand=1
    # A command that names a profile, or a cluster that does, is awsp's to judge.
    if [[ " $* " != *\ --profile[=\ ]* && ' kubectl helm k9s ' != *" $1 "* ]]; then
        # Keys go before a profile that only a variable names.
        [[ -z ${AWS_ACCESS_KEY_ID-} ]] || return 0
        word=${AWS_PROFILE:-${AWS_DEFAULT_PROFILE:-default}}
        [[ ${word} != "${__awsp_profile-}" ]] || __awsp_precmd quick
        if [[ ${word} == "${__awsp_profile-}" && -z ${__awsp_guarded-} ]] &&
            [[ ${__awsp_session} != ended && ${__awsp_session} != renewable ]]; then
            [[ -n ${AWSP_STAY-} ]] || return 0
            ! __awsp_stay || return 0
        fi
    fi
    # What has just failed is not tried again before each command of a minute.
    [[ -z ${__awsp_failed-} ]] || ((SECONDS - __awsp_failed >= 60)) || return 0
    # Nobody has typed what a hook or a trap runs: then their text names the command, or
    # a function that led to it.
    hooks=" ${PROMPT_COMMAND[*]-} ${precmd_functions[*]-} ${preexec_functions[*]-} ${STARSHIP_PROMPT_COMMAND-} $(\builtin trap -p) "
    for word in "$*" "${FUNCNAME[@]:2}"; do
        [[ ${hooks} != *[!A-Za-z0-9_-]"${word}"[!A-Za-z0-9_-]* ]] || return 0
    done
    word=''
    [[ ${BASH_SUBSHELL} == 0 ]] || word=--subshell
    __awsp_run __before ${word:+"${word}"} -- "$@" </dev/null >&2 || code=$?
    __awsp_told=''
    case ${code} in
        0) __awsp_failed='' ;;
        # The user has said no.
        5 | 130) __awsp_refused=${code} ;;
        *) __awsp_failed=${SECONDS} code=0 ;;
    esac
    return "${code}"
}

# Wraps those of the named commands that are there. `awsp init` puts the functions into
# `__awsp_define`, since bash takes no name from a variable.
__awsp_wrap() {
    local name IFS=$' \t\n'
    __awsp_path=${PATH-} __awsp_posix=${POSIXLY_CORRECT-}
    for name in $1; do
        # Before 5.1, in POSIX mode, `AWS_PROFILE=prod aws` would leave it set.
        if [[ -o posix ]] && ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 501)); then
            [[ " ${__awsp_wrapped-} " != *" ${name} "* ]] || builtin unset -f "${name}"
        elif __awsp_free "${name}"; then
            __awsp_define "${name}"
            __awsp_wrapped="${__awsp_wrapped-} ${name}"
        fi
    done
}

# Whether a command may be wrapped: it is there, nobody else has made a function or an
# alias of the name, and POSIX mode knows it for a name.
__awsp_free() {
    [[ ! -o posix || ($1 != *[!A-Za-z0-9_]* && $1 != [0-9]*) ]] || return 1
    ! builtin declare -F "$1" >/dev/null || return 1
    ! builtin alias "$1" >/dev/null 2>&1 || return 1
    ! builtin compgen -A builtin -A keyword -X "!$1" >/dev/null || return 1
    builtin type -P "$1" >/dev/null
}

# ---- Setting up ----

# Sees to it that the hook runs, once and last, whoever owns PROMPT_COMMAND.
__awsp_hook() {
    local IFS=$' \t\n' entry text='' ours=$'\n''__awsp_precmd ' end=''
    local -a others
    others=()
    # Somebody else's hook runs ours when a prompt does and it does not stand there.
    if [[ ${PROMPT_COMMAND[*]-} != *__awsp_precmd* && ${FUNCNAME[1]-} == __awsp_update && -z ${__awsp_by_hand-} ]]; then
        __awsp_hooks=${PROMPT_COMMAND[*]-}
        return 0
    fi
    for entry in ${PROMPT_COMMAND[@]+"${PROMPT_COMMAND[@]}"}; do
        entry=${entry//"${ours}"/}
        entry=${entry//__awsp_precmd/:}
        # The end of bash-preexec's part: what comes later is taken for typed.
        [[ ${entry} != *__bp_interactive_mode ]] || end=__bp_interactive_mode
        entry=${entry%__bp_interactive_mode}
        [[ ${entry} == *[!$':; \t\n']* ]] || continue
        others+=("${entry}") text+=${text:+$'\n'}${entry%$'\n'}
    done
    # Starship runs this text before it draws the prompt: any hook beside it is a prompt late.
    if builtin declare -F starship_precmd >/dev/null &&
        [[ $(\builtin declare -f starship_precmd) == *STARSHIP_PROMPT_COMMAND* ]]; then
        ours=''
        [[ ${STARSHIP_PROMPT_COMMAND-} == *__awsp_precmd* ]] ||
            STARSHIP_PROMPT_COMMAND=${STARSHIP_PROMPT_COMMAND:+${STARSHIP_PROMPT_COMMAND}$'\n'}__awsp_precmd
    fi
    # A variable that is read-only cannot be made local either, and is left alone.
    if ! __awsp_writable PROMPT_COMMAND; then
        builtin true
    elif ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
        # Not the first element: what is added to the variable as text goes there.
        PROMPT_COMMAND=("${others[@]:-}" ${ours:+__awsp_precmd} ${end:+"${end}"})
        [[ -n ${others[0]-} ]] || builtin unset -v 'PROMPT_COMMAND[0]'
    else
        # Only the first element runs. The blank keeps apart what is added; a newline is
        # safe after `;` and after a comment. A child has no such function: not exported.
        [[ -n ${text} ]] || ours=${ours#?}
        builtin export -n "PROMPT_COMMAND=${text}${ours}${end:+$'\n'${end}}"
    fi
    __awsp_hooks=${PROMPT_COMMAND[*]-}
}

__awsp_writable() {
    local "$1" 2>/dev/null
}

# Not `return`: inside `eval` it would end the user's ~/.bashrc.
if [[ $- == *i* ]]; then
    __awsp_all='' __awsp_left=''
    __awsp_hook
fi
