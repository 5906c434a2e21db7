// SPDX-License-Identifier: MIT
//
// Any bytes as the payload of a packet: every frame is written again, read again and written once
// more; and what it claims lies inside the payload and inside the protocol's limits.
#include <vector>

#include "wire/frame.h"

using namespace jetstream;
using namespace jetstream::wire;

namespace {

using Buffer = std::vector<std::uint8_t>;

Buffer encode(const Frame& frame) {
  Buffer bytes(encoded_size(frame));
  base::ByteWriter writer(bytes);
  write(writer, frame);
  JS_ASSERT(writer.remaining() == 0);
  return bytes;
}

void check_fields(const AckFrame& ack) {
  std::size_t count = 0;
  AckRange previous;
  std::vector<AckRange> ranges;
  for (const AckRange& range : ack.ranges()) {
    JS_ASSERT(range.smallest <= range.largest);
    if (count == 0) JS_ASSERT(range.largest == ack.largest);
    if (count > 0) JS_ASSERT(previous.smallest >= range.largest + 2);
    previous = range;
    ranges.push_back(range);
    ++count;
  }
  JS_ASSERT(count == ack.range_count && count >= 1 && count <= kAckRangesMax);
  Buffer bytes(encoded_size(ack));
  base::ByteWriter writer(bytes);
  JS_ASSERT(write_ack_frame(writer, ranges, ack.delay_us) == count);
  JS_ASSERT(bytes == encode(ack));
}

void check_fields(const StreamFrame& stream) {
  JS_ASSERT(stream.stream.value() > 0);
  JS_ASSERT(stream.data.size() <= kVarintMax && stream.offset <= kVarintMax - stream.data.size());
  JS_ASSERT(encode(stream).size() ==
            stream_frame_overhead(stream.stream, stream.offset, stream.data.size()) +
                stream.data.size());
}

void check_fields(const OpenFrame& open) {
  JS_ASSERT(open.stream.value() > 0 && is_service_name(open.service));
  JS_ASSERT(open.urgency <= kUrgencyMax && open.weight > 0);
}

void check_fields(const MaxStreamsFrame& frame) { JS_ASSERT(frame.maximum <= kStreamCountMax); }
void check_fields(const CloseFrame& close) {
  JS_ASSERT(static_cast<std::uint8_t>(close.reason) <= kCloseReasonMax);
  JS_ASSERT(close.message.size() <= kCloseMessageSizeMax);
}
void check_fields(const PaddingFrame& padding) { JS_ASSERT(padding.count > 0); }

template <class F>
void check_fields(const F& frame) {
  if constexpr (requires { frame.stream; }) JS_ASSERT(frame.stream.value() > 0);
}

void check(const Frame& frame, Bytes original) {
  std::visit([](const auto& kind) { check_fields(kind); }, frame);
  const FrameRules& rules = rules_of(frame);
  JS_ASSERT(original[0] >= rules.type_first && original[0] <= rules.type_last);

  const Buffer written = encode(frame);
  FrameReader reader(written);
  const Result<Frame, Violation> again = reader.next();
  JS_ASSERT(again && reader.done() && again->index() == frame.index());
  JS_ASSERT(encode(*again) == written);

  // Only STREAM may grow: by its length, if it came without.
  const bool same_form = written[0] == original[0];
  JS_ASSERT(same_form || std::holds_alternative<StreamFrame>(frame));
  if (same_form) JS_ASSERT(written.size() <= original.size());
  if (same_form && written.size() == original.size()) {
    JS_ASSERT(std::equal(written.begin(), written.end(), original.begin()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes payload(data, size);
  FrameReader reader(payload);
  while (!reader.done()) {
    const std::size_t start = reader.position();
    const Result<Frame, Violation> frame = reader.next();
    if (!frame) {
      JS_ASSERT(frame.error().code == TransportCode::kFrameEncodingError);
      JS_ASSERT(frame.error().frame_type == data[start] && !frame.error().reason.empty());
      break;
    }
    JS_ASSERT(reader.position() > start && reader.position() <= size);
    check(*frame, payload.subspan(start, reader.position() - start));
  }
  return 0;
}
