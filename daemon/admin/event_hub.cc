// SPDX-License-Identifier: MIT
#include "daemon/admin/event_hub.h"

#include <algorithm>

#include "daemon/admin/event_rows.h"
#include "jetstream/address.h"

namespace jetstream::daemon {
namespace {

/// How much is taken at a time, and how long until the next time if there is more: 25,000 events a
/// second, which nobody reads, cost a fraction of one CPU. What comes faster is lost and counted.
constexpr std::size_t kTurnRecords = 256;
constexpr std::chrono::milliseconds kTurn{10};

/// Where the values of session_event_fields() are, but for the type.
constexpr std::string_view kSourceFields[] = {"", "session_id", "peer", "reason", "code", "by"};

class RecordSubject final : public control::FilterSubject {
 public:
  explicit RecordSubject(const LogRecord& record) : record_(record) {}

  control::FilterValue value(std::size_t index) const override {
    if (index == 0) return spec_of(record_.event).name;
    const LogRecord::Field* field = record_.find(kSourceFields[index]);
    if (field == nullptr) return {};
    if (const auto* number = std::get_if<std::uint64_t>(&field->value)) {
      return static_cast<std::int64_t>(*number);
    }
    const auto& text = std::get<std::string>(field->value);
    if (session_event_fields()[index].type != control::FilterType::kAddress)
      return std::string_view(text);
    if (const auto address = parse_endpoint(text)) return *address;
    // Masked: what is left of it answers whether the peer is in a network.
    const auto network = parse_address_block(text);
    return network ? control::FilterValue(PeerAddress{.ip = network->ip}) : control::FilterValue();
  }

 private:
  const LogRecord& record_;
};

bool is_remembered(const LogEventSpec& spec) { return class_of(spec) != EventClass::kDetail; }

bool wants(const EventQuery& query, const LogRecord& record) {
  if (!query.events[static_cast<std::size_t>(record.event)]) return false;
  if (query.session) {
    const LogRecord::Field* id = record.find("session_id");
    const auto* number = id == nullptr ? nullptr : std::get_if<std::uint64_t>(&id->value);
    if (number == nullptr || *number != query.session->value()) return false;
  }
  return query.filter.matches_everything() || query.filter.matches(RecordSubject(record));
}

}  // namespace

EventHub::EventHub(asio::io_context& io)
    : io_(io), feed_(log_feed()), readable_(io), next_turn_(io) {
  if (feed_ == nullptr || feed_->descriptor() < 0) return;
  readable_.assign(feed_->descriptor());
  update_interest();
  wait();
}

EventHub::~EventHub() {
  set_log_interest({});
  // The descriptor stays the feed's.
  if (readable_.is_open()) readable_.release();
}

void EventHub::wait() {
  readable_.async_wait(asio::posix::stream_descriptor::wait_read,
                       [this, alive = std::weak_ptr(alive_)](const asio::error_code& error) {
                         if (error || alive.expired()) return;
                         feed_->acknowledge();
                         take_some();
                       });
}

void EventHub::take_some() {
  for (std::size_t taken = 0; taken < kTurnRecords; ++taken) {
    auto record = feed_->pop();
    if (!record) {
      take_losses();
      return wait();
    }
    take(*std::move(record));
  }
  next_turn_.expires_after(kTurn);
  next_turn_.async_wait([this, alive = std::weak_ptr(alive_)](const asio::error_code& error) {
    if (!error && !alive.expired()) take_some();
  });
}

void EventHub::take(LogRecord record) {
  const bool remembered = is_remembered(spec_of(record.event));
  std::optional<std::uint64_t> seq;
  if (remembered) seq = ring_.last_seq() + 1;
  if (!subscribers_.empty()) {
    tell(row_of(record, seq), [&](const EventQuery& query) { return wants(query, record); });
  }
  if (remembered) ring_.add(std::move(record));
}

/// What was lost was lost behind all that was just taken. Only those are told who would have heard
/// of some event of that class.
void EventHub::take_losses() {
  for (const EventClass event_class : kEventClasses) {
    const std::uint64_t lost = feed_->take_lost(event_class);
    if (lost == 0) continue;
    if (event_class != EventClass::kDetail) ring_.add_lost(event_class, lost);
    tell(gap_row(lost), [of_class = events_of(event_class)](const EventQuery& query) {
      return (query.events & of_class).any();
    });
  }
}

/// Tells those whose query is wanted. Whoever hears may drop its own subscription or another one.
void EventHub::tell(const control::EventRow& row,
                    const std::function<bool(const EventQuery&)>& wanted) {
  const auto subscribers = subscribers_;
  for (const auto& entry : subscribers) {
    const auto subscriber = entry.lock();
    if (subscriber && wanted(subscriber->query)) subscriber->hear(row);
  }
}

EventReplay EventHub::replay(std::uint64_t since, const LogEventSet& events) {
  // What was logged before the question belongs to the answer. It is no more than the feed holds;
  // threads that log on could keep this one here for as long as they like.
  for (std::size_t taken = 0; feed_ != nullptr && taken < LogFeed::kRecords; ++taken) {
    auto record = feed_->pop();
    if (!record) break;
    take(*std::move(record));
  }
  if (feed_ != nullptr) take_losses();
  const EventRing::Replay found = ring_.since(since, events);
  EventReplay replay{{}, found.missing, ring_.last_seq()};
  for (const EventRing::Entry* entry : found.entries) {
    replay.rows.push_back(row_of(entry->record, entry->seq));
  }
  return replay;
}

std::shared_ptr<EventAdmin::Subscription> EventHub::subscribe(EventQuery query, Hear hear) {
  if (query.session) {
    const auto tracing = std::count_if(subscribers_.begin(), subscribers_.end(),
                                       [](const std::weak_ptr<Subscriber>& entry) {
                                         const auto subscriber = entry.lock();
                                         return subscriber && subscriber->query.session;
                                       });
    if (static_cast<std::size_t>(tracing) >= kTracesMax) return nullptr;
  }
  // Dropping the last reference takes it from the list, as long as there is a hub.
  std::shared_ptr<Subscriber> subscriber(new Subscriber,
                                         [this, alive = std::weak_ptr(alive_)](Subscriber* gone) {
                                           delete gone;
                                           if (!alive.expired()) update_interest();
                                         });
  subscriber->query = std::move(query);
  subscriber->hear = std::move(hear);
  subscribers_.emplace_back(subscriber);
  update_interest();
  return subscriber;
}

void EventHub::update_interest() {
  subscribers_.remove_if([](const auto& subscriber) { return subscriber.expired(); });
  LogInterest interest;
  for (const LogEventSpec& spec : log_event_table()) {
    interest.events[static_cast<std::size_t>(spec.event)] = is_remembered(spec);
  }
  for (const auto& entry : subscribers_) {
    const auto subscriber = entry.lock();
    const EventQuery& query = subscriber->query;
    if (query.session) {
      interest.traced |= query.events;
      interest.sessions.push_back(*query.session);
    } else {
      interest.events |= query.events;
    }
  }
  set_log_interest(interest);
}

std::shared_ptr<void> EventHub::after(std::chrono::milliseconds delay, std::function<void()> then) {
  auto timer = std::make_shared<asio::steady_timer>(io_, delay);
  timer->async_wait([then = std::move(then)](const asio::error_code& error) {
    if (!error) then();
  });
  return timer;
}

}  // namespace jetstream::daemon
