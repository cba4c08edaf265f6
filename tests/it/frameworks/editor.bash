# shellcheck shell=bash disable=all
# As the script of VS Code does it: it takes over PROMPT_COMMAND as it finds it, runs that
# in a hook of its own, and wraps whatever prompt there is.
if [[ -z ${VSCODE_SHELL_INTEGRATION-} ]]; then
    VSCODE_SHELL_INTEGRATION=1
    __vsc_original=("${PROMPT_COMMAND[@]}")
    __vsc_return() { return "$1"; }
    __vsc_update() {
        if [[ ${PS1} != "${__vsc_custom-}" ]]; then
            __vsc_custom="wrapped ${PS1}"
            PS1=${__vsc_custom}
        fi
    }
    __vsc_prompt_cmd_original() {
        local code=$? command
        for command in "${__vsc_original[@]}"; do
            __vsc_return "${code}"
            eval "${command:-:}"
        done
        __vsc_update
    }
    PROMPT_COMMAND=__vsc_prompt_cmd_original
fi
