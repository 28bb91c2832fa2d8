#include <imagegen/event/event_sink.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/runtime/doctor.hpp>
#include <imagegen/runtime/runtime.hpp>

#include <algorithm>
#include <sstream>

#include "runtime/open_enhancer.hpp"

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

Finding key_finding(const RuntimeConfig& config) {
  const bool has_key = !config.openai.api_key.empty();
  if (config.provider == "openai" && !has_key) {
    return {Verdict::broken, "openai key",
            "OPENAI_API_KEY is not set, and the provider is openai: set it, or use --provider placeholder"};
  }
  return {Verdict::good, "openai key",
          "OPENAI_API_KEY " + presence(has_key) + (has_key ? "" : ", and not needed by provider " + config.provider)};
}

Finding formats_finding() {
  std::string writes;
  for (const auto format : {ImageFormat::webp, ImageFormat::jpeg, ImageFormat::png, ImageFormat::avif}) {
    if (can_encode(format)) writes += (writes.empty() ? "" : ", ") + std::string(to_string(format));
  }
  return {Verdict::good, "formats", "reads png, jpeg, webp; writes " + writes};
}

Task<Finding> provider_finding(Runtime& runtime) {
  const auto capability = runtime.provider().capability();
  const auto name = capability.provider + ", model " + capability.model;
  Finding found{Verdict::good, "provider",
                name + (capability.paid ? ": answers, and takes the key" : ": needs no key and no network")};
  const auto answered = co_await runtime.provider().check(deadline_after(runtime.clock(), kPatience));
  if (!answered) found.verdict = Verdict::broken, found.text = name + ": " + text_of(answered.error());
  co_return found;
}

Finding price_finding(Runtime& runtime) {
  const auto capability = runtime.provider().capability();
  const PixelSize size = capability.sizes.fixed.empty() ? PixelSize{1536, 1024} : capability.sizes.fixed.front();
  const auto estimate =
      runtime.prices().estimate({capability.provider, capability.model, capability.quality, size, 1, 0});
  if (!estimate.amount) {
    return {Verdict::warning, "price",
            "no price is known for " + capability.model + ": give one in the configuration under \"prices\""};
  }
  return {Verdict::good, "price",
          to_string(*estimate.amount) + " USD for one " + to_string(size) + " picture (estimate, prices of " +
              estimate.price_date + ")"};
}

Finding enhancer_finding(const RuntimeConfig& config) {
  if (config.enhancer.kind == "host") return {Verdict::good, "enhancer", "host: the program's own"};
  if (enhancer_kind(config).value() == "local")
    return {Verdict::good, "enhancer", "local: works by rules, costs nothing"};
  const auto options = enhancer_options(config);
  return {Verdict::good, "enhancer",
          "openai: asks " + parse_url(options.base_url).value().authority() + ", model " +
              (options.model.empty() ? std::string(kDefaultTextModel) : options.model) +
              "; its texts are billed beside the pictures"};
}

// \param once Only then is it written as masters are: a server that ignores the condition is guarded by the state,
// which an examination does not open.
Task<Result<void>> write_read_remove(ObjectStore& store, bool once) {
  const auto key = ObjectKey::parse("imagegen-doctor/" + new_event_id()).value();
  const auto content = to_bytes("imagegen doctor");
  PutOptions options;
  options.content_type = "text/plain";
  options.only_if_absent = once;
  const auto put = co_await store.put(key, content, options);
  if (!put) co_return in_context(put.error(), "writing");
  const auto got = co_await store.get(key, 1024);
  const auto removed = co_await store.remove(key);
  if (!got) co_return in_context(got.error(), "reading back");
  if (*got != content) co_return Error{Errc::corrupt_data, "reading back: other bytes came than were written"};
  if (!removed) co_return in_context(removed.error(), "removing");
  co_return Result<void>{};
}

Task<Finding> store_finding(Runtime& runtime) {
  const auto& url = runtime.config().store;
  Finding found{Verdict::good, "store",
                url + ": writes, reads and removes; files get URLs like " +
                    runtime.store().url(ObjectKey::parse("shot.webp").value())};
  const auto once = co_await runtime.write_once();
  const bool ignores = once && *once == WriteOnce::ignored;
  auto worked = once ? Result<void>() : Result<void>(in_context(once.error(), "writing"));
  if (once) worked = co_await write_read_remove(runtime.store(), !ignores || runtime.config().require_write_once);
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
  std::vector<Finding> findings = {key_finding(config), formats_finding()};
  const auto threads = runtime.pool().threads();
  findings.push_back({Verdict::good, "threads", std::to_string(threads) + " for pixels and files, 1 for the network"});
  findings.push_back(co_await provider_finding(runtime));
  findings.push_back(price_finding(runtime));
  findings.push_back(enhancer_finding(config));
  findings.push_back(co_await store_finding(runtime));
  co_return findings;
}

std::vector<Finding> examine(const RuntimeConfig& given) {
  auto config = given;
  config.s3.call_timeout = kPatience;
  config.s3.max_attempts = 1;
  config.http.connect_timeout = std::min(config.http.connect_timeout, kPatience);
  const auto runtime = Runtime::open(config);
  if (runtime) return (*runtime)->wait(examine(**runtime));
  return {key_finding(config), formats_finding(), {Verdict::broken, "configuration", text_of(runtime.error())}};
}

}  // namespace imagegen
