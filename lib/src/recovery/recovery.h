// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "jetstream/error.h"
#include "jetstream/result.h"
#include "jetstream/time.h"
#include "wire/frame.h"
#include "wire/sent_frame.h"

namespace jetstream::recovery {

/// The datagram that every path is assumed to carry (RFC 9000 14).
inline constexpr std::uint32_t kBaseDatagramBytes = 1200;

/// A packet that is about to leave.
struct OutgoingPacket {
  std::uint64_t number = 0;
  /// The whole UDP payload it occupies.
  std::uint32_t bytes = 0;
  /// Asks for an acknowledgement; such packets count as in flight.
  bool ack_eliciting = false;
  /// A path MTU probe: its loss says nothing about congestion. Such packets do not count as in
  /// flight, because one larger than the window would stop everything else until it is lost.
  bool mtu_probe = false;
};

/// What a timeout or an ACK brought to light. The vectors are the caller's and are appended to.
struct FrameFates {
  std::vector<wire::SentFrame> acked;
  std::vector<wire::SentFrame> lost;
  /// For PathMtu::on_packets(); MTU probes are in neither. The largest packet acknowledged, and how
  /// many of more than kBaseDatagramBytes were lost.
  std::uint32_t acked_bytes_max = 0;
  std::uint32_t large_lost = 0;
  void clear() {
    acked.clear();
    lost.clear();
    acked_bytes_max = 0;
    large_lost = 0;
  }
};

/// The sender's half of reliability for one session (RFC 9002): sent packets, round trip time, loss
/// detection, probe timeout and congestion control. Not thread-safe; allocates only while its rings
/// grow.
class Recovery {
 public:
  /// `max_ack_delay` is the longest the peer holds back an ACK.
  Recovery(Duration max_ack_delay, std::uint32_t datagram_bytes);
  ~Recovery();

  /// Numbers must count up by one from the first, or by two: a number left out was never sent, and
  /// the newest such one is remembered to find out who acknowledges what never came [ACK-5].
  void on_packet_sent(Instant now, const OutgoingPacket& packet,
                      std::span<const wire::SentFrame> frames);
  /// A Violation if it acknowledges what was never sent; nothing is changed then.
  Result<void, Violation> on_ack(Instant now, const wire::AckFrame& ack, FrameFates& fates);
  /// To be called at deadline(): declares losses, or makes probes_due() positive [ACK-8].
  void on_timeout(Instant now, FrameFates& fates);
  Instant deadline() const;

  /// Ack-eliciting packets that may be sent regardless of the window, because the probe timeout
  /// fired. The session sends them at once, with data if there is any, otherwise PING; sending an
  /// ack-eliciting packet counts one off.
  std::uint32_t probes_due() const;
  /// Bytes the congestion window leaves [ACK-9].
  std::uint64_t window_left() const;
  /// Whether the newest number left out has done its service: later ones were acknowledged.
  bool may_leave_out() const;
  /// Whether the application, not the window, limits sending; keeps the window from growing unused.
  void set_app_limited(bool app_limited);
  /// The path is another one: round trip time and congestion window start over, and what is in
  /// flight says nothing about them any more (RFC 9000 9.4).
  void on_path_changed(Instant now);
  /// Another datagram size is in use from now on (path MTU discovery).
  void set_datagram_bytes(std::uint32_t bytes);

  Duration smoothed_rtt() const;
  Duration min_rtt() const;
  Duration latest_rtt() const;
  /// The probe timeout without back-off; three of them bound closing and draining.
  Duration pto() const;
  /// A round trip measured otherwise (handshake, heartbeat).
  void on_rtt_sample(Duration rtt);
  std::uint64_t congestion_window() const;
  std::uint64_t bytes_in_flight() const;
  std::uint64_t packets_lost() const;
  /// Ack-eliciting packets, MTU probes included, whose fate is open.
  bool anything_in_flight() const;
  /// Probe timeouts in a row without an acknowledgement; for PathMtu::on_probe_timeout().
  std::uint32_t timeouts_in_a_row() const;
  /// Gives back the rings if nothing is in flight; for sessions that go idle. The next packet
  /// allocates again.
  void trim();
  /// Memory held, as allocated.
  std::size_t memory_bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace jetstream::recovery
