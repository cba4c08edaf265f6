# shellcheck shell=bash
# For bash and zsh: prints a mark before each thing that is timed, and does it many times. The program that reads the marks
# takes the time, since the shells have no clock in common. `empty` is the loop itself.

: "${KIND:?}" "${NAME:?}" "${HOOKS:?}" "${STARTS:?}" "${ROUNDS:?}"
# shellcheck disable=SC2312 # If this fails, the first hook ends the script.
eval "$(awsp init "${KIND}")"
repeat_it() {
    times=$1
    shift
    while [[ "${times}" -gt 0 ]]; do
        "$@"
        times=$((times - 1))
    done
}
while [[ "${ROUNDS}" -gt 0 ]]; do
    unset AWS_PROFILE
    __awsp_precmd || exit
    echo idle
    repeat_it "${HOOKS}" __awsp_precmd
    echo switch
    repeat_it "${STARTS}" awsp "${NAME}" 2>/dev/null
    echo empty
    repeat_it "${HOOKS}" :
    [[ -n "${AWS_PROFILE-}" ]] || exit
    __awsp_precmd
    echo hook
    repeat_it "${HOOKS}" __awsp_precmd
    echo true
    repeat_it "${STARTS}" /bin/true
    echo end
    ROUNDS=$((ROUNDS - 1))
done
