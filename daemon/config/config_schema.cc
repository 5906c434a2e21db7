// SPDX-License-Identifier: MIT
//
// The key table. Ranges and defaults of what goes into the protocol are those of
// jetstream/config.h; a test compares them.
#include "daemon/config/config_schema.h"

#include <array>

#include "daemon/config/config_places.h"

namespace jetstream::daemon {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kSecond = 1000 * kMillisecond;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kKiB = 1024;
constexpr std::int64_t kMiB = 1024 * kKiB;

// sun_path of Linux without the final zero.
constexpr std::int64_t kSocketPathBytesMax = 107;
// LOGIN_NAME_MAX of Linux without the final zero.
constexpr std::int64_t kNameBytesMax = 255;

// What the token buckets of the library can count with.
constexpr std::int64_t kMessageRateMax = 1'000'000'000;
constexpr std::int64_t kByteRateMax = 16 * 1024 * kMiB;

using namespace places;
using T = ValueType;

constexpr KeySpec row(std::string_view path, T type, std::int64_t min, std::int64_t max,
                      std::string_view default_text, std::string_view doc, Place place) {
  return {path,  type,  min,   max, "",          default_text, Reload::kRestart,
          false, false, false, doc, place.store, place.fetch};
}
constexpr KeySpec choice(std::string_view path, std::string_view choices,
                         std::string_view default_text, std::string_view doc, Place place) {
  return {path,  T::kChoice, 0,     0,   choices,     default_text, Reload::kRestart,
          false, false,      false, doc, place.store, place.fetch};
}
/// Changes at once, with a reload.
constexpr KeySpec reloadable(KeySpec key) {
  key.reload = Reload::kAllSessions;
  return key;
}
/// Changes with a reload for handshakes and sessions that begin after it.
constexpr KeySpec for_new_sessions(KeySpec key) {
  key.reload = Reload::kNewSessions;
  return key;
}
constexpr KeySpec or_off(KeySpec key) {
  key.may_be_off = true;
  return key;
}
constexpr KeySpec required(KeySpec key) {
  key.required = true;
  return key;
}

const std::array kKeys = {
    required(row("version", T::kInteger, 1, 1, "1",
                 "Version of this file's format, always the first key.", into<&Config::version>)),

    row("server.listen", T::kAddresses, 1, 16, "\"127.0.0.1:8080\"",
        "UDP addresses to serve, one or a list; port 0 takes any free one.", into<&Config::listen>),
    row("server.workers", T::kIntegerOrAuto, 1, 64, "auto",
        "Threads that serve sessions; auto is one for each CPU.", into<&Config::workers>),
    row("server.socket_receive_buffer", T::kSize, 64 * kKiB, 1024 * kMiB, "4MiB",
        "Receive buffer asked of the system for each UDP socket; net.core.rmem_max may give less.",
        into<&Config::socket_receive_buffer>),
    row("server.state_dir", T::kPath, 1, kPathBytesMax, "/var/lib/jetstreamd",
        "Folder of what the daemon keeps: its identity, and the bans.", into<&Config::state_dir>),
    row("server.identity.key_file", T::kPath, 1, kPathBytesMax, "",
        "The server's private key, made on first start; unset: the service manager's credential "
        "identity.key, or identity.key in state_dir.",
        into<&Config::key_file>),
    reloadable(choice("server.client_auth", "off|required", "off",
                      "Whether clients must prove who they are.", into<&Config::client_auth>)),
    reloadable(row("server.authorized_clients_file", T::kPath, 1, kPathBytesMax, "",
                   "Public keys of the clients that may connect, one a line; client_auth: required "
                   "needs it.",
                   into<&Config::authorized_clients_file>)),

    for_new_sessions(
        row("sessions.max", T::kInteger, 1, 1048576, "1048576",
            "Sessions at the same time, shared out evenly over workers and addresses (rounded up); "
            "further clients of a full share are told that the server is full.",
            into<&Config::sessions_max>)),
    for_new_sessions(row(
        "sessions.max_per_source", T::kInteger, 1, 1048576, "4096",
        "Sessions of one source, which is an IPv4 address or the /64 of an IPv6 address; shared "
        "out "
        "like sessions.max. All clients behind one NAT are one source.",
        into<&Config::sessions_max_per_source>)),
    reloadable(row("sessions.closed_history", T::kInteger, 0, 100000, "10000",
                   "Ended sessions that jsctl session closed can tell of, about 300 bytes each; "
                   "shared out like sessions.max.",
                   into<&Config::closed_history>)),
    for_new_sessions(
        row("sessions.timeout", T::kDuration, kSecond, 10 * kMinute, "30s",
            "A session expires when nothing authentic came for this long; the smaller of both "
            "sides' holds.",
            into_session<&SessionConfig::timeout>)),
    reloadable(row("sessions.heartbeat_enabled", T::kBoolean, 0, 0, "false",
                   "Whether the server sends heartbeats of its own; it always answers those of "
                   "clients.",
                   into_session<&SessionConfig::heartbeat_enabled>)),
    reloadable(row("sessions.heartbeat_interval", T::kDuration, 100 * kMillisecond, 10 * kMinute,
                   "5s", "Silence after which a heartbeat is sent.",
                   into_session<&SessionConfig::heartbeat_interval>)),
    reloadable(row("sessions.heartbeat_timeout_count", T::kInteger, 0, 100, "3",
                   "Unanswered heartbeats that end a session; 0 leaves it to timeout.",
                   into_session<&SessionConfig::heartbeat_timeout_count>)),
    for_new_sessions(row("sessions.max_streams", T::kInteger, 1, 65535, "100",
                         "Streams a client may have open at the same time.",
                         into_session<&SessionConfig::max_streams>)),
    for_new_sessions(row("sessions.max_data", T::kSize, 64 * kKiB, 64 * kMiB, "1MiB",
                         "Bytes a client may send beyond what was consumed, over all its streams.",
                         into_session<&SessionConfig::max_data>)),
    for_new_sessions(row("sessions.max_stream_data", T::kSize, 16 * kKiB, 16 * kMiB, "256KiB",
                         "The same for one stream.",
                         into_session<&SessionConfig::max_stream_data>)),
    for_new_sessions(row("sessions.message_bytes_max", T::kSize, kKiB, 16 * kMiB, "256KiB",
                         "The largest message taken; at most max_stream_data.",
                         into_session<&SessionConfig::message_bytes_max>)),
    for_new_sessions(
        row("sessions.datagram_bytes_max", T::kSize, 1200, 65507, "65507B",
            "The largest UDP payload taken, which bounds the clients' search for the MTU.",
            into_session<&SessionConfig::datagram_bytes_max>)),
    for_new_sessions(row("sessions.send_buffer", T::kSize, 64 * kKiB, 64 * kMiB, "1MiB",
                         "Bytes kept for one stream until the client has acknowledged them.",
                         into_session<&SessionConfig::send_buffer_bytes_max>)),
    reloadable(row("sessions.cleanup_interval", T::kDuration, 100 * kMillisecond, kHour, "10s",
                   "How soon after its end the record of a session is freed, at the latest.",
                   into<&Config::cleanup_interval>)),

    reloadable(
        row("drain.deadline", T::kDuration, 0, 10 * kMinute, "30s",
            "How long a drain or stop gives sessions to come to their end; what is left then "
            "is closed.",
            into<&Config::drain_deadline>)),
    reloadable(row("drain.pace", T::kDuration, 0, 10 * kMinute, "5s",
                   "A drain asks its sessions to end spread over this time, so that not all of "
                   "their clients come back at once; at most drain.deadline. Each worker asks at "
                   "least 200 a second, so that a small server takes less.",
                   into<&Config::drain_pace>)),
    reloadable(row("drain.retry_after", T::kDuration, 0, kHour, "0s",
                   "When clients are told to come back, during a drain or stop; 0s says nothing.",
                   into<&Config::drain_retry_after>)),
    reloadable(row("drain.alternate", T::kAddresses, 0, 1, "",
                   "Where clients are told to go meanwhile, during a drain or stop: another server "
                   "with the same key, so that they know it.",
                   into<&Config::drain_alternate>)),

    for_new_sessions(row("handshake.timeout", T::kDuration, kSecond, kMinute, "10s",
                         "A handshake that has not finished by then is forgotten.",
                         into<&Config::handshake_timeout>)),
    for_new_sessions(row(
        "handshake.half_open_max", T::kInteger, 64, 65536, "8192",
        "Handshakes under way, shared out like sessions.max; 1536 bytes each, allocated at start.",
        into<&Config::half_open_max>)),
    for_new_sessions(
        or_off(row("handshake.rate_per_source", T::kInteger, 1, 1000000, "100",
                   "Handshakes a second of one source that has proven its address, shared out like "
                   "sessions.max; the source's further hellos are dropped.",
                   into<&Config::handshake_rate_per_source>))),
    for_new_sessions(row("handshake.burst_per_source", T::kInteger, 1, 1000000, "200",
                         "How many of them may come at once.",
                         into<&Config::handshake_burst_per_source>)),
    for_new_sessions(choice(
        "handshake.retry", "auto|always|never", "auto",
        "Whether new clients must first prove their address, which takes one more round trip; "
        "auto asks for it only under load.",
        into<&Config::retry>)),

    reloadable(row(
        "limits.worker_memory", T::kSize, kMiB, 1024 * 1024 * kMiB, "256MiB",
        "What all sessions of a worker may hold for streams and their data, shared out evenly over "
        "its addresses; a session gets an eighth of what is free, for receiving and for sending "
        "each. At least 32 times sessions.message_bytes_max for each address.",
        into<&Config::worker_memory>)),
    reloadable(choice("limits.mode", "enforce|observe", "enforce",
                      "observe only counts what enforce would hold back.",
                      into_limits<&RateLimits::mode>)),
    reloadable(
        or_off(row("limits.session.messages_per_second", T::kInteger, 1, kMessageRateMax, "100",
                   "Messages between one session and its services, in each direction; "
                   "called rate_limit_messages elsewhere.",
                   into_limits<&RateLimits::messages_per_second>))),
    reloadable(or_off(row("limits.session.bytes_per_second", T::kSize, 1, kByteRateMax, "1MiB",
                          "Bytes in each direction; called rate_limit_bytes elsewhere. A second's "
                          "worth may pass at once.",
                          into_limits<&RateLimits::bytes_per_second>))),
    reloadable(
        or_off(row("limits.global.messages_per_second", T::kInteger, 1, kMessageRateMax, "10000",
                   "Messages of all sessions together, in each direction; called "
                   "global_rate_limit_messages elsewhere.",
                   into<&Config::global_messages_per_second>))),
    reloadable(or_off(row("limits.global.bytes_per_second", T::kSize, 1, kByteRateMax, "100MB",
                          "Bytes of all sessions together, in each direction; called "
                          "global_rate_limit_bytes elsewhere.",
                          into<&Config::global_bytes_per_second>))),

    for_new_sessions(row(
        "limits.exempt",
        T::kAddressBlocks, 0, 64, "[\"127.0.0.0/8\", \"::1\"]",
        "Addresses that the limits per source do not hold for. Where a proxy or the bridge of a "
        "container stands between, clients come from its address: exempt, they have no such limit "
        "at all, otherwise they share one.",
        into<&Config::limits_exempt>)),

    reloadable(row("access.allow", T::kAddressBlocks, 0, 4096, "[]",
                   "Addresses to serve, and no others; empty is everyone. Of all blocks in allow "
                   "and deny around an address the smallest decides. Sessions of who is not served "
                   "any more are closed.",
                   into<&Config::access_allow>)),
    reloadable(row(
        "access.deny", T::kAddressBlocks, 0, 4096, "[]",
        "Addresses not to serve: what comes from there is dropped unanswered. What stands in both "
        "lists is denied.",
        into<&Config::access_deny>)),

    reloadable(row("dynamic_bans.enabled", T::kBoolean, 0, 0, "false",
                   "Bans sources by itself whose clients break the protocol or fail to say who "
                   "they are, again and again. jsctl ban list --origin auto shows these bans; "
                   "limits.exempt are never banned.",
                   into_bans<&DynamicBanLimits::enabled>)),
    reloadable(choice("dynamic_bans.evidence", "validated_only", "validated_only",
                      "What counts: only what clients do that have proven their address, so that "
                      "nobody can have others banned.",
                      into_bans<&DynamicBanLimits::evidence>)),
    reloadable(row("dynamic_bans.warn_at", T::kInteger, 1, 1'000'000, "20",
                   "Offences of one source within a minute that are told by ban.near in the log; "
                   "at most ban_at.",
                   into_bans<&DynamicBanLimits::warn_at>)),
    reloadable(row("dynamic_bans.ban_at", T::kInteger, 1, 1'000'000, "60",
                   "Offences of one source within a minute that it is banned for.",
                   into_bans<&DynamicBanLimits::ban_at>)),
    reloadable(row("dynamic_bans.duration", T::kDuration, kSecond, 24 * kHour, "10m",
                   "How long the first ban of a source lasts; at most max_duration.",
                   into_bans<&DynamicBanLimits::duration>)),
    reloadable(row("dynamic_bans.max_duration", T::kDuration, kSecond, 30 * 24 * kHour, "1h",
                   "Each further ban lasts twice as long as the one before, up to this. Who was "
                   "good for as long begins anew.",
                   into_bans<&DynamicBanLimits::max_duration>)),

    for_new_sessions(
        row("resumption.enabled", T::kBoolean, 0, 0, "true",
            "Gives clients tickets and takes them, so that they come back with less work.",
            into<&Config::resumption_enabled>)),
    for_new_sessions(row(
        "resumption.ticket_lifetime", T::kDuration, kSecond, 24 * 3600 * kSecond, "24h",
        "How long a ticket is good. Its key changes every 12h, so it may die a little sooner, and "
        "with the process in any case.",
        into<&Config::ticket_lifetime>)),
    for_new_sessions(
        row("resumption.early_data_max", T::kSize, 0, 16 * kKiB, "16KiB",
            "What a client may send with a ticket before the handshake is over, to services with "
            "early_data; 0B is nothing.",
            into<&Config::early_data_max>)),

    reloadable(row("services", T::kNamedItems, 0, 256, "{echo: {type: echo}, sink: {type: sink}}",
                   "What clients can open streams to, by name: 1 to 63 printable ASCII characters.",
                   all_services)),
    reloadable(required(choice("services.*.type", "echo|sink", "",
                               "echo sends back what it receives, sink reads and forgets.",
                               into_service<&ServiceConfig::type>))),
    reloadable(
        row("services.*.early_data", T::kBoolean, 0, 0, "false",
            "Takes streams before the client has finished the handshake. What they say may be a "
            "recording that somebody plays once more.",
            into_service<&ServiceConfig::early_data>)),

    row("admin.socket.path", T::kPath, 1, kSocketPathBytesMax, "/run/jetstreamd/admin.sock",
        "Unix socket that jsctl talks to.", into<&Config::admin_socket>),
    row("admin.socket.mode", T::kFileMode, 0600, 0777, "\"0660\"", "File mode of the socket.",
        into<&Config::admin_socket_mode>),
    row("admin.socket.group", T::kName, 1, kNameBytesMax, "",
        "Group of the socket, by name or number; unset: the daemon's own.",
        into<&Config::admin_socket_group>),
    row("admin.read_socket.enabled", T::kBoolean, 0, 0, "true",
        "A second Unix socket, where nobody may do more than look: for monitoring. jsctl asks "
        "there "
        "when the other one is closed to it.",
        into<&Config::admin_read_socket_enabled>),
    row("admin.read_socket.path", T::kPath, 1, kSocketPathBytesMax, "",
        "Where it is; unset: read.sock beside an admin.sock, NAME-read.sock beside a NAME.sock.",
        into<&Config::admin_read_socket>),
    row("admin.read_socket.mode", T::kFileMode, 0600, 0777, "\"0660\"", "File mode of that socket.",
        into<&Config::admin_read_socket_mode>),
    row("admin.read_socket.group", T::kName, 1, kNameBytesMax, "jetstreamd-read",
        "Group of that socket, by name or number. Where there is none, the daemon says so and its "
        "own group is taken.",
        into<&Config::admin_read_socket_group>),
    reloadable(row("admin.access", T::kItems, 0, 64,
                   "[{group: jetstreamd-admin, role: operate}, "
                   "{group: jetstreamd-read, role: read}]",
                   "Who may do what, besides root and the daemon's user, which are admin; the "
                   "highest role that fits holds.",
                   all_items<&Config::admin_access>)),
    reloadable(row("admin.access[].user", T::kName, 1, kNameBytesMax, "",
                   "User by name or number; either this or group.",
                   into_item<&Config::admin_access, &AccessRule::user>)),
    reloadable(row("admin.access[].group", T::kName, 1, kNameBytesMax, "",
                   "Group by name or number; either this or user.",
                   into_item<&Config::admin_access, &AccessRule::group>)),
    reloadable(
        required(choice("admin.access[].role", "read|operate|admin", "",
                        "read looks, operate also closes sessions, admin also stops the daemon.",
                        into_item<&Config::admin_access, &AccessRule::role>))),

    reloadable(or_off(row(
        "metrics.listen",
        T::kAddressOrSocket, 1, kSocketPathBytesMax, "off",
        "Where GET /metrics, /livez and /readyz are answered, such as 127.0.0.1:9464, [::1]:9464 "
        "or unix:/run/jetstreamd/metrics.sock. Whoever reaches it may read: no password, no TLS.",
        into<&Config::metrics_listen>))),

    reloadable(choice("log.level", "trace|debug|info|warning|error", "info",
                      "Least severe events that are logged; docs/LOG_EVENTS.md lists them.",
                      into<&Config::log_level>)),
    reloadable(row("log.modules", T::kItems, 0, 64, "[]",
                   "Levels of single modules, which are the first words of the events' names, "
                   "instead of log.level; such as {module: stream, level: debug}.",
                   all_items<&Config::log_modules>)),
    reloadable(required(choice("log.modules[].module", kLogModules, "", "Which of them.",
                               into_item<&Config::log_modules, &ModuleLevel::module>))),
    reloadable(required(choice("log.modules[].level", "trace|debug|info|warning|error", "",
                               "Least severe events of it that are logged.",
                               into_item<&Config::log_modules, &ModuleLevel::level>))),
    reloadable(choice("log.format", "auto|text|json|journald", "auto",
                      "text is for people, json one object a line, journald the journal with a "
                      "field for every value. auto is journald if standard error leads into the "
                      "journal, text on a terminal, and json anywhere else.",
                      into<&Config::log_format>)),
    reloadable(choice("log.peer_addresses", "full|prefix|none", "full",
                      "What logs and events show of clients' addresses; prefix is the network: /24 "
                      "of IPv4, /48 of IPv6. Answers to jsctl and the audit trail stay whole.",
                      into<&Config::log_peer_addresses>)),
    reloadable(row("log.summary_interval", T::kDuration, kSecond, kHour, "10s",
                   "How often one line tells what strangers caused that is not worth a line each: "
                   "what was dropped, why, and from which networks.",
                   into<&Config::log_summary_interval>)),
};

}  // namespace

std::span<const KeySpec> key_table() { return kKeys; }

}  // namespace jetstream::daemon
