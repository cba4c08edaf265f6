# shellcheck shell=bash disable=SC2312
# awsp for the plugin managers of bash: the one line of ~/.bashrc. Whatever sets the
# prompt must have run before it; bash-it's `custom` folder is read last, oh-my-bash's
# plugins are read first. See docs/plugins.md.

# Without the program, `awsp` says what bash says of any command that is not there.
if \builtin type -P awsp >/dev/null; then
    \builtin eval "$(\command awsp init bash)"
fi
