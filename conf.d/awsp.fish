# awsp for fisher and other plugin managers of fish: the same line as in config.fish,
#
#     command awsp init fish | source
#
# but it runs just before the first prompt, after config.fish and all of conf.d.

function __awsp_plugin --on-event fish_prompt
    functions -e __awsp_plugin
    # If the program is missing, nothing is loaded, and fish reports an unknown command as usual.
    if command -q awsp
        command awsp init fish | source
        # This prompt's handlers began to run before awsp's was added.
        __awsp_precmd
    end
end
