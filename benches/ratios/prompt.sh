# shellcheck shell=bash
# For an interactive bash or zsh: loads a tool by the line LINE, runs the hooks of prompts as the shell would, and prints
# marks as hook.sh does. `empty` is the loop itself.

: "${LINE?}" "${HOOKS:?}" "${ROUNDS:?}"
prompts() {
    times=${HOOKS}
    while [[ "${times}" -gt 0 ]]; do
        for hook in "$@"; do
            eval "${hook}"
        done
        times=$((times - 1))
    done
}
if [[ -n "${ZSH_VERSION-}" ]]; then
    hooks() { prompts "${precmd_functions[@]-:}"; }
else
    hooks() { prompts "${PROMPT_COMMAND[@]-:}"; }
fi
eval "${LINE}"
hooks
while [[ "${ROUNDS}" -gt 0 ]]; do
    echo empty
    prompts :
    echo hook
    hooks
    echo end
    ROUNDS=$((ROUNDS - 1))
done
