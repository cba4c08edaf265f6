# awsp for zsh 5.1 and later: what start.zsh loads when it is needed.
#
# `awsp init` has zsh read both under `emulate zsh -o no_aliases`, and so each function runs.

# ---- The command ----

# What the user calls: switches, and has the prompt show it at once.
__awsp() {
    local code=0
    # What `exec` runs must be a job: stopped, continued. So it has no way back to this
    # shell, and what a rule asks is asked before.
    if [[ ${1-} == exec || (${1-} == -*[^-]* && ${2-} == exec) ]]; then
        [[ -z ${__awsp_asks} ]] || __awsp_run __ask -- "$@" || return
        AWSP_CMD=${__awsp_cmd} AWSP_CONFIRMED=${__awsp_confirmed} command awsp "$@"
        return
    fi
    __awsp_run "$@" || code=$?
    typeset -g __awsp_all=''
    [[ ! -o interactive ]] || __awsp_precmd
    return ${code}
}

# Runs awsp with this shell's own stdin, stdout and stderr. What this shell must
# change comes back through file descriptor 3, as lines that nothing evaluates.
__awsp_run() {
    local changes='' code=1 below=${ZSH_SUBSHELL}
    # After Ctrl-C the status would be 1.
    setopt local_options local_traps
    trap : INT
    # A failing redirection skips the block, for instance when stdout is closed.
    {
        code=0
        # On a group: a trap for DEBUG prints before the command, and not into the changes.
        changes=$({
            AWSP_SHELL=zsh AWSP_PID=$$ AWSP_CMD=${__awsp_cmd} AWSP_CONFIRMED=${__awsp_confirmed} \
                AWSP_PREVIOUS=${__awsp_previous} AWSP_SWITCHED=${__awsp_switched} \
                AWSP_SUBSHELL=${below} AWSP_LINE=${__awsp_line} command awsp "$@"
        } 3>&1 >&4 4>&-) || code=$?
    } 4>&1
    __awsp_apply "${changes}"
    return ${code}
}

# Does what the lines say: `NAME=VALUE` sets, `-NAME` unsets, `^NAME` too, but has what it
# is now come back when `~` restores. The text behind `!` is printed when all that was
# done. AWS* and GRANTED_* belong to the environment, __awsp_* to this shell alone.
__awsp_apply() {
    local line name again told='' lost=''
    # All or nothing.
    for name in ${(M)${(@)${(@f)1}#[-^]}:#(AWS|GRANTED_)*}; do
        [[ ${(Pt)${name%%=*}} != *readonly* ]] || lost=${name%%=*}
    done
    for line in "${(@f)1}"; do
        [[ -z ${lost} ]] || break
        again=''
        [[ ${line} != '^'* ]] || again=1 line=-${line#?}
        name=${${line#-}%%=*}
        if [[ ${line} == '!'* ]]; then
            told+=${line#?}$'\n'
        elif [[ ${line} == '~' ]]; then
            __awsp_restore
        elif [[ ${name} == *[^A-Za-z0-9_]* ]]; then
            continue
        elif [[ ${line} == (AWS|GRANTED_)*=* ]]; then
            __awsp_save "${name}"
            export "${line}"
            [[ ${(P)name} == "${line#*=}" ]] || lost=${name}
        elif [[ ${line} == -(AWS|GRANTED_)* ]]; then
            __awsp_save "${name}" "${again}"
            unset "${name}"
        elif [[ ${line} == __awsp_*=* ]]; then
            typeset -g +x "${line}"
            [[ ${name} != __awsp_now ]] || typeset -g __awsp_told=1
        elif [[ ${line} == -__awsp_* ]]; then
            unset "${name}"
        fi
    done
    # What could not be changed is said; nothing more is done, and the prompt finds out.
    [[ -z ${lost} ]] || typeset -g __awsp_told='' __awsp_key=none code=1 \
        told="${__awsp_cmd}: cannot change ${lost}: this shell does not take it (typeset -p ${lost})"$'\n'
    printf '%s' "${told}" >&2
}

# Remembers what a variable was before awsp first touched it, or is now, as `-NAME` (unset),
# `xNAME=VALUE` (exported) or `gNAME=VALUE` (not exported).
__awsp_save() {
    local entry
    for entry in "${(@)__awsp_saved}"; do
        entry=${entry#?}
        [[ ${entry%%=*} != "$1" || -n $2 ]] || return 0
    done
    entry=-$1
    if (( ${(P)+1} )); then
        entry=g$1=${(P)1}
        [[ ${(Pt)1} != *export* ]] || entry=x${entry#?}
    fi
    __awsp_saved+=("${entry}")
}

# Puts every remembered variable back, and forgets.
__awsp_restore() {
    local entry
    for entry in "${(@)__awsp_saved}"; do
        [[ ${(Pt)${${entry#?}%%=*}} != *readonly* ]] || continue
        case ${entry} in
            -*) unset "${entry#?}" ;;
            x*) export "${entry#?}" ;;
            ?*) typeset -g +x "${entry#?}" ;;
        esac
    done
    unset __awsp_saved __awsp_switched
}

# ---- The state, before each prompt ----

# Refreshes AWSP_PROMPT and __awsp_session. While nothing has changed it starts no process
# and calls no function: that would cost more than all the rest.
__awsp_precmd() {
    local key all line='' now=${(%):-%D{%s}}
    # All that decides who answers here, in a word; `:::::::::` is nobody.
    key=${AWS_PROFILE}:${AWS_DEFAULT_PROFILE}:${AWS_ACCESS_KEY_ID}:${AWS_SECRET_ACCESS_KEY:+1}:${AWS_ACCOUNT_ID}
    key+=:${AWS_ROLE_ARN}:${AWS_WEB_IDENTITY_TOKEN_FILE}:${AWS_CONTAINER_CREDENTIALS_FULL_URI}
    key+=:${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI}:${AWS_BEARER_TOKEN_BEDROCK:+1}
    # The state file has the time of the token file, unless that has changed since.
    if [[ -n ${__awsp_token} ]]; then
        if [[ ! -e ${__awsp_token} ]]; then
            line=gone
        elif [[ -z ${__awsp_state} ]]; then
            line="${__awsp_until} ${__awsp_renew} ${__awsp_expires}"
        elif [[ ${__awsp_token} -nt ${__awsp_state} || ${__awsp_token} -ot ${__awsp_state} || ! -e ${__awsp_state} ]]; then
            line=stale
        else
            # Without -k, zsh reads byte by byte.
            read -r -u 0 -k 64 line <${__awsp_state} || true
            line=${line%%$'\n'*}
        fi
    fi
    all=${key}:${AWS_REGION}:${AWS_DEFAULT_REGION}:${line}:${NO_COLOR}:${TERM}:${AWSP_STAY}:${precmd_functions[-1]}
    # Themes empty psvar.
    if [[ ${all} != "${__awsp_all}" || ${psvar[91]} != "${__awsp_shown}" || ${PATH} != "${__awsp_path}" || ( ${PROMPT} != *%91v* && -z ${__awsp_left} ) ]] ||
        (( now < __awsp_from || now >= __awsp_next )); then
        __awsp_update "$@"
    fi
    [[ $1 == quick ]] || typeset -g __awsp_refused='' __awsp_line=$(( (__awsp_line ? __awsp_line : now) + 1 ))
}

# Does what is to be done after a change. With `quick`, before a command, it only looks at
# the session.
__awsp_update() {
    local text='' style='' left='' stay='' again=''
    if [[ $1 != quick ]]; then
        [[ ${precmd_functions[-1]} == __awsp_precmd ]] || precmd_functions=("${(@)precmd_functions:#__awsp_precmd}" __awsp_precmd)
        [[ ${PATH} == "${__awsp_path}" ]] || __awsp_wrap "${__awsp_names}"
        [[ ${PROMPT} == *%91v* ]] || __awsp_segment
    fi
    [[ ${key} == ::::::::: ]] || key+=:${AWS_REGION}:${AWS_DEFAULT_REGION}
    if ! __awsp_stay "$@"; then
        again=1
    elif [[ ( ${key} != "${__awsp_key}" && $1 != quick ) || ${line} == stale ]]; then
        # Whatever happens awsp is asked only once: neither a program that fails nor a clock
        # that differs may cost every prompt. A switch has just told it.
        if [[ -z ${__awsp_told} ]]; then
            [[ ${key} == "${__awsp_key}" ]] || unset __awsp_profile __awsp_text __awsp_style \
                __awsp_guarded __awsp_token __awsp_state __awsp_until __awsp_renew __awsp_expires
            [[ ${key} == ::::::::: ]] || __awsp_run __prompt </dev/null 2>/dev/null
        fi
        [[ ! ${__awsp_token} -nt ${__awsp_state} && ! ${__awsp_token} -ot ${__awsp_state} && -e ${__awsp_state} ]] || unset __awsp_state
        again=1
        typeset -g __awsp_key="${key}"
    fi
    typeset -g __awsp_told='' __awsp_all="${again:-${all}}"
    # The prompt still has the rest to do.
    [[ $1 != quick ]] || __awsp_all=''
    if [[ -n ${again} ]]; then
        [[ ${__awsp_session} == over ]] || __awsp_precmd "$@"
        return 0
    fi
    __awsp_session
    if [[ ${key} != ::::::::: && -n ${__awsp_text} ]]; then
        text=${__awsp_text} style=${__awsp_style}
        if [[ ${__awsp_session} == ended ]]; then
            text+=' login' style=${style:-yellow}
        elif [[ -n ${left} ]] && (( left < 900 && left < ${stay:-900} )); then
            text+=" $(( left / 60 ))m"
        elif [[ -n ${stay} ]]; then
            text+=" $(( (stay + 59) / 60 ))m"
        fi
        [[ ${AWSP_PROMPT} == "${text}" ]] || export AWSP_PROMPT="${text}"
    fi
    [[ -n ${text} ]] || unset AWSP_PROMPT
    __awsp_paint "${style}" "${text}"
}

# Sets __awsp_session to valid, renewable or ended, by the times of the state file; to
# nothing for a profile without one. `left`: the seconds of a token that cannot renew.
# Until __awsp_next nothing changes by itself.
__awsp_session() {
    local good renew expires
    typeset -g __awsp_session='' __awsp_from=${now} __awsp_next=$(( stay ? now + (stay - 1) % 60 + 1 : 9999999999 ))
    [[ ${line} != gone ]] || __awsp_session=ended
    # Arithmetic runs the `$(…)` in what it is given: digits, or nothing.
    [[ ${line} == *[0-9]\ *[0-9]\ *[0-9] && ${line} != *[^0-9\ ]* ]] || return 0
    good=${line%% *} renew=${${line#* }% *} expires=${line##* }
    if (( now >= good )); then
        __awsp_session=ended
        (( now >= renew )) || __awsp_session=renewable
    else
        __awsp_session=valid
        # The next minute begins, or the last quarter of an hour.
        (( renew > now )) || left=$(( expires - now )) renew=$(( now + (left > 900 ? left - 900 : left % 60 + 1) ))
    fi
    (( good <= now || good >= __awsp_next )) || __awsp_next=${good}
    (( renew <= now || renew >= __awsp_next )) || __awsp_next=${renew}
}

# Sets `stay` to the seconds left of a stay. When it is over, or the clock was set back, it
# goes back to the profile before, and fails. In another profile it sleeps.
__awsp_stay() {
    local begin=${AWSP_STAY%% *} end=${AWSP_STAY##* }
    [[ -n ${AWSP_STAY} && ${AWS_PROFILE} == "${AWSP_STAY_PROFILE}" ]] || return 0
    [[ -n ${begin} && ${begin}${end} != *[^0-9]* ]] || return 0
    stay=$(( end - now ))
    (( begin > now || stay <= 0 )) || return 0
    typeset -g __awsp_session=over
    [[ $1 != quick ]] || return 1
    typeset -g __awsp_session='' __awsp_previous="${AWS_PROFILE}"
    if [[ -n ${AWSP_STAY_BACK} ]]; then
        export AWS_PROFILE="${AWSP_STAY_BACK}"
    else
        __awsp_restore
        # A shell below the one that switched knows of nothing before.
        [[ ${AWS_PROFILE} != "${AWSP_STAY_PROFILE}" ]] || unset AWS_PROFILE
    fi
    unset AWSP_STAY AWSP_STAY_PROFILE AWSP_STAY_BACK
    return 1
}

# ---- The segment ----

# Sets what the prompt refers to. zsh expands again what a variable brings, and reads `%`
# in it; what comes from psvar it does neither to.
# 91 is the text, 92 is set when coloured, 93 to 99 are one colour each.
__awsp_paint() {
    local -a colours=(red green yellow blue magenta cyan white)
    local -i colour=${colours[(Ie)$1]}
    [[ -z ${NO_COLOR} && ${TERM} != dumb ]] || colour=0
    # High numbers, and only these: vcs_info and others count from 1.
    typeset -g __awsp_shown="$2"
    psvar[91,99]=("$2" '' '' '' '' '' '' '' '')
    (( ! colour )) || psvar[92]=1 psvar[92+colour]=1
}

# Puts the segment before the prompt, once and by reference.
__awsp_segment() {
    typeset -g __awsp_left=1
    [[ -z ${__awsp_no_prompt} && ${PROMPT}${RPROMPT} != *AWSP_PROMPT* ]] || return 0
    # These draw the whole prompt themselves, and find AWSP_PROMPT in the environment.
    (( ! ${+functions[p10k]} && ! ${+functions[_omp_precmd]} )) || return 0
    (( ! ${+functions[prompt_starship_precmd]} && ! ${+functions[starship_precmd]} )) || return 0
    __awsp_left=''
    local colours='%(93V.%F{red}.)%(94V.%F{green}.)%(95V.%F{yellow}.)%(96V.%F{blue}.)'
    colours+='%(97V.%F{magenta}.)%(98V.%F{cyan}.)%(99V.%F{white}.)'
    local segment="%(91V.${colours}(%91v%) %(92V.%f.).)"
    # pure draws what stands before its newline again, and keeps what stands behind it.
    if [[ -n ${prompt_newline} && ${PROMPT} == *${prompt_newline}* ]]; then
        PROMPT=${PROMPT%${prompt_newline}*}${prompt_newline}${segment}${PROMPT##*${prompt_newline}}
    else
        PROMPT=${segment}${PROMPT}
    fi
}

# ---- Auto-login ----

# Makes the session usable that a command with these arguments needs; the functions
# around the commands ask here first. While the token is good this is one look.
__awsp_before() {
    # Not in scripts and start-up files; a prompt, a hook, a trap or a completion that
    # runs it is nobody's.
    [[ -o interactive && ${zsh_eval_context[1]} == toplevel ]] || return 0
    (( ! ${zsh_eval_context[(I)(trap|sched|style|stty)]} )) || return 0
    (( ! ${funcstack[(I)(chpwd|zshexit|command_not_found_handler|TRAP*)]} )) || return 0
    (( ! ${#${(@)funcstack:*chpwd_functions}} && ! ${#${(@)funcstack:*zshexit_functions}} )) || return 0
    # What was refused is not asked for again by the rest of the line.
    [[ -z ${__awsp_refused} ]] || return ${__awsp_refused}
    local name code=0 now=${(%):-%D{%s}}
    # A command that names a profile, or a cluster that does, is awsp's to judge.
    if [[ " $* " != *-profile[=\ ]* && ' kubectl helm k9s ' != *" $1 "* ]]; then
        # Keys go before a profile that only a variable names.
        [[ -z ${AWS_ACCESS_KEY_ID} ]] || return 0
        name=${AWS_PROFILE:-${AWS_DEFAULT_PROFILE:-default}}
        [[ ${name} != "${__awsp_profile}" ]] || __awsp_precmd quick
        [[ ${name} != "${__awsp_profile}" || -n ${__awsp_guarded} || ${__awsp_session} == (ended|renewable|over) ]] || return 0
    fi
    # What has just failed is not tried again before each command of a minute.
    [[ -z ${__awsp_failed} ]] || (( now - __awsp_failed >= 60 )) || return 0
    __awsp_run __before --subshell=${ZSH_SUBSHELL} -- "$@" </dev/null >&2 || code=$?
    typeset -g __awsp_told='' __awsp_failed=''
    # 5 or 130: the user has said no.
    if (( code == 5 || code == 130 )); then
        typeset -g __awsp_refused=${code}
        return ${code}
    fi
    (( code == 0 )) || __awsp_failed=${now}
}

# ---- Setting up ----

__awsp_all='' __awsp_left=''
[[ ${__awsp_line} != *[^0-9]* ]] || __awsp_line=''
