# awsp for the plugin managers of zsh: the one line of ~/.zshrc,
#
#   eval "$(awsp init zsh)"
#
# run before the first prompt, when themes and later plugins have set theirs.

__awsp_plugin() {
    precmd_functions=("${(@)precmd_functions:#__awsp_plugin}")
    'builtin' 'unset' -f __awsp_plugin
    # Without the program, `awsp` says what zsh says of any command that is not there.
    if (( ${+commands[awsp]} )); then
        # Global before the line sets them: zsh can warn of variables that a function makes.
        'builtin' 'typeset' -g __awsp_cmd='' __awsp_no_prompt=''
        'builtin' 'eval' "$('command' awsp init zsh)"
        # This round of hooks began without awsp's own.
        __awsp_precmd
    fi
}

if [[ -o interactive ]]; then
    'builtin' 'typeset' -ga precmd_functions
    precmd_functions+=(__awsp_plugin)
fi
