#include <imagegen/engine/inbox.hpp>

#include <gmock/gmock.h>
#include <poll.h>

#include <set>
#include <thread>

namespace imagegen {
namespace {

using std::chrono::milliseconds;
using Kind = InboxEvent::Kind;

InboxEvent event(Kind kind, std::uint64_t id, std::string json = "{}") {
  return {kind, id, std::move(json)};
}

// The event, or nothing; does not wait.
std::optional<InboxEvent> next(Inbox& inbox) {
  auto pulled = inbox.pull(milliseconds(0));
  if (auto* found = std::get_if<InboxEvent>(&pulled)) return std::move(*found);
  return std::nullopt;
}

bool is_readable(const Inbox& inbox) {
  pollfd entry{inbox.descriptor(), POLLIN, 0};
  return ::poll(&entry, 1, 0) == 1;
}

TEST(Inbox, GivesEventsInTheOrderInWhichTheyCame) {
  const auto inbox = Inbox::make().value();
  inbox->push(event(Kind::done, 1));
  inbox->push(event(Kind::host_call, 2));
  EXPECT_EQ(next(*inbox)->id, 1U);
  EXPECT_EQ(next(*inbox)->id, 2U);
  EXPECT_FALSE(next(*inbox));
}

TEST(Inbox, KeepsTheNewestProgressOfACallOnly) {
  const auto inbox = Inbox::make().value();
  inbox->push(event(Kind::progress, 1, "old"));
  inbox->push(event(Kind::progress, 2, "other"));
  inbox->push(event(Kind::progress, 1, "new"));
  EXPECT_EQ(next(*inbox)->json, "new");
  EXPECT_EQ(next(*inbox)->json, "other");
  EXPECT_FALSE(next(*inbox));
}

TEST(Inbox, IsReadableExactlyWhileItHoldsSomething) {
  const auto inbox = Inbox::make().value();
  EXPECT_FALSE(is_readable(*inbox));
  inbox->push(event(Kind::done, 1));
  inbox->push(event(Kind::done, 2));
  next(*inbox);
  EXPECT_TRUE(is_readable(*inbox));
  next(*inbox);
  EXPECT_FALSE(is_readable(*inbox));
}

TEST(Inbox, GivesWhatIsLeftAfterItWasClosedAndThenSaysSo) {
  const auto inbox = Inbox::make().value();
  inbox->push(event(Kind::done, 1));
  inbox->close();
  inbox->push(event(Kind::done, 2));
  EXPECT_EQ(next(*inbox)->id, 1U);
  EXPECT_EQ(std::get<Inbox::Empty>(inbox->pull(milliseconds(60'000))), Inbox::Empty::closed);
  EXPECT_TRUE(is_readable(*inbox));
}

TEST(Inbox, SaysWhenNothingCameInTime) {
  const auto inbox = Inbox::make().value();
  EXPECT_EQ(std::get<Inbox::Empty>(inbox->pull(milliseconds(1))), Inbox::Empty::nothing);
}

TEST(Inbox, WakesWhoWaitsWhenItIsClosed) {
  const auto inbox = Inbox::make().value();
  std::jthread waiter(
      [&] { EXPECT_EQ(std::get<Inbox::Empty>(inbox->pull(milliseconds(60'000))), Inbox::Empty::closed); });
  inbox->close();
}

TEST(Inbox, TakesBackWhatNobodyHasPulled) {
  const auto inbox = Inbox::make().value();
  inbox->push(event(Kind::host_call, 7));
  inbox->push(event(Kind::progress, 8));
  EXPECT_FALSE(inbox->withdraw(8)) << "no host call";
  EXPECT_TRUE(inbox->withdraw(7));
  EXPECT_FALSE(inbox->withdraw(7));
  EXPECT_EQ(next(*inbox)->id, 8U);
  EXPECT_FALSE(is_readable(*inbox));
}

TEST(Inbox, DoesNotTakeBackWhatWasPulled) {
  const auto inbox = Inbox::make().value();
  inbox->push(event(Kind::host_call, 7));
  next(*inbox);
  EXPECT_FALSE(inbox->withdraw(7));
}

TEST(Inbox, GivesProgressThatCameAfterTheLastWasPulled) {
  const auto inbox = Inbox::make().value();
  inbox->push(event(Kind::progress, 1, "old"));
  next(*inbox);
  inbox->push(event(Kind::progress, 1, "new"));
  EXPECT_EQ(next(*inbox)->json, "new");
  EXPECT_FALSE(next(*inbox));
}

TEST(Inbox, CountsTheEndsThatWerePulled) {
  const auto inbox = Inbox::make().value();
  for (const auto kind : {Kind::done, Kind::progress, Kind::done}) inbox->push(event(kind, 1));
  EXPECT_EQ(inbox->pulled_ends(), 0U);
  while (next(*inbox)) {
  }
  EXPECT_EQ(inbox->pulled_ends(), 2U);
}

TEST(Inbox, GivesEachEventToOneOfThoseWhoWait) {
  const auto inbox = Inbox::make().value();
  constexpr std::uint64_t kEvents = 1000;
  std::mutex mutex;
  std::multiset<std::uint64_t> seen;
  {
    std::vector<std::jthread> waiters;
    for (int i = 0; i < 4; ++i) {
      waiters.emplace_back([&] {
        for (;;) {
          auto pulled = inbox->pull(milliseconds(60'000));
          const auto* found = std::get_if<InboxEvent>(&pulled);
          if (!found) return;
          const std::lock_guard lock(mutex);
          seen.insert(found->id);
        }
      });
    }
    for (std::uint64_t id = 1; id <= kEvents; ++id) inbox->push(event(Kind::done, id));
    inbox->close();
  }
  EXPECT_EQ(seen.size(), kEvents);
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), kEvents);
}

}  // namespace
}  // namespace imagegen
