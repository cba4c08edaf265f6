# The same as prompt.sh.

eval $LINE
set -g hooks (seq $HOOKS)
emit fish_prompt
emit fish_prompt
for round in (seq $ROUNDS)
    echo empty
    for i in $hooks
        emit no_such_event
    end
    echo hook
    for i in $hooks
        emit fish_prompt
    end
    echo end
end
