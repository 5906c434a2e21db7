#compdef jscat
# Made by the target generate_docs; do not edit.

_jscat_connect() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '*--pin[Trust exactly this key; may be repeated]:KEY|sha256\:...: ' \
    '*--pin-file[Trust exactly the keys in this file]:FILE:_files' \
    '--known-hosts[Servers that are trusted, one a line]:FILE:_files' \
    '--insecure-accept-any[Trust anybody, even an attacker in the middle]' \
    '--identity[Private key to show to the server]:FILE:_files' \
    '--timeout[How long a handshake may take, 1s to 60s \[10s\]]:TIME: ' \
    '-4[IPv4 only]' \
    '-6[IPv6 only]' \
    '--bind[Local address]:ADDRESS\:PORT: ' \
    '--no-resume[Neither use nor keep a session ticket]' \
    '-v[Tell about the session on standard error]' \
    '--verbose[Tell about the session on standard error]' \
    '--framing[bytes, or messages\: one a line \[bytes\]]:KIND: ' \
    '--urgency[0 goes before 1 and so on to 7 \[3\]]:N: ' \
    '--send-only[Discard what arrives]' \
    '--recv-only[Do not read standard input]' \
    '--early[Send what standard input begins with along with the hello, where a ticket allows it\: it may reach the service twice, if somebody records it and sends it again]' \
    '-q[Stop waiting for more this long after the end of standard input]:TIME: ' \
    '--stats[One line of figures on standard error at the end]' \
    ':HOST\:PORT: ' \
    ':SERVICE: '
}

_jscat_ping() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '*--pin[Trust exactly this key; may be repeated]:KEY|sha256\:...: ' \
    '*--pin-file[Trust exactly the keys in this file]:FILE:_files' \
    '--known-hosts[Servers that are trusted, one a line]:FILE:_files' \
    '--insecure-accept-any[Trust anybody, even an attacker in the middle]' \
    '--identity[Private key to show to the server]:FILE:_files' \
    '--timeout[How long a handshake may take, 1s to 60s \[10s\]]:TIME: ' \
    '-4[IPv4 only]' \
    '-6[IPv6 only]' \
    '--bind[Local address]:ADDRESS\:PORT: ' \
    '--no-resume[Neither use nor keep a session ticket]' \
    '-v[Tell about the session on standard error]' \
    '--verbose[Tell about the session on standard error]' \
    '-c[End after so many]:COUNT: ' \
    '--count[End after so many]:COUNT: ' \
    '-i[Time from one to the next, 10ms to 10s \[1s\]]:TIME: ' \
    '--interval[Time from one to the next, 10ms to 10s \[1s\]]:TIME: ' \
    ':HOST\:PORT: '
}

_jscat_check() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '*--pin[Trust exactly this key; may be repeated]:KEY|sha256\:...: ' \
    '*--pin-file[Trust exactly the keys in this file]:FILE:_files' \
    '--known-hosts[Servers that are trusted, one a line]:FILE:_files' \
    '--insecure-accept-any[Trust anybody, even an attacker in the middle]' \
    '--identity[Private key to show to the server]:FILE:_files' \
    '--timeout[How long a handshake may take, 1s to 60s \[10s\]]:TIME: ' \
    '-4[IPv4 only]' \
    '-6[IPv6 only]' \
    '--bind[Local address]:ADDRESS\:PORT: ' \
    '--no-resume[Neither use nor keep a session ticket]' \
    '-v[Tell about the session on standard error]' \
    '--verbose[Tell about the session on standard error]' \
    '--streams[How many streams]:N: ' \
    '--hold[Then stay until the server closes the session]' \
    ':HOST\:PORT: ' \
    ':SERVICE: '
}

_jscat_send() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '*--pin[Trust exactly this key; may be repeated]:KEY|sha256\:...: ' \
    '*--pin-file[Trust exactly the keys in this file]:FILE:_files' \
    '--known-hosts[Servers that are trusted, one a line]:FILE:_files' \
    '--insecure-accept-any[Trust anybody, even an attacker in the middle]' \
    '--identity[Private key to show to the server]:FILE:_files' \
    '--timeout[How long a handshake may take, 1s to 60s \[10s\]]:TIME: ' \
    '-4[IPv4 only]' \
    '-6[IPv6 only]' \
    '--bind[Local address]:ADDRESS\:PORT: ' \
    '--no-resume[Neither use nor keep a session ticket]' \
    '-v[Tell about the session on standard error]' \
    '--verbose[Tell about the session on standard error]' \
    '--mode[bulk, messages, handshakes or idle \[bulk\]]:WORD:(bulk messages handshakes idle)' \
    '--delivery[reliable, unordered, expiring or best-effort; all but reliable send messages \[reliable\]]:KIND: ' \
    '--ttl[How long an expiring message is worth sending, 1ms to 10m \[1s\]]:TIME: ' \
    '--sessions[Sessions, all on one socket]:N: ' \
    '--streams[Streams of each session]:N: ' \
    '--bytes[What each stream sends]:SIZE: ' \
    '--duration[End after so long, up to a day \[5s, or 10m where the other limits end it\]]:TIME: ' \
    '--size[Bytes of each message \[256\], or of each write \[64KiB\]]:SIZE: ' \
    '--parallel[Handshakes under way at the same time]:N: ' \
    '--early[Begin the streams of the first session along with its hello, where a ticket allows it; what goes early may arrive twice]' \
    '--json[Print the figures as one JSON object]' \
    ':HOST\:PORT: ' \
    ':SERVICE: '
}

_jscat_keygen() {
  _arguments -S \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    ':FILE:_files'
}

_jscat() {
  local line state
  _arguments -S -C \
    '-h[Print this help message and exit]' \
    '--help[Print this help message and exit]' \
    '--version[Display program version information and exit]' \
    '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a commands=(
        'connect:Join standard input and output with a stream, until both sides are done'
        'ping:Set up a session and measure heartbeats'
        'check:Set up a session, send a message on each of some streams and compare the echo'
        'send:Put load on a server and measure'
        'keygen:Make a private key in a new file; print the public one'
      )
      _describe command commands
      ;;
    rest)
      case $line[1] in
        connect) _jscat_connect ;;
        ping) _jscat_ping ;;
        check) _jscat_check ;;
        send) _jscat_send ;;
        keygen) _jscat_keygen ;;
      esac
      ;;
  esac
}

_jscat "$@"
