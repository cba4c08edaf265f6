# Completion of awsp for fish 3.6 and later. awsp itself says what fits, so this
# file knows no subcommand and goes on working with the next version.

# Prints what fits at the cursor: a value, a tab, a description.
function __awsp_complete
    set -l words (commandline -opc)
    while string match -qr '^[A-Za-z_]\w*=' -- "$words[1]"
        set -e words[1]
    end
    set -l raw (commandline -ct)
    # Quotes are the shell's. One that is still open is closed before it is read.
    set -l current
    for close in '' '"' "'"
        set current (string unescape -- "$raw$close"); and break
    end
    # The program, not the function of the same name.
    set -l found (command awsp __complete fish (count $words) -- $words "$current" 2>/dev/null)
    # A first line that begins with a tab says who knows better.
    switch "$found[1]"
        case \t'command *'
            set -l from (math 1 + (string split ' ' -- $found[1])[2])
            complete -C (string join ' ' -- (string escape -- $words[$from..]) "$raw")
        case \tfiles
            __fish_complete_path "$current"
        case '*'
            printf '%s\n' $found
    end
end

# A file of its own.
set -q __awsp_cmd; and test -n "$__awsp_cmd"; or set -l __awsp_cmd awsp
complete -c $__awsp_cmd -k -f -a '(__awsp_complete)'
