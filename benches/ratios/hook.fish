# The same as hook.sh.

awsp init fish | source
set -g hooks (seq $HOOKS)
set -g starts (seq $STARTS)
for round in (seq $ROUNDS)
    set -e AWS_PROFILE
    functions -q __awsp_precmd || exit
    __awsp_precmd
    echo idle
    for i in $hooks
        __awsp_precmd
    end
    echo switch
    for i in $starts
        awsp $NAME 2>/dev/null
    end
    echo empty
    for i in $hooks
        :
    end
    set -q AWS_PROFILE || exit
    __awsp_precmd
    echo hook
    for i in $hooks
        __awsp_precmd
    end
    echo true
    for i in $starts
        /bin/true
    end
    echo end
end
