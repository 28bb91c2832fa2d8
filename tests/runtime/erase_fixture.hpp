#pragma once
#include <imagegen/core/digest.hpp>
#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/maker/spend/ledger_rules.hpp>
#include <imagegen/state/state.hpp>
#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/contract/io_runner.hpp>
#include <imagegen/testing/faulty_store.hpp>
#include <imagegen/testing/manual_clock.hpp>
#include <imagegen/workflow/erase_person.hpp>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "state/support/timed_state.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {

inline constexpr std::string_view kFaceKeys[] = {"user", "character"};
inline constexpr std::string_view kFaceObjects[] = {"media.key"};
inline constexpr PersonalFields kFaceFields{"user", "character", kFaceObjects};
inline constexpr RecordCollection kFaces{"faces", kFaceKeys, nullptr, &kFaceFields};
inline constexpr std::string_view kCastKeys[] = {"user"};
inline constexpr PersonalFields kCastFields{"user", "$id", {}};
inline constexpr RecordCollection kCast{"cast_list", kCastKeys, nullptr, &kCastFields};
inline constexpr const RecordCollection* kPersonalCollections[] = {&kFaces, &kCast};
inline constexpr std::string_view kPromptFields[] = {"key", "files.key", "images.key"};
inline constexpr PersonalJobs kPersonalPrompts[] = {{"prompt", "characterId", kPromptFields}};

// What a state and a store keep of some users, and what is needed to erase one.
class KeptOfPersons {
 public:
  explicit KeptOfPersons(const StateOptions& options) : state_(open_timed(options, pool_, set_clock_).value()) {}

  // Each user has a job, a purchase, a spooled picture, records and files, with this text wherever one can be.
  static std::string text_of(const std::string& user) { return "a fox for " + user + "!"; }

  void add_user(const std::string& user) {
    add_purchase(user);
    add_job(user);
    add_asset(user, "1", "images/" + user + ".webp", "masters/" + user);
    // Two objects that all users have.
    add_asset(user, "2", "images/all.webp", "masters/all");
    add_record(kFaces, "face-" + user, R"({"user":")" + user + R"(","character":"cha-)" + user + R"(","note":")" +
                                           text_of(user) + R"(","media":{"key":"faces/)" + user + R"(.png"}})");
    add_record(kCast, "cha-" + user, R"({"user":")" + user + R"(","name":")" + text_of(user) + R"("})");
    for (const auto& key : own_keys(user)) put(key);
    put("images/all.webp"), put("masters/all");
  }

  static std::vector<std::string> own_keys(const std::string& user) {
    const std::string hash = "0123456789abcdef", master = "masters/" + user;
    const auto further = "masters/further/" + to_hex(sha256("job-" + user + "/0/1")).substr(0, 32) + "-1";
    std::vector<std::string> keys{"faces/" + user + ".png", "images/" + user + ".webp", master, master + "." + hash + ".json",
                                  "masters/rejected/" + user + "-" + hash,
                                  "masters/rejected/" + user + "-" + hash + "." + hash + ".json", further,
                                  further + "." + hash + ".json"};
    std::sort(keys.begin(), keys.end());
    return keys;
  }

  // One that is queued.
  void order(const std::string& id, const std::string& user, const std::string& kind = "prompt") {
    jobs().add({id, kind, user, R"({"finalPrompt":")" + text_of(user) + R"("})"}, now()).value();
  }
  Job begin(const std::string& id, const std::string& kind = "prompt") {
    JobClaimRequest request;
    request.worker = "w", request.kinds = {kind}, request.only = {id};
    return jobs().claim(request, now()).value().at(0);
  }
  void end(const Job& job, JobState state = JobState::succeeded) {
    JobUpdate update;
    update.state = state;
    jobs().update(claim_of(job), update, now()).value();
  }

  void put(const std::string& key) {
    io_.run(memory_->put(ObjectKey::parse(key).value(), as_bytes(key), {})).value();
  }
  std::vector<std::string> keys() {
    std::vector<std::string> found;
    for (const auto& object : io_.run(memory_->list("", 1000, "")).value()) found.push_back(object.key);
    return found;
  }

  void add_asset(const std::string& user, const std::string& number, const std::string& key, const std::string& master) {
    AssetRecord asset;
    asset.id = "asset-" + user + "-" + number, asset.kind = "rendition", asset.object_key = key;
    asset.sha256 = std::string(64, 'a'), asset.job_id = "job-" + user, asset.owner = user;
    asset.extra = R"({"master":")" + master + R"(","alt":")" + text_of(user) + R"("})", asset.created = now();
    io_.run(state_.assets->put(std::move(asset))).value();
  }
  void add_record(const RecordCollection& collection, const std::string& id, const std::string& document) {
    RecordChange change;
    change.collection = &collection, change.id = id, change.document = document, change.created = now();
    io_.run(state_.records->write({change})).value();
  }

  // Where a user's text stands: "job job-ada", each once.
  std::vector<std::string> mentions(const std::string& user) {
    std::vector<std::string> found;
    const auto look = [&](const std::string& where, const std::string& text) {
      const bool is_new = found.empty() || found.back() != where;
      if (is_new && text.find(text_of(user)) != std::string::npos) found.push_back(where);
    };
    for (const Job& job : jobs().list({}).value().jobs) {
      look("job " + job.id, job.input + job.output + job.error);
      for (const JobEvent& event : jobs().events(job.id).value()) look("job " + job.id, event.detail);
    }
    for (const Purchase& row : ledger().list({}).value().purchases)
      look("purchase " + row.id, row.note + row.resume_url + history_text(row.history));
    for (const auto& entry : spool_->list({}).value().pictures) look("spool " + entry.purchase_id, entry.about_json);
    for (const AssetRecord& asset : io_.run(state_.assets->list({})).value().assets) look("asset " + asset.id, asset.extra);
    for (const RecordCollection* collection : kPersonalCollections) {
      RecordQuery query;
      query.collection = collection;
      for (const Record& record : io_.run(state_.records->list(query)).value().records)
        look("record " + record.id, record.document);
    }
    return found;
  }

  // Of all purchases, and what budgets hold.
  std::string amounts(const std::string& user) {
    std::string text;
    for (const Purchase& row : ledger().list({}).value().purchases)
      text += row.id + " " + row.user + " " + row.provider + " " + to_string(row.actual.value_or(Usd())) + "; ";
    return text + to_string(ledger().used("user:" + user).value().used) + " of " + to_string(ledger().used("total").value().used);
  }

  Result<EraseReport> erase(EraseRequest request) {
    EraseServices services{jobs(), ledger(), *state_.records, *state_.assets, store, pool_, clock, spool_.get(), state_.scrub,
                           on_step};
    return io_.run(erase_person(std::move(services), {{kPersonalPrompts, kPersonalCollections}}, std::move(request)));
  }
  Result<EraseReport> erase(const std::string& user) {
    EraseRequest request;
    request.person.id = user;
    return erase(std::move(request));
  }

  JobStore& jobs() { return *state_.jobs; }
  Ledger& ledger() { return *state_.ledger; }
  Job job(const std::string& id) { return jobs().find(id).value().value(); }
  Timestamp now() const { return to_timestamp(clock.wall_now()); }

 private:
  void add_purchase(const std::string& user) {
    PurchaseIntent intent;
    intent.job_id = "job-" + user, intent.slot = "0", intent.user = user, intent.provider = "p", intent.model = "m";
    intent.estimate = Usd::from_dollars(0.04), intent.master_key = "masters/" + user;
    const auto made = ledger().reserve(intent, {}, now()).value();
    ledger().remember(made.id, "task", "https://pictures.test/" + text_of(user), now()).value();
    Settlement paid;
    paid.actual = Usd::from_dollars(0.05), paid.source = CostSource::provider, paid.note = "it said: " + text_of(user);
    ledger().settle(made.id, paid, now()).value();
    const auto key = ObjectKey::parse("masters/" + user).value();
    spool_->put({made.id + "+1", key, "image/png", R"({"said":")" + text_of(user) + R"("})", to_bytes("picture")}).value();
  }

  void add_job(const std::string& user) {
    const auto id = "job-" + user, text = text_of(user);
    jobs().add({id, "prompt", user, R"({"finalPrompt":")" + text + R"(","characterId":"cha-)" + user + R"("})"}, now()).value();
    const Job job = begin(id);
    JobUpdate update;
    update.output = R"({"images":[{"key":"images/)" + user + R"(.webp","revisedPrompt":")" + text + R"("}]})";
    update.error = "refused: " + text;
    update.notes = {{"image_bought", R"({"key":"masters/)" + user + R"(","revisedPrompt":")" + text + R"("})"},
                    {"files_stored", R"({"files":[{"key":"images/)" + user + R"(.webp"},{"key":"images/all.webp"}],"prompt":")" +
                                         text + R"("})"}};
    update.state = JobState::partly_succeeded;
    jobs().update(claim_of(job), update, now()).value();
  }

  IoRunner io_;  // outlives the pool
  SetClock set_clock_;
  ThreadPool pool_{2};
  State state_;
  std::unique_ptr<ObjectStore> memory_ = make_memory_store();
  std::unique_ptr<Spool> spool_ = make_memory_spool();

 public:
  ManualClock clock{ManualClock::Mode::jumping};
  FaultyStore store{*memory_};
  std::function<void(std::string_view)> on_step;
};

}  // namespace imagegen::test
