# Made by the target generate_docs; do not edit.
# PATH... -- [CHILD...]: the commands of PATH were typed, and none of the children.
function __jsctl_at
    set -l words (commandline -opc)
    set -l children
    while set -q argv[1]
        if test $argv[1] = --
            set children $argv[2..]
            break
        end
        set -l at (contains -i -- $argv[1] $words)
        or return 1
        set words $words[$at..]
        set -e argv[1]
    end
    for child in $children
        contains -- $child $words
        and return 1
    end
    return 0
end

complete -c jsctl -f
complete -c jsctl -n '__jsctl_at -- status stop version commands session ls drain limit explain why ban log' -a status -d 'Show the state of the daemon on one screen.'
complete -c jsctl -n '__jsctl_at -- status stop version commands session ls drain limit explain why ban log' -a stop -d 'Drain, then exit.'
complete -c jsctl -n '__jsctl_at -- status stop version commands session ls drain limit explain why ban log' -a version -d 'Show the versions of jsctl and of the daemon.'
complete -c jsctl -n '__jsctl_at -- status stop version commands session ls drain limit explain why ban log' -a commands -d 'List the commands with their arguments and roles.'
complete -c jsctl -n '__jsctl_at -- status stop version commands session ls drain limit explain why ban log' -a session -d 'List, show and close sessions.'
complete -c jsctl -n '__jsctl_at -- status stop version commands session ls drain limit explain why ban log' -a ls -d 'The same as session list.'
complete -c jsctl -n '__jsctl_at -- status stop version commands session ls drain limit explain why ban log' -a drain -d 'Let all sessions come to their end.'
complete -c jsctl -n '__jsctl_at -- status stop version commands session ls drain limit explain why ban log' -a limit -d 'Look at the rate limits.'
complete -c jsctl -n '__jsctl_at -- status stop version commands session ls drain limit explain why ban log' -a explain -d 'Say what would become of a new client at an address, and why.'
complete -c jsctl -n '__jsctl_at -- status stop version commands session ls drain limit explain why ban log' -a ban -d 'Keep clients out by their address.'
complete -c jsctl -n '__jsctl_at -- status stop version commands session ls drain limit explain why ban log' -a log -d 'Look after the daemon\'s log.'
complete -c jsctl -n '__jsctl_at --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at --' -l version -d 'Display program version information and exit'
complete -c jsctl -n '__jsctl_at --' -l socket -r -F -d 'The daemon\'s admin socket'
complete -c jsctl -n '__jsctl_at --' -s o -l output -x -a 'table wide json ndjson csv' -d 'table; wide, with all columns; json, one document; ndjson, one JSON object a line; csv'
complete -c jsctl -n '__jsctl_at --' -l json -d 'The same as -o json'
complete -c jsctl -n '__jsctl_at --' -l columns -x -d 'Of lists: the columns to print, by the names of the JSON fields'
complete -c jsctl -n '__jsctl_at --' -l raw -d 'Of lists: all columns, numbers without units'
complete -c jsctl -n '__jsctl_at --' -l no-header -d 'Print tables without their first line'
complete -c jsctl -n '__jsctl_at --' -l timeout -x -d 'How long to wait for the daemon in all'
complete -c jsctl -n '__jsctl_at status --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at stop --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at stop --' -l now -d 'Close all sessions and exit at once.'
complete -c jsctl -n '__jsctl_at stop --' -l wait -d 'Return when the daemon is gone'
complete -c jsctl -n '__jsctl_at version --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at commands --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at session -- list ls show close kill closed' -a list -d 'List sessions, the oldest first.'
complete -c jsctl -n '__jsctl_at session -- list ls show close kill closed' -a show -d 'Show all that is known about sessions, their streams included.'
complete -c jsctl -n '__jsctl_at session -- list ls show close kill closed' -a close -d 'Close sessions and tell their peers why: some by their ids, or all that match.'
complete -c jsctl -n '__jsctl_at session -- list ls show close kill closed' -a closed -d 'List sessions that have ended, the newest first.'
complete -c jsctl -n '__jsctl_at session --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at session list --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at session list --' -l all -d 'Show all there are'
complete -c jsctl -n '__jsctl_at session list --' -l fields -x -d 'The fields that rows have in the answer: all of them if left out.'
complete -c jsctl -n '__jsctl_at session list --' -l sort -x -d 'The field to order by, the smallest first; with a minus the greatest first.'
complete -c jsctl -n '__jsctl_at session list --' -l limit -x -d 'Rows to answer at most.'
complete -c jsctl -n '__jsctl_at session list --' -l cursor -x -d 'Where the last answer ended: its `cursor`, unchanged.'
complete -c jsctl -n '__jsctl_at session list --'
complete -c jsctl -n '__jsctl_at session show --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at session show --' -x -a '(jsctl session list --all --no-header 2>/dev/null | string replace -r " .*" "")'
complete -c jsctl -n '__jsctl_at session close --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at session close --' -l match -x -d 'A filter: closes all sessions that match.'
complete -c jsctl -n '__jsctl_at session close --' -l max -x -d 'Closes nothing if more than so many match.'
complete -c jsctl -n '__jsctl_at session close --' -l yes -d 'The same as --max 100'
complete -c jsctl -n '__jsctl_at session close --' -l plan -d 'Closes nothing: tells what matches, and gives a token for it.'
complete -c jsctl -n '__jsctl_at session close --' -l dry-run -d 'Closes nothing: tells what matches.'
complete -c jsctl -n '__jsctl_at session close --' -l apply -x -d 'A plan\'s token: closes what it told of, unless more match now.'
complete -c jsctl -n '__jsctl_at session close --' -l reason -x -a 'normal going_away protocol_error timeout rate_limit_exceeded internal_error' -d 'The reason that the peer is told; going_away if left out.'
complete -c jsctl -n '__jsctl_at session close --' -l silent -d 'Tells the peer nothing; it finds out when it sends next.'
complete -c jsctl -n '__jsctl_at session close --' -l notify -d 'Tells the peer, as without --silent'
complete -c jsctl -n '__jsctl_at session close --' -l message -x -d 'A sentence that the peer is told.'
complete -c jsctl -n '__jsctl_at session close --' -l retry-after -x -d 'When the peer is told to come back.'
complete -c jsctl -n '__jsctl_at session close --' -x -a '(jsctl session list --all --no-header 2>/dev/null | string replace -r " .*" "")'
complete -c jsctl -n '__jsctl_at session closed --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at session closed --' -l limit -x -d 'Rows to answer at most.'
complete -c jsctl -n '__jsctl_at ls --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at ls --' -l all -d 'Show all there are'
complete -c jsctl -n '__jsctl_at ls --' -l fields -x -d 'The fields that rows have in the answer: all of them if left out.'
complete -c jsctl -n '__jsctl_at ls --' -l sort -x -d 'The field to order by, the smallest first; with a minus the greatest first.'
complete -c jsctl -n '__jsctl_at ls --' -l limit -x -d 'Rows to answer at most.'
complete -c jsctl -n '__jsctl_at ls --' -l cursor -x -d 'Where the last answer ended: its `cursor`, unchanged.'
complete -c jsctl -n '__jsctl_at ls --'
complete -c jsctl -n '__jsctl_at drain -- start cancel status' -a start -d 'Take no new sessions, and ask every session to come to its end.'
complete -c jsctl -n '__jsctl_at drain -- start cancel status' -a cancel -d 'Take sessions again; those that were asked to end still do.'
complete -c jsctl -n '__jsctl_at drain -- start cancel status' -a status -d 'Show how far a drain has come.'
complete -c jsctl -n '__jsctl_at drain --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at drain start --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at drain start --' -l deadline -x -d 'After which sessions are closed that have not come to their end; drain.deadline of the configuration if left out.'
complete -c jsctl -n '__jsctl_at drain start --' -l pace -x -d 'Over how long sessions are asked to end, instead of drain.pace.'
complete -c jsctl -n '__jsctl_at drain start --' -l retry-after -x -d 'When clients are told to come back, instead of drain.retry_after.'
complete -c jsctl -n '__jsctl_at drain start --' -l alternate -x -d 'The address where clients are told to go meanwhile, instead of drain.alternate.'
complete -c jsctl -n '__jsctl_at drain start --' -l sessions-left -x -d 'The drain is over as soon as no more sessions than this are left.'
complete -c jsctl -n '__jsctl_at drain start --' -l then -x -a 'hold exit' -d 'hold: stay, and take no sessions; exit: close what is left and stop, which needs role admin. hold if left out.'
complete -c jsctl -n '__jsctl_at drain start --' -l for -x -d 'With hold: after which sessions are taken again by themselves, so that nobody has to remember it; left out: at drain.cancel only.'
complete -c jsctl -n '__jsctl_at drain start --' -l wait -d 'Return when it is over'
complete -c jsctl -n '__jsctl_at drain cancel --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at drain status --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at limit -- show list reset' -a show -d 'Show the rate limits, their tokens, and what they held back and dropped.'
complete -c jsctl -n '__jsctl_at limit -- show list reset' -a list -d 'List the sources whose handshakes are counted, the most limited first.'
complete -c jsctl -n '__jsctl_at limit -- show list reset' -a reset -d 'Forget the handshakes that a source has had, so that it starts anew.'
complete -c jsctl -n '__jsctl_at limit --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at limit show --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at limit show --' -x -a '(jsctl session list --all --no-header 2>/dev/null | string replace -r " .*" "")'
complete -c jsctl -n '__jsctl_at limit list --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at limit list --' -l all -d 'Also sources that no limit concerns at the moment.'
complete -c jsctl -n '__jsctl_at limit list --' -l limited -d 'Only sources that a limit concerns, as without any option'
complete -c jsctl -n '__jsctl_at limit list --' -l limit -x -d 'Rows to answer at most.'
complete -c jsctl -n '__jsctl_at limit reset --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at limit reset --' -x
complete -c jsctl -n '__jsctl_at explain --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at explain --' -x
complete -c jsctl -n '__jsctl_at ban -- add del list ls clear load' -a add -d 'Keep the clients of a block out, and close the sessions they have.'
complete -c jsctl -n '__jsctl_at ban -- add del list ls clear load' -a del -d 'Take a ban back.'
complete -c jsctl -n '__jsctl_at ban -- add del list ls clear load' -a list -d 'List bans in the order of addresses.'
complete -c jsctl -n '__jsctl_at ban -- add del list ls clear load' -a clear -d 'Take all bans back, or all of one origin.'
complete -c jsctl -n '__jsctl_at ban -- add del list ls clear load' -a load -d 'Replace the bans of the list that was loaded before by those of a file.'
complete -c jsctl -n '__jsctl_at ban --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at ban add --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at ban add --' -l for -x -d 'How long, in milliseconds; left out: until it is taken back.'
complete -c jsctl -n '__jsctl_at ban add --' -l reason -x -d 'Why, for other operators: printable ASCII. Clients are not told.'
complete -c jsctl -n '__jsctl_at ban add --' -l yes -d 'Also where that keeps out clients that limits.exempt names, or a large part of all addresses.'
complete -c jsctl -n '__jsctl_at ban add --' -x
complete -c jsctl -n '__jsctl_at ban del --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at ban del --' -x
complete -c jsctl -n '__jsctl_at ban list --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at ban list --' -l all -d 'Show all there are'
complete -c jsctl -n '__jsctl_at ban list --' -l limit -x -d 'Rows to answer at most.'
complete -c jsctl -n '__jsctl_at ban list --' -l cursor -x -d 'Where the last answer ended: its `cursor`, unchanged.'
complete -c jsctl -n '__jsctl_at ban list --' -l origin -x -a 'admin file auto' -d 'Only those of one origin: admin, file or auto.'
complete -c jsctl -n '__jsctl_at ban clear --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at ban clear --' -l origin -x -a 'admin file auto' -d 'Only those of one origin: admin, file or auto.'
complete -c jsctl -n '__jsctl_at ban load --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at ban load --' -l for -x -d 'How long, in milliseconds; left out: until it is taken back.'
complete -c jsctl -n '__jsctl_at ban load --' -l yes -d 'Also where that keeps out clients that limits.exempt names, or a large part of all addresses.'
complete -c jsctl -n '__jsctl_at ban load --' -r -F
complete -c jsctl -n '__jsctl_at log -- level' -a level -d 'Show or change the least severe events that are logged, until the next start.'
complete -c jsctl -n '__jsctl_at log --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at log level --' -s h -l help -d 'Print this help message and exit'
complete -c jsctl -n '__jsctl_at log level --' -x -a 'trace debug info warning error'
