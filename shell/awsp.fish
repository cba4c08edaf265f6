# awsp for fish 3.6 and later. In ~/.config/fish/config.fish: awsp init fish | source

# ---- The command ----

# Runs awsp with this shell's own stdin, stdout and stderr. What this shell must
# change comes back through file descriptor 3, as lines that nothing evaluates.
function __awsp
    # What `exec` runs changes nothing here, and must be a job: stopped, continued.
    set -l command $argv[1]
    string match -q -- '-*' $command; and set command $argv[2]
    if test "$command" = exec
        command awsp $argv
        return
    end
    set -l changes
    # A failing redirection skips the block, for instance when stdout is closed.
    set -l code 1
    begin
        # Not `(…)`: inside it, fish cannot write to a descriptor opened outside.
        AWSP_SHELL=fish AWSP_PREVIOUS="$__awsp_previous" AWSP_SWITCHED="$__awsp_saved[1]" command awsp $argv 3>&1 >&4 4>&- | read -z changes
        set code $pipestatus[1]
    end 4>&1
    __awsp_apply "$changes"
    return $code
end

# Does what the lines say: `NAME=VALUE` sets, `-NAME` unsets, `~` restores.
# AWS* and GRANTED_* belong to the environment, __awsp_* to this shell alone.
function __awsp_apply
    for line in (string split \n -- $argv[1])
        set -l pair (string split -m 1 = -- $line)
        set -l name (string replace -r '^-' '' -- "$pair[1]")
        if test "$line" = '~'
            __awsp_restore
        else if not string match -qr '^(AWS|GRANTED_|__awsp_)[A-Za-z0-9_]*$' -- $name
            continue
        else if string match -q '__awsp_*=*' -- $line
            set -gu $name "$pair[2]"
        else if string match -q -- '-__awsp_*' $line
            set -eg $name
        else if string match -q '*=*' -- $line
            __awsp_save $name
            set -gx $name "$pair[2]"
        else if string match -q -- '-*' $line
            __awsp_save $name
            set -eg $name
            # A universal variable is every terminal's: hidden here, never erased. A
            # child sees an empty one; fish exports the universal past an unexported.
            set -qUx $name; and set -gx $name
        end
    end
end

# Remembers what a variable was before awsp first touched it, as `-NAME` (unset),
# `xNAME` (exported) or `gNAME` (not exported), its values in __awsp_was_NAME.
function __awsp_save
    for entry in $__awsp_saved
        test (string sub -s 2 -- $entry) = $argv[1]; and return
    end
    set -l kind -
    if set -qg $argv[1]
        set kind g
        set -qgx $argv[1]; and set kind x
        set -gu __awsp_was_$argv[1] $$argv[1]
    end
    set -ga __awsp_saved $kind$argv[1]
end

# Puts every remembered variable back, and forgets.
function __awsp_restore
    for entry in $__awsp_saved
        set -l name (string sub -s 2 -- $entry)
        set -l was __awsp_was_$name
        switch $entry
            case '-*'
                set -eg $name
            case 'x*'
                set -gx $name $$was
            case '*'
                set -gu $name $$was
        end
        set -eg $was
    end
    set -eg __awsp_saved
end

# ---- The state, before each prompt ----

# Refreshes AWSP_PROMPT. Starts no process while nothing has changed.
# A handler must be sourced: fish never autoloads one.
function __awsp_precmd --on-event fish_prompt
    set -l profile $AWS_PROFILE
    set -q AWS_PROFILE; or set profile $AWS_DEFAULT_PROFILE
    set -l word
    set -l style
    if test -n "$profile"
        if test "$profile" != "$__awsp_profile"
            set -eg __awsp_text __awsp_style __awsp_token __awsp_state \
                __awsp_until __awsp_renew __awsp_expires
            __awsp_refresh "$profile"
        else if test "$AWS_REGION" != "$__awsp_region"; or __awsp_stale
            __awsp_refresh "$profile"
        end
        set word (__awsp_word)
    end
    if test -n "$profile" -a -n "$__awsp_text"
        set -gx AWSP_PROMPT (string join ' ' -- $__awsp_text $word)
        set style $__awsp_style
        if contains -- "$word" login keys; and test -z "$style"
            set style yellow
        end
    else
        set -eg AWSP_PROMPT
    end
    __awsp_paint $style
end

# Asks awsp what to show for a profile. Whatever happens it is asked only once:
# neither a program that fails nor a clock that differs may cost every prompt.
function __awsp_refresh
    __awsp __prompt </dev/null 2>/dev/null
    set -gu __awsp_profile $argv[1]
    set -gu __awsp_region $AWS_REGION
    if __awsp_stale
        set -eg __awsp_state
    end
end

# Whether the token file has changed since awsp looked: the state file has its time.
function __awsp_stale
    test -n "$__awsp_state" -a -e "$__awsp_token"
    and test "$(path mtime -- $__awsp_token)" != "$(path mtime -- $__awsp_state)"
end

# Prints what is to be said of the session, if anything.
function __awsp_word
    if test -n "$AWS_ACCESS_KEY_ID"
        echo keys
        return
    end
    set -l session (__awsp_session)
    if test "$session[1]" = ended
        echo login
    else if set -q session[2]; and test $session[2] -lt 900
        echo (math -s 0 $session[2] / 60)m
    end
end

# Prints valid, renewable or ended, by the times of the state file; nothing for a
# profile without a session. Then the seconds of a token that cannot renew.
function __awsp_session
    set -l line "$__awsp_until $__awsp_renew $__awsp_expires"
    if test -z "$__awsp_token"
        return
    else if not test -e "$__awsp_token"
        echo ended
        return
    else if test -r "$__awsp_state"
        read line <$__awsp_state
    end
    set -l now (__awsp_clock)
    # Digits only: what `test` and `math` cannot read, they report on the terminal.
    set -l numbers (string match -r '^(\d+) (\d+) (\d+)$' -- $line); or return
    set -l good $numbers[2]
    set -l renew $numbers[3]
    set -l expires $numbers[4]
    if test $now -ge $good -a $now -ge $renew
        echo ended
    else if test $now -ge $good
        echo renewable
    else
        echo valid
        test $renew -gt $now; or math $expires - $now
    end
end

# Prints the seconds since 1970, without a process.
function __awsp_clock
    # When a file changed, and how long ago that is: `/` is always there.
    math (path mtime /) + (path mtime -R /)
end

# ---- The segment ----

# Sets the colour that fish_prompt refers to.
function __awsp_paint
    set -gu __awsp_on
    set -gu __awsp_off
    if set -q argv[1]; and test -n "$argv[1]" -a -z "$NO_COLOR" -a "$TERM" != dumb
        set -gu __awsp_on (set_color $argv[1])
        set -gu __awsp_off (set_color normal)
    end
end

# Puts the segment before the prompt, once and by reference.
function __awsp_segment
    test -z "$__awsp_no_prompt"; and functions -q fish_prompt; or return
    # starship, oh-my-posh and tide draw the whole prompt themselves, and find
    # AWSP_PROMPT in the environment.
    functions fish_prompt | string match -qr 'AWSP_PROMPT|STARSHIP|POSH|_omp_|_tide_'; and return
    functions -e __awsp_fish_prompt
    functions -c fish_prompt __awsp_fish_prompt
    function fish_prompt
        # First of all, while $status and $pipestatus are the last command's.
        set -l prompt (__awsp_fish_prompt | string collect -N)
        test -n "$AWSP_PROMPT"; and printf '%s(%s)%s ' "$__awsp_on" $AWSP_PROMPT "$__awsp_off"
        printf %s $prompt
    end
end

# ---- Auto-login ----

# Makes the session usable that a command with these arguments needs; `awsp init`
# wraps each command in a function that asks here first. While the token is good
# this is one look at what the prompt hook knows.
function __awsp_before
    # Only for what was typed: a prompt, a handler or a completion that runs the
    # command is not its user.
    test (status current-command) != fish; or return 0
    set -l trace (status stack-trace)
    test -n "$__awsp_handler"; and string match -q -- "$__awsp_handler:*" $trace; and return 0
    string match -qr 'fish_(title|command_not_found)\W' -- $trace; and return 0
    set -l before
    set -l profile
    for word in $argv
        # These log in themselves, or do without: `aws sso login`, `kubectl version`.
        # After an option it may be the option's value.
        contains -- $word -h --help --version; and return 0
        test "$word" = --; and break
        if contains -- $word login logout configure completion fmt help version
            string match -qr '^-[^=]*$' -- $before; or return 0
        end
        test "$before" = --profile; and set profile $word
        string match -q -- '--profile=*' $word; and set profile (string replace -- --profile= '' $word)
        set before $word
    end
    if test -z "$profile"
        # Keys go before a profile that only a variable names.
        test -z "$AWS_ACCESS_KEY_ID"; or return 0
        set profile $AWS_PROFILE
        set -q AWS_PROFILE; or set profile $AWS_DEFAULT_PROFILE
        test -n "$profile"; or set profile default
    end
    if test "$profile" = "$__awsp_profile"; and not __awsp_stale
        set -l session (__awsp_session)
        contains -- "$session[1]" '' valid; and return 0
    end
    # What has just failed is not tried again before each command of a minute.
    set -l now (__awsp_clock)
    test -n "$__awsp_failed"; and test (math $now - $__awsp_failed) -lt 60; and return 0
    __awsp __before -- "$profile" </dev/null >&2
    set -l code $status
    switch $code
        case 0
            set -eg __awsp_failed
        case 5 130
            # The user has said no.
            return $code
        case '*'
            set -gu __awsp_failed $now
    end
    return 0
end

# Learns how fish says in the user's language that an event handler runs.
function __awsp_learn --on-event __awsp_learn
    set -g __awsp_handler (status stack-trace | string match -r '^[^:]+(?=:.*__awsp_learn)')[1]
end

# Whether a command may be wrapped: nobody else has made a function of the name, and
# this is not a script.
function __awsp_free
    status is-interactive; and not functions -q $argv[1]; and not contains -- $argv[1] (builtin -n)
end

# ---- Setting up ----

set -q __awsp_cmd; and test -n "$__awsp_cmd"; or set -g __awsp_cmd awsp
function $__awsp_cmd --description 'Switch AWS profiles, and log in'
    __awsp $argv
end

if status is-interactive
    emit __awsp_learn
    __awsp_segment
end
functions -e __awsp_segment __awsp_learn
