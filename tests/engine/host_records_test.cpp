#include <gmock/gmock.h>

#include <map>
#include <mutex>

#include <imagegen/testing/contract/record_store_contract.hpp>
#include "engine/engine_host.hpp"
#include "engine/host_part.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using testing::HasSubstr;

// A host that keeps records, as docs/host-parts.md says it: it knows documents and no library.
class RecordKeepingHost {
 public:
  /// \throws Error with Errc::conflict
  js::object answer(const std::string& method, const js::object& arguments) {
    const std::lock_guard lock(mutex_);
    if (method == "write") return write(arguments.at("changes").as_array());
    if (method == "find") return find(arguments);
    return list(arguments);
  }

 private:
  using Place = std::pair<std::string, std::string>;  // collection and id

  static Place place_of(const js::object& of) {
    return {std::string(of.at("collection").as_string()), std::string(of.at("id").as_string())};
  }
  std::int64_t revision_at(const Place& place) const {
    const auto found = kept_.find(place);
    return found == kept_.end() ? 0 : found->second.at("revision").as_int64();
  }

  js::object write(const js::array& changes) {
    for (const auto& change : changes) {
      const auto* expected = change.as_object().if_contains("expected");
      const auto now = revision_at(place_of(change.as_object()));
      if (expected && expected->as_int64() != now) {
        const auto place = place_of(change.as_object());
        throw Error(Errc::conflict, place.first + "/" + place.second + ": expected " + in_words(expected->as_int64()) +
                                        ", got " + in_words(now));
      }
    }
    js::array revisions;
    for (const auto& change : changes) revisions.push_back(make(change.as_object()));
    return {{"revisions", std::move(revisions)}};
  }
  static std::string in_words(std::int64_t revision) {
    return revision == 0 ? "none" : "revision " + std::to_string(revision);
  }

  std::int64_t make(const js::object& change) {
    const auto place = place_of(change);
    const auto now = revision_at(place);
    if (change.at("document").is_null()) {
      kept_.erase(place);
      return 0;
    }
    const bool keeps = now > 0 && !change.contains("moves");
    const auto created = keeps ? kept_.at(place).at("created") : change.at("created");
    kept_[place] = {{"id", place.second}, {"document", change.at("document")}, {"created", created},
                    {"revision", now + 1}, {"keys", change.at("keys")}};
    return now + 1;
  }

  js::object find(const js::object& asked) const {
    const auto found = kept_.find(place_of(asked));
    return {{"record", found == kept_.end() ? js::value(nullptr) : js::value(found->second)}};
  }

  js::object list(const js::object& asked) const {
    std::map<std::pair<std::int64_t, std::string>, js::object> oldest;
    for (const auto& [place, record] : kept_) {
      if (place.first == asked.at("collection").as_string() && has_all(record, asked.at("where").as_object()))
        oldest[{record.at("created").as_int64(), place.second}] = record;
    }
    auto end = oldest.end();
    if (const auto* after = asked.if_contains("after"))
      end = oldest.lower_bound({after->at("created").as_int64(), std::string(after->at("id").as_string())});
    js::array found;
    while (end != oldest.begin() && static_cast<std::int64_t>(found.size()) < asked.at("limit").as_int64())
      found.push_back((--end)->second);
    return {{"records", std::move(found)}};
  }
  static bool has_all(const js::object& record, const js::object& where) {
    const auto& keys = record.at("keys").as_object();
    return std::all_of(where.begin(), where.end(), [&keys](const auto& filter) {
      const auto* value = keys.if_contains(filter.key());
      return value && *value == filter.value();
    });
  }

  std::mutex mutex_;
  std::map<Place, js::object> kept_;
};

// Answers as soon as it is asked.
class HostRecordHarness final : public RecordHarness {
 public:
  RecordStore& records() override { return *records_; }

 private:
  void send(InboxEvent event) {
    auto asked = question_of(std::move(event));
    try {
      (void)calls_->resolve(asked.token, {host_.answer(asked.method, asked.arguments), {}});
    } catch (const Error& error) {
      (void)calls_->reject(asked.token, error);
    }
  }

  RecordKeepingHost host_;
  std::shared_ptr<HostCalls> calls_ = std::make_shared<HostCalls>(kPatience);
  std::unique_ptr<RecordStore> records_ =
      make_host_records({calls_, {[this](InboxEvent event) { send(std::move(event)); }}, "records"}, js::object()).value();
};

INSTANTIATE_TEST_SUITE_P(Host, RecordStoreContract, testing::Values(harness<HostRecordHarness>()));

constexpr const char* kAsset = R"({"asset": {"id": "a-1", "kind": "hero", "objectKey": "k", "sha256":
    "0000000000000000000000000000000000000000000000000000000000000000", "owner": "u-1", "created": 5}})";

// What the host is asked, "records.write", and what it answers to all of it.
std::vector<std::string> asked_for(std::vector<HostPart> parts, const char* operation, const char* request,
                                   const std::string& answer, OperationOutcome* outcome = nullptr) {
  const auto engine = open_engine("{}", std::move(parts));
  std::vector<std::string> asked_for;
  const HostThread host(*engine, [&](Engine& engine_of, const Question& asked) {
    asked_for.push_back(asked.part + "." + asked.method);
    engine_of.resolve(asked.token, answer, {}).value();
  });
  auto came = engine->run(operation, request);
  if (outcome != nullptr) *outcome = std::move(came);
  return asked_for;
}

TEST(HostRecords, HaveTheRecordsOfFilesUnlessThereIsAssets) {
  const HostPart records{"records", "{}"}, assets{"assets", "{}"};
  const auto answer = R"({"revisions": [1]})";
  EXPECT_THAT(asked_for({records}, "assets.put", kAsset, answer), testing::ElementsAre("records.write"));
  EXPECT_THAT(asked_for({assets, records}, "assets.put", kAsset, answer), testing::ElementsAre("assets.put"));
}

TEST(HostRecords, AnAnswerOutsideTheContractIsABadOne) {
  const struct {
    const char *operation, *request, *answer, *fault;
  } cases[] = {
      {"assets.put", kAsset, R"({"revisions": []})", "revisions"},
      {"assets.put", kAsset, R"({"revisions": [-1]})", "revisions"},
      {"assets.put", kAsset, "{}", "revisions"},
      {"assets.get", R"({"id": "a-1"})", R"({"record": {"id": "a-1", "created": 1, "revision": 1, "document": []}})", "record.document"},
      {"assets.get", R"({"id": "a-1"})", R"({"record": {"id": "a-1", "created": 1, "revision": 0, "document": {}}})", "record.revision"},
      {"assets.list", "{}", R"({"records": [{"id": "a b", "created": 1, "revision": 1, "document": {}}]})", "records[0].id"},
      {"assets.list", "{}", "{}", "records"}};
  for (const auto& [operation, request, answer, fault] : cases) {
    OperationOutcome outcome;
    asked_for({{"records", "{}"}}, operation, request, answer, &outcome);
    EXPECT_EQ(code_of(outcome), "BAD_ANSWER") << answer;
    EXPECT_THAT(js::serialize(document_of(outcome)), HasSubstr(fault)) << answer;
  }
}

TEST(HostRecords, SayWhetherSeveralChangesAppearAtOnce) {
  const HostPartLink link{std::make_shared<HostCalls>(kPatience), {}, "records"};
  EXPECT_TRUE(make_host_records(link, js::object()).value()->capability().atomic);
  EXPECT_FALSE(make_host_records(link, js::object{{"atomic", false}}).value()->capability().atomic);
  EXPECT_THAT(make_host_records(link, js::object{{"atomic", 1}}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(make_host_records(link, js::object{{"atomik", true}}), FailsWith(Errc::invalid_argument));
}

}  // namespace
}  // namespace imagegen::test
