# awsp for fisher and other plugin managers of fish: the one line of config.fish,
#
#     awsp init fish | source
#
# run before the first prompt, when config.fish and all of conf.d have run.

function __awsp_plugin --on-event fish_prompt
    functions -e __awsp_plugin
    # Without the program, `awsp` says what fish says of any command that is not there.
    if command -q awsp
        command awsp init fish | source
        # This round of handlers began without awsp's own.
        __awsp_precmd
    end
end
