// SPDX-License-Identifier: MIT
#pragma once

#include "base/assert.h"

namespace jetstream::stream {

/// A place in a LinkedQueue, kept inside the object that waits there, so that queueing never
/// allocates and leaving takes no search. An object that waits in several queues has several links.
template <class T>
class Link {
 public:
  explicit Link(T& owner) : owner_(&owner) {}
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() { JS_ASSERT(!queued()); }

  bool queued() const { return next_ != nullptr; }
  T& owner() const { return *owner_; }

 private:
  template <class>
  friend class LinkedQueue;
  T* owner_;
  Link* next_ = nullptr;
  Link* previous_ = nullptr;
};

/// A first-in, first-out queue of links: a ring of which only the front is known.
template <class T>
class LinkedQueue {
 public:
  bool empty() const { return front_ == nullptr; }
  bool holds_one() const { return front_ != nullptr && front_->next_ == front_; }
  Link<T>& front() const {
    JS_ASSERT(front_ != nullptr);
    return *front_;
  }

  void push_back(Link<T>& link) {
    JS_ASSERT(!link.queued());
    if (front_ == nullptr) {
      front_ = link.next_ = link.previous_ = &link;
      return;
    }
    link.next_ = front_;
    link.previous_ = front_->previous_;
    link.previous_->next_ = &link;
    front_->previous_ = &link;
  }

  void push_front(Link<T>& link) {
    push_back(link);
    front_ = &link;
  }

  /// `link` must be in this queue.
  void remove(Link<T>& link) {
    JS_ASSERT(link.queued());
    if (front_ == &link) front_ = holds_one() ? nullptr : link.next_;
    link.next_->previous_ = link.previous_;
    link.previous_->next_ = link.next_;
    link.next_ = link.previous_ = nullptr;
  }

  /// Visits all, from the front on. `visit` must not change the queue.
  template <class F>
  void for_each(F&& visit) const {
    if (front_ == nullptr) return;
    Link<T>* at = front_;
    do {
      visit(at->owner());
      at = at->next_;
    } while (at != front_);
  }

  /// The front becomes the back.
  void rotate() {
    JS_ASSERT(front_ != nullptr);
    front_ = front_->next_;
  }

 private:
  Link<T>* front_ = nullptr;
};

}  // namespace jetstream::stream
