# Made by the target generate_docs; do not edit.
_jsctl() {
  local cur=${COMP_WORDS[COMP_CWORD]} path= skip= word words= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ -n $skip ]]; then
      skip=
      continue
    fi
    case "$path $word" in
      " --socket") skip=$word ;;
      " -o") skip=$word ;;
      " --output") skip=$word ;;
      " --columns") skip=$word ;;
      " --because") skip=$word ;;
      " --request-id") skip=$word ;;
      " --timeout") skip=$word ;;
      "/session/list --fields") skip=$word ;;
      "/session/list --sort") skip=$word ;;
      "/session/list --limit") skip=$word ;;
      "/session/list --cursor") skip=$word ;;
      "/session/ls --fields") skip=$word ;;
      "/session/ls --sort") skip=$word ;;
      "/session/ls --limit") skip=$word ;;
      "/session/ls --cursor") skip=$word ;;
      "/session/close --match") skip=$word ;;
      "/session/close --max") skip=$word ;;
      "/session/close --apply") skip=$word ;;
      "/session/close --reason") skip=$word ;;
      "/session/close --message") skip=$word ;;
      "/session/close --retry-after") skip=$word ;;
      "/session/close --ban") skip=$word ;;
      "/session/kill --match") skip=$word ;;
      "/session/kill --max") skip=$word ;;
      "/session/kill --apply") skip=$word ;;
      "/session/kill --reason") skip=$word ;;
      "/session/kill --message") skip=$word ;;
      "/session/kill --retry-after") skip=$word ;;
      "/session/kill --ban") skip=$word ;;
      "/session/closed --since") skip=$word ;;
      "/session/closed --limit") skip=$word ;;
      "/session/closed --cursor") skip=$word ;;
      "/ls --fields") skip=$word ;;
      "/ls --sort") skip=$word ;;
      "/ls --limit") skip=$word ;;
      "/ls --cursor") skip=$word ;;
      "/top -d") skip=$word ;;
      "/top --delay") skip=$word ;;
      "/top -n") skip=$word ;;
      "/top --rows") skip=$word ;;
      "/top --sort") skip=$word ;;
      "/top --iterations") skip=$word ;;
      "/drain/start --deadline") skip=$word ;;
      "/drain/start --pace") skip=$word ;;
      "/drain/start --retry-after") skip=$word ;;
      "/drain/start --alternate") skip=$word ;;
      "/drain/start --sessions-left") skip=$word ;;
      "/drain/start --then") skip=$word ;;
      "/drain/start --for") skip=$word ;;
      "/limit/list --limit") skip=$word ;;
      "/ban/add --for") skip=$word ;;
      "/ban/add --reason") skip=$word ;;
      "/ban/list --limit") skip=$word ;;
      "/ban/list --cursor") skip=$word ;;
      "/ban/list --origin") skip=$word ;;
      "/ban/ls --limit") skip=$word ;;
      "/ban/ls --cursor") skip=$word ;;
      "/ban/ls --origin") skip=$word ;;
      "/ban/clear --origin") skip=$word ;;
      "/ban/load --for") skip=$word ;;
      "/log/level --module") skip=$word ;;
      "/log/level --for") skip=$word ;;
      "/log/tail --level") skip=$word ;;
      "/log/tail --module") skip=$word ;;
      "/log/tail --session") skip=$word ;;
      "/log/tail --for") skip=$word ;;
      "/events --type") skip=$word ;;
      "/events --since") skip=$word ;;
      "/config/check --format") skip=$word ;;
      "/config/reload --expect-digest") skip=$word ;;
      "/config/reload --confirm-within") skip=$word ;;
      "/wait --timeout") skip=$word ;;
      "/stats --prefix") skip=$word ;;
      "/debug/bundle -o") skip=$word ;;
      "/debug/bundle --output") skip=$word ;;
      *)
        case "$path/$word" in
          /status | /stop | /version | /commands | /session | /session/list | /session/ls | /session/show | /session/close | /session/kill | /session/closed | /session/watch | /ls | /top | /drain | /drain/start | /drain/cancel | /drain/status | /limit | /limit/show | /limit/suggest | /limit/list | /limit/reset | /explain | /why | /ban | /ban/add | /ban/del | /ban/list | /ban/ls | /ban/clear | /ban/load | /log | /log/level | /log/tail | /events | /config | /config/check | /config/explain | /config/schema | /config/show | /config/diff | /config/reload | /config/confirm | /config/rollback | /health | /wait | /metrics | /stats | /debug | /debug/bundle) path+=/$word ;;
        esac
        ;;
    esac
  done
  if [[ -n $skip ]]; then
    case "$path $skip" in
      " --socket") compopt -o default ;;
      " -o") words="table wide json ndjson csv" ;;
      " --output") words="table wide json ndjson csv" ;;
      " --columns") : ;;
      " --because") : ;;
      " --request-id") words="$(jsctl session list --all --no-header 2>/dev/null | while read -r one _; do echo "$one"; done)" ;;
      " --timeout") : ;;
      "/session/list --fields") : ;;
      "/session/list --sort") : ;;
      "/session/list --limit") : ;;
      "/session/list --cursor") : ;;
      "/session/ls --fields") : ;;
      "/session/ls --sort") : ;;
      "/session/ls --limit") : ;;
      "/session/ls --cursor") : ;;
      "/session/close --match") : ;;
      "/session/close --max") : ;;
      "/session/close --apply") : ;;
      "/session/close --reason") words="normal going_away protocol_error timeout rate_limit_exceeded internal_error" ;;
      "/session/close --message") : ;;
      "/session/close --retry-after") : ;;
      "/session/close --ban") : ;;
      "/session/kill --match") : ;;
      "/session/kill --max") : ;;
      "/session/kill --apply") : ;;
      "/session/kill --reason") words="normal going_away protocol_error timeout rate_limit_exceeded internal_error" ;;
      "/session/kill --message") : ;;
      "/session/kill --retry-after") : ;;
      "/session/kill --ban") : ;;
      "/session/closed --since") : ;;
      "/session/closed --limit") : ;;
      "/session/closed --cursor") : ;;
      "/ls --fields") : ;;
      "/ls --sort") : ;;
      "/ls --limit") : ;;
      "/ls --cursor") : ;;
      "/top -d") : ;;
      "/top --delay") : ;;
      "/top -n") : ;;
      "/top --rows") : ;;
      "/top --sort") : ;;
      "/top --iterations") : ;;
      "/drain/start --deadline") : ;;
      "/drain/start --pace") : ;;
      "/drain/start --retry-after") : ;;
      "/drain/start --alternate") : ;;
      "/drain/start --sessions-left") : ;;
      "/drain/start --then") words="hold exit" ;;
      "/drain/start --for") : ;;
      "/limit/list --limit") : ;;
      "/ban/add --for") : ;;
      "/ban/add --reason") : ;;
      "/ban/list --limit") : ;;
      "/ban/list --cursor") : ;;
      "/ban/list --origin") words="admin file auto" ;;
      "/ban/ls --limit") : ;;
      "/ban/ls --cursor") : ;;
      "/ban/ls --origin") words="admin file auto" ;;
      "/ban/clear --origin") words="admin file auto" ;;
      "/ban/load --for") : ;;
      "/log/level --module") : ;;
      "/log/level --for") : ;;
      "/log/tail --level") words="trace debug info warning error" ;;
      "/log/tail --module") : ;;
      "/log/tail --session") words="$(jsctl session list --all --no-header 2>/dev/null | while read -r one _; do echo "$one"; done)" ;;
      "/log/tail --for") : ;;
      "/events --type") : ;;
      "/events --since") : ;;
      "/config/check --format") words="text json github" ;;
      "/config/reload --expect-digest") : ;;
      "/config/reload --confirm-within") : ;;
      "/wait --timeout") : ;;
      "/stats --prefix") : ;;
      "/debug/bundle -o") compopt -o default ;;
      "/debug/bundle --output") compopt -o default ;;
    esac
  else
    case "$path" in
      "")
        words+=" status stop version commands session ls top drain limit explain why ban log events config health wait metrics stats debug -h --help --version --socket -o --output --json --columns --raw --no-header --because --request-id --timeout"
        ;;
      "/status")
        words+=" -h --help"
        ;;
      "/stop")
        words+=" -h --help --now --wait"
        ;;
      "/version")
        words+=" -h --help"
        ;;
      "/commands")
        words+=" -h --help"
        ;;
      "/session")
        words+=" list ls show close kill closed watch -h --help"
        ;;
      "/session/list")
        :
        words+=" -h --help --all --fields --sort --limit --cursor"
        ;;
      "/session/ls")
        :
        words+=" -h --help --all --fields --sort --limit --cursor"
        ;;
      "/session/show")
        words="$(jsctl session list --all --no-header 2>/dev/null | while read -r one _; do echo "$one"; done)"
        words+=" -h --help"
        ;;
      "/session/close")
        words="$(jsctl session list --all --no-header 2>/dev/null | while read -r one _; do echo "$one"; done)"
        words+=" -h --help --match --max --yes --plan --dry-run --apply --reason --silent --notify --message --retry-after --ban"
        ;;
      "/session/kill")
        words="$(jsctl session list --all --no-header 2>/dev/null | while read -r one _; do echo "$one"; done)"
        words+=" -h --help --match --max --yes --plan --dry-run --apply --reason --silent --notify --message --retry-after --ban"
        ;;
      "/session/closed")
        :
        words+=" -h --help --since --all --limit --cursor"
        ;;
      "/session/watch")
        :
        words+=" -h --help"
        ;;
      "/ls")
        :
        words+=" -h --help --all --fields --sort --limit --cursor"
        ;;
      "/top")
        :
        words+=" -h --help -d --delay -n --rows --sort -b --batch --iterations"
        ;;
      "/drain")
        words+=" start cancel status -h --help"
        ;;
      "/drain/start")
        words+=" -h --help --deadline --pace --retry-after --alternate --sessions-left --then --for --wait"
        ;;
      "/drain/cancel")
        words+=" -h --help"
        ;;
      "/drain/status")
        words+=" -h --help"
        ;;
      "/limit")
        words+=" show suggest list reset -h --help"
        ;;
      "/limit/show")
        words="$(jsctl session list --all --no-header 2>/dev/null | while read -r one _; do echo "$one"; done)"
        words+=" -h --help"
        ;;
      "/limit/suggest")
        words+=" -h --help"
        ;;
      "/limit/list")
        words+=" -h --help --all --limited --limit"
        ;;
      "/limit/reset")
        :
        words+=" -h --help"
        ;;
      "/explain")
        :
        words+=" -h --help"
        ;;
      "/why")
        :
        words+=" -h --help"
        ;;
      "/ban")
        words+=" add del list ls clear load -h --help"
        ;;
      "/ban/add")
        :
        words+=" -h --help --for --reason --yes"
        ;;
      "/ban/del")
        :
        words+=" -h --help"
        ;;
      "/ban/list")
        words+=" -h --help --all --limit --cursor --origin"
        ;;
      "/ban/ls")
        words+=" -h --help --all --limit --cursor --origin"
        ;;
      "/ban/clear")
        words+=" -h --help --origin"
        ;;
      "/ban/load")
        compopt -o default
        words+=" -h --help --for --yes"
        ;;
      "/log")
        words+=" level tail -h --help"
        ;;
      "/log/level")
        words="trace debug info warning error default"
        words+=" -h --help --module --for"
        ;;
      "/log/tail")
        words+=" -h --help --level --module --session --for"
        ;;
      "/events")
        words+=" -h --help --type --since --no-follow"
        ;;
      "/config")
        words+=" check explain schema show diff reload confirm rollback -h --help"
        ;;
      "/config/check")
        compopt -o default
        words+=" -h --help --format"
        ;;
      "/config/explain")
        words="version server.listen server.workers server.socket_receive_buffer server.state_dir server.identity.key_file server.client_auth server.authorized_clients_file sessions.max sessions.max_per_source sessions.closed_history sessions.timeout sessions.heartbeat_enabled sessions.heartbeat_interval sessions.heartbeat_timeout_count sessions.max_streams sessions.max_data sessions.max_stream_data sessions.message_bytes_max sessions.datagram_bytes_max sessions.send_buffer sessions.cleanup_interval drain.deadline drain.pace drain.retry_after drain.alternate handshake.timeout handshake.half_open_max handshake.rate_per_source handshake.burst_per_source handshake.retry limits.worker_memory limits.mode limits.session.messages_per_second limits.session.bytes_per_second limits.global.messages_per_second limits.global.bytes_per_second limits.exempt access.allow access.deny dynamic_bans.enabled dynamic_bans.evidence dynamic_bans.warn_at dynamic_bans.ban_at dynamic_bans.duration dynamic_bans.max_duration resumption.enabled resumption.ticket_lifetime resumption.early_data_max services services.*.type services.*.early_data admin.socket.path admin.socket.mode admin.socket.group admin.read_socket.enabled admin.read_socket.path admin.read_socket.mode admin.read_socket.group admin.access admin.access[].user admin.access[].group admin.access[].role metrics.listen log.level log.modules log.modules[].module log.modules[].level log.format log.peer_addresses log.summary_interval"
        words+=" -h --help"
        ;;
      "/config/schema")
        words+=" -h --help"
        ;;
      "/config/show")
        words="version server.listen server.workers server.socket_receive_buffer server.state_dir server.identity.key_file server.client_auth server.authorized_clients_file sessions.max sessions.max_per_source sessions.closed_history sessions.timeout sessions.heartbeat_enabled sessions.heartbeat_interval sessions.heartbeat_timeout_count sessions.max_streams sessions.max_data sessions.max_stream_data sessions.message_bytes_max sessions.datagram_bytes_max sessions.send_buffer sessions.cleanup_interval drain.deadline drain.pace drain.retry_after drain.alternate handshake.timeout handshake.half_open_max handshake.rate_per_source handshake.burst_per_source handshake.retry limits.worker_memory limits.mode limits.session.messages_per_second limits.session.bytes_per_second limits.global.messages_per_second limits.global.bytes_per_second limits.exempt access.allow access.deny dynamic_bans.enabled dynamic_bans.evidence dynamic_bans.warn_at dynamic_bans.ban_at dynamic_bans.duration dynamic_bans.max_duration resumption.enabled resumption.ticket_lifetime resumption.early_data_max services services.*.type services.*.early_data admin.socket.path admin.socket.mode admin.socket.group admin.read_socket.enabled admin.read_socket.path admin.read_socket.mode admin.read_socket.group admin.access admin.access[].user admin.access[].group admin.access[].role metrics.listen log.level log.modules log.modules[].module log.modules[].level log.format log.peer_addresses log.summary_interval"
        words+=" -h --help --effective --explicit --changed --origin"
        ;;
      "/config/diff")
        compopt -o default
        words+=" -h --help"
        ;;
      "/config/reload")
        words+=" -h --help --dry-run --expect-digest --strict --confirm-within"
        ;;
      "/config/confirm")
        words+=" -h --help"
        ;;
      "/config/rollback")
        words+=" -h --help"
        ;;
      "/health")
        words+=" -h --help --live --ready"
        ;;
      "/wait")
        :
        words+=" -h --help --timeout"
        ;;
      "/metrics")
        words+=" -h --help"
        ;;
      "/stats")
        words+=" -h --help --prefix"
        ;;
      "/debug")
        words+=" bundle -h --help"
        ;;
      "/debug/bundle")
        words+=" -h --help -o --output --with-addresses"
        ;;
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _jsctl jsctl
