#compdef jetstreamd
# Made by the target generate_docs; do not edit.

_jetstreamd() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--version[Display program version information and exit]' \
    '--config[Configuration file]:FILE:_files' \
    '--check[Read the configuration, print every mistake and exit]' \
    '--print-default-config[Print every key with its default and what it means]' \
    '--dump-config[Print the configuration that would run, with where each value comes from, and exit]' \
    '*--listen[UDP address instead of server.listen; may be repeated]:ADDRESS: ' \
    '--state-dir[Folder instead of server.state_dir]:DIR:_files' \
    '--admin-socket[Socket instead of admin.socket.path]:PATH:_files'
}

_jetstreamd "$@"
