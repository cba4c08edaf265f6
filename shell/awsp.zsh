# awsp for zsh 5.1 and later. In ~/.zshrc: eval "$(awsp init zsh)"
#
# Words that an alias of the user's could replace are written in quotes: zsh parses
# the whole of an `eval` before it runs any, so switching aliases off comes too late.
# Each function begins with `emulate`: options of the user's end at its door.

# ---- The command ----

# Runs awsp with this shell's own stdin, stdout and stderr. What this shell must
# change comes back through file descriptor 3, as lines that nothing evaluates.
__awsp() {
    'builtin' 'emulate' -L zsh
    # What `exec` runs changes nothing here, and must be a job: stopped, continued.
    if [[ ${1-} == exec || (${1-} == -* && ${2-} == exec) ]]; then
        'command' awsp "$@"
        'return'
    fi
    # A failing redirection skips the block, for instance when stdout is closed.
    'builtin' 'local' changes='' code=1
    {
        code=0
        changes=$(
            AWSP_SHELL=zsh AWSP_PREVIOUS=${__awsp_previous-} AWSP_SWITCHED=${__awsp_saved+1} 'command' awsp "$@" 3>&1 >&4 4>&-
        ) || code=$?
    } 4>&1
    __awsp_apply "${changes}"
    'return' "${code}"
}

# Does what the lines say: `NAME=VALUE` sets, `-NAME` unsets, `~` restores.
# AWS* and GRANTED_* belong to the environment, __awsp_* to this shell alone.
__awsp_apply() {
    'builtin' 'emulate' -L zsh
    'builtin' 'local' line name
    for line in "${(@f)1}"; do
        name=${line#-}
        name=${name%%=*}
        if [[ ${line} == '~' ]]; then
            __awsp_restore
        elif [[ ${name} == *[^A-Za-z0-9_]* ]]; then
            'continue'
        elif [[ ${line} == AWS*=* || ${line} == GRANTED_*=* ]]; then
            __awsp_save "${name}"
            'builtin' 'export' "${line}"
        elif [[ ${line} == -AWS* || ${line} == -GRANTED_* ]]; then
            __awsp_save "${name}"
            'builtin' 'unset' "${name}"
        elif [[ ${line} == __awsp_*=* ]]; then
            'builtin' 'typeset' -g +x "${line}"
        elif [[ ${line} == -__awsp_* ]]; then
            'builtin' 'unset' "${name}"
        fi
    done
}

# Remembers what a variable was before awsp first touched it, as `-NAME` (unset),
# `xNAME=VALUE` (exported) or `gNAME=VALUE` (not exported).
__awsp_save() {
    'builtin' 'emulate' -L zsh
    'builtin' 'local' entry
    for entry in "${(@)__awsp_saved}"; do
        entry=${entry#?}
        [[ ${entry%%=*} != "$1" ]] || 'return' 0
    done
    entry=-$1
    if (( ${(P)+1} )); then
        entry=g$1=${(P)1}
        [[ ${(Pt)1} != *export* ]] || entry=x${entry#?}
    fi
    'builtin' 'typeset' -ga __awsp_saved
    __awsp_saved+=("${entry}")
}

# Puts every remembered variable back, and forgets.
__awsp_restore() {
    'builtin' 'emulate' -L zsh
    'builtin' 'local' entry
    for entry in "${(@)__awsp_saved}"; do
        case ${entry} in
            -*) 'builtin' 'unset' "${entry#?}" ;;
            x*) 'builtin' 'export' "${entry#?}" ;;
            ?*) 'builtin' 'typeset' -g +x "${entry#?}" ;;
        esac
    done
    'builtin' 'unset' __awsp_saved
}

# ---- The state, before each prompt ----

# Refreshes AWSP_PROMPT. Starts no process while nothing has changed.
__awsp_precmd() {
    'builtin' 'emulate' -L zsh
    'builtin' 'local' profile word='' style=''
    profile=${AWS_PROFILE-${AWS_DEFAULT_PROFILE-}}
    if [[ -n ${profile} ]]; then
        if [[ ${profile} != "${__awsp_profile-}" ]]; then
            'builtin' 'unset' __awsp_text __awsp_style __awsp_token __awsp_state \
                __awsp_until __awsp_renew __awsp_expires
            __awsp_refresh "${profile}"
        elif [[ ${AWS_REGION-} != "${__awsp_region-}" ]] || __awsp_stale; then
            __awsp_refresh "${profile}"
        fi
        __awsp_word
    fi
    if [[ -n ${profile} && -n ${__awsp_text-} ]]; then
        'builtin' 'export' AWSP_PROMPT="${__awsp_text}${word:+ ${word}}"
        style=${__awsp_style-}
        case ${word} in
            login | keys) style=${style:-yellow} ;;
        esac
    else
        'builtin' 'unset' AWSP_PROMPT
    fi
    __awsp_paint "${style}"
}

# Asks awsp what to show for a profile. Whatever happens it is asked only once:
# neither a program that fails nor a clock that differs may cost every prompt.
__awsp_refresh() {
    'builtin' 'emulate' -L zsh
    __awsp __prompt </dev/null 2>/dev/null
    'builtin' 'typeset' -g __awsp_profile="$1" __awsp_region="${AWS_REGION-}"
    if __awsp_stale; then
        'builtin' 'unset' __awsp_state
    fi
}

# Whether the token file has changed since awsp looked: the state file has its time.
__awsp_stale() {
    'builtin' 'emulate' -L zsh
    # A state file that is not there is neither older nor newer for zsh.
    [[ -n ${__awsp_state-} && -e ${__awsp_token-} ]] &&
        [[ ! -e ${__awsp_state} || ${__awsp_token} -nt ${__awsp_state} || ${__awsp_token} -ot ${__awsp_state} ]]
}

# Sets `word`: what is to be said of the session, if anything.
__awsp_word() {
    'builtin' 'emulate' -L zsh
    'builtin' 'local' session='' left=''
    if [[ -n ${AWS_ACCESS_KEY_ID-} ]]; then
        word=keys
        'return' 0
    fi
    __awsp_session
    if [[ ${session} == ended ]]; then
        word=login
    elif [[ -n ${left} ]] && (( left < 900 )); then
        word=$(( left / 60 ))m
    fi
}

# Sets `session` to valid, renewable or ended, by the times of the state file; to
# nothing for a profile without one. `left`: the seconds of a token that cannot renew.
__awsp_session() {
    'builtin' 'emulate' -L zsh
    'builtin' 'local' line good renew expires now
    line="${__awsp_until-} ${__awsp_renew-} ${__awsp_expires-}"
    if [[ -z ${__awsp_token-} ]]; then
        'return' 0
    elif [[ ! -e ${__awsp_token} ]]; then
        session=ended
        'return' 0
    elif [[ -r ${__awsp_state-} ]]; then
        IFS= 'builtin' 'read' -r line <"${__awsp_state}"
    fi
    __awsp_clock
    good=${line%% *}
    renew=${line#* }
    renew=${renew% *}
    expires=${line##* }
    # Arithmetic runs the `$(…)` in what it is given: digits, or nothing.
    [[ -n ${good} && -n ${renew} && -n ${expires} && -n ${now} ]] || 'return' 0
    [[ ${good}${renew}${expires}${now} != *[^0-9]* ]] || 'return' 0
    if (( now >= good && now >= renew )); then
        session=ended
    elif (( now >= good )); then
        session=renewable
    else
        session=valid
        (( renew > now )) || left=$(( expires - now ))
    fi
}

# Sets `now`, in seconds since 1970, without a process.
__awsp_clock() {
    'builtin' 'emulate' -L zsh
    # What a prompt can show needs no module, and no name in the user's shell.
    now=${(%):-%D{%s}}
}

# ---- The segment ----

# Hands the segment to PROMPT through psvar: zsh expands its elements no further.
# 91 is the text, 92 is set when coloured, 93 to 99 are one colour each.
__awsp_paint() {
    'builtin' 'emulate' -L zsh
    'builtin' 'local' -a colours
    colours=(red green yellow blue magenta cyan white)
    'builtin' 'local' -i colour=${colours[(Ie)$1]}
    if [[ -n ${NO_COLOR-} || ${TERM-} == dumb ]]; then
        colour=0
    fi
    # High numbers, and only these: vcs_info and others count from 1.
    psvar[91]=("${AWSP_PROMPT-}" '' '' '' '' '' '' '' '')
    if (( colour )); then
        psvar[92]=1
        psvar[92+colour]=1
    fi
}

# Puts the segment before the prompt, once and by reference.
__awsp_segment() {
    'builtin' 'emulate' -L zsh
    [[ -z ${__awsp_no_prompt-} && ${PROMPT-} != *%91v* && ${PROMPT-} != *AWSP_PROMPT* ]] || 'return' 0
    # These draw the whole prompt themselves, and find AWSP_PROMPT in the environment.
    (( ! ${+functions[p10k]} && ! ${+functions[_omp_precmd]} )) || 'return' 0
    (( ! ${+functions[prompt_starship_precmd]} && ! ${+functions[starship_precmd]} )) || 'return' 0
    'builtin' 'local' colours='%(93V.%F{red}.)%(94V.%F{green}.)%(95V.%F{yellow}.)%(96V.%F{blue}.)'
    colours+='%(97V.%F{magenta}.)%(98V.%F{cyan}.)%(99V.%F{white}.)'
    PROMPT="%(91V.${colours}(%91v%) %(92V.%f.).)${PROMPT-}"
}

# ---- Auto-login ----

# Makes the session usable that a command with these arguments needs; `awsp init`
# wraps each command in a function that asks here first. While the token is good
# this is one look at what the prompt hook knows.
__awsp_before() {
    'builtin' 'emulate' -L zsh
    # Only for what was typed: a prompt, a hook or a completion that runs the command
    # is not its user.
    [[ ${zsh_eval_context[1]} == toplevel ]] || 'return' 0
    (( ! ${funcstack[(I)(chpwd|command_not_found_handler|TRAP*)]} )) || 'return' 0
    (( ! ${#${(@)funcstack:*chpwd_functions}} )) || 'return' 0
    'builtin' 'local' word before='' profile='' session='' left='' now
    'builtin' 'local' -i code=0
    for word in "$@"; do
        # These log in themselves, or do without: `aws sso login`, `kubectl version`.
        # After an option it may be the option's value.
        case ${word} in
            login|logout|configure|completion|fmt|help|version)
                [[ ${before} == -* && ${before} != *=* ]] || 'return' 0
                ;;
            -h|--help|--version) 'return' 0 ;;
            --) 'break' ;;
        esac
        [[ ${before} != --profile ]] || profile=${word}
        [[ ${word} != --profile=* ]] || profile=${word#*=}
        before=${word}
    done
    if [[ -z ${profile} ]]; then
        # Keys go before a profile that only a variable names.
        [[ -z ${AWS_ACCESS_KEY_ID-} ]] || 'return' 0
        profile=${AWS_PROFILE-${AWS_DEFAULT_PROFILE-}}
        profile=${profile:-default}
    fi
    if [[ ${profile} == "${__awsp_profile-}" ]] && ! __awsp_stale; then
        __awsp_session
        [[ ${session:-valid} != valid ]] || 'return' 0
    fi
    # What has just failed is not tried again before each command of a minute.
    __awsp_clock
    [[ -z ${__awsp_failed-} ]] || (( now - __awsp_failed >= 60 )) || 'return' 0
    # A job in the background is a subshell; what was typed mostly is none.
    __awsp __before ${${ZSH_SUBSHELL:#0}:+--subshell} -- "${profile}" </dev/null >&2 || code=$?
    case ${code} in
        0) 'builtin' 'unset' __awsp_failed ;;
        # The user has said no.
        5|130) 'return' "${code}" ;;
        *) 'builtin' 'typeset' -g __awsp_failed="${now}" ;;
    esac
}

# Whether a command may be wrapped: nobody else has made a function or an alias of
# the name, and this is not a script.
__awsp_free() {
    'builtin' 'emulate' -L zsh
    [[ -o interactive ]] || 'return' 1
    (( ! ${+functions[$1]} && ! ${+aliases[$1]} && ! ${+galiases[$1]} )) &&
        (( ! ${+builtins[$1]} && ! ${reswords[(Ie)$1]} ))
}

# ---- Setting up ----

# Registers the hook once.
__awsp_hook() {
    'builtin' 'emulate' -L zsh
    'builtin' 'typeset' -ga precmd_functions
    if (( ! ${precmd_functions[(Ie)__awsp_precmd]} )); then
        precmd_functions+=(__awsp_precmd)
    fi
}

'builtin' 'unalias' -- "${__awsp_cmd:-awsp}" 2>/dev/null || 'builtin' 'true'
function "${__awsp_cmd:-awsp}" {
    # Without the rest, as in a snapshot of functions, it is the program alone.
    if (( ${+functions[__awsp]} )); then
        __awsp "$@"
    else
        'command' awsp "$@"
    fi
}

# Not `return`: inside `eval` it would end the user's ~/.zshrc.
if [[ -o interactive ]]; then
    __awsp_hook
    # Asked here, where the options are the user's own.
    [[ ! -o prompt_percent ]] || __awsp_segment
fi
'builtin' 'unset' -f __awsp_hook __awsp_segment
