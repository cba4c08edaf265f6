# shellcheck shell=bash disable=all
# The parts of bash-preexec 0.5 that others meet: it takes its place in PROMPT_COMMAND
# at the first prompt, and what runs after its last part is taken for typed.
if [[ -z ${bash_preexec_imported-} ]]; then
    bash_preexec_imported=defined
    __bp_mode='' precmd_functions=() preexec_functions=()
    __bp_install_string=$'__bp_trap_string="$(trap -p DEBUG)"\ntrap - DEBUG\n__bp_install'
    __bp_return() { return "$1"; }
    __bp_interactive_mode() { __bp_mode=on; }
    __bp_precmd_invoke_cmd() {
        local code=$? hook
        for hook in ${precmd_functions[@]+"${precmd_functions[@]}"}; do
            __bp_return "${code}"
            "${hook}"
        done
        __bp_return "${code}"
    }
    __bp_preexec_invoke_exec() {
        local hook
        [[ -n ${__bp_mode} && -z ${COMP_LINE-} ]] || return 0
        __bp_mode=''
        case ${BASH_COMMAND} in __bp_precmd_invoke_cmd* | __bp_interactive_mode*) return 0 ;; esac
        for hook in ${preexec_functions[@]+"${preexec_functions[@]}"}; do
            "${hook}" "${BASH_COMMAND}"
        done
    }
    __bp_install() {
        local before=${PROMPT_COMMAND}
        trap '__bp_preexec_invoke_exec "$_"' DEBUG
        before=${before//"${__bp_install_string}"/:}
        PROMPT_COMMAND='__bp_precmd_invoke_cmd'$'\n'${before}
        if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
            PROMPT_COMMAND+=(__bp_interactive_mode)
        else
            PROMPT_COMMAND+=$'\n__bp_interactive_mode'
        fi
        __bp_precmd_invoke_cmd
        __bp_interactive_mode
    }
    PROMPT_COMMAND=${PROMPT_COMMAND:+${PROMPT_COMMAND}$'\n'}${__bp_install_string}
fi
