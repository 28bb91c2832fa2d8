#include <imagegen/storage/store_probe.hpp>
#include <imagegen/storage/stores.hpp>
#include <imagegen/storage/write_once_store.hpp>
#include <imagegen/testing/contract/io_runner.hpp>
#include <imagegen/testing/faulty_store.hpp>
#include <imagegen/testing/manual_clock.hpp>

#include <gmock/gmock.h>

#include <map>

#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Passes everything on, and forgets the condition where it is told to.
class Forgetful final : public ObjectStore {
 public:
  Forgetful(ObjectStore& inner, bool forgets) : inner_(inner), forgets_(forgets) {}
  StoreCapability capability() const override { return inner_.capability(); }
  Task<Result<ObjectInfo>> put(ObjectKey key, ByteView data, PutOptions options) override {
    puts_.push_back(key.str());
    if (forgets_) options.only_if_absent = false;
    co_return co_await inner_.put(std::move(key), data, std::move(options));
  }
  Task<Result<Bytes>> get(ObjectKey key, std::size_t most) override { return inner_.get(std::move(key), most); }
  Task<Result<std::optional<ObjectInfo>>> head(ObjectKey key) override { return inner_.head(std::move(key)); }
  Task<Result<void>> remove(ObjectKey key) override { return inner_.remove(std::move(key)); }
  Task<Result<std::vector<ObjectInfo>>> list(std::string prefix, std::size_t limit, std::string after) override {
    return inner_.list(std::move(prefix), limit, std::move(after));
  }
  std::string url(const ObjectKey& key) const override { return inner_.url(key); }

  std::vector<std::string> puts_;

 private:
  ObjectStore& inner_;
  bool forgets_;
};

struct Markers final : ExclusiveMarkers {
  Task<Result<std::string>> enter(std::string name) override {
    if (fails) co_return Error{Errc::unavailable, "the database is away"};
    entered.push_back(name);
    co_return name + "!";
  }
  Task<Result<void>> leave(std::string marker) override {
    left.push_back(marker);
    co_return Result<void>();
  }
  std::vector<std::string> entered, left;
  bool fails = false;
};

class WriteOnceStoreTest : public testing::Test {
 protected:
  WriteOnceStore& over(bool forgets, ExclusiveMarkers* markers) {
    auto inner = std::make_unique<Forgetful>(*memory_, forgets);
    inner_ = inner.get();
    return store_.emplace(std::move(inner), markers);
  }
  Result<ObjectInfo> put(std::string_view text, bool once = true) {
    PutOptions options;
    options.only_if_absent = once;
    const auto data = to_bytes(text);
    return io_.run(store_->put(ObjectKey::parse("a").value(), data, options));
  }
  std::string content() {
    return std::string(as_text(io_.run(memory_->get(ObjectKey::parse("a").value(), 100)).value()));
  }

  IoRunner io_;
  std::unique_ptr<ObjectStore> memory_ = make_memory_store();
  Forgetful* inner_ = nullptr;
  Markers markers_;
  std::optional<WriteOnceStore> store_;
};

TEST_F(WriteOnceStoreTest, AsksAServerOnceAndLeavesNothingBehind) {
  auto& store = over(false, &markers_);
  EXPECT_EQ(io_.run(store.find_out()).value(), WriteOnce::kept);
  EXPECT_EQ(io_.run(store.find_out()).value(), WriteOnce::kept);
  ASSERT_THAT(inner_->puts_, SizeIs(2));
  EXPECT_THAT(inner_->puts_[0], HasSubstr(kWriteOnceProbeKey));
  EXPECT_EQ(inner_->puts_[0], inner_->puts_[1]);
  EXPECT_THAT(io_.run(memory_->list("", 10, "")).value(), IsEmpty());
}

TEST_F(WriteOnceStoreTest, WhereTheServerKeepsItNothingIsGuarded) {
  over(false, &markers_);
  EXPECT_THAT(put("one"), IsOk());
  EXPECT_THAT(put("two"), FailsWith(Errc::already_exists));
  EXPECT_THAT(put("three", false), IsOk());
  EXPECT_THAT(markers_.entered, IsEmpty());
}

TEST_F(WriteOnceStoreTest, AServerThatIgnoresItIsGuardedByMarkers) {
  auto& store = over(true, &markers_);
  EXPECT_THAT(put("one"), IsOk());
  EXPECT_THAT(put("two"), FailsWith(Errc::already_exists));
  EXPECT_EQ(content(), "one");
  EXPECT_THAT(markers_.entered, ElementsAre("a", "a"));
  EXPECT_THAT(markers_.left, ElementsAre("a!", "a!"));
  EXPECT_EQ(io_.run(store.find_out()).value(), WriteOnce::ignored);
  EXPECT_THAT(put("three", false), IsOk());
  EXPECT_EQ(content(), "three") << "who asks for no condition gets none";
}

TEST_F(WriteOnceStoreTest, WithoutAMarkerNothingIsWritten) {
  over(true, &markers_);
  markers_.fails = true;
  EXPECT_THAT(put("one"), FailsSaying(Errc::unavailable, HasSubstr("the database is away")));
  EXPECT_THAT(io_.run(memory_->list("", 10, "")).value(), IsEmpty());
}

TEST_F(WriteOnceStoreTest, WithoutMarkersSuchAServerIsRefusedAndTheProbeFindsIt) {
  auto& store = over(true, nullptr);
  EXPECT_THAT(put("one"), FailsSaying(Errc::unsupported, HasSubstr("ignores If-None-Match")));
  EXPECT_THAT(put("one", false), IsOk());
  ManualClock clock;
  StoreProbe probe(store, clock);
  const auto proven = io_.run(probe.prove());
  EXPECT_THAT(proven, FailsSaying(Errc::unsupported, HasSubstr("nothing was bought")));
  EXPECT_EQ(proven.error().retry, Retry::never);
}

TEST_F(WriteOnceStoreTest, WhatCouldNotBeAskedIsAskedAgain) {
  FaultyStore faulty(*memory_);
  store_.emplace(std::make_unique<Forgetful>(faulty, false), &markers_);
  faulty.fail_puts({StoreFault::no_permission});
  EXPECT_THAT(put("one"), FailsWith(Errc::permission_denied));
  faulty.heal();
  EXPECT_THAT(put("one"), IsOk());
}

}  // namespace
}  // namespace imagegen::test
