# shellcheck shell=bash disable=SC2154
# awsp for bash 3.2 and later: what start.bash loads when it is needed.
#
# `awsp init` has bash read both with aliases off: none of the user's replaces a word. Only
# what stands in a `$(…)` is parsed again when it is run.

# ---- The command ----

# What the user calls: switches, and has the prompt show it at once.
__awsp() {
    local code=0 __awsp_by_hand=1
    # What `exec` runs must be a job: stopped, continued. So it has no way back to this
    # shell, and what a rule asks is asked before.
    if [[ ${1-} == exec || (${1-} == -*[!-]* && ${2-} == exec) ]]; then
        [[ -z ${__awsp_asks-} ]] || __awsp_run __ask -- "$@" || return
        AWSP_CMD=${__awsp_cmd-} AWSP_CONFIRMED=${__awsp_confirmed-} command awsp "$@"
        return
    fi
    __awsp_run "$@" || code=$?
    __awsp_all=''
    [[ $- != *i* ]] || __awsp_precmd
    return "${code}"
}

# Runs awsp with this shell's own stdin, stdout and stderr. What this shell must
# change comes back through file descriptor 3, as lines that nothing evaluates.
__awsp_run() {
    local changes='' code=1 held=none below=${BASH_SUBSHELL}
    # Before 5.1, after a hook that resets the trap for INT, as direnv's does, Ctrl-C in a
    # `$(…)` ends the shell. Outside of a hook a reset does no harm.
    [[ -z ${__awsp_by_hand-} || ${BASH_VERSION} == 5.[1-9]* || ${BASH_VERSION} == [6-9]* ]] || held=$(\builtin trap -p INT)
    [[ -n ${held} ]] || builtin trap : INT
    # A failing redirection skips the block, for instance when stdout is closed.
    {
        code=0
        # On a group: a trap for DEBUG prints before the command, and not into the changes.
        changes=$({
            AWSP_SHELL=bash AWSP_PID=$$ AWSP_CMD=${__awsp_cmd-} AWSP_CONFIRMED=${__awsp_confirmed-} \
                AWSP_PREVIOUS=${__awsp_previous-} AWSP_SWITCHED=${__awsp_switched-} \
                AWSP_SUBSHELL=${below} AWSP_LINE=${__awsp_ready-} \command awsp "$@"
        } 3>&1 >&4 4>&-) || code=$?
    } 4>&1
    [[ -n ${held} ]] || builtin trap - INT
    __awsp_apply "${changes}"
    return "${code}"
}

# Does what the lines say: `NAME=VALUE` sets, `-NAME` unsets, `^NAME` too, but has what it
# is now come back when `~` restores. The text behind `!` is printed when all that was
# done. AWS* and GRANTED_* belong to the environment, __awsp_* to this shell alone.
__awsp_apply() {
    local IFS=$' \t\n' changes=$1$'\n' line name again told='' lost=''
    # All or nothing: what is read-only cannot even be set to what it is. Bash 3.2 finds
    # out only when it comes to it.
    for name in ${!AWS*} ${!GRANTED_*}; do
        [[ $'\n'${changes} != *[-^$'\n']"${name}"[=$'\n']* ]] ||
            builtin printf -v "${name}" %s "${!name}" 2>/dev/null || lost=${name}
    done
    # Not `read <<<`: bash keeps the text in a temporary file, and a full disk has none.
    while [[ -n ${changes} && -z ${lost} ]]; do
        line=${changes%%$'\n'*} changes=${changes#*$'\n'} again=''
        [[ ${line} != '^'* ]] || again=1 line=-${line#?}
        name=${line#-}
        name=${name%%=*}
        if [[ ${line} == '!'* ]]; then
            told+=${line#?}$'\n'
        elif [[ ${line} == '~' ]]; then
            __awsp_restore
        elif [[ ${name} == *[!A-Za-z0-9_]* ]]; then
            continue
        elif [[ ${line} == AWS*=* || ${line} == GRANTED_*=* ]]; then
            __awsp_save "${name}"
            # shellcheck disable=SC2163 # The line is the assignment.
            builtin export "${line}" 2>/dev/null && [[ ${!name} == "${line#*=}" ]] || lost=${name}
        elif [[ ${line} == -AWS* || ${line} == -GRANTED_* ]]; then
            __awsp_save "${name}" "${again}"
            builtin unset -v "${name}" 2>/dev/null || lost=${name}
        elif [[ ${line} == __awsp_*=* ]]; then
            # `declare -g` is bash 4.2; `export -n` sets a global and leaves it here.
            # shellcheck disable=SC2163
            builtin export -n "${line}"
            [[ ${name} != __awsp_now ]] || __awsp_seconds=${SECONDS} __awsp_told=1
        elif [[ ${line} == -__awsp_* ]]; then
            builtin unset -v "${name}"
        fi
    done
    # What could not be changed is said; nothing more is done, and the prompt finds out.
    if [[ -n ${lost} ]]; then
        __awsp_told='' __awsp_key=none code=1
        told="${__awsp_cmd-}: cannot change ${lost}: this shell does not take it (declare -p ${lost})"$'\n'
    fi
    [[ -z ${told} ]] || builtin printf '%s' "${told}" >&2
}

# Remembers what a variable was before awsp first touched it, or is now, as `-NAME` (unset),
# `xNAME=VALUE` (exported) or `gNAME=VALUE` (not exported).
__awsp_save() {
    local entry flags
    for entry in ${__awsp_saved[@]+"${__awsp_saved[@]}"}; do
        entry=${entry#?}
        [[ ${entry%%=*} != "$1" || -n ${2-} ]] || return 0
    done
    entry=-$1
    if [[ -n ${!1+set} ]]; then
        entry=g$1=${!1} flags=$(\builtin declare -p "$1")
        [[ ${flags%%"$1"*} != *-*x* ]] || entry=x${entry#?}
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

# Refreshes AWSP_PROMPT and __awsp_session. While nothing has changed it calls no function:
# that costs more than all the rest. Nor does it return the status, which would set off a
# trap for ERR; bash itself puts it back for the prompt.
# shellcheck disable=SC2250 # In bash 3.2 braces double the cost, and `${x-}` has ten times it.
__awsp_precmd() {
    local IFS=$' \t\n' key all line='' now unset=${-//[!u]/}${__awsp_unset-}
    # Ctrl-C may end the hook: the next one sets it again.
    __awsp_unset=${unset}
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
    [[ $1 == quick ]] || __awsp_ready=$(((__awsp_ready ? __awsp_ready : now ? now : RANDOM * 32768 + RANDOM) + 1)) __awsp_refused=''
    __awsp_unset=''
    [[ -z $unset ]] || set -u
}

# Does what is to be done after a change. With `quick`, before a command, it only looks at
# the session.
__awsp_update() {
    local text='' style='' left='' stay='' again=''
    if [[ ${1} != quick ]]; then
        [[ ${PROMPT_COMMAND[*]} == "${__awsp_hooks}" ]] || __awsp_hook
        [[ ${PATH}:${POSIXLY_CORRECT} == "${__awsp_path}:${__awsp_posix}" ]] || __awsp_wrap "${__awsp_names}"
        [[ ${PS1} == *AWSP_PROMPT* ]] || __awsp_segment
    fi
    [[ ${key} == ::::::::: ]] || key=${key}:${AWS_REGION}:${AWS_DEFAULT_REGION}
    if ! __awsp_stay "$@"; then
        again=1
    elif [[ (${key} != "${__awsp_key}" && ${1} != quick) || ${line} == stale ]]; then
        # Whatever happens awsp is asked only once: neither a program that fails nor a clock
        # that differs may cost every prompt. A switch has just told it.
        if [[ -z ${__awsp_told} ]]; then
            [[ ${key} == "${__awsp_key}" ]] || builtin unset -v __awsp_profile __awsp_text __awsp_style \
                __awsp_guarded __awsp_token __awsp_state __awsp_until __awsp_renew __awsp_expires
            [[ ${key} == ::::::::: ]] || __awsp_by_hand='' __awsp_run __prompt </dev/null 2>/dev/null || builtin true
        fi
        [[ ! ${__awsp_token} -nt ${__awsp_state} && ! ${__awsp_token} -ot ${__awsp_state} ]] || builtin unset -v __awsp_state
        again=1 __awsp_key=${key}
    fi
    __awsp_told='' __awsp_all=${again:-${all}}
    # The prompt still has the rest to do.
    [[ ${1} != quick ]] || __awsp_all=''
    if [[ -n ${again} ]]; then
        local __awsp_unset=''
        [[ ${__awsp_session} == over ]] || __awsp_precmd "$@"
        return 0
    fi
    __awsp_session
    if [[ ${key} != ::::::::: && -n ${__awsp_text} ]]; then
        text=${__awsp_text} style=${__awsp_style}
        if [[ ${__awsp_session} == ended ]]; then
            text="${text} login" style=${style:-yellow}
        elif [[ -n ${left} ]] && ((left < 900 && left < ${stay:-900})); then
            text="${text} $((left / 60))m"
        elif [[ -n ${stay} ]]; then
            text="${text} $(((stay + 59) / 60))m"
        fi
        [[ ${AWSP_PROMPT} == "${text}" ]] || builtin export AWSP_PROMPT="${text}"
    fi
    [[ -n ${text} ]] || builtin unset -v AWSP_PROMPT
    __awsp_paint "${style}"
}

# Sets __awsp_session to valid, renewable or ended, by the times of the state file; to
# nothing for a profile without one. `left`: the seconds of a token that cannot renew.
# Until __awsp_next nothing changes by itself.
__awsp_session() {
    local good renew expires
    __awsp_session='' __awsp_from=${now} __awsp_next=$((stay ? now + (stay - 1) % 60 + 1 : 9999999999))
    [[ ${line} != gone ]] || __awsp_session=ended
    # Arithmetic runs the `$(…)` in what it is given: digits, or nothing.
    [[ ${line} == *[0-9]\ *[0-9]\ *[0-9] && ${line}${now} != *[!0-9\ ]* && -n ${now} ]] || return 0
    good=$((10#${line%% *})) expires=$((10#${line##* }))
    line=${line% *}
    renew=$((10#${line#* }))
    if ((now >= good)); then
        __awsp_session=ended
        ((now >= renew)) || __awsp_session=renewable
    else
        __awsp_session=valid
        # The next minute begins, or the last quarter of an hour.
        ((renew > now)) || left=$((expires - now)) renew=$((now + (left > 900 ? left - 900 : left % 60 + 1)))
    fi
    ((good <= now || good >= __awsp_next)) || __awsp_next=${good}
    ((renew <= now || renew >= __awsp_next)) || __awsp_next=${renew}
}

# Sets `now`, in seconds since 1970, without a process, where bash has no EPOCHSECONDS.
__awsp_clock() {
    builtin printf -v now '%(%s)T' -1 2>/dev/null || now=''
    # Before 4.2 it counts on from what awsp has told.
    [[ ${now} == [0-9]* || ${__awsp_now}${__awsp_seconds} != *[0-9] ]] || now=$((10#${__awsp_now} + SECONDS - __awsp_seconds))
}

# Sets `stay` to the seconds left of a stay. When it is over, or the clock was set back, it
# goes back to the profile before, and fails. In another profile it sleeps.
__awsp_stay() {
    local begin=${AWSP_STAY%% *} end=${AWSP_STAY##* }
    [[ -n ${AWSP_STAY} && ${AWS_PROFILE} == "${AWSP_STAY_PROFILE}" ]] || return 0
    [[ -n ${begin} && -n ${now} && ${begin}${end}${now} != *[!0-9]* ]] || return 0
    stay=$((10#${end} - now))
    ((10#${begin} > now || stay <= 0)) || return 0
    __awsp_session=over
    [[ ${1} != quick ]] || return 1
    __awsp_session='' __awsp_previous=${AWS_PROFILE}
    if [[ -n ${AWSP_STAY_BACK} ]]; then
        builtin export AWS_PROFILE="${AWSP_STAY_BACK}"
    else
        __awsp_restore
        # A shell below the one that switched knows of nothing before.
        [[ ${AWS_PROFILE} != "${AWSP_STAY_PROFILE}" ]] || builtin unset -v AWS_PROFILE
    fi
    builtin unset -v AWSP_STAY AWSP_STAY_PROFILE AWSP_STAY_BACK
    return 1
}

# ---- The segment ----

# Sets the colour that PS1 refers to.
__awsp_paint() {
    local codes=red31green32yellow33blue34magenta35cyan36white37 code=''
    [[ -z $1 || -n ${NO_COLOR} || ${TERM} == dumb || ${codes} != *"$1"* ]] || code=${codes#*"$1"}
    # shellcheck disable=SC2034 # PS1 refers to both.
    __awsp_on=${code:+$'\e['${code:0:2}m} __awsp_off=${code:+$'\e[39m'}
}

# Puts the segment before the prompt, once and by reference: bash does not expand
# again what a reference brings, so a profile named `$(…)` stays a name.
__awsp_segment() {
    __awsp_left=1
    { [[ -z ${__awsp_no_prompt} ]] && builtin shopt -q promptvars; } || return 0
    # These draw the whole prompt themselves, and find AWSP_PROMPT in the environment.
    { ! builtin declare -F starship_precmd && ! builtin declare -F _omp_hook; } >/dev/null || return 0
    __awsp_left=''
    # shellcheck disable=SC2016 # A reference is meant. Assigned, one that is read-only ends all.
    builtin printf -v PS1 '%s%s' '\[${__awsp_on-}\]${AWSP_PROMPT:+(${AWSP_PROMPT}) }\[${__awsp_off-}\]' "${PS1}" 2>/dev/null || builtin true
}

# ---- Auto-login ----

# Makes the session usable that a command with these arguments needs; the functions
# around the commands ask here first. While the token is good this is one look.
__awsp_before() {
    # Not in scripts and start-up files; a completion or a key that runs it is nobody's.
    [[ $- == *i* && -n ${__awsp_ready-} && -z ${COMP_LINE-}${READLINE_LINE+x} ]] || return 0
    # What was refused is not asked for again by the rest of the line.
    [[ -z ${__awsp_refused-} ]] || return "${__awsp_refused}"
    local IFS=$' \t\n' word hooks code=0 __awsp_by_hand=1
    # A command that names a profile, or a cluster that does, is awsp's to judge.
    if [[ " $* " != *-profile[=\ ]* && ' kubectl helm k9s ' != *" $1 "* ]]; then
        # Keys go before a profile that only a variable names.
        [[ -z ${AWS_ACCESS_KEY_ID-} ]] || return 0
        word=${AWS_PROFILE:-${AWS_DEFAULT_PROFILE:-default}}
        [[ ${word} != "${__awsp_profile-}" ]] || __awsp_precmd quick
        [[ ${word} != "${__awsp_profile-}" || -n ${__awsp_guarded-} || " ended renewable over " == *" ${__awsp_session} "* ]] || return 0
    fi
    # What has just failed is not tried again before each command of a minute.
    [[ -z ${__awsp_failed-} ]] || ((SECONDS - __awsp_failed >= 60)) || return 0
    # Nobody has typed what a trap runs, or a hook: its text names it, or what led to it.
    word=${BASH_COMMAND} hooks=" ${PROMPT_COMMAND[*]-} ${precmd_functions[*]-} ${preexec_functions[*]-} ${STARSHIP_PROMPT_COMMAND-} command_not_found_handle "
    [[ ${word} == *BASH_COMMAND* ]] || return 0
    for word in "$*" "${FUNCNAME[@]:2}"; do
        [[ ${hooks} != *[!A-Za-z0-9_-]"${word}"[!A-Za-z0-9_-]* ]] || return 0
    done
    __awsp_run __before "--subshell=${BASH_SUBSHELL}" -- "$@" </dev/null >&2 || code=$?
    __awsp_told='' __awsp_failed=''
    # 5 or 130: the user has said no.
    if ((code == 5 || code == 130)); then
        __awsp_refused=${code}
        return "${code}"
    fi
    ((code == 0)) || __awsp_failed=${SECONDS}
}

# Wraps those of the named commands that are there, unless somebody else has made a
# function or an alias of the name. `__awsp_define` of `awsp init` has the functions.
__awsp_wrap() {
    local name IFS=$' \t\n'
    __awsp_path=${PATH-} __awsp_posix=${POSIXLY_CORRECT-}
    for name in $1; do
        # In POSIX mode, before 5.1, `AWS_PROFILE=prod aws` would leave it set; and a name
        # that the mode does not know ends the shell.
        if [[ -n ${__awsp_posix} ]]; then
            [[ " ${__awsp_wrapped-} " != *" ${name} "* ]] || builtin unset -f "${name}"
        elif builtin type -P "${name}" >/dev/null &&
            ! builtin compgen -A alias -A builtin -A function -A keyword -X "!${name}" >/dev/null; then
            __awsp_define "${name}"
            __awsp_wrapped="${__awsp_wrapped-} ${name}"
        fi
    done
}

# ---- Setting up ----

# Makes sure that the hook runs once and last, whatever else is in PROMPT_COMMAND.
__awsp_hook() {
    local IFS=$' \t\n' entry text='' ours=$'\n''__awsp_precmd ' end=''
    local -a others=() there=(${PROMPT_COMMAND[@]+"${PROMPT_COMMAND[@]}"})
    # Where ours is the last element, this prompt has lost the end of bash-preexec's part.
    [[ ${PROMPT_COMMAND[*]-} != *__bp_interactive_mode* || ${PROMPT_COMMAND-} == *__awsp_precmd* ||
        -n ${__awsp_by_hand-} || ${FUNCNAME[*]} != *__awsp_precmd* ]] || __bp_interactive_mode
    # Before 5.1 only the first one runs.
    [[ ${BASH_VERSION} == 5.[1-9]* || ${BASH_VERSION} == [6-9]* ]] || there=("${PROMPT_COMMAND-}")
    for entry in ${there[@]+"${there[@]}"}; do
        # The end of bash-preexec's part: what comes later is taken for typed.
        [[ ${entry} != *__bp_interactive_mode ]] || end=__bp_interactive_mode
        entry=${entry%__bp_interactive_mode}
        entry=${entry//__awsp_precmd ;/: ;} entry=${entry//__awsp_precmd /} entry=${entry//__awsp_precmd/:}
        # What will put bash-preexec there is a text, and so is what goes before it.
        [[ -z ${__bp_install_string-} || ${entry} != *"${__bp_install_string}" ]] ||
            ours='' entry=${entry%"${__bp_install_string}"}$'__awsp_precmd \n'${__bp_install_string}
        [[ ${entry} != *[!$':; \t\n']* ]] || others+=("${entry}") text+=${text:+$'\n'}${entry%$'\n'}
    done
    # Starship runs this text before it draws the prompt: any hook beside it is a prompt late.
    if builtin declare -F starship_precmd >/dev/null && [[ $(\builtin declare -f starship_precmd) == *STARSHIP_PROMPT_COMMAND* ]]; then
        ours=''
        [[ ${STARSHIP_PROMPT_COMMAND-} == *__awsp_precmd* ]] ||
            STARSHIP_PROMPT_COMMAND=${STARSHIP_PROMPT_COMMAND:+${STARSHIP_PROMPT_COMMAND}$'\n'}__awsp_precmd
    fi
    if [[ ${PROMPT_COMMAND[*]-} != *__awsp_precmd* && ${FUNCNAME[1]-} == __awsp_update && -z ${__awsp_by_hand-} ]]; then
        builtin true # A prompt runs ours, and it does not stand there: another's hook runs it.
    elif [[ ${BASH_VERSION} == 5.[1-9]* || ${BASH_VERSION} == [6-9]* ]]; then
        # Not the first element: what is added to the variable as text goes there.
        if builtin printf -v 'PROMPT_COMMAND[1]' '' 2>/dev/null; then
            PROMPT_COMMAND=("${others[@]:-}" ${ours:+__awsp_precmd} ${end:+"${end}"})
            [[ -n ${others[0]-} ]] || builtin unset -v 'PROMPT_COMMAND[0]'
        fi
    else
        # Only the first element runs. The blank keeps apart what is added; a newline is
        # safe after `;` and after a comment. A child has no such function: not exported.
        [[ -n ${text} ]] || ours=${ours#?}
        builtin export -n "PROMPT_COMMAND=${text}${ours}${end:+$'\n'${end}}" 2>/dev/null || builtin true
    fi
    __awsp_hooks=${PROMPT_COMMAND[*]-}
}

# Not `return`: inside `eval` it would end the user's ~/.bashrc.
if [[ $- == *i* ]]; then
    __awsp_all='' __awsp_left=''
    [[ ${__awsp_ready-} != *[!0-9]* ]] || __awsp_ready=''
    __awsp_hook
fi
