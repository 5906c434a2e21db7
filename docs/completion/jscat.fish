# Made by the target generate_docs; do not edit.
# PATH... -- [CHILD...]: the commands of PATH were typed, and none of the children.
function __jscat_at
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

complete -c jscat -f
complete -c jscat -n '__jscat_at -- connect ping check send keygen' -a connect -d 'Join standard input and output with a stream, until both sides are done'
complete -c jscat -n '__jscat_at -- connect ping check send keygen' -a ping -d 'Set up a session and measure heartbeats'
complete -c jscat -n '__jscat_at -- connect ping check send keygen' -a check -d 'Set up a session, send a message on each of some streams and compare the echo'
complete -c jscat -n '__jscat_at -- connect ping check send keygen' -a send -d 'Put load on a server and measure'
complete -c jscat -n '__jscat_at -- connect ping check send keygen' -a keygen -d 'Make a private key in a new file; print the public one'
complete -c jscat -n '__jscat_at --' -s h -l help -d 'Print this help message and exit'
complete -c jscat -n '__jscat_at --' -l version -d 'Display program version information and exit'
complete -c jscat -n '__jscat_at connect --' -s h -l help -d 'Print this help message and exit'
complete -c jscat -n '__jscat_at connect --' -l pin -x -d 'Trust exactly this key; may be repeated'
complete -c jscat -n '__jscat_at connect --' -l pin-file -r -F -d 'Trust exactly the keys in this file'
complete -c jscat -n '__jscat_at connect --' -l known-hosts -r -F -d 'Servers that are trusted, one a line'
complete -c jscat -n '__jscat_at connect --' -l insecure-accept-any -d 'Trust anybody, even an attacker in the middle'
complete -c jscat -n '__jscat_at connect --' -l identity -r -F -d 'Private key to show to the server'
complete -c jscat -n '__jscat_at connect --' -l timeout -x -d 'How long a handshake may take, 1s to 60s [10s]'
complete -c jscat -n '__jscat_at connect --' -s 4 -d 'IPv4 only'
complete -c jscat -n '__jscat_at connect --' -s 6 -d 'IPv6 only'
complete -c jscat -n '__jscat_at connect --' -l bind -x -d 'Local address'
complete -c jscat -n '__jscat_at connect --' -l no-resume -d 'Neither use nor keep a session ticket'
complete -c jscat -n '__jscat_at connect --' -s v -l verbose -d 'Tell about the session on standard error'
complete -c jscat -n '__jscat_at connect --' -l framing -x -d 'bytes, or messages: one a line [bytes]'
complete -c jscat -n '__jscat_at connect --' -l urgency -x -d '0 goes before 1 and so on to 7 [3]'
complete -c jscat -n '__jscat_at connect --' -l send-only -d 'Discard what arrives'
complete -c jscat -n '__jscat_at connect --' -l recv-only -d 'Do not read standard input'
complete -c jscat -n '__jscat_at connect --' -l early -d 'Send what standard input begins with along with the hello, where a ticket allows it: it may reach the service twice, if somebody records it and sends it again'
complete -c jscat -n '__jscat_at connect --' -s q -x -d 'Stop waiting for more this long after the end of standard input'
complete -c jscat -n '__jscat_at connect --' -l stats -d 'One line of figures on standard error at the end'
complete -c jscat -n '__jscat_at connect --' -x
complete -c jscat -n '__jscat_at connect --' -x
complete -c jscat -n '__jscat_at ping --' -s h -l help -d 'Print this help message and exit'
complete -c jscat -n '__jscat_at ping --' -l pin -x -d 'Trust exactly this key; may be repeated'
complete -c jscat -n '__jscat_at ping --' -l pin-file -r -F -d 'Trust exactly the keys in this file'
complete -c jscat -n '__jscat_at ping --' -l known-hosts -r -F -d 'Servers that are trusted, one a line'
complete -c jscat -n '__jscat_at ping --' -l insecure-accept-any -d 'Trust anybody, even an attacker in the middle'
complete -c jscat -n '__jscat_at ping --' -l identity -r -F -d 'Private key to show to the server'
complete -c jscat -n '__jscat_at ping --' -l timeout -x -d 'How long a handshake may take, 1s to 60s [10s]'
complete -c jscat -n '__jscat_at ping --' -s 4 -d 'IPv4 only'
complete -c jscat -n '__jscat_at ping --' -s 6 -d 'IPv6 only'
complete -c jscat -n '__jscat_at ping --' -l bind -x -d 'Local address'
complete -c jscat -n '__jscat_at ping --' -l no-resume -d 'Neither use nor keep a session ticket'
complete -c jscat -n '__jscat_at ping --' -s v -l verbose -d 'Tell about the session on standard error'
complete -c jscat -n '__jscat_at ping --' -s c -l count -x -d 'End after so many'
complete -c jscat -n '__jscat_at ping --' -s i -l interval -x -d 'Time from one to the next, 10ms to 10s [1s]'
complete -c jscat -n '__jscat_at ping --' -x
complete -c jscat -n '__jscat_at check --' -s h -l help -d 'Print this help message and exit'
complete -c jscat -n '__jscat_at check --' -l pin -x -d 'Trust exactly this key; may be repeated'
complete -c jscat -n '__jscat_at check --' -l pin-file -r -F -d 'Trust exactly the keys in this file'
complete -c jscat -n '__jscat_at check --' -l known-hosts -r -F -d 'Servers that are trusted, one a line'
complete -c jscat -n '__jscat_at check --' -l insecure-accept-any -d 'Trust anybody, even an attacker in the middle'
complete -c jscat -n '__jscat_at check --' -l identity -r -F -d 'Private key to show to the server'
complete -c jscat -n '__jscat_at check --' -l timeout -x -d 'How long a handshake may take, 1s to 60s [10s]'
complete -c jscat -n '__jscat_at check --' -s 4 -d 'IPv4 only'
complete -c jscat -n '__jscat_at check --' -s 6 -d 'IPv6 only'
complete -c jscat -n '__jscat_at check --' -l bind -x -d 'Local address'
complete -c jscat -n '__jscat_at check --' -l no-resume -d 'Neither use nor keep a session ticket'
complete -c jscat -n '__jscat_at check --' -s v -l verbose -d 'Tell about the session on standard error'
complete -c jscat -n '__jscat_at check --' -l streams -x -d 'How many streams'
complete -c jscat -n '__jscat_at check --' -l hold -d 'Then stay until the server closes the session'
complete -c jscat -n '__jscat_at check --' -x
complete -c jscat -n '__jscat_at check --' -x
complete -c jscat -n '__jscat_at send --' -s h -l help -d 'Print this help message and exit'
complete -c jscat -n '__jscat_at send --' -l pin -x -d 'Trust exactly this key; may be repeated'
complete -c jscat -n '__jscat_at send --' -l pin-file -r -F -d 'Trust exactly the keys in this file'
complete -c jscat -n '__jscat_at send --' -l known-hosts -r -F -d 'Servers that are trusted, one a line'
complete -c jscat -n '__jscat_at send --' -l insecure-accept-any -d 'Trust anybody, even an attacker in the middle'
complete -c jscat -n '__jscat_at send --' -l identity -r -F -d 'Private key to show to the server'
complete -c jscat -n '__jscat_at send --' -l timeout -x -d 'How long a handshake may take, 1s to 60s [10s]'
complete -c jscat -n '__jscat_at send --' -s 4 -d 'IPv4 only'
complete -c jscat -n '__jscat_at send --' -s 6 -d 'IPv6 only'
complete -c jscat -n '__jscat_at send --' -l bind -x -d 'Local address'
complete -c jscat -n '__jscat_at send --' -l no-resume -d 'Neither use nor keep a session ticket'
complete -c jscat -n '__jscat_at send --' -s v -l verbose -d 'Tell about the session on standard error'
complete -c jscat -n '__jscat_at send --' -l mode -x -a 'bulk messages handshakes idle' -d 'bulk, messages, handshakes or idle [bulk]'
complete -c jscat -n '__jscat_at send --' -l delivery -x -d 'reliable, unordered, expiring or best-effort; all but reliable send messages [reliable]'
complete -c jscat -n '__jscat_at send --' -l ttl -x -d 'How long an expiring message is worth sending, 1ms to 10m [1s]'
complete -c jscat -n '__jscat_at send --' -l sessions -x -d 'Sessions, all on one socket'
complete -c jscat -n '__jscat_at send --' -l streams -x -d 'Streams of each session'
complete -c jscat -n '__jscat_at send --' -l bytes -x -d 'What each stream sends'
complete -c jscat -n '__jscat_at send --' -l duration -x -d 'End after so long, up to a day [5s, or 10m where the other limits end it]'
complete -c jscat -n '__jscat_at send --' -l size -x -d 'Bytes of each message [256], or of each write [64KiB]'
complete -c jscat -n '__jscat_at send --' -l parallel -x -d 'Handshakes under way at the same time'
complete -c jscat -n '__jscat_at send --' -l early -d 'Begin the streams of the first session along with its hello, where a ticket allows it; what goes early may arrive twice'
complete -c jscat -n '__jscat_at send --' -l json -d 'Print the figures as one JSON object'
complete -c jscat -n '__jscat_at send --' -x
complete -c jscat -n '__jscat_at send --' -x
complete -c jscat -n '__jscat_at keygen --' -s h -l help -d 'Print this help message and exit'
complete -c jscat -n '__jscat_at keygen --' -r -F
