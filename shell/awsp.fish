# awsp for fish 3.6 and later. In ~/.config/fish/config.fish: command awsp init fish | source

# ---- The command ----

# What the user calls: switches, and has the prompt show it at once.
function __awsp
    __awsp_run $argv
    set -l code $status
    set -g __awsp_all
    status is-interactive; and __awsp_precmd
    return $code
end

# Runs awsp with this shell's own stdin, stdout and stderr. What this shell must
# change comes back through file descriptor 3, as lines that nothing evaluates.
function __awsp_run
    # What `exec` runs changes nothing here, and must be a job: stopped, continued.
    set -l command $argv[1]
    string match -q -- '-*' $command; and set command $argv[2]
    if test "$command" = exec
        AWSP_CMD=$__awsp_cmd AWSP_CONFIRMED="$__awsp_confirmed" command awsp $argv
        return
    end
    set -l changes
    # A failing redirection skips the block, for instance when stdout is closed.
    set -l code 1
    begin
        # Not `(…)`: inside it, fish cannot write to a descriptor opened outside.
        AWSP_SHELL=fish AWSP_PID=$fish_pid AWSP_CMD=$__awsp_cmd AWSP_CONFIRMED="$__awsp_confirmed" \
            AWSP_PREVIOUS="$__awsp_previous" AWSP_SWITCHED="$__awsp_switched" command awsp $argv 3>&1 >&4 4>&- | read -z changes
        set code $pipestatus[1]
    end 4>&1
    __awsp_apply "$changes"; or test $code -ne 0; or set code 1
    return $code
end

# Does what the lines say: `NAME=VALUE` sets, `-NAME` unsets, `~` restores, and the
# text behind `!` is printed when all that was done. AWS* and GRANTED_* belong to the
# environment, __awsp_* to this shell alone.
function __awsp_apply
    set -l told
    for line in (string split \n -- $argv[1])
        set -l pair (string split -m 1 = -- $line)
        set -l name (string replace -r '^-' '' -- "$pair[1]")
        if string match -q '!*' -- $line
            set -a told (string sub -s 2 -- $line)
        else if test "$line" = '~'
            __awsp_restore
        else if not string match -qr '^(AWS|GRANTED_|__awsp_)[A-Za-z0-9_]*$' -- $name
            continue
        else if string match -q '__awsp_*=*' -- $line
            set -gu $name "$pair[2]"
            test "$name" = __awsp_now; and set -g __awsp_told 1
        else if string match -q -- '-__awsp_*' $line
            set -eg $name
        else if string match -q '*=*' -- $line
            __awsp_save $name
            set -gx $name "$pair[2]"
            # A handler of the user's may have put it back.
            test "$$name" = "$pair[2]"; or set -ql $name; or __awsp_lost $name; or return
        else if string match -q -- '-*' $line
            __awsp_save $name
            set -eg $name
            # A universal variable is every terminal's: hidden here, never erased. A
            # child sees an empty one; fish exports the universal past an unexported.
            set -qUx $name; and set -gx $name
        end
    end
    set -q told[1]; and printf '%s\n' $told >&2
    return 0
end

# Says what could not be changed: nothing more is, and the prompt finds out what is true.
function __awsp_lost
    set -g __awsp_told
    set -g __awsp_key none
    printf '%s: cannot change %s: this shell sets it back\n' $__awsp_cmd $argv[1] >&2
    return 1
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
    set -eg __awsp_saved __awsp_switched
end

# ---- The state, before each prompt ----

# Refreshes AWSP_PROMPT and __awsp_session. While nothing has changed it starts no process,
# calls no function and has one `(…)`: that costs as much as all the rest.
# A handler must be sourced: fish never autoloads one.
function __awsp_precmd --on-event fish_prompt
    # The state file has the time of the token file, unless that has changed since. There
    # is no clock but how long ago a file changed.
    if test -n "$__awsp_state"
        set -f __awsp_times (path mtime -R -- $__awsp_state; path mtime -- $__awsp_state $__awsp_token)
        set -q __awsp_times[3]; and read -f __awsp_line <$__awsp_state
    else if test -n "$__awsp_token"
        set -f __awsp_times (path mtime -R /; path mtime -- / $__awsp_token)
    end
    # All that decides who answers here, in a word; `::::::::2` is nobody, with two unset.
    set -q AWS_SECRET_ACCESS_KEY AWS_BEARER_TOKEN_BEDROCK
    set -l key "$AWS_PROFILE:$AWS_DEFAULT_PROFILE:$AWS_ACCESS_KEY_ID:$AWS_ACCOUNT_ID:$AWS_ROLE_ARN:$AWS_WEB_IDENTITY_TOKEN_FILE:$AWS_CONTAINER_CREDENTIALS_FULL_URI:$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI:$status"
    set -l all "$key:$AWS_REGION:$AWS_DEFAULT_REGION:$__awsp_line:$__awsp_times[2..3]:$NO_COLOR:$TERM:$PATH:$__awsp_drawn:$__awsp_refused$__awsp_drawing"
    # A file may be of the future, and there may be none: `-5` becomes -50, nothing 0.
    test "$all" = "$__awsp_all" -a -z "$AWSP_STAY" -a "$__awsp_times[1]0" -lt $__awsp_next
    or __awsp_update "$key" "$all" $argv
    set -g __awsp_drawn
end

# Does what the prompt needs after a change. With `quick`, before a command, it looks at
# the session only.
function __awsp_update
    set -l key $argv[1]
    set -l quick $argv[3]
    set -g __awsp_stay
    if test "$quick" != quick
        set -g __awsp_refused
        set -g __awsp_drawing
        test "$PATH" = "$__awsp_path"; or __awsp_wrap "$__awsp_names"
        test -n "$__awsp_drawn$__awsp_leave"; or __awsp_segment
        if test -n "$AWSP_STAY"; and not __awsp_stay
            __awsp_back
            __awsp_precmd
            return
        end
    end
    test "$key" = ::::::::2; or set key "$key:$AWS_REGION:$AWS_DEFAULT_REGION"
    if test "$key" != "$__awsp_key" -a "$quick" != quick; or __awsp_stale
        __awsp_ask "$key"
    end
    set -g __awsp_told
    __awsp_session
    set -l text
    set -l style
    if test "$key" != ::::::::2; and test -n "$__awsp_text"
        set text $__awsp_text
        set style $__awsp_style
        if test "$__awsp_session" = ended
            set text "$text login"
            test -n "$style"; or set style yellow
        else if test -n "$__awsp_left"; and test $__awsp_left -lt 900; and test -z "$__awsp_stay" -o $__awsp_left -lt "0$__awsp_stay"
            set text "$text "(math -s 0 $__awsp_left / 60)m
        else if test -n "$__awsp_stay"
            set text "$text "(math "ceil($__awsp_stay / 60)")m
        end
        test "$text" = "$AWSP_PROMPT"; or set -gx AWSP_PROMPT $text
    end
    test -n "$text"; or set -eg AWSP_PROMPT
    __awsp_paint "$style"
    set -g __awsp_all $argv[2]
end

# Whether the token file has changed since awsp looked.
function __awsp_stale
    test -n "$__awsp_state" -a -e "$__awsp_token"
    and test "$(path mtime -- $__awsp_token)" != "$(path mtime -- $__awsp_state)"
end

# Asks awsp what to show, for this key. Whatever happens it is asked only once: neither a
# program that fails nor a clock that differs may cost every prompt.
function __awsp_ask
    # A switch has just told it.
    if test -z "$__awsp_told"
        test "$argv[1]" = "$__awsp_key"; or set -eg __awsp_profile __awsp_text __awsp_style __awsp_guarded \
            __awsp_token __awsp_state __awsp_until __awsp_renew __awsp_expires
        test "$argv[1]" = ::::::::2; or __awsp_run __prompt </dev/null 2>/dev/null
    end
    set -g __awsp_key $argv[1]
    __awsp_stale; and set -eg __awsp_state
end

# Sets __awsp_session to valid, renewable or ended, by the times of the state file; to
# nothing for a profile without one. __awsp_left: the seconds of a token that cannot renew.
# Until the file is as old as __awsp_next says (tenths of seconds) nothing changes by itself.
function __awsp_session
    set -g __awsp_session
    set -g __awsp_left
    set -g __awsp_next 99999999999
    set -l line "$__awsp_until $__awsp_renew $__awsp_expires"
    set -l file /
    if test -z "$__awsp_token"
        return
    else if not test -e "$__awsp_token"
        set __awsp_session ended
        return
    else if test -n "$__awsp_state" -a -r "$__awsp_state"
        read line <$__awsp_state
        set file $__awsp_state
    end
    # Digits only: what `test` and `math` cannot read, they report on the terminal.
    set -l numbers (string match -r '^(\d+) (\d+) (\d+)$' -- $line); or return
    set -l begin (path mtime -- $file)
    set -l now (math $begin + (path mtime -R -- $file))
    set -l next 9999999999
    if test $now -ge $numbers[2] -a $now -ge $numbers[3]
        set __awsp_session ended
    else if test $now -ge $numbers[2]
        set __awsp_session renewable
        set next $numbers[3]
    else
        set __awsp_session valid
        set next $numbers[2]
        if test $numbers[3] -le $now
            set __awsp_left (math $numbers[4] - $now)
            # The next minute begins, or the last quarter of an hour.
            set -l more (math $__awsp_left % 60 + 1)
            test $__awsp_left -gt 900; and set more (math $__awsp_left - 900)
            set next (math "min($next, $now + $more)")
        end
    end
    set __awsp_next (math "($next - $begin) * 10")
end

# Prints the seconds since 1970, without a process.
function __awsp_clock
    # When a file changed, and how long ago that is: `/` is always there.
    math (path mtime /) + (path mtime -R /)
end

# Says by its status whether the stay goes on, and sets __awsp_stay to the seconds left. A
# clock that was set back ends it too. In another profile it sleeps.
function __awsp_stay
    test "$AWS_PROFILE" = "$AWSP_STAY_PROFILE"; or return 0
    set -l times (string match -r '^(\d+) (\d+)$' -- $AWSP_STAY); or return 0
    set -l now (__awsp_clock)
    test $times[2] -le $now -a $now -lt $times[3]; or return 1
    set -g __awsp_stay (math $times[3] - $now)
end

# Goes back to the profile before the stay.
function __awsp_back
    set -g __awsp_previous $AWS_PROFILE
    if test -n "$AWSP_STAY_BACK"
        set -gx AWS_PROFILE $AWSP_STAY_BACK
    else
        __awsp_restore
        # A shell below the one that switched knows of nothing before.
        test "$AWS_PROFILE" = "$AWSP_STAY_PROFILE"; and set -eg AWS_PROFILE
    end
    set -eg AWSP_STAY AWSP_STAY_PROFILE AWSP_STAY_BACK
end

# ---- The segment ----

# Sets the colour that fish_prompt refers to.
function __awsp_paint
    set -gu __awsp_on
    set -gu __awsp_off
    if test -n "$argv[1]" -a -z "$NO_COLOR" -a "$TERM" != dumb
        set -gu __awsp_on (set_color $argv[1])
        set -gu __awsp_off (set_color normal)
    end
end

# Puts the segment before the prompt, once and by reference. Each prompt that it is put
# around is kept under a name of its own: others copy and wrap prompts too, ours among
# them, and `funcsave` keeps one for later shells.
function __awsp_segment
    set -g __awsp_leave yes
    test -z "$__awsp_no_prompt"; and functions -q fish_prompt; or return
    # starship, oh-my-posh and tide draw the whole prompt themselves, and find
    # AWSP_PROMPT in the environment.
    set -l text (functions fish_prompt)
    string match -qr 'STARSHIP|POSH|_omp_|_tide_' -- $text; and return
    string match -q '*AWSP_PROMPT*' -- $text; and not string match -q '*__awsp_inner*' -- $text; and return
    set -g __awsp_leave
    string match -q '*__awsp_inner*' -- $text; and return
    set -l number (count $__awsp_inners)
    set -l __awsp_inner __awsp_prompt_{$fish_pid}_{$number}_
    set -ga __awsp_inners $__awsp_inner
    functions -c fish_prompt $__awsp_inner
    function fish_prompt --inherit-variable __awsp_inner
        # `switch` and `set` leave $status and $pipestatus to the prompt within. It is not
        # run within itself, nor where another shell has saved this function.
        set -l outer $__awsp_drawing
        set -l prompt
        switch "$outer|$__awsp_inners"
            case "*$__awsp_inner*|*"
                return
            case "*$__awsp_inner*"
                set -g __awsp_drawing $outer $__awsp_inner
                set prompt ($__awsp_inner | string collect -N)
            case '*'
                set prompt (prompt_pwd)'> '
        end
        set -g __awsp_drawing $outer
        set -g __awsp_drawn yes
        test -n "$AWSP_PROMPT" -a -z "$outer"; and printf '%s(%s)%s ' "$__awsp_on" $AWSP_PROMPT "$__awsp_off"
        printf %s $prompt
    end
end

# ---- Auto-login ----

# Makes the session usable that a command with these arguments needs; the functions
# around the commands ask here first. While the token is good this is one look.
function __awsp_before
    # Not in scripts and start-up files; a prompt, a handler or a completion that runs it
    # is nobody's.
    status is-interactive; and test (status current-command) != fish; or return 0
    set -l trace (status stack-trace)
    test -n "$__awsp_handler"; and string match -q -- "$__awsp_handler:*" $trace; and return 0
    string match -qr 'fish_(title|command_not_found)\W' -- $trace; and return 0
    # What was refused is not asked for again by the rest of the line.
    test -z "$__awsp_refused"; or return $__awsp_refused
    # A command that names a profile, or a cluster that does, is awsp's to judge.
    if not contains -- $argv[1] kubectl helm k9s; and not string match -qr -- '^--profile($|=)' $argv
        # Keys go before a profile that only a variable names.
        test -z "$AWS_ACCESS_KEY_ID"; or return 0
        set -l name $AWS_PROFILE
        test -n "$name"; or set name $AWS_DEFAULT_PROFILE
        test -n "$name"; or set name default
        set -l drawn $__awsp_drawn
        test "$name" = "$__awsp_profile"; and __awsp_precmd quick
        set -g __awsp_drawn $drawn
        if test "$name" = "$__awsp_profile" -a -z "$__awsp_guarded"; and not contains -- "$__awsp_session" ended renewable
            test -n "$AWSP_STAY"; or return 0
            __awsp_stay; and return 0
        end
    end
    # What has just failed is not tried again before each command of a minute.
    set -l now (__awsp_clock)
    test -n "$__awsp_failed"; and test (math $now - $__awsp_failed) -lt 60; and return 0
    __awsp_run __before -- $argv </dev/null >&2
    set -l code $status
    set -g __awsp_told
    switch $code
        case 0
            set -g __awsp_failed
        case 5 130
            # The user has said no.
            set -g __awsp_refused $code
            return $code
        case '*'
            set -g __awsp_failed $now
    end
    return 0
end

# Learns how fish says in the user's language that an event handler runs.
function __awsp_learn --on-event __awsp_learn
    set -g __awsp_handler (status stack-trace | string match -r '^[^:]+(?=:.*__awsp_learn)')[1]
end

# Wraps those of the named commands that are there, unless somebody else has made a
# function of the name.
function __awsp_wrap
    set -g __awsp_path "$PATH"
    status is-interactive; or return 0
    for name in (string split -n ' ' -- $argv[1])
        command -q $name; and not functions -q $name; and not contains -- $name (builtin -n); or continue
        function $name --inherit-variable name
            __awsp_before $name $argv; or return
            command $name $argv
        end
    end
end

# ---- Setting up ----

function $__awsp_cmd --description 'Switch AWS profiles, and log in'
    __awsp $argv
end

set -g __awsp_all
set -g __awsp_next 0
set -g __awsp_drawn
set -g __awsp_leave
if status is-interactive
    emit __awsp_learn
end
functions -e __awsp_learn
