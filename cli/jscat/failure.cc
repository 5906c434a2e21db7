// SPDX-License-Identifier: MIT
#include "cli/jscat/failure.h"

#include "cli/jscat/text.h"

namespace jetstream::jscat {
namespace {

Failure transport(std::string what, std::string why, std::string help) {
  return {kExitTransport, std::move(what), std::move(why), std::move(help)};
}

std::string close_cause(const CloseInfo& info) {
  std::string text = std::string(to_string(info.reason)) + ", " + std::string(to_string(info.code));
  if (!info.message.empty()) text += ": " + escape(info.message);
  return text;
}

}  // namespace

std::string to_text(const Failure& failure) {
  std::string text;
  if (!failure.what.empty()) text += "jscat: " + failure.what + "\n";
  if (!failure.why.empty()) text += "       " + failure.why + "\n";
  if (!failure.help.empty()) text += "  try: " + failure.help + "\n";
  return text;
}

namespace {

/// When, and where else, the server wants to be asked again.
std::string when_again(Duration retry_after, const std::optional<PeerAddress>& alternate) {
  std::string again =
      retry_after > Duration::zero() ? "again in " + format_duration(retry_after) : "again later";
  if (alternate) again += ", or " + alternate->to_string();
  return again;
}

}  // namespace

Failure explain_close(const std::string& server, const CloseInfo& info, Duration timeout) {
  if (info.local == LocalCode::kHandshakeTimeout) {
    return transport("no answer from " + server + " within " + format_duration(timeout),
                     "nothing listens there, or something on the way drops UDP",
                     "check address and port; on the server, jsctl status tells where it listens");
  }
  if (info.code == TransportCode::kClientIdentityRequired) {
    return transport(server + " only talks to clients it knows", "this client showed no identity",
                     "jscat keygen FILE, have the key it prints authorized on the server, and "
                     "connect with --identity FILE");
  }
  if (info.code == TransportCode::kClientIdentityRefused) {
    return transport(server + " does not know this client", close_cause(info),
                     "have the public key of --identity authorized on the server");
  }
  const std::string again = when_again(info.retry_after, info.alternate);
  const bool later = info.reason == CloseReason::kGoingAway ||
                     info.reason == CloseReason::kRateLimitExceeded ||
                     info.code == TransportCode::kServerFull;
  return transport(
      (info.by_peer ? server + " closed the session" : "the session with " + server + " is over"),
      close_cause(info), later ? again : "again with -v to see more");
}

Failure explain_goaway(const std::string& server, const std::string& undone,
                       const GoAwayInfo& info) {
  return transport(server + " is going away", undone, when_again(info.retry_after, info.alternate));
}

Failure explain_reset(const std::string& service, std::uint64_t code) {
  const std::string name = "\"" + service + "\"";
  if (code == stream_error::kUnknownService) {
    return {kExitRemote, "the server has no service " + name, "",
            "the server's configuration names its services"};
  }
  std::string what = "the service " + name + " ended the stream";
  if (code == stream_error::kServiceFailed) {
    return {kExitRemote, std::move(what), "it met an error of its own",
            "the server's log tells which"};
  }
  if (code == stream_error::kRefused) {
    return {kExitRemote, std::move(what), "it does not take this stream", ""};
  }
  if (code == stream_error::kCancelled) return {kExitRemote, std::move(what), "cancelled", ""};
  return {kExitRemote, std::move(what), "code " + std::to_string(code), ""};
}

}  // namespace jetstream::jscat
