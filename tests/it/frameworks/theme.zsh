# As oh-my-zsh does it: options, a prompt that runs functions when it is drawn, and hooks.
setopt prompt_subst auto_cd multios
autoload -Uz add-zsh-hook
theme_info() { print -n 'theme ' }
theme_precmd() { : }
add-zsh-hook precmd theme_precmd
PROMPT='$(theme_info)%(?..! )READY> '
