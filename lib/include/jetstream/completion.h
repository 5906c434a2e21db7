// SPDX-License-Identifier: MIT
#pragma once

#include <asio/associated_executor.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <memory>
#include <utility>

#include "jetstream/result.h"

namespace jetstream::net {

/// The handler of one asynchronous operation, whatever its type: waits until it is called once,
/// then runs in its associated executor (otherwise in that of the io_context), never inside the
/// call. Dropping it uncalled destroys the handler. Movable only.
template <class T = void>
class Completion {
 public:
  Completion() = default;
  template <class Handler>
  Completion(Handler handler, const asio::io_context::executor_type& fallback)
      : operation_(std::make_unique<Model<Handler>>(std::move(handler), fallback)) {}

  explicit operator bool() const { return operation_ != nullptr; }
  void operator()(Result<T> result) {
    auto operation = std::move(operation_);
    operation->post(std::move(result));
  }

 private:
  struct Operation {
    virtual ~Operation() = default;
    virtual void post(Result<T> result) = 0;
  };

  template <class Handler>
  struct Model final : Operation {
    using Executor = asio::associated_executor_t<Handler, asio::io_context::executor_type>;

    Model(Handler given, const asio::io_context::executor_type& fallback)
        : handler(std::move(given)), work(asio::get_associated_executor(handler, fallback)) {}

    void post(Result<T> result) override {
      auto executor = work.get_executor();
      asio::post(executor,
                 [held = std::move(handler), still_working = std::move(work),
                  value = std::move(result)]() mutable { std::move(held)(std::move(value)); });
    }

    Handler handler;
    asio::executor_work_guard<Executor> work;
  };

  std::unique_ptr<Operation> operation_;
};

}  // namespace jetstream::net
