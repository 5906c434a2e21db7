#compdef jsctl
# Made by the target generate_docs; do not edit.

_jsctl_live() {
  local -a values=(${${(f)"$(jsctl session list --all --no-header 2>/dev/null)"}%% *})
  compadd -a values
}

_jsctl_status() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]'
}

_jsctl_stop() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--now[Close all sessions and exit at once.]' \
    '--wait[Return when the daemon is gone]'
}

_jsctl_version() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]'
}

_jsctl_commands() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]'
}

_jsctl_session_list() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--all[Show all there are]' \
    '*--fields[The fields that rows have in the answer\: all of them if left out.]:NAME,...: ' \
    '--sort[The field to order by, the smallest first; with a minus the greatest first.]:\[-\]FIELD: ' \
    '--limit[Rows to answer at most.]:N: ' \
    '--cursor[Where the last answer ended\: its `cursor`, unchanged.]:TEXT: ' \
    '*:FILTER: '
}

_jsctl_session_show() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '*:ID:_jsctl_live'
}

_jsctl_session_close() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--match[A filter\: closes all sessions that match.]:FILTER: ' \
    '--max[Closes nothing if more than so many match.]:N: ' \
    '--yes[The same as --max 100]' \
    '--plan[Closes nothing\: tells what matches, and gives a token for it.]' \
    '--dry-run[Closes nothing\: tells what matches.]' \
    '--apply[A plan'\''s token\: closes what it told of, unless more match now.]:TOKEN: ' \
    '--reason[The reason that the peer is told; going_away if left out.]:WORD:(normal going_away protocol_error timeout rate_limit_exceeded internal_error)' \
    '--silent[Tells the peer nothing; it finds out when it sends next.]' \
    '--notify[Tells the peer, as without --silent]' \
    '--message[A sentence that the peer is told.]:TEXT: ' \
    '--retry-after[When the peer is told to come back.]:TIME: ' \
    '--ban[For so long the addresses of the closed sessions are banned as well\: an IPv4 address, or the /64 of an IPv6 address.]:TIME: ' \
    '*:ID:_jsctl_live'
}

_jsctl_session_closed() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--since[Only those that ended so short a time ago.]:TIME: ' \
    '--all[Show all that are remembered]' \
    '--limit[Rows to answer at most.]:N: ' \
    '--cursor[Where the last answer ended\: its `cursor`, unchanged.]:TEXT: ' \
    '*:FILTER: '
}

_jsctl_session_watch() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '*:FILTER: '
}

_jsctl_session() {
  local line state
  _arguments -S -C \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a commands=(
        'list:List sessions, the oldest first.'
        'show:Show all that is known about sessions, their streams included.'
        'close:Close sessions and tell their peers why\: some by their ids, or all that match.'
        'closed:List sessions that have ended, the newest first.'
        'watch:Show sessions that open, move, change keys and close, as it happens.'
      )
      _describe command commands
      ;;
    rest)
      case $line[1] in
        list | ls) _jsctl_session_list ;;
        show) _jsctl_session_show ;;
        close | kill) _jsctl_session_close ;;
        closed) _jsctl_session_closed ;;
        watch) _jsctl_session_watch ;;
      esac
      ;;
  esac
}

_jsctl_ls() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--all[Show all there are]' \
    '*--fields[The fields that rows have in the answer\: all of them if left out.]:NAME,...: ' \
    '--sort[The field to order by, the smallest first; with a minus the greatest first.]:\[-\]FIELD: ' \
    '--limit[Rows to answer at most.]:N: ' \
    '--cursor[Where the last answer ended\: its `cursor`, unchanged.]:TEXT: ' \
    '*:FILTER: '
}

_jsctl_top() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '-d[From one picture to the next, 100ms to 60s]:TIME: ' \
    '--delay[From one picture to the next, 100ms to 60s]:TIME: ' \
    '-n[Sessions in a picture at most]:N: ' \
    '--rows[Sessions in a picture at most]:N: ' \
    '--sort[The field to order by, the smallest first; with a minus the greatest first]:\[-\]FIELD: ' \
    '-b[Print one picture below the other, for pipes]' \
    '--batch[Print one picture below the other, for pipes]' \
    '--iterations[Pictures after which to end; 0\: none]:N: ' \
    '*:FILTER: '
}

_jsctl_drain_start() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--deadline[After which sessions are closed that have not come to their end; drain.deadline of the configuration if left out.]:TIME: ' \
    '--pace[Over how long sessions are asked to end, instead of drain.pace, however few they are.]:TIME: ' \
    '--retry-after[When clients are told to come back, instead of drain.retry_after.]:TIME: ' \
    '--alternate[The address where clients are told to go meanwhile, instead of drain.alternate.]:ADDRESS: ' \
    '--sessions-left[The drain is over as soon as no more sessions than this are left.]:N: ' \
    '--then[hold\: stay, and take no sessions; exit\: close what is left and stop, which needs role admin. hold if left out.]:WORD:(hold exit)' \
    '--for[With hold\: after which sessions are taken again by themselves, so that nobody has to remember it; left out\: at drain.cancel only.]:TIME: ' \
    '--wait[Return when it is over]'
}

_jsctl_drain_cancel() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]'
}

_jsctl_drain_status() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]'
}

_jsctl_drain() {
  local line state
  _arguments -S -C \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a commands=(
        'start:Take no new sessions, and ask every session to come to its end.'
        'cancel:Take sessions again; those that were asked to end still do.'
        'status:Show how far a drain has come.'
      )
      _describe command commands
      ;;
    rest)
      case $line[1] in
        start) _jsctl_drain_start ;;
        cancel) _jsctl_drain_cancel ;;
        status) _jsctl_drain_status ;;
      esac
      ;;
  esac
}

_jsctl_limit_show() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '*:ID:_jsctl_live'
}

_jsctl_limit_suggest() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]'
}

_jsctl_limit_list() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--all[Also sources that no limit concerns at the moment.]' \
    '--limited[Only sources that a limit concerns, as without any option]' \
    '--limit[Rows to answer at most.]:N: '
}

_jsctl_limit_reset() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    ':IP: '
}

_jsctl_limit() {
  local line state
  _arguments -S -C \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a commands=(
        'show:Show the rate limits, their tokens, and what they held back and dropped.'
        'suggest:Suggest limits by what was asked of them during the last day.'
        'list:List the sources whose handshakes are counted, the most limited first.'
        'reset:Forget the handshakes that a source has had, so that it starts anew.'
      )
      _describe command commands
      ;;
    rest)
      case $line[1] in
        show) _jsctl_limit_show ;;
        suggest) _jsctl_limit_suggest ;;
        list) _jsctl_limit_list ;;
        reset) _jsctl_limit_reset ;;
      esac
      ;;
  esac
}

_jsctl_explain() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    ':IP\[\:PORT\]: '
}

_jsctl_ban_add() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--for[How long; left out\: until it is taken back.]:TIME: ' \
    '--reason[Why, for other operators\: printable ASCII. Clients are not told.]:TEXT: ' \
    '--yes[Also where that keeps out clients that limits.exempt names, or a large part of all addresses.]' \
    ':CIDR: '
}

_jsctl_ban_del() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    ':CIDR: '
}

_jsctl_ban_list() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--all[Show all there are]' \
    '--limit[Rows to answer at most.]:N: ' \
    '--cursor[Where the last answer ended\: its `cursor`, unchanged.]:TEXT: ' \
    '--origin[Only those of one origin\: admin, file or auto.]:WORD:(admin file auto)'
}

_jsctl_ban_clear() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--origin[Only those of one origin\: admin, file or auto.]:WORD:(admin file auto)'
}

_jsctl_ban_load() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--for[How long; left out\: until it is taken back.]:TIME: ' \
    '--yes[Also where that keeps out clients that limits.exempt names, or a large part of all addresses, and where an empty list takes back one that is not.]' \
    ':FILE:_files'
}

_jsctl_ban() {
  local line state
  _arguments -S -C \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a commands=(
        'add:Keep the clients of a block out, and close the sessions they have.'
        'del:Take a ban back.'
        'list:List bans in the order of addresses.'
        'clear:Take all bans back, or all of one origin.'
        'load:Replace the bans of the list that was loaded before by those of a file.'
      )
      _describe command commands
      ;;
    rest)
      case $line[1] in
        add) _jsctl_ban_add ;;
        del) _jsctl_ban_del ;;
        list | ls) _jsctl_ban_list ;;
        clear) _jsctl_ban_clear ;;
        load) _jsctl_ban_load ;;
      esac
      ;;
  esac
}

_jsctl_log_level() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--module[Only of the events whose names begin with it and a dot.]:TEXT: ' \
    '--for[After which the configured level holds again; left out\: until the next start.]:TIME: ' \
    ':LEVEL:(trace debug info warning error default)'
}

_jsctl_log_tail() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--level[trace, debug, info, warning or error; info if left out.]:WORD:(trace debug info warning error)' \
    '--module[Only of the events whose names begin with it and a dot.]:TEXT: ' \
    '--session[Only of this session; needs role operate, since it looks into what one client does.]:ID:_jsctl_live' \
    '--for[After which it ends by itself; ten minutes if left out.]:TIME: '
}

_jsctl_log() {
  local line state
  _arguments -S -C \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a commands=(
        'level:Show or change the least severe events that are logged.'
        'tail:Show log events as they come, finer than the log if wanted.'
      )
      _describe command commands
      ;;
    rest)
      case $line[1] in
        level) _jsctl_log_level ;;
        tail) _jsctl_log_tail ;;
      esac
      ;;
  esac
}

_jsctl_events() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '*--type[Only these\: names such as session.closed, or what stands before their dot for all of them.]:TEXT: ' \
    '--since[Only those whose `seq` is above it, and a gap if some of them are forgotten.]:SEQ: ' \
    '--no-follow[Answer what is remembered, as items, and end.]'
}

_jsctl_config_check() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--format[text, with the lines; json, one document; github, annotations for a pipeline]:WORD:(text json github)' \
    ':FILE:_files'
}

_jsctl_config_explain() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    ':KEY:(version server.listen server.workers server.socket_receive_buffer server.state_dir server.identity.key_file server.client_auth server.authorized_clients_file sessions.max sessions.max_per_source sessions.closed_history sessions.timeout sessions.heartbeat_enabled sessions.heartbeat_interval sessions.heartbeat_timeout_count sessions.max_streams sessions.max_data sessions.max_stream_data sessions.message_bytes_max sessions.datagram_bytes_max sessions.send_buffer sessions.cleanup_interval drain.deadline drain.pace drain.retry_after drain.alternate handshake.timeout handshake.half_open_max handshake.rate_per_source handshake.burst_per_source handshake.retry limits.worker_memory limits.mode limits.session.messages_per_second limits.session.bytes_per_second limits.global.messages_per_second limits.global.bytes_per_second limits.exempt access.allow access.deny dynamic_bans.enabled dynamic_bans.evidence dynamic_bans.warn_at dynamic_bans.ban_at dynamic_bans.duration dynamic_bans.max_duration resumption.enabled resumption.ticket_lifetime resumption.early_data_max services services.\*.type services.\*.early_data admin.socket.path admin.socket.mode admin.socket.group admin.read_socket.enabled admin.read_socket.path admin.read_socket.mode admin.read_socket.group admin.access admin.access\[\].user admin.access\[\].group admin.access\[\].role metrics.listen log.level log.modules log.modules\[\].module log.modules\[\].level log.format log.peer_addresses log.summary_interval)'
}

_jsctl_config_schema() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]'
}

_jsctl_config_show() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--effective[All values; this is the default]' \
    '--explicit[Only what somebody has set.]' \
    '--changed[Only what differs from its default.]' \
    '--origin[Say behind each value where it came from.]' \
    ':KEY:(version server.listen server.workers server.socket_receive_buffer server.state_dir server.identity.key_file server.client_auth server.authorized_clients_file sessions.max sessions.max_per_source sessions.closed_history sessions.timeout sessions.heartbeat_enabled sessions.heartbeat_interval sessions.heartbeat_timeout_count sessions.max_streams sessions.max_data sessions.max_stream_data sessions.message_bytes_max sessions.datagram_bytes_max sessions.send_buffer sessions.cleanup_interval drain.deadline drain.pace drain.retry_after drain.alternate handshake.timeout handshake.half_open_max handshake.rate_per_source handshake.burst_per_source handshake.retry limits.worker_memory limits.mode limits.session.messages_per_second limits.session.bytes_per_second limits.global.messages_per_second limits.global.bytes_per_second limits.exempt access.allow access.deny dynamic_bans.enabled dynamic_bans.evidence dynamic_bans.warn_at dynamic_bans.ban_at dynamic_bans.duration dynamic_bans.max_duration resumption.enabled resumption.ticket_lifetime resumption.early_data_max services services.\*.type services.\*.early_data admin.socket.path admin.socket.mode admin.socket.group admin.read_socket.enabled admin.read_socket.path admin.read_socket.mode admin.read_socket.group admin.access admin.access\[\].user admin.access\[\].group admin.access\[\].role metrics.listen log.level log.modules log.modules\[\].module log.modules\[\].level log.format log.peer_addresses log.summary_interval)'
}

_jsctl_config_diff() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    ':FILE:_files'
}

_jsctl_config_reload() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--dry-run[Read and check everything and say what would change, but change nothing.]' \
    '--expect-digest[Change nothing unless what is read has this digest\: that of the file, as sha256sum(1) prints it behind sha256\:, or that of all files, which the dry run and the status tell.]:DIGEST: ' \
    '--strict[Change nothing if anything takes a restart.]' \
    '--confirm-within[Take the change back unless config.confirm comes within this time.]:TIME: '
}

_jsctl_config_confirm() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]'
}

_jsctl_config_rollback() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]'
}

_jsctl_config() {
  local line state
  _arguments -S -C \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a commands=(
        'check:Tell every mistake in a configuration file. No daemon needs to run.'
        'explain:Say what a key means, its range and default, and whom a change reaches. No daemon needs to run.'
        'schema:Print a JSON Schema of the configuration file, for editors and pipelines.'
        'show:Show the configuration that runs.'
        'diff:Show what a reload would change now.'
        'reload:Read the configuration again. With any error nothing changes; otherwise everything has that can, when the answer comes.'
        'confirm:Keep what a reload with confirm_within_ms has changed.'
        'rollback:Go back to the configuration before the last reload. The file stays as it is.'
      )
      _describe command commands
      ;;
    rest)
      case $line[1] in
        check) _jsctl_config_check ;;
        explain) _jsctl_config_explain ;;
        schema) _jsctl_config_schema ;;
        show) _jsctl_config_show ;;
        diff) _jsctl_config_diff ;;
        reload) _jsctl_config_reload ;;
        confirm) _jsctl_config_confirm ;;
        rollback) _jsctl_config_rollback ;;
      esac
      ;;
  esac
}

_jsctl_health() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--live[Ask whether anything short of a restart helps, instead of whether new clients are welcome.]' \
    '--ready[Ask whether new clients are welcome, which is the default]'
}

_jsctl_wait() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--timeout[After which the answer is the error timeout.]:TIME: ' \
    ':UNTIL: '
}

_jsctl_metrics() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]'
}

_jsctl_stats() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--prefix[Only metrics whose name begins so, with or without jetstreamd_.]:TEXT: '
}

_jsctl_debug_bundle() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '-o[The file to make; it must not exist]:FILE:_files' \
    '--output[The file to make; it must not exist]:FILE:_files' \
    '--with-addresses[Leave IP addresses as they are instead of giving each another name]'
}

_jsctl_debug() {
  local line state
  _arguments -S -C \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a commands=(
        'bundle:Gather version, status, health, configuration, sessions, limits, metrics and the last events in a new tar file that only you can read. Look through it before you send it.'
      )
      _describe command commands
      ;;
    rest)
      case $line[1] in
        bundle) _jsctl_debug_bundle ;;
      esac
      ;;
  esac
}

_jsctl() {
  local line state
  _arguments -S -C \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--version[Display program version information and exit]' \
    '--socket[The daemon'\''s admin socket]:PATH:_files' \
    '-o[table; wide, with all columns; json, one document; ndjson, one JSON object a line; csv]:WORD:(table wide json ndjson csv)' \
    '--output[table; wide, with all columns; json, one document; ndjson, one JSON object a line; csv]:WORD:(table wide json ndjson csv)' \
    '--json[The same as -o json; of streams, which have no end, -o ndjson]' \
    '*--columns[Of lists\: the columns to print, by the names of the JSON fields]:NAME,...: ' \
    '--raw[Of lists\: all columns, numbers without units]' \
    '--no-header[Print tables without their first line]' \
    '--because[Why, for the audit trail; at most 200 bytes]:TEXT: ' \
    '--request-id[Of commands that change something\: with the same id the same command is done once, and answered alike for 5 minutes]:ID:_jsctl_live' \
    '--timeout[How long to wait for the daemon in all]:TIME: ' \
    '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a commands=(
        'status:Show the state of the daemon on one screen.'
        'stop:Drain, then exit.'
        'version:Show the versions of jsctl and of the daemon.'
        'commands:List the commands with their arguments and roles.'
        'session:List, show and close sessions.'
        'ls:The same as session list.'
        'top:Show the sessions with the highest rates, again and again.'
        'drain:Let all sessions come to their end.'
        'limit:Look at the rate limits.'
        'explain:Say what would become of a new client at an address, and why.'
        'ban:Keep clients out by their address.'
        'log:Look after the daemon'\''s log.'
        'events:Show the notable events that are remembered, and those to come.'
        'config:Check, show and reload the configuration.'
        'health:Tell whether the daemon is well, and what it has found wrong.'
        'wait:Answer when the daemon has come so far. Whoever shuts down the sending side has stopped waiting.'
        'metrics:Show all metrics as Prometheus reads them.'
        'stats:Show metrics for people.'
        'debug:Help others to find out what is wrong.'
      )
      _describe command commands
      ;;
    rest)
      case $line[1] in
        status) _jsctl_status ;;
        stop) _jsctl_stop ;;
        version) _jsctl_version ;;
        commands) _jsctl_commands ;;
        session) _jsctl_session ;;
        ls) _jsctl_ls ;;
        top) _jsctl_top ;;
        drain) _jsctl_drain ;;
        limit) _jsctl_limit ;;
        explain | why) _jsctl_explain ;;
        ban) _jsctl_ban ;;
        log) _jsctl_log ;;
        events) _jsctl_events ;;
        config) _jsctl_config ;;
        health) _jsctl_health ;;
        wait) _jsctl_wait ;;
        metrics) _jsctl_metrics ;;
        stats) _jsctl_stats ;;
        debug) _jsctl_debug ;;
      esac
      ;;
  esac
}

_jsctl "$@"
