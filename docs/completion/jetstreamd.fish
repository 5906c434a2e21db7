# Made by the target generate_docs; do not edit.
# PATH... -- [CHILD...]: the commands of PATH were typed, and none of the children.
function __jetstreamd_at
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

complete -c jetstreamd -f
complete -c jetstreamd -n '__jetstreamd_at --' -s h -l help -d 'Print this help message and exit'
complete -c jetstreamd -n '__jetstreamd_at --' -l version -d 'Display program version information and exit'
complete -c jetstreamd -n '__jetstreamd_at --' -l config -r -F -d 'Configuration file'
complete -c jetstreamd -n '__jetstreamd_at --' -l check -d 'Read the configuration, print every mistake and exit'
complete -c jetstreamd -n '__jetstreamd_at --' -l print-default-config -d 'Print every key with its default and what it means'
complete -c jetstreamd -n '__jetstreamd_at --' -l dump-config -d 'Print the configuration that would run, with where each value comes from, and exit'
complete -c jetstreamd -n '__jetstreamd_at --' -l listen -x -d 'UDP address instead of server.listen; may be repeated'
complete -c jetstreamd -n '__jetstreamd_at --' -l state-dir -r -F -d 'Folder instead of server.state_dir'
complete -c jetstreamd -n '__jetstreamd_at --' -l admin-socket -r -F -d 'Socket instead of admin.socket.path'
