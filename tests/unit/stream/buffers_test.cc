// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "stream/recv_buffer.h"
#include "stream/send_buffer.h"
#include "unit/stream/frames_out.h"

using namespace jetstream;
using namespace jetstream::stream;
using namespace jetstream::stream::testing;

namespace {

std::vector<std::uint8_t> copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

/// Everything readable, taken in as many views as it needs.
std::vector<std::uint8_t> read_all(RecvBuffer& buffer) {
  std::vector<std::uint8_t> all;
  while (buffer.begin() < buffer.contiguous()) {
    const Bytes view = buffer.view(buffer.begin(), buffer.contiguous() - buffer.begin());
    all.insert(all.end(), view.begin(), view.end());
    buffer.consume(view.size());
  }
  return all;
}

}  // namespace

TEST_CASE("a pool hands back what it was given and frees what is too much") {
  BlockPool pool;
  Block small = pool.take(1);
  CHECK(small.size == BlockPool::kBlockBytesMin);
  Block large = pool.take(BlockPool::kBlockBytesMin + 1);
  CHECK(large.size == 2 * BlockPool::kBlockBytesMin);
  CHECK(pool.allocated_bytes() == 3 * BlockPool::kBlockBytesMin);

  const std::uint8_t* where = large.bytes.get();
  pool.give(std::move(small));
  pool.give(std::move(large));
  CHECK(pool.allocated_bytes() == 3 * BlockPool::kBlockBytesMin);
  Block again = pool.take(1);
  CHECK(again.bytes.get() == where);
  pool.give(std::move(again));
  pool.drop_spares();
  CHECK(pool.allocated_bytes() == 0);

  SECTION("a block above the limit is not kept, one at the limit is") {
    Block at_limit = pool.take(BlockPool::kSpareBytesMax);
    Block above = pool.take(BlockPool::kSpareBytesMax + 1);
    pool.give(std::move(above));
    CHECK(pool.allocated_bytes() == BlockPool::kSpareBytesMax);
    pool.give(std::move(at_limit));
    CHECK(pool.allocated_bytes() == BlockPool::kSpareBytesMax);
  }
  SECTION("with all places taken the smallest one goes") {
    std::vector<Block> blocks;
    for (std::size_t i = 0; i <= BlockPool::kSpares; ++i) blocks.push_back(pool.take(1024u << i));
    for (Block& block : blocks) pool.give(std::move(block));
    CHECK(pool.allocated_bytes() == 2048 + 4096);
  }
}

TEST_CASE("a ring keeps its bytes while it wraps and grows") {
  BlockPool pool;
  Ring ring(pool);
  // 700 to 1500 wraps around the first block of 1 024 bytes.
  ring.reserve(700, 700, 1500);
  ring.write(700, pattern(700, 800));
  CHECK(copy(ring.view(700, 800)) == pattern(700, 324));
  CHECK(copy(ring.view(1024, 476)) == pattern(1024, 476));
  ring.reserve(700, 1500, 1725);
  CHECK(pool.allocated_bytes() == 1024 + 2048);
  ring.write(1500, pattern(1500, 225));
  CHECK(copy(ring.view(700, 1025)) == pattern(700, 1025));
}

TEST_CASE("a receive buffer puts data in order [STR-8]") {
  BlockPool pool;
  std::uint32_t gaps = 0;
  RecvBuffer buffer(pool, gaps);
  buffer.insert(10, pattern(10, 10));
  buffer.insert(30, pattern(30, 10));
  CHECK(buffer.contiguous() == 0);
  CHECK(gaps == 2);
  buffer.insert(0, pattern(0, 10));
  CHECK(buffer.contiguous() == 20);
  buffer.insert(15, pattern(15, 20));
  CHECK(buffer.contiguous() == 40);
  CHECK(gaps == 0);
  CHECK(read_all(buffer) == pattern(0, 40));
}

TEST_CASE("of overlapping data the first bytes win [STR-8]") {
  BlockPool pool;
  std::uint32_t gaps = 0;
  RecvBuffer buffer(pool, gaps);
  const std::vector<std::uint8_t> other(40, 0xff);
  buffer.insert(10, pattern(10, 10));
  buffer.insert(5, Bytes(other).first(20));
  buffer.insert(0, pattern(0, 25));
  buffer.insert(0, other);
  std::vector<std::uint8_t> expected(40, 0xff);
  const auto put = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) expected[i] = pattern(0, 40)[i];
  };
  put(10, 20);
  put(0, 5);
  CHECK(read_all(buffer) == expected);
}

TEST_CASE("a receive buffer knows which bytes would open a gap") {
  BlockPool pool;
  std::uint32_t gaps = 0;
  RecvBuffer buffer(pool, gaps);
  buffer.insert(0, pattern(0, 10));
  buffer.insert(20, pattern(20, 10));
  CHECK_FALSE(buffer.opens_gap(10, 1));
  CHECK(buffer.opens_gap(11, 8));
  CHECK_FALSE(buffer.opens_gap(11, 9));
  CHECK_FALSE(buffer.opens_gap(30, 1));
  CHECK(buffer.opens_gap(31, 1));
  CHECK_FALSE(buffer.opens_gap(31, 0));
}

TEST_CASE("reading up to a gap keeps what lies beyond it") {
  BlockPool pool;
  std::uint32_t gaps = 0;
  RecvBuffer buffer(pool, gaps);
  buffer.insert(20, pattern(20, 10));
  buffer.insert(0, pattern(0, 10));
  CHECK(read_all(buffer) == pattern(0, 10));
  pool.drop_spares();
  CHECK(pool.allocated_bytes() > 0);
  buffer.insert(10, pattern(10, 10));
  CHECK(read_all(buffer) == pattern(10, 20));
}

TEST_CASE("a receive buffer returns its memory and its gaps") {
  BlockPool pool;
  std::uint32_t gaps = 0;
  {
    RecvBuffer buffer(pool, gaps);
    buffer.insert(0, pattern(0, 100));
    buffer.consume(100);
    pool.drop_spares();
    CHECK(pool.allocated_bytes() == 0);
    buffer.insert(200, pattern(200, 100));
    CHECK(gaps == 1);
    buffer.clear();
    CHECK(gaps == 0);
    pool.drop_spares();
    CHECK(pool.allocated_bytes() == 0);
    buffer.insert(400, pattern(400, 100));
    CHECK(gaps == 1);
  }
  CHECK(gaps == 0);
}

TEST_CASE("a send buffer lets go of what is acknowledged, in whatever order") {
  BlockPool pool;
  SendBuffer buffer(pool);
  buffer.append(pattern(0, 300));
  buffer.on_sent(0, 300);
  buffer.on_acked(100, 100);
  CHECK(buffer.size() == 300);
  buffer.on_acked(0, 50);
  CHECK(buffer.begin() == 50);
  buffer.on_acked(50, 50);
  CHECK(buffer.begin() == 200);
  buffer.on_acked(100, 100);
  CHECK(buffer.begin() == 200);
  CHECK(copy(buffer.view(200, 100)) == pattern(200, 100));
  buffer.on_acked(200, 100);
  pool.drop_spares();
  CHECK(pool.allocated_bytes() == 0);
}

TEST_CASE("a send buffer sends lost bytes again unless they arrived after all") {
  BlockPool pool;
  SendBuffer buffer(pool);
  buffer.append(pattern(0, 300));
  buffer.on_sent(0, 300);
  buffer.on_acked(100, 50);
  buffer.on_lost(50, 200);
  CHECK(buffer.lost() == base::Interval{50, 100});
  buffer.on_sent(50, 50);
  CHECK(buffer.lost() == base::Interval{150, 250});
  buffer.on_acked(150, 60);
  CHECK(buffer.lost() == base::Interval{210, 250});
  buffer.on_acked(0, 250);
  CHECK_FALSE(buffer.has_lost());
  buffer.on_lost(0, 250);
  CHECK_FALSE(buffer.has_lost());
  buffer.on_lost(250, 50);
  buffer.clear();
  CHECK_FALSE(buffer.has_lost());
  CHECK(buffer.size() == 0);
  CHECK(buffer.end() == 300);
}
