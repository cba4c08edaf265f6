# shellcheck shell=bash disable=SC2312
# awsp for the plugin managers of bash: the same line as in ~/.bashrc. It must come after
# everything that sets the prompt. bash-it reads its `custom` folder last, oh-my-bash reads
# its plugins first. See docs/plugins.md.

# If the program is missing, nothing is loaded, and bash reports an unknown command as usual.
if \builtin type -P awsp >/dev/null; then
    \builtin eval "$(\command awsp init bash)"
fi
