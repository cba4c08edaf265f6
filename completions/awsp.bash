# shellcheck shell=bash
# Completion of awsp for bash 3.2 and later, with or without bash-completion. awsp
# itself says what fits, so this file knows no subcommand and goes on working with
# the next version.

# Fills COMPREPLY with what fits at the cursor.
_awsp() {
    # With another IFS, bash 3.2 makes one word of "${array[@]:1}".
    \builtin local IFS=$' \t\n'
    \builtin local word='' kept='' open='' redirected='' found
    \builtin local -a words starts
    words=() starts=() COMPREPLY=()
    __awsp_words "${2-}"
    while [[ ${words[0]-} == [A-Za-z_]*=* ]]; do
        words=("${words[@]:1}") starts=("${starts[@]:1}")
    done
    if [[ -n ${redirected} ]]; then
        __awsp_files
        \return 0
    fi
    # The program, not the function of the same name.
    found=$(
        \command awsp __complete bash "$((${#words[@]} - 1))" -- "${words[@]}" 2>/dev/null </dev/null
    ) || \return 0
    # A first line that begins with a tab says who knows better.
    case ${found} in
        $'\tcommand '*) __awsp_command "${found##* }" "${2-}" ;;
        $'\tfiles'*) __awsp_files ;;
        *) __awsp_reply "${found}" ;;
    esac
}

# Reads the line up to the cursor as bash would. COMP_WORDS will not do: bash 4 cuts
# it at each `:` and `=`, bash 3.2 does not, and neither takes the quotes off.
# Sets `words` (the last one is being completed), `starts` (where each begins), `open`
# (a quote not closed yet), `redirected`, and `kept`: what readline will not replace.
__awsp_words() {
    \builtin local line char
    \builtin local -i at=0 from=-1 cut
    line=${COMP_LINE:0:COMP_POINT}
    cut=${#line}-${#1}
    for (( ; at < ${#line}; at++)); do
        ((at != cut)) || kept=${word}
        char=${line:at:1}
        # An open quote and the character, or the character alone.
        case ${open}${char} in
            "''" | '""') open='' ;;
            \'* | \"[!\\]*)
                if [[ -n ${open} ]]; then
                    word+=${char}
                else
                    open=${char}
                    ((from >= 0)) || from=${at}
                fi
                ;;
            \")
                open=${char}
                ((from >= 0)) || from=${at}
                ;;
            \"\\)
                [[ ${line:at+1:1} == [\$\`\"\\] ]] && at+=1
                word+=${line:at:1}
                ;;
            \\)
                ((from >= 0)) || from=${at}
                at+=1
                word+=${line:at:1}
                ;;
            [$' \t\n<>'])
                if ((from >= 0)) && [[ -z ${redirected} ]]; then
                    # In `2>file` the number belongs to the arrow.
                    if [[ ${char} != [\<\>] || ${word} == *[!0-9]* ]]; then
                        words+=("${word}") starts+=("${from}")
                    fi
                fi
                ((from < 0)) || redirected=''
                [[ ${char} != [\<\>] ]] || redirected=1
                word='' from=-1
                ;;
            *)
                ((from >= 0)) || from=${at}
                word+=${char}
                ;;
        esac
    done
    ((from >= 0)) || from=${at}
    ((at != cut)) || kept=${word}
    words+=("${word}") starts+=("${from}")
}

# Offers the lines of $1, each quoted as the cursor's place asks.
__awsp_reply() {
    \builtin local IFS=$'\n' value
    \builtin local -i at
    # `mapfile` is bash 4, and reads byte by byte. Unquoted to be split, so no globbing.
    if [[ $- == *f* ]]; then
        # shellcheck disable=SC2206
        COMPREPLY=($1)
    else
        \builtin set -f
        # shellcheck disable=SC2206
        COMPREPLY=($1)
        \builtin set +f
    fi
    IFS=$'\n \t'
    ((${#COMPREPLY[@]})) || \return 0
    COMPREPLY=("${COMPREPLY[@]%%$'\t'*}")
    if [[ -n ${kept} ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${kept}"}")
    fi
    # ble.sh quotes by itself.
    [[ -z ${BLE_ATTACHED-} ]] || \return 0
    # Most lists need no quotes: one look at the whole is 50 times faster.
    [[ ${COMPREPLY[*]} == *[!A-Za-z0-9_./:=@%+,$'\n'-]* ]] || \return 0
    for ((at = 0; at < ${#COMPREPLY[@]}; at++)); do
        value=${COMPREPLY[at]}
        case ${open} in
            \') value=${value//\'/\'\\\'\'} ;;
            \")
                value=${value//\\/\\\\}
                value=${value//\"/\\\"}
                value=${value//\$/\\\$}
                value=${value//\`/\\\`}
                # Within these quotes nothing keeps history from reading a `!`.
                value=${value//!/\"\\!\"}
                ;;
            *) \builtin printf -v value %q "${value}" ;;
        esac
        COMPREPLY[at]=${value}
    done
}

# Offers files.
__awsp_files() {
    if \builtin compopt -o default 2>/dev/null; then
        \return 0
    fi
    # Bash 3.2 has no compopt.
    __awsp_reply "$(\builtin compgen -f -- "${word}" || \builtin true)"
}

# Completes the words from number $1 on as a command line of their own.
__awsp_command() {
    \builtin local -i first="$1" at=0 begin
    \builtin local name spec rest option
    \builtin local -a sliced
    begin=${starts[first]-0}
    name=${words[first]-}
    if ((${#words[@]} - 1 <= first)); then
        __awsp_reply "$(\builtin compgen -c -- "${word}" | \command sort -u || \builtin true)"
        \return 0
    fi
    __awsp_spec "${name##*/}"
    # The words of bash that lie before that command are dropped, one at a time.
    rest=${COMP_LINE:0:begin}
    while [[ ${rest} == *[!$' \t\n']* && ${at} -lt ${COMP_CWORD} ]]; do
        rest=${rest#"${rest%%[!$' \t\n']*}"}
        rest=${rest#"${COMP_WORDS[at]}"}
        at+=1
    done
    sliced=("${COMP_WORDS[@]:at}")
    at=$((COMP_CWORD - at))
    \builtin local COMP_LINE="${COMP_LINE:begin}" COMP_POINT="$((COMP_POINT - begin))" COMP_CWORD="${at}"
    # Apart: bash 4.3 to 5.0 empty an array that a `local` copies onto itself.
    \builtin local -a COMP_WORDS
    COMP_WORDS=("${sliced[@]}")
    if [[ ${spec} =~ \ -F\ ([^ ]+) ]]; then
        "${BASH_REMATCH[1]}" "${name}" "$2" "${COMP_WORDS[at - 1]-}" || \builtin true
    elif [[ ${spec} =~ \ -C\ \'?([^\']+)\'?\  ]]; then
        # A program, such as aws_completer, that prints what fits.
        rest=$(
            \builtin export COMP_LINE COMP_POINT
            "${BASH_REMATCH[1]}" "${name}" "$2" "${COMP_WORDS[at - 1]-}" 2>/dev/null </dev/null
        ) || \builtin true
        kept=''
        __awsp_reply "${rest}"
    else
        __awsp_files
    fi
    while [[ ${spec} =~ \ -o\ ([^ ]+)(.*) ]]; do
        option=${BASH_REMATCH[1]} spec=${BASH_REMATCH[2]}
        \builtin compopt -o "${option}" 2>/dev/null || \builtin true
    done
}

# Sets `spec` to how the command $1 is completed, as `complete -p` prints it.
__awsp_spec() {
    \builtin local loader
    for loader in '' _comp_load __load_completion _completion_loader; do
        # bash-completion loads a command's own file at the first TAB after it.
        if \builtin declare -F "${loader}" >/dev/null; then
            "${loader}" "$1" >/dev/null 2>&1 || \builtin true
        fi
        spec=$(\builtin complete -p "$1" 2>/dev/null) && \return 0
    done
    spec=''
}

# A file of its own.
\builtin complete -F _awsp "${__awsp_cmd:-awsp}"
