// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <map>

#include "daemon/metrics/metrics_families.h"

namespace jetstream::daemon {
namespace {

/// A figure of all sockets that share an address.
template <class Figure>
SeriesList by_listener(const Snapshot& snapshot, Figure figure) {
  std::map<std::string, double> sums;
  for (const ListenerFigures& listener : snapshot.listeners) {
    sums[listener.address] += as_double(figure(listener));
  }
  SeriesList series;
  for (const auto& [address, sum] : sums) series.push_back({address, sum});
  return series;
}

template <auto Member>
SeriesList udp_by_listener(const Snapshot& snapshot) {
  return by_listener(snapshot, [](const ListenerFigures& listener) {
    return static_cast<std::uint64_t>(listener.udp.*Member);
  });
}

/// The smallest, since that is the one that overflows first.
SeriesList buffers_series(const Snapshot& snapshot) {
  std::map<std::string, std::uint64_t> smallest;
  for (const ListenerFigures& listener : snapshot.listeners) {
    const auto [at, added] = smallest.emplace(listener.address, listener.udp.receive_buffer_bytes);
    if (!added) at->second = std::min(at->second, listener.udp.receive_buffer_bytes);
  }
  SeriesList series;
  for (const auto& [address, bytes] : smallest) series.push_back({address, as_double(bytes)});
  return series;
}

constexpr std::array kTrafficMetrics = {
    counter("jetstreamd_datagrams_received_total", "", "UDP datagrams read.",
            stat<&EndpointStats::datagrams_received>),
    counter("jetstreamd_datagrams_sent_total", "", "UDP datagrams handed to the system.",
            stat<&EndpointStats::datagrams_sent>),
    counter("jetstreamd_bytes_received_total", "", "UDP payload read.",
            stat<&EndpointStats::bytes_received>),
    counter("jetstreamd_bytes_sent_total", "", "UDP payload handed to the system.",
            stat<&EndpointStats::bytes_sent>),
    counter("jetstreamd_packets_lost_total", "",
            "Packets sent that were taken for lost and whose data was sent again.",
            stat<&EndpointStats::packets_lost>),
    counter("jetstreamd_datagrams_dropped_total", "reason",
            "Datagrams and packets that the daemon read and dropped.",
            stats_by<DropReason, &EndpointStats::drops>),
    counter("jetstreamd_socket_receive_drops_total", "listener",
            "Datagrams that the kernel dropped at the sockets, because their buffers were full; "
            "the daemon never saw them.",
            udp_by_listener<&UdpStats::socket_drops>),
    gauge("jetstreamd_socket_receive_buffer_bytes", "listener",
          "The receive buffer that the system gave each of the sockets.", buffers_series),
    counter("jetstreamd_socket_sends_refused_total", "listener",
            "Sends that the system refused, which count as loss.",
            udp_by_listener<&UdpStats::messages_refused>),
    counter("jetstreamd_socket_sends_blocked_total", "listener",
            "How often a socket's send buffer was full.",
            udp_by_listener<&UdpStats::sends_blocked>),
    counter("jetstreamd_datagrams_forwarded_total", "listener",
            "Datagrams that one worker read for another.",
            udp_by_listener<&UdpStats::datagrams_forwarded>),
    counter("jetstreamd_resets_sent_total", "",
            "Stateless resets, sent to peers of sessions that are not known.",
            stat<&EndpointStats::resets_sent>),
    gauge("jetstreamd_memory_held_bytes", "", "What sessions hold for streams and data.",
          stat<&EndpointStats::memory_held>),
    gauge("jetstreamd_memory_budget_bytes", "", "What they may hold at most.",
          stat<&EndpointStats::memory_budget>),
};

}  // namespace

std::span<const MetricSpec> traffic_metrics() { return kTrafficMetrics; }

}  // namespace jetstream::daemon
