#include <imagegen/core/places.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "support/matchers.hpp"

namespace imagegen {
namespace {

using Place = std::shared_ptr<void>;

class PlacesTest : public testing::Test {
 protected:
  // Takes a place in a coroutine of its own; the answer is answers_[number].
  void take(Places& places, boost::asio::cancellation_slot slot = {},
            std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max()) {
    const auto number = answers_.size();
    answers_.emplace_back();
    auto taking = [](Places& from, std::vector<std::optional<Result<Place>>>& answers, std::size_t at,
                     std::chrono::steady_clock::time_point limit) -> Task<void> {
      co_await boost::asio::this_coro::throw_if_cancelled(false);
      answers[at] = co_await from.take(limit);
    };
    boost::asio::co_spawn(*io_, taking(places, answers_, number, until),
                          boost::asio::bind_cancellation_slot(slot, [](const std::exception_ptr&) {}));
    run();
  }
  void run() {
    io_->restart();
    io_->poll();
  }
  void give_back(std::size_t number) {
    answers_[number].reset();
    run();
  }
  bool has(std::size_t number) const { return answers_[number] && answers_[number]->has_value(); }

  std::optional<boost::asio::io_context> io_{std::in_place, 1};
  std::vector<std::optional<Result<Place>>> answers_;
};

TEST_F(PlacesTest, LetsSoManyInAndTheOthersWaitInLine) {
  Places places(2);
  for (int i = 0; i < 4; ++i) take(places);
  EXPECT_TRUE(has(0) && has(1));
  EXPECT_FALSE(has(2) || has(3));
  give_back(1);
  EXPECT_TRUE(has(2));
  EXPECT_FALSE(has(3));
  give_back(0);
  EXPECT_TRUE(has(3));
}

TEST_F(PlacesTest, WhoIsOutOfTimeLeavesTheLine) {
  Places places(1);
  take(places);
  take(places, {}, std::chrono::steady_clock::now());
  take(places);
  ASSERT_TRUE(answers_[1]);
  EXPECT_THAT(*answers_[1], test::FailsWith(Errc::deadline_exceeded));
  give_back(0);
  EXPECT_TRUE(has(2));
}

TEST_F(PlacesTest, APlaceThatNobodyWaitedForIsFreeForTheNext) {
  Places places(1);
  take(places);
  give_back(0);
  take(places);
  EXPECT_TRUE(has(1));
}

TEST_F(PlacesTest, WhoIsCancelledLeavesTheLine) {
  Places places(1);
  boost::asio::cancellation_signal cancel;
  take(places);
  take(places, cancel.slot());
  take(places);
  cancel.emit(boost::asio::cancellation_type::terminal);
  run();
  EXPECT_THAT(answers_[1].value(), test::FailsWith(Errc::cancelled));
  give_back(0);
  EXPECT_TRUE(has(2));
}

TEST_F(PlacesTest, WhoIsCancelledWithAPlaceInHandKeepsOrReturnsIt) {
  Places places(1);
  boost::asio::cancellation_signal cancel;
  take(places);
  take(places, cancel.slot());
  answers_[0].reset();  // admits the second, which has not run yet
  cancel.emit(boost::asio::cancellation_type::terminal);
  run();
  answers_[1].reset();
  take(places);
  EXPECT_TRUE(has(2));
}

TEST_F(PlacesTest, AnExecutorMayEndWhileSomebodyWaits) {
  Places places(1);
  take(places);
  take(places);
  io_.reset();
  EXPECT_FALSE(has(1));
  answers_[0].reset();
  io_.emplace(1);
  take(places);
  EXPECT_TRUE(has(2));
}

TEST_F(PlacesTest, APlaceMayOutliveThem) {
  {
    Places places(1);
    take(places);
  }
  answers_[0].reset();
  EXPECT_FALSE(has(0));
}

}  // namespace
}  // namespace imagegen
