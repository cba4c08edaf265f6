# shellcheck shell=bash disable=all
# As bash-it and oh-my-bash do it: a function makes the prompt before each one, and is
# put before what is there.
prompt_command() {
    local code=$?
    PS1='theme '
    ((code == 0)) || PS1='theme ! '
    PS1+='READY> '
}
case ${PROMPT_COMMAND} in
    *prompt_command*) ;;
    *) PROMPT_COMMAND="prompt_command${PROMPT_COMMAND:+;${PROMPT_COMMAND}}" ;;
esac
