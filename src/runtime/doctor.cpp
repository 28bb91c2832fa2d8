#include <imagegen/event/event_sink.hpp>
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/runtime/doctor.hpp>
#include <imagegen/runtime/runtime.hpp>

#include <algorithm>
#include <iterator>
#include <sstream>

#include "runtime/doctor_state.hpp"
#include "runtime/provider_kinds.hpp"

namespace imagegen {
namespace {

using Verdict = Finding::Verdict;
constexpr std::chrono::milliseconds kPatience{10'000};

std::string text_of(const Error& error) {
  std::ostringstream out;
  out << error;
  return out.str();
}

std::string presence(bool is_set) {
  return is_set ? "is set" : "is not set";
}

// A provider that anybody can ask; the table has one.
std::string_view keyless_provider() {
  for (const ProviderKind* kind : provider_kinds())
    if (!kind->key({})) return kind->name;
  return {};
}

Finding key_finding(const RuntimeConfig& config, const ProviderKind& kind, const ProviderKey& key) {
  const std::string name(kind.name), variable(key.variable);
  if (config.provider == name && kind_of_provider(config, name) == &kind && !key.is_set) {
    return {Verdict::broken, name + " key",
            variable + " is not set, and the provider is " + name + ": set it, or use --provider " +
                std::string(keyless_provider())};
  }
  return {Verdict::good, name + " key",
          variable + " " + presence(key.is_set) +
              (key.is_set ? "" : ", and not needed by provider " + config.provider)};
}

std::vector<Finding> key_findings(const RuntimeConfig& config) {
  std::vector<Finding> findings;
  for (const ProviderKind* kind : provider_kinds())
    if (const auto key = kind->key(config.provider_named(kind->name).settings))
      findings.push_back(key_finding(config, *kind, *key));
  return findings;
}

std::string names_of_formats(bool (*has)(ImageFormat) noexcept) {
  std::string names;
  for (const auto format : kInputFormats)
    if (has(format)) names += (names.empty() ? "" : ", ") + std::string(to_string(format));
  return names;
}

Finding formats_finding() {
  return {Verdict::good, "formats", "reads " + names_of_formats(can_decode) + "; writes " + names_of_formats(can_encode)};
}

Task<Finding> provider_finding(Runtime& runtime, ImageProvider& provider, std::string model) {
  const auto& capability = provider.capability();
  const auto name = capability.provider + ", model " + model;
  Finding found{Verdict::good, "provider",
                name + (capability.paid ? ": answers, and takes the key for this model; whether the key may also make "
                                          "pictures shows with the first one, because trying it would buy one"
                                        : ": needs no key and no network")};
  const auto answered = co_await provider.check_model(std::move(model), deadline_after(runtime.clock(), kPatience));
  if (!answered) found.verdict = Verdict::broken, found.text = name + ": " + text_of(answered.error());
  co_return found;
}

// Those that the route asks it for; of another provider, its first.
std::vector<std::string> models_of(const ImageProvider& provider, const std::vector<ChosenModel>& route) {
  std::vector<std::string> models;
  for (const ChosenModel& chosen : route)
    if (chosen.provider == &provider && std::ranges::find(models, chosen.asked.model) == models.end())
      models.push_back(chosen.asked.model);
  if (models.empty()) models.push_back(default_choice(provider.capability()).model);
  return models;
}

Finding price_finding(Runtime& runtime, const ChosenModel& chosen) {
  const auto listed = listed_sizes(chosen.model->sizes);
  const PixelSize size = listed.empty() ? PixelSize{1536, 1024} : listed.front();
  const auto& asked = chosen.asked;
  const auto estimate = runtime.prices().estimate(
      {chosen.provider->capability().priced_as(), asked.model, asked.quality, size, 1, 0});
  if (!estimate.amount) {
    return {Verdict::warning, "price",
            "no price is known for " + asked.model + ": give one in the configuration under \"prices\""};
  }
  return {Verdict::good, "price",
          to_string(*estimate.amount) + " USD for one " + to_string(size) + " picture" +
              (runtime.config().route.size() > 1 ? " of " + to_string(asked) : "") + " (estimate, prices of " +
              estimate.price_date + ")"};
}

// Nothing to say of a model that stays.
std::optional<Finding> retirement_finding(Runtime& runtime, const ChosenModel& chosen) {
  const auto today = std::chrono::floor<std::chrono::days>(runtime.clock().wall_now());
  const auto stage = retirement_stage(chosen.model->retirement, today);
  if (stage == RetirementStage::none) return std::nullopt;
  return Finding{stage == RetirementStage::soon ? Verdict::warning : Verdict::broken, "model",
                 retirement_text(*chosen.model, today)};
}

// What the work asks of a store, one after the other, so that the first that its keys may not do is named. A server that
// ignores the condition of a put is guarded by the state, which an examination does not write: there nothing is asked.
class StoreTrial {
 public:
  StoreTrial(ObjectStore& store, bool knows_conditions)
      : store_(store),
        knows_conditions_(knows_conditions),
        key_(ObjectKey::parse("imagegen-doctor/" + new_event_id()).value()) {}

  Task<Result<void>> run() {
    // Where a key may not list a bucket, S3 answers 403 for what is absent, and that is no answer.
    const auto absent = co_await store_.head(key_);
    if (!absent) co_return in_context(absent.error(), "asking for an object that is not there (s3:ListBucket on S3)");
    const auto put = co_await write(knows_conditions_);
    if (!put) co_return in_context(put.error(), "writing");
    const auto used = co_await use();
    const auto removed = co_await store_.remove(key_);
    if (!used) co_return used.error();
    if (!removed) co_return in_context(removed.error(), "removing");
    co_return Result<void>{};
  }

 private:
  Task<Result<ObjectInfo>> write(bool only_if_absent) {
    PutOptions options;
    options.content_type = "text/plain";
    options.only_if_absent = only_if_absent;
    co_return co_await store_.put(key_, content_, options);
  }

  Task<Result<void>> use() {
    const auto got = co_await store_.get(key_, 1024);
    if (!got) co_return in_context(got.error(), "reading back");
    if (*got != content_) co_return Error{Errc::corrupt_data, "reading back: other bytes came than were written"};
    const auto found = co_await store_.head(key_);
    if (!found) co_return in_context(found.error(), "asking for an object that is there");
    if (!*found) co_return Error{Errc::storage_failed, "asking for an object that was just written: it is not found"};
    const auto over = co_await write(false);
    if (!over) co_return in_context(over.error(), "writing over an object");
    co_return Result<void>{};
  }

  ObjectStore& store_;
  const bool knows_conditions_;
  const ObjectKey key_;
  const Bytes content_ = to_bytes("imagegen doctor");
};

Task<Finding> store_finding(Runtime& runtime) {
  const auto& url = runtime.config().store;
  Finding found{Verdict::good, "store",
                url + ": writes, reads and removes; files get URLs like " +
                    runtime.store().url(ObjectKey::parse("shot.webp").value())};
  const auto once = co_await runtime.write_once();
  const bool ignores = once && *once == WriteOnce::ignored;
  auto worked = once ? Result<void>() : Result<void>(in_context(once.error(), "writing"));
  StoreTrial trial(runtime.store(), !ignores || runtime.config().require_write_once);
  if (once) worked = co_await trial.run();
  if (!worked) found.verdict = Verdict::broken, found.text = url + ": " + text_of(worked.error());
  if (worked && ignores)
    found.verdict = Verdict::warning,
    found.text = url +
                 ": writes, reads and removes, but ignores If-None-Match on PUT; markers in the state see to it "
                 "that nothing is overwritten, so all that write here must share that state, or set "
                 "s3.requireWriteOnce to refuse such a server";
  co_return found;
}

}  // namespace

Task<std::vector<Finding>> examine(Runtime& runtime) {
  const auto& config = runtime.config();
  auto findings = key_findings(config);
  findings.push_back(formats_finding());
  const auto threads = runtime.pool().threads();
  findings.push_back({Verdict::good, "threads", std::to_string(threads) + " for pixels and files, 1 for the network"});
  const auto route = choose_all(runtime.providers(), config.route).value();  // Runtime::open() has looked at it
  for (auto* provider : runtime.providers().all()) {
    for (auto& model : models_of(*provider, route)) {
      auto found = co_await provider_finding(runtime, *provider, std::move(model));
      findings.push_back(std::move(found));
    }
  }
  for (const ChosenModel& chosen : route) {
    findings.push_back(price_finding(runtime, chosen));
    if (auto ends = retirement_finding(runtime, chosen)) findings.push_back(std::move(*ends));
  }
  for (auto& found : runtime.examine_workflows()) findings.push_back(std::move(found));
  auto store = co_await store_finding(runtime);
  findings.push_back(std::move(store));
  auto kept = co_await runtime.pool().run([&runtime] { return state_findings(runtime); });
  std::move(kept.begin(), kept.end(), std::back_inserter(findings));
  co_return findings;
}

std::vector<Finding> examine(const RuntimeConfig& given) {
  auto config = given;
  config.s3.call_timeout = kPatience;
  config.s3.max_attempts = 1;
  config.http.connect_timeout = std::min(config.http.connect_timeout, kPatience);
  config.events_file.clear();  // it would be made
  const auto runtime = Runtime::open(config);
  if (runtime) return (*runtime)->wait(examine(**runtime));
  auto findings = key_findings(config);
  findings.push_back(formats_finding());
  findings.push_back({Verdict::broken, "configuration", text_of(runtime.error())});
  return findings;
}

}  // namespace imagegen
