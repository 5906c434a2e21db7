# Made by the target generate_docs; do not edit.
_jetstreamd() {
  local cur=${COMP_WORDS[COMP_CWORD]} path= skip= word words= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ -n $skip ]]; then
      skip=
      continue
    fi
    case "$path $word" in
      " --config") skip=$word ;;
      " --listen") skip=$word ;;
      " --state-dir") skip=$word ;;
      " --admin-socket") skip=$word ;;
      *)
        case "$path/$word" in
          '') path+=/$word ;;
        esac
        ;;
    esac
  done
  if [[ -n $skip ]]; then
    case "$path $skip" in
      " --config") compopt -o default ;;
      " --listen") : ;;
      " --state-dir") compopt -o default ;;
      " --admin-socket") compopt -o default ;;
    esac
  else
    case "$path" in
      "")
        words+=" -h --help --version --config --check --print-default-config --dump-config --listen --state-dir --admin-socket"
        ;;
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _jetstreamd jetstreamd
