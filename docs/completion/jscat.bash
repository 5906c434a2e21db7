# Made by the target generate_docs; do not edit.
_jscat() {
  local cur=${COMP_WORDS[COMP_CWORD]} path= skip= word words= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ -n $skip ]]; then
      skip=
      continue
    fi
    case "$path $word" in
      "/connect --pin") skip=$word ;;
      "/connect --pin-file") skip=$word ;;
      "/connect --known-hosts") skip=$word ;;
      "/connect --identity") skip=$word ;;
      "/connect --timeout") skip=$word ;;
      "/connect --bind") skip=$word ;;
      "/connect --framing") skip=$word ;;
      "/connect --urgency") skip=$word ;;
      "/connect -q") skip=$word ;;
      "/ping --pin") skip=$word ;;
      "/ping --pin-file") skip=$word ;;
      "/ping --known-hosts") skip=$word ;;
      "/ping --identity") skip=$word ;;
      "/ping --timeout") skip=$word ;;
      "/ping --bind") skip=$word ;;
      "/ping -c") skip=$word ;;
      "/ping --count") skip=$word ;;
      "/ping -i") skip=$word ;;
      "/ping --interval") skip=$word ;;
      "/check --pin") skip=$word ;;
      "/check --pin-file") skip=$word ;;
      "/check --known-hosts") skip=$word ;;
      "/check --identity") skip=$word ;;
      "/check --timeout") skip=$word ;;
      "/check --bind") skip=$word ;;
      "/check --streams") skip=$word ;;
      "/send --pin") skip=$word ;;
      "/send --pin-file") skip=$word ;;
      "/send --known-hosts") skip=$word ;;
      "/send --identity") skip=$word ;;
      "/send --timeout") skip=$word ;;
      "/send --bind") skip=$word ;;
      "/send --mode") skip=$word ;;
      "/send --delivery") skip=$word ;;
      "/send --ttl") skip=$word ;;
      "/send --sessions") skip=$word ;;
      "/send --streams") skip=$word ;;
      "/send --bytes") skip=$word ;;
      "/send --duration") skip=$word ;;
      "/send --size") skip=$word ;;
      "/send --parallel") skip=$word ;;
      *)
        case "$path/$word" in
          /connect | /ping | /check | /send | /keygen) path+=/$word ;;
        esac
        ;;
    esac
  done
  if [[ -n $skip ]]; then
    case "$path $skip" in
      "/connect --pin") : ;;
      "/connect --pin-file") compopt -o default ;;
      "/connect --known-hosts") compopt -o default ;;
      "/connect --identity") compopt -o default ;;
      "/connect --timeout") : ;;
      "/connect --bind") : ;;
      "/connect --framing") : ;;
      "/connect --urgency") : ;;
      "/connect -q") : ;;
      "/ping --pin") : ;;
      "/ping --pin-file") compopt -o default ;;
      "/ping --known-hosts") compopt -o default ;;
      "/ping --identity") compopt -o default ;;
      "/ping --timeout") : ;;
      "/ping --bind") : ;;
      "/ping -c") : ;;
      "/ping --count") : ;;
      "/ping -i") : ;;
      "/ping --interval") : ;;
      "/check --pin") : ;;
      "/check --pin-file") compopt -o default ;;
      "/check --known-hosts") compopt -o default ;;
      "/check --identity") compopt -o default ;;
      "/check --timeout") : ;;
      "/check --bind") : ;;
      "/check --streams") : ;;
      "/send --pin") : ;;
      "/send --pin-file") compopt -o default ;;
      "/send --known-hosts") compopt -o default ;;
      "/send --identity") compopt -o default ;;
      "/send --timeout") : ;;
      "/send --bind") : ;;
      "/send --mode") words="bulk messages handshakes idle" ;;
      "/send --delivery") : ;;
      "/send --ttl") : ;;
      "/send --sessions") : ;;
      "/send --streams") : ;;
      "/send --bytes") : ;;
      "/send --duration") : ;;
      "/send --size") : ;;
      "/send --parallel") : ;;
    esac
  else
    case "$path" in
      "")
        words+=" connect ping check send keygen -h --help --version"
        ;;
      "/connect")
        :
        words+=" -h --help --pin --pin-file --known-hosts --insecure-accept-any --identity --timeout -4 -6 --bind --no-resume -v --verbose --framing --urgency --send-only --recv-only --early -q --stats"
        ;;
      "/ping")
        :
        words+=" -h --help --pin --pin-file --known-hosts --insecure-accept-any --identity --timeout -4 -6 --bind --no-resume -v --verbose -c --count -i --interval"
        ;;
      "/check")
        :
        words+=" -h --help --pin --pin-file --known-hosts --insecure-accept-any --identity --timeout -4 -6 --bind --no-resume -v --verbose --streams --hold"
        ;;
      "/send")
        :
        words+=" -h --help --pin --pin-file --known-hosts --insecure-accept-any --identity --timeout -4 -6 --bind --no-resume -v --verbose --mode --delivery --ttl --sessions --streams --bytes --duration --size --parallel --early --json"
        ;;
      "/keygen")
        compopt -o default
        words+=" -h --help"
        ;;
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _jscat jscat
