# As prezto and zsh's own promptinit do it: a theme's hook makes the prompt and empties psvar.
autoload -Uz add-zsh-hook
prompt_sorin_precmd() {
    psvar=()
    psvar[1]=main
    PROMPT='%1v READY> '
}
add-zsh-hook precmd prompt_sorin_precmd
