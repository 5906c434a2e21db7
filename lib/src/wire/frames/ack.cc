// SPDX-License-Identifier: MIT
#include "wire/frames/ack.h"

namespace jetstream::wire {
namespace {

tl::unexpected<Violation> ack_is_cut_off() { return malformed(FrameType::kAck, "ACK is cut off"); }

tl::unexpected<Violation> ack_goes_below_zero() {
  return malformed(FrameType::kAck, "ACK has a range below packet 0");
}

/// Bytes of one further range behind `previous`.
std::size_t further_range_size(const AckRange& previous, const AckRange& range) {
  JS_ASSERT(range.smallest <= range.largest && range.largest < previous.smallest &&
            previous.smallest - range.largest >= 2);
  return varint_size(previous.smallest - range.largest - 2) +
         varint_size(range.largest - range.smallest);
}

void write_further_range(base::ByteWriter& writer, const AckRange& previous,
                         const AckRange& range) {
  write_varint(writer, previous.smallest - range.largest - 2);
  write_varint(writer, range.largest - range.smallest);
}

/// Everything in front of the further ranges, of which there are few enough for one byte.
std::size_t head_size(const AckRange& newest, std::uint64_t delay_us) {
  static_assert(varint_size(kAckRangesMax - 1) == 1);
  return 1 + varint_size(newest.largest) + varint_size(delay_us) + 1 +
         varint_size(newest.largest - newest.smallest);
}

void write_head(base::ByteWriter& writer, const AckRange& newest, std::uint64_t delay_us,
                std::size_t further) {
  write_type(writer, FrameType::kAck);
  write_varint(writer, newest.largest);
  write_varint(writer, delay_us);
  write_varint(writer, further);
  write_varint(writer, newest.largest - newest.smallest);
}

}  // namespace

/// Checks every range, so that nobody who reads them has to [ENC-12].
Parsed<AckFrame> parse_ack(base::ByteReader& reader) {
  AckFrame frame;
  std::uint64_t further = 0;
  if (!read_varints(reader, frame.largest, frame.delay_us, further)) return ack_is_cut_off();
  if (further > kAckRangesMax - 1) return malformed(FrameType::kAck, "ACK has too many ranges");
  frame.range_count = static_cast<std::uint32_t>(further) + 1;

  const Bytes ranges = reader.rest();
  std::uint64_t length = 0;
  if (!read_varints(reader, length)) return ack_is_cut_off();
  if (length > frame.largest) return ack_goes_below_zero();
  std::uint64_t smallest = frame.largest - length;
  for (std::uint64_t i = 0; i < further; ++i) {
    std::uint64_t gap = 0;
    if (!read_varints(reader, gap, length)) return ack_is_cut_off();
    if (smallest < 2 || gap > smallest - 2) return ack_goes_below_zero();
    const std::uint64_t largest = smallest - gap - 2;
    if (length > largest) return ack_goes_below_zero();
    smallest = largest - length;
  }
  frame.encoded_ranges = ranges.first(ranges.size() - reader.remaining());
  return frame;
}

std::size_t encoded_size(const AckFrame& frame) {
  auto range = frame.ranges().begin();
  AckRange previous = *range;
  std::size_t size = head_size(previous, frame.delay_us);
  for (++range; range != frame.ranges().end(); ++range) {
    size += further_range_size(previous, *range);
    previous = *range;
  }
  return size;
}

void write(base::ByteWriter& writer, const AckFrame& frame) {
  auto range = frame.ranges().begin();
  AckRange previous = *range;
  write_head(writer, previous, frame.delay_us, frame.range_count - 1);
  for (++range; range != frame.ranges().end(); ++range) {
    write_further_range(writer, previous, *range);
    previous = *range;
  }
}

std::size_t write_ack_frame(base::ByteWriter& writer, std::span<const AckRange> newest_first,
                            std::uint64_t delay_us) {
  if (newest_first.empty()) return 0;
  JS_ASSERT(newest_first[0].smallest <= newest_first[0].largest);
  std::size_t size = head_size(newest_first[0], delay_us);
  if (size > writer.remaining()) return 0;
  std::size_t count = 1;
  for (; count < newest_first.size() && count < kAckRangesMax; ++count) {
    size += further_range_size(newest_first[count - 1], newest_first[count]);
    if (size > writer.remaining()) break;
  }
  write_head(writer, newest_first[0], delay_us, count - 1);
  for (std::size_t i = 1; i < count; ++i) {
    write_further_range(writer, newest_first[i - 1], newest_first[i]);
  }
  return count;
}

}  // namespace jetstream::wire
