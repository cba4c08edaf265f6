# shellcheck shell=bash
# For bash and zsh: repeats what is timed. A mark goes out before each, and whoever reads the marks looks at the clock,
# which no two shells have in common. `empty` is the loop itself.

: "${KIND:?}" "${NAME:?}" "${HOOKS:?}" "${STARTS:?}" "${ROUNDS:?}"
# shellcheck disable=SC2312 # Without the integration the first hook ends it.
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
