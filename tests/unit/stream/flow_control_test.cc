// SPDX-License-Identifier: MIT
#include "stream/flow_control.h"

#include <catch2/catch.hpp>

using namespace jetstream::stream;

TEST_CASE("send credit only grows [FLOW-4]") {
  SendCredit credit(100);
  credit.use(60);
  CHECK(credit.available() == 40);
  credit.raise(90);
  CHECK(credit.available() == 40);
  credit.raise(130);
  CHECK(credit.available() == 70);
}

TEST_CASE("receive credit is announced once half of the window was consumed [FLOW-5]") {
  RecvCredit credit(100);
  credit.receive(50);
  CHECK(credit.available() == 50);
  credit.consume(49);
  CHECK_FALSE(credit.update_due());
  credit.consume(1);
  CHECK(credit.update_due());
  CHECK(credit.available() == 50);
  credit.announce();
  CHECK(credit.announced() == 150);
  CHECK(credit.available() == 100);
  CHECK(credit.unconsumed() == 0);
  CHECK_FALSE(credit.update_due());
}

TEST_CASE("receive credit is announced once it is as much as the sender has left [FLOW-5]") {
  // 60 of it lie unread elsewhere, so that half of the window can never be consumed.
  RecvCredit credit(100);
  credit.receive(80);
  CHECK(credit.available() == 20);
  credit.consume(19);
  CHECK_FALSE(credit.update_due());
  credit.consume(1);
  CHECK(credit.update_due());
  credit.announce();
  CHECK(credit.available() == 40);
  CHECK_FALSE(credit.update_due());
}

TEST_CASE("the smallest windows still move") {
  RecvCredit one(1);
  CHECK_FALSE(one.update_due());
  one.receive(1);
  one.consume(1);
  CHECK(one.update_due());
  RecvCredit none(0);
  CHECK_FALSE(none.update_due());
}
