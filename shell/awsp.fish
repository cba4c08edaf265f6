# awsp for fish 3.6 and later: what start.fish loads when it is needed.

# ---- The command ----

# What the user calls: switches, and has the prompt show it at once.
function __awsp
    # What `exec` runs must be a job: stopped, continued. So it has no way back to this
    # shell, and what a rule asks is asked before.
    if test "$argv[1]" = exec; or string match -qr -- '^-\S*[^- ]\S* exec$' "$argv[1..2]"
        test -z "$__awsp_asks"; or __awsp_run __ask -- $argv; or return
        AWSP_CMD=$__awsp_cmd AWSP_CONFIRMED="$__awsp_confirmed" command awsp $argv
        return
    end
    __awsp_run $argv
    set -l code $status
    set -g __awsp_all
    status is-interactive; and __awsp_precmd
    return $code
end

# Runs awsp with this shell's own stdin, stdout and stderr. What this shell must
# change comes back through file descriptor 3, as lines that nothing evaluates.
function __awsp_run
    set -l changes
    # A failing redirection skips the block, for instance when stdout is closed.
    set -l code 1
    begin
        # A Ctrl-C that kills the program ends the block.
        set code 130
        # Not `(…)`: inside it, fish cannot write to a descriptor opened outside.
        AWSP_SHELL=fish AWSP_PID=$fish_pid AWSP_CMD=$__awsp_cmd AWSP_CONFIRMED="$__awsp_confirmed" \
            AWSP_PREVIOUS="$__awsp_previous" AWSP_SWITCHED="$__awsp_switched" command awsp $argv 3>&1 >&4 4>&- | read -z changes
        set code $pipestatus[1]
    end 4>&1
    __awsp_apply "$changes"; or set code 1
    return $code
end

# Does what the lines say: `NAME=VALUE` sets, `-NAME` unsets, `^NAME` too, but has what it
# is now come back when `~` restores. The text behind `!` is printed when all that was
# done. AWS* and GRANTED_* belong to the environment, __awsp_* to this shell alone.
function __awsp_apply
    set -l told
    set -l lost
    for line in (string split \n -- $argv[1])
        set -l again
        string match -q '^*' -- $line; and set line -(string sub -s 2 -- $line); and set again 1
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
            test $name = __awsp_now; and set -g __awsp_told 1
        else if string match -q -- '-__awsp_*' $line
            set -eg $name
        else if string match -q '*=*' -- $line
            __awsp_save $name
            set -gx $name "$pair[2]"
            test "$$name" = "$pair[2]"; or set -ql $name; or set lost $name
        else if string match -q -- '-*' $line
            __awsp_save $name $again
            set -eg $name
            # A universal variable is every terminal's: hidden here, never erased. A
            # child sees an empty one; fish exports the universal past an unexported.
            set -qUx $name; and set -gx $name
        end
    end
    # What a handler of the user's has set back is said, and the prompt finds out.
    if set -q lost[1]
        set -g __awsp_told
        set -g __awsp_key none
        set told "$__awsp_cmd: cannot change $lost: this shell does not take it (set -S $lost)"
    end
    set -q told[1]; and printf '%s\n' $told >&2
    not set -q lost[1]
end

# Remembers what a variable was before awsp first touched it, or is now: nothing, or
# whether it was exported (`-x`) and its values, in __awsp_was_NAME.
function __awsp_save
    if not contains -- $argv[1] $__awsp_saved
        set -ga __awsp_saved $argv[1]
    else if not set -q argv[2]
        return
    end
    set -l kind -u
    set -qgx $argv[1]; and set kind -x
    set -eg __awsp_was_$argv[1]
    set -qg $argv[1]; and set -gu __awsp_was_$argv[1] $kind $$argv[1]
end

# Puts every remembered variable back, and forgets.
function __awsp_restore
    for name in $__awsp_saved
        set -l was __awsp_was_$name
        set -l values $$was
        set -eg $name
        set -q values[1]; and set -g $values[1] $name $values[2..]
        set -eg $was
    end
    set -eg __awsp_saved __awsp_switched
end

# ---- The state, before each prompt ----

# Refreshes AWSP_PROMPT and __awsp_session. While nothing has changed it calls no function
# and has one `(…)`: that costs as much as all the rest.
# A handler must be sourced: fish never autoloads one.
function __awsp_precmd --on-event fish_prompt
    # The state file has the time of the token file, unless that has changed since. There
    # is no clock but how long ago a file changed.
    if test -n "$__awsp_state"
        set -f __awsp_times (path mtime -R -- $__awsp_state $__awsp_token)
        test "$__awsp_times[1]" = "$__awsp_times[2]"; and read -f __awsp_line <$__awsp_state
    else if test -n "$__awsp_token"
        set -f __awsp_times (path mtime -R /; path mtime -- / $__awsp_token)
        set -f __awsp_line "$__awsp_until $__awsp_renew $__awsp_expires $__awsp_times[2..3]"
    end
    # All that decides who answers here, in a word; `::::::::2` is nobody, with two unset.
    set -q AWS_SECRET_ACCESS_KEY AWS_BEARER_TOKEN_BEDROCK
    set -l key "$AWS_PROFILE:$AWS_DEFAULT_PROFILE:$AWS_ACCESS_KEY_ID:$AWS_ACCOUNT_ID:$AWS_ROLE_ARN:$AWS_WEB_IDENTITY_TOKEN_FILE:$AWS_CONTAINER_CREDENTIALS_FULL_URI:$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI:$status"
    set -l all "$key:$AWS_REGION:$AWS_DEFAULT_REGION:$__awsp_line:$NO_COLOR:$TERM:$PATH:$__awsp_drawn"
    # A file may be of the future, and there may be none: `-5` becomes -50, nothing 0.
    test "$all" = "$__awsp_all" -a -z "$AWSP_STAY$__awsp_refused$__awsp_drawing" -a "$__awsp_times[1]0" -lt "0$__awsp_next"
    or __awsp_update "$argv" "$key" "$all" (__awsp_look)
    set -g __awsp_drawn
end

# Prints the times in the state file; how long ago that changed; when it did, and when the
# token file did. Without a state file the times are known, and `/` is always there.
function __awsp_look
    set -l line "$__awsp_until $__awsp_renew $__awsp_expires"
    set -l file /
    if test -n "$__awsp_state"
        set line
        set file $__awsp_state
        test -f $file; and read line <$file
    end
    printf '%s\n' "$line"
    path mtime -R -- $file
    path mtime -- $file $__awsp_token
end

# Does what is to be done after a change. With `quick`, before a command, it only looks at
# the session.
function __awsp_update
    set -l key $argv[2]
    set -l again
    if test "$argv[1]" != quick
        set -g __awsp_refused
        set -g __awsp_drawing
        test "$PATH" = "$__awsp_path"; or __awsp_wrap "$__awsp_names"
        test -n "$__awsp_drawn$__awsp_leave"; or __awsp_segment
    end
    test $key = ::::::::2; or set key "$key:$AWS_REGION:$AWS_DEFAULT_REGION"
    # The state file is gone, or that of another token.
    set -l stale
    test -n "$__awsp_state"; and string match -qr '^\S+$|^\S+ (\S+) (?!\1$)\S+$' -- "$argv[5..]"; and set stale yes
    if not __awsp_stay $argv[1]
        set again 1
    else if test "$key" != "$__awsp_key" -a "$argv[1]" != quick; or test -n "$stale"
        # Whatever happens awsp is asked only once: neither a program that fails nor a clock
        # that differs may cost every prompt. A switch has just told it.
        if test -z "$__awsp_told"
            test "$key" = "$__awsp_key"; or set -eg __awsp_profile __awsp_text __awsp_style \
                __awsp_guarded __awsp_token __awsp_state __awsp_until __awsp_renew __awsp_expires
            test $key = ::::::::2; or __awsp_run __prompt </dev/null 2>/dev/null
        end
        test -n "$__awsp_state"; and test "$(path mtime -- $__awsp_state)" != "$(path mtime -- $__awsp_token)"; and set -eg __awsp_state
        set again 1
        set -g __awsp_key $key
    end
    set -g __awsp_told
    set -g __awsp_all "$again$argv[3]"
    # The prompt still has the rest to do.
    test "$argv[1]" = quick; and set __awsp_all
    if set -q again[1]
        test "$__awsp_session" = over; or __awsp_precmd $argv[1]
        return
    end
    __awsp_session $argv[4..]
    set -l text
    set -l style
    if test $key != ::::::::2; and test -n "$__awsp_text"
        set text $__awsp_text
        set style $__awsp_style
        if test "$__awsp_session" = ended
            set text "$text login"
            test -n "$style"; or set style yellow
        else if test -n "$__awsp_left" -a "0$__awsp_left" -lt 900; and test -z "$__awsp_stay" -o "0$__awsp_left" -lt "0$__awsp_stay"
            set text "$text "(math -s 0 $__awsp_left / 60)m
        else if test -n "$__awsp_stay"
            set text "$text "(math "ceil($__awsp_stay / 60)")m
        end
        test "$text" = "$AWSP_PROMPT"; or set -gx AWSP_PROMPT $text
    end
    test -n "$text"; or set -eg AWSP_PROMPT
    __awsp_paint "$style"
end

# Sets __awsp_session to valid, renewable or ended, by the times of the state file; to
# nothing for a profile without one. __awsp_left: the seconds of a token that cannot renew.
# Until the file is as old as __awsp_next says (tenths of seconds) nothing changes by itself.
function __awsp_session
    set -g __awsp_session
    set -g __awsp_left
    set -g __awsp_next 99999999999
    test -z "$__awsp_token"; or set -q argv[4]; or set __awsp_session ended
    # Digits only: what `test` and `math` cannot read, they report on the terminal.
    set -l times (string match -r '^(\d+) (\d+) (\d+)$' -- $argv[1]); and set -q argv[4]; or return
    set -l now (math $argv[2] + $argv[3])
    if test $now -ge $times[2]
        set __awsp_session ended
        test $now -lt $times[3]; and set __awsp_session renewable
    else
        set __awsp_session valid
        if test $times[3] -le $now
            # The next minute begins, or the last quarter of an hour.
            set __awsp_left (math $times[4] - $now)
            set times[3] (math $now + $__awsp_left % 60 + 1)
            test $__awsp_left -gt 900; and set times[3] (math $times[4] - 900)
        end
    end
    for time in $times[2..3]
        test $time -gt $now; and set __awsp_next (math "min($__awsp_next, ($time - $argv[3]) * 10)")
    end
end

# Sets __awsp_stay to the seconds left of a stay. When it is over, or the clock was set back,
# it goes back to the profile before, and fails. In another profile it sleeps.
function __awsp_stay
    set -g __awsp_stay
    test -n "$AWSP_STAY" -a "$AWS_PROFILE" = "$AWSP_STAY_PROFILE"; or return 0
    set -l times (string match -r '^(\d+) (\d+)$' -- $AWSP_STAY); or return 0
    # When a file changed, and how long ago that is: `/` is always there.
    set -l now (math (path mtime /) + (path mtime -R /))
    set __awsp_stay (math $times[3] - $now)
    test $times[2] -le $now -a $__awsp_stay -gt 0; and return 0
    set -g __awsp_session over
    test "$argv[1]" = quick; and return 1
    set __awsp_session
    set -g __awsp_previous $AWS_PROFILE
    if test -n "$AWSP_STAY_BACK"
        set -gx AWS_PROFILE $AWSP_STAY_BACK
    else
        __awsp_restore
        # A shell below the one that switched knows of nothing before.
        test "$AWS_PROFILE" = "$AWSP_STAY_PROFILE"; and set -eg AWS_PROFILE
    end
    set -eg AWSP_STAY AWSP_STAY_PROFILE AWSP_STAY_BACK
    return 1
end

# ---- The segment ----

# Sets the colour that fish_prompt refers to.
function __awsp_paint
    set -eg __awsp_on __awsp_off
    test -n "$argv[1]" -a -z "$NO_COLOR" -a "$TERM" != dumb; or return 0
    set -gu __awsp_on (set_color $argv[1])
    set -gu __awsp_off (set_color normal)
end

# Puts the segment before the prompt, once and by reference. Each prompt that it is put
# around is kept under a name of its own: others copy and wrap prompts too, ours as well.
function __awsp_segment
    set -l text (functions fish_prompt)
    string match -q '*__awsp_inner*' -- $text; and return
    # starship, oh-my-posh and tide draw the whole prompt, and find AWSP_PROMPT in the environment.
    set -g __awsp_leave yes
    test -n "$__awsp_no_prompt"; or string match -qr 'AWSP_PROMPT|STARSHIP|POSH|_omp_|_tide_' -- $text; and return
    set -g __awsp_leave
    set -l __awsp_inner __awsp_prompt_{$fish_pid}_(count $__awsp_inners)_
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

# fish runs no function in the background, and after Ctrl-C in one it goes on with the line.
# So what a typed line needs is done before it, and its commands have no functions around
# them, where the line names what it runs.
function __awsp_line --on-event fish_preexec
    for name in $__awsp_bare
        functions -q $name; or __awsp_around $name
    end
    set -g __awsp_bare
    test -n "$__awsp_word"; and string match -qr -- $__awsp_word $argv[1]; or return
    # The commands, and what stands between them. Quotes and backslashes hide that.
    set -l parts (string match -ra -- "(?:'(?:\\\\.|[^'\\\\])*'|\"(?:\\\\.|[^\"\\\\])*\"|\\\\.|[<>]&|&>|[^;|&\n'\"\\\\])+|&&|\|\||&\||[;|&\n]" $argv[1])
    contains -- '&' $parts; and set -g __awsp_depth 1; or set -g __awsp_depth 0
    if test $__awsp_depth = 1 -a -z "$__awsp_asks$AWSP_STAY"
        # In the background nobody logs in. But a rule asks, and a time may be over.
    else if string match -qr -- '[$()]|AWS' $parts
        string match -qr -- 'kubectl|helm|k9s|-profile|AWS' $parts; and return
        __awsp_is_good; or return
    else
        set -l others
        set -l changed
        # Nobody waits for a look at a thousand commands.
        set -q parts[200]; and return
        for part in $parts
            contains -- $part '|' '&|'; and continue
            string replace -r -- '^\s*((and|or|not|time|!)\s+)*' '' $part | read -lat words
            if contains -- $part '' ';' '&' '&&' '||'
                # What has run before may change what a command needs.
                set changed $others
            else if not contains -- "$words[1]" $__awsp_there
                string match -qr -- $__awsp_word $part; and return
                set others yes
            else if test -n "$changed"
                return
            else
                __awsp_bring $words; or return
            end
        end
    end
    for name in $__awsp_there
        functions $name 2>/dev/null | string match -q '*__awsp_before*'; or continue
        functions -e $name
        set -ga __awsp_bare $name
    end
end

# Makes the session usable that a command with these arguments needs; the functions
# around the commands ask here first.
function __awsp_before
    # Not in scripts and start-up files; a prompt, a handler or a completion that runs it
    # is nobody's.
    status is-interactive; and test (status current-command) != fish; or return 0
    # fish says in the user's language, or not at all, that a handler runs: these are their names.
    set -l handlers fish_title fish_command_not_found (functions --handlers | string replace -rf -- '^(?!Event )\S+ (.+)' '$1')
    set handlers (string escape --style=regex -- $handlers | string join '|')
    status stack-trace | string match -qr -- "^\S.*(?<![\w-])($handlers)(?![\w-])"; and return 0
    __awsp_bring $argv
end

# True while the session of the shell's profile needs nothing. This is one look.
function __awsp_is_good
    # Keys go before a profile that only a variable names.
    test -z "$AWS_ACCESS_KEY_ID"; or return 0
    set -l name (string match -r '.+' -- $AWS_PROFILE $AWS_DEFAULT_PROFILE default)[1]
    set -l drawn $__awsp_drawn
    test "$name" = "$__awsp_profile"; and __awsp_precmd quick
    set -g __awsp_drawn $drawn
    test "$name" = "$__awsp_profile" -a -z "$__awsp_guarded"; and not contains -- "$__awsp_session" ended renewable over
end

# Does it, unless a look is enough. Fails if the user has said no.
function __awsp_bring
    # What was refused is not asked for again by the rest of the line.
    test -z "$__awsp_refused"; or return $__awsp_refused
    # A command that names a profile, or a cluster that does, is awsp's to judge.
    if not contains -- $argv[1] kubectl helm k9s; and not string match -qr -- '^--profile($|=)' $argv
        __awsp_is_good; and return 0
    end
    # What has just failed is not tried again before each command of a minute.
    set -l now (math (path mtime /) + (path mtime -R /))
    test -n "$__awsp_failed"; and test (math $now - $__awsp_failed) -lt 60; and return 0
    # Ctrl-C may end a handler.
    set -g __awsp_refused 130
    __awsp_run __before --subshell=$__awsp_depth -- $argv </dev/null >&2
    set -l code $status
    set -g __awsp_refused
    set -g __awsp_told
    set -g __awsp_failed
    # 5 or 130: the user has said no.
    contains $code 5 130; and set -g __awsp_refused $code
    test -n "$__awsp_refused" -o $code = 0; or set -g __awsp_failed $now
    return $__awsp_refused
end

# ---- Setting up ----

set -eg __awsp_all __awsp_drawn __awsp_leave
set -g __awsp_depth 0
