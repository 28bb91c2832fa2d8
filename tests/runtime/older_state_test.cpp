// States and a configuration as November 2026 left them, with today's library: what was half done is brought to its end,
// and each picture is bought once in all. tests/fixtures/state_of_2026_11/README.md says what is in them.
#include <imagegen/core/digest.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/runtime/runtime.hpp>
#include <imagegen/testing/contract/contract_test.hpp>
#include <imagegen/workflow/heroes.hpp>
#include <imagegen/workflow/order_terms.hpp>
#include <imagegen/workflow/prompts.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

#include "storage/support/temp_folder.hpp"
#include "support/matchers.hpp"
#ifdef IMAGEGEN_HAS_MONGODB
#include "support/mongodb_server.hpp"
#endif
#ifdef IMAGEGEN_HAS_POSTGRES
#include "support/postgres_server.hpp"
#endif

namespace imagegen::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

// What the provider was asked for. Written on the runtime's I/O thread, and read when nothing runs.
struct AskedOfTasks {
  std::vector<std::string> submitted;  // prompts
  std::set<std::uint64_t> seeds;
  std::vector<std::string> resumed;  // ids of tasks
};

// The provider of the fixtures: all that this file knows of how one is made.
class TasksProvider final : public ImageProvider {
 public:
  explicit TasksProvider(std::shared_ptr<AskedOfTasks> asked) : asked_(std::move(asked)) {
    ModelCapability model;
    model.model = "task-1", model.default_quality = "fine";
    model.sizes = SizeList{{{96, 64}, {64, 64}}};
    model.seed = SeedRange{};
    model.prompt.most = 4000;
    capability_.provider = "tasks";
    capability_.models = {model};
  }

  static RuntimeParts alone(const std::shared_ptr<AskedOfTasks>& asked) {
    RuntimeParts parts;
    parts.providers.push_back(std::make_unique<TasksProvider>(asked));
    return parts;
  }
  // Who is asked by a runtime that has one provider.
  static ProviderModel asked_by(Runtime& runtime) { return default_choice(runtime.provider().capability()); }

  const ProviderCapability& capability() const override { return capability_; }
  Task<Result<Submission>> submit(ImageRequest request, CallContext) override {
    asked_->submitted.push_back(request.prompt.text);
    asked_->seeds.insert(request.seed.value_or(0));
    co_return Submission{answer(pixels_of(request))};
  }
  Task<Result<GeneratedImages>> resume(RemoteTask task, CallContext) override {
    asked_->resumed.push_back(task.id);
    if (task.resume_url != "https://tasks.example.com/" + task.id)
      co_return Error{Errc::not_found, "no task " + task.id + " at " + task.resume_url};
    if (task.id == "remote-heroes") co_return answer({96, 64});
    if (task.id == "remote-prompt") co_return answer({64, 64});
    co_return Error{Errc::not_found, "no task " + task.id};
  }
  Task<Result<void>> check(Deadline) override { co_return Result<void>(); }

 private:
  // Each is another picture. Costs 0.03 USD by the prices of worker.json.
  GeneratedImages answer(PixelSize size) {
    Bitmap picture{size, 3, {}};
    picture.pixels.assign(picture.stride_bytes() * static_cast<std::size_t>(size.height), ++shade_);
    GeneratedImages images;
    images.images.push_back({encode_png(picture).value(), {}});
    images.usage = TokenUsage{0, 0, 750, 0};
    return images;
  }

  std::shared_ptr<AskedOfTasks> asked_;
  ProviderCapability capability_;
  std::uint8_t shade_ = 100;
};

std::filesystem::path of_then(const std::string& name) {
  return std::filesystem::path(IMAGEGEN_OLDER_STATE) / name;
}

RuntimeConfig config_of_then(const std::string& name) {
  RuntimeConfig config;
  const auto faults = apply_json(config, read_file(of_then(name)));
  EXPECT_TRUE(faults.empty()) << to_error(name + ":", faults).message;
  return config;
}

std::map<std::string, std::string> files_below(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files[entry.path().lexically_relative(folder).string()] = read_file(entry.path());
  }
  return files;
}

// A copy of the state of the kind that the parameter names, and a runtime with the configuration that it was made with.
class OlderState : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    std::filesystem::copy(of_then(GetParam()), folder_.path(), std::filesystem::copy_options::recursive);
    config_ = config_of_then("worker.json");
    if (const auto problem = load(); !problem.empty()) return fail_or_skip(problem);
    config_.store = "file:" + path("store");
    runtime_ = Runtime::open(config_, TasksProvider::alone(asked_)).value();
  }

  // Why there is no such state here; else empty.
  std::string load() {
    if (GetParam() == "postgres") return load_into_postgres();
    if (GetParam() == "mongodb") return load_into_mongodb();
    config_.state.url = Secret("sqlite:" + path("state.db"));
    return {};
  }
  std::string load_into_postgres();
  std::string load_into_mongodb();

  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  State& state() { return *runtime_->state().value(); }
  static Timestamp now() { return to_timestamp(system_clock().wall_now()); }

  std::vector<Job> jobs(std::string_view kind = {}) {
    JobQuery query;
    if (!kind.empty()) query.kind = std::string(kind);
    return state().jobs->list(query).value().jobs;
  }
  std::vector<AssetRecord> records(const std::string& job_id) {
    AssetQuery query;
    query.job_id = job_id;
    return runtime_->wait(state().assets->list(query)).value().assets;
  }
  std::vector<Purchase> purchases() { return state().ledger->list({}).value().purchases; }
  std::size_t spooled() { return runtime_->spool(state())->list({}).value().pictures.size(); }

  void finish() {
    for (const Job& job : jobs()) {
      if (job.state != JobState::failed) continue;
      ASSERT_THAT(state().jobs->retry(job.id, now()), IsOk());
    }
    auto options = runtime_->config().worker;
    options.until_idle = true;
    ASSERT_THAT(runtime_->work(options, {}), IsOk());
  }

  TempFolder folder_;
  RuntimeConfig config_;
  std::shared_ptr<AskedOfTasks> asked_ = std::make_shared<AskedOfTasks>();
#ifdef IMAGEGEN_HAS_POSTGRES
  std::optional<TestDatabase> postgres_;
#endif
#ifdef IMAGEGEN_HAS_MONGODB
  std::optional<MongoTestDatabase> mongodb_;
#endif
  std::unique_ptr<Runtime> runtime_;  // ends before its database
};

#ifdef IMAGEGEN_HAS_POSTGRES
std::string OlderState::load_into_postgres() {
  if (!PostgresServer::shared().problem().empty()) return PostgresServer::shared().problem();
  postgres_.emplace();
  postgres_->run(read_file(folder_.path() / "state.sql"));
  config_.state.url = Secret(postgres_->url());
  return {};
}
#else
std::string OlderState::load_into_postgres() {
  return "skipped: this build has no PostgreSQL";
}
#endif

#ifdef IMAGEGEN_HAS_MONGODB
std::string OlderState::load_into_mongodb() {
  if (!MongoDbServer::shared().problem().empty()) return MongoDbServer::shared().problem();
  mongodb_.emplace();
  std::istringstream commands(read_file(folder_.path() / "state.jsonl"));
  for (std::string command; std::getline(commands, command);) mongodb_->run(command);
  config_.state.url = Secret(mongodb_->url());
  config_.state.ledger_url = Secret("sqlite:" + path("ledger.db"));
  return {};
}
#else
std::string OlderState::load_into_mongodb() {
  return "skipped: this build has no MongoDB";
}
#endif

TEST_P(OlderState, IsReadAsItWasLeft) {
  std::map<std::string, int> states, books;
  for (const Job& job : jobs()) ++states[job.kind + " " + std::string(to_string(job.state))];
  for (const Purchase& purchase : purchases()) ++books[std::string(to_string(purchase.state))];
  EXPECT_THAT(states, UnorderedElementsAre(std::pair("heroes running", 2), std::pair("prompt running", 2),
                                           std::pair("prompt failed", 1)));
  EXPECT_THAT(books, UnorderedElementsAre(std::pair("settled", 6), std::pair("intended", 2), std::pair("submitted", 2)));
  EXPECT_EQ(spooled(), 1U);
}

TEST_P(OlderState, ComesToItsEnd) {
  finish();
  for (const Job& job : jobs()) {
    EXPECT_EQ(job.state, JobState::succeeded) << job.id << ": " << job.error;
    EXPECT_EQ(job.attempt, 2) << job.id;
    const auto of_job = records(job.id);
    EXPECT_THAT(of_job, SizeIs(job.kind == kHeroJobKind ? 6 : 3)) << job.id;
    for (const AssetRecord& record : of_job) {
      const auto file = read_file(folder_.path() / "store" / record.object_key);
      EXPECT_EQ(to_hex(sha256(file)), record.sha256) << record.object_key;
      EXPECT_EQ(record.url, "https://cdn.example.com/" + record.object_key);
      EXPECT_EQ(record.provider + " " + record.model, "tasks task-1") << record.object_key;
    }
  }
  EXPECT_EQ(spooled(), 0U);
}

TEST_P(OlderState, BuysOnlyWhatNobodyHadAskedFor) {
  finish();
  // Shot C of each work item, and the third picture of each prompt job.
  EXPECT_THAT(asked_->submitted,
              UnorderedElementsAre(HasSubstr("picture C of those cut off when kept"),
                                   HasSubstr("picture C of those cut off when submitted"),
                                   "A red boat on a lake, cut off when kept.",
                                   "A red boat on a lake, cut off when submitted.",
                                   "A red boat on a lake, cut off when spooled."));
  EXPECT_THAT(asked_->seeds, SizeIs(5));
  EXPECT_THAT(asked_->resumed, UnorderedElementsAre("remote-heroes", "remote-prompt"));
}

TEST_P(OlderState, HasABookThatAddsUp) {
  finish();
  const auto booked = purchases();
  EXPECT_THAT(booked, SizeIs(15)) << "one for each picture";
  std::set<std::string> slots, masters;
  for (const Purchase& purchase : booked) {
    EXPECT_EQ(purchase.state, PurchaseState::settled) << purchase.id << ": " << purchase.note;
    EXPECT_EQ(purchase.actual, Usd::from_dollars(0.03)) << purchase.id;
    EXPECT_EQ(purchase.actual_source, CostSource::usage) << purchase.id;
    slots.insert(purchase.job_id + "/" + purchase.slot);
    masters.insert(purchase.master_key);
  }
  EXPECT_THAT(slots, SizeIs(15));
  EXPECT_THAT(masters, SizeIs(15));
  const auto used = [this](const std::string& scope) { return state().ledger->used(scope).value().used; };
  EXPECT_EQ(used("total"), Usd::from_dollars(0.45));
  EXPECT_EQ(used("user:anna"), Usd::from_dollars(0.27));
  EXPECT_EQ(used("user:bert"), Usd::from_dollars(0.18));
  for (const Job& job : jobs()) EXPECT_EQ(used("job:" + job.id), Usd::from_dollars(0.09)) << job.id;
}

TEST_P(OlderState, KeepsFilesAndRecordsThatWereThere) {
  std::vector<AssetRecord> before;
  for (const Job& job : jobs()) {
    const auto of_job = records(job.id);
    before.insert(before.end(), of_job.begin(), of_job.end());
  }
  ASSERT_THAT(before, SizeIs(7)) << "two files of shot A of each work item, the first picture of each prompt job";
  finish();
  for (const AssetRecord& record : before) {
    const auto after = runtime_->wait(state().assets->find(record.id)).value();
    EXPECT_TRUE(after && *after == record) << record.object_key;
  }
  const auto files = files_below(folder_.path() / "store");
  for (const auto& [name, bytes] : files_below(of_then(GetParam() + "/store"))) {
    ASSERT_TRUE(files.contains(name)) << name;
    EXPECT_TRUE(files.at(name) == bytes) << name;
  }
}

// What an answer of then said is told of its picture, although nobody but the store and the spool had heard it.
TEST_P(OlderState, DescribesPicturesByThePurchasesOfThen) {
  finish();
  for (const Job& job : jobs(kPromptJobKind)) {
    const auto prompt = read_prompt_job(job).value();
    ASSERT_THAT(prompt.images, SizeIs(3)) << job.id;
    for (const PromptImage& image : prompt.images)
      EXPECT_EQ(image.purchase_id, job.id + "/" + std::to_string(image.slot) + "/1");
    const auto revised = "As the model understood it: " + prompt.request.final_prompt;
    const bool came_at_once = prompt.request.final_prompt.find("submitted") == std::string::npos;
    EXPECT_EQ(prompt.images[0].revised_prompt, revised);
    EXPECT_EQ(prompt.images[1].revised_prompt, came_at_once ? revised : "") << "a task has answered this process";
    EXPECT_EQ(prompt.images[2].revised_prompt, "");
  }
}

TEST_P(OlderState, CanBeAuditedAndReplayed) {
  finish();
  for (const Job& job : jobs()) {
    const auto events = state().jobs->events(job.id).value();
    EXPECT_THAT(verify_events(job, events), IsOk()) << job.id;
    const auto replayed = runtime_->wait(runtime_->replay(job.id));
    ASSERT_THAT(replayed, IsOk()) << job.id;
    EXPECT_THAT(replayed->files, SizeIs(job.kind == kHeroJobKind ? 6 : 3)) << job.id;
    EXPECT_TRUE(replayed->same()) << to_json(*replayed);
  }
}

// Their prompts, sizes and keys are planned as they were, so whoever calls for them again finds everything.
TEST_P(OlderState, HasWorkItemsThatNeedNothingWhenTheyAreCalledForAgain) {
  finish();
  const auto bought = asked_->submitted.size();
  for (const Job& job : jobs(kHeroJobKind)) {
    const auto order = parse_hero_order(job.input).value();
    auto options = hero_options(*runtime_);
    options.booking.user = job.owner;
    const auto outcome = run_heroes(*runtime_, options, order.work_item_id, order.pack, order.request, {}, {});
    ASSERT_TRUE(std::holds_alternative<HeroResult>(outcome)) << to_json(outcome);
    EXPECT_THAT(std::get<HeroResult>(outcome).generated, IsEmpty());
    EXPECT_THAT(std::get<HeroResult>(outcome).skipped_existing, SizeIs(6));
  }
  EXPECT_EQ(asked_->submitted.size(), bought);
}

std::vector<std::string> kinds_of_this_build() {
  std::vector<std::string> kinds = {"sqlite"};
#ifdef IMAGEGEN_HAS_POSTGRES
  kinds.emplace_back("postgres");
#endif
#ifdef IMAGEGEN_HAS_MONGODB
  kinds.emplace_back("mongodb");
#endif
  return kinds;
}

INSTANTIATE_TEST_SUITE_P(Of, OlderState, ::testing::ValuesIn(kinds_of_this_build()),
                         [](const auto& kind) { return kind.param; });

TEST(OlderConfiguration, IsTakenWithEveryFieldThatItHad) {
  const TempFolder folder;
  auto config = config_of_then("configuration.json");
  EXPECT_EQ(config.store, "s3://pictures/heroes");
  EXPECT_EQ(config.s3.max_attempts, 5);
  EXPECT_EQ(config.state.connections, 8);
  EXPECT_EQ(config.state.ledger_url.reveal(), "sqlite:ledger.db");
  EXPECT_EQ(config.retry.max_attempts, 5);
  EXPECT_EQ(config.budgets.total, Usd::from_dollars(1000.25));
  EXPECT_EQ(config.of<HeroConfig>().options.budget, Usd::from_dollars(2.5));
  EXPECT_EQ(config.of<HeroConfig>().in_memory, 7U);
  EXPECT_EQ(config.of<PromptConfig>().options.size, (PixelSize{1536, 1024}));
  EXPECT_EQ(config.of<PromptConfig>().enhancer.openai.max_tokens, 801);
  EXPECT_EQ(config.worker.concurrency, 6U);
  EXPECT_EQ(config.limits.each_provider.max_concurrent, 9);
  EXPECT_EQ(config.limits.user.per_minute, 30);
  // Of the files that it names these two are opened with it.
  config.http.ca_file.clear();
  config.events_file = (folder.path() / "events.jsonl").string();
  const auto runtime = Runtime::open(config).value();
  EXPECT_EQ(TasksProvider::asked_by(*runtime), (ProviderModel{"openai", "gpt-image-1.5", "medium"}));
  const auto estimate = runtime->prices().estimate({"openai", "gpt-image-1.5", "medium", {1024, 1024}, 1, 0});
  EXPECT_EQ(estimate.amount, Usd::from_dollars(0.03));
}

}  // namespace
}  // namespace imagegen::test
