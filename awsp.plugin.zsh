# awsp for the plugin managers of zsh: the same line as in ~/.zshrc,
#
#   eval "$(command awsp init zsh)"
#
# but it runs just before the first prompt, after themes and other plugins have set theirs.

__awsp_plugin() {
    precmd_functions=("${(@)precmd_functions:#__awsp_plugin}")
    'builtin' 'unset' -f __awsp_plugin
    # If the program is missing, nothing is loaded, and zsh reports an unknown command as usual.
    if (( ${+commands[awsp]} )); then
        # Made global first, because zsh can warn about variables that a function creates.
        'builtin' 'typeset' -g __awsp_cmd='' __awsp_no_prompt=''
        'builtin' 'eval' "$('command' awsp init zsh)"
        # This prompt's hooks began to run before awsp's was added.
        __awsp_precmd
    fi
}

if [[ -o interactive ]]; then
    'builtin' 'typeset' -ga precmd_functions
    precmd_functions+=(__awsp_plugin)
fi
