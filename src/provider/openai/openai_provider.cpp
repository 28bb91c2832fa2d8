#include <imagegen/maker/provider/exchange.hpp>
#include <imagegen/provider/openai.hpp>

#include <boost/asio/this_coro.hpp>

#include <algorithm>

#include "provider/openai/openai_error.hpp"
#include "provider/openai/openai_exchange.hpp"
#include "provider/openai/openai_request.hpp"

namespace imagegen {
namespace {

constexpr std::size_t kMaxImageBytes = 1U << 30U;

Error invalid(std::string_view field, std::string_view expected) {
  return {Errc::invalid_argument, "openai." + std::string(field) + ": expected " + std::string(expected)};
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

Result<void> check_credentials(const OpenAiOptions& options) {
  if (options.api_key.empty()) return invalid("api_key", "a key, got none");
  if (!is_visible_ascii(options.api_key.reveal(), 4096)) return invalid("api_key", "visible ASCII without blanks");
  if (!is_visible_ascii(options.organization, 256)) return invalid("organization", "visible ASCII without blanks");
  if (!is_visible_ascii(options.project, 256)) return invalid("project", "visible ASCII without blanks");
  if (!options.key_header.empty() && !is_key_header(options.key_header))
    return invalid("key_header", "the name of a header such as api-key");
  if (!is_visible_ascii(options.api_version, 64))
    return invalid("api_version", "visible ASCII such as 2025-04-01-preview");
  return {};
}

Result<void> check_gpt_image_fields(const OpenAiSettings& settings) {
  const auto& options = settings.options;
  if (!is_gpt_image(settings, options.model) && !(options.moderation + options.background).empty()) {
    return invalid(options.moderation.empty() ? "background" : "moderation", "none, for " + options.model);
  }
  if (!is_one_of(options.moderation, {"", "low", "auto"})) return invalid("moderation", "low or auto");
  if (!is_one_of(options.background, {"", "opaque", "transparent", "auto"})) {
    return invalid("background", "opaque, transparent or auto");
  }
  return {};
}

Result<void> check_quality(const OpenAiOptions& options, const ModelCapability& model) {
  const auto& words = model.qualities;
  if (options.quality.empty() || std::ranges::find(words, options.quality) != words.end()) return {};
  if (words.empty() && is_visible_ascii(options.quality, 64)) return {};
  std::string known;
  for (const auto& word : words) known.append(known.empty() ? "" : ", ").append(word);
  return invalid("quality", known.empty() ? "one word" : "one of " + known + " for " + options.model);
}

Result<OpenAiSettings> to_settings(OpenAiOptions options) {
  if (options.name.empty() || !is_visible_ascii(options.name, 64)) return invalid("name", "visible ASCII, 1 to 64 bytes");
  if (options.model.empty() || !is_visible_ascii(options.model, 128))
    return invalid("model", "visible ASCII, 1 to 128 bytes");
  if (auto fine = check_credentials(options); !fine) return fine.error();
  for (const std::string& name : options.also_asked)
    if (name.empty() || !is_visible_ascii(name, 128)) return invalid("also_asked", "visible ASCII, 1 to 128 bytes");
  auto base = parse_url(options.base_url);
  if (!base) return in_context(std::move(base).error(), "openai.base_url");
  if (auto fine = check_quality(options, options.models.find(host_of(options), options.model)); !fine) return fine.error();
  if (options.max_image_bytes < 1 || options.max_image_bytes > kMaxImageBytes) {
    return invalid("max_image_bytes", "1 to " + std::to_string(kMaxImageBytes));
  }
  auto secrets = secrets_of({*base, options.api_key, options.organization, options.project});
  auto asked = with_api_version(std::move(*base), options.api_version);
  OpenAiSettings settings{std::move(options), std::move(asked), std::move(secrets)};
  if (auto fine = check_gpt_image_fields(settings); !fine) return fine.error();
  return settings;
}

// Of what the table knows, that which is sent here: generations, as PNG.
ModelCapability generations_of(ModelCapability model, bool keeps_dates) {
  model.references = {}, model.mask = {}, model.formats = {ImageFormat::png};
  model.partial_images = model.extras = model.negative = model.strength = model.steps = model.guidance = false;
  model.seed.reset();
  if (!keeps_dates) model.retirement = {};
  return model;
}

ProviderCapability to_capability(const OpenAiSettings& settings) {
  const auto& options = settings.options;
  ProviderCapability capability;
  const auto host = host_of(options);
  // Who else serves these models, and until when, is not known without being told.
  const bool keeps_dates = !options.host.empty() || settings.base.host == "api.openai.com";
  capability.provider = options.name, capability.host = host;
  capability.models.push_back(generations_of(options.models.find(host, options.model), keeps_dates));
  if (!options.quality.empty()) capability.models.front().default_quality = options.quality;
  for (auto& model : options.models.of(host))
    if (model.model != options.model) capability.models.push_back(generations_of(std::move(model), keeps_dates));
  for (const std::string& name : options.also_asked)
    if (find_model(capability, name) == nullptr)
      capability.models.push_back(generations_of(options.models.find(host, name), keeps_dates));
  return capability;
}

class OpenAiProvider final : public ImageProvider {
 public:
  OpenAiProvider(OpenAiSettings settings, HttpClient& http, Clock& clock)
      : settings_(std::move(settings)), capability_(to_capability(settings_)), http_(http), clock_(clock) {}

  const ProviderCapability& capability() const override { return capability_; }

  Task<Result<Submission>> submit(ImageRequest request, CallContext context) override {
    const auto adapted = adapt(capability_, std::move(request), Strictness::strict);
    if (!adapted) co_return adapted.error();
    OpenAiExchange exchange(settings_, adapted->request, context, clock_.wall_now());
    auto ended = co_await run_exchange(http_, clock_, exchange, context.deadline);
    if (ended) co_return ended;
    auto error = std::move(ended).error();
    error.where_to_look = settings_.foreign.redacted(std::move(error.where_to_look));
    co_return error;
  }

  Task<Result<void>> check(Deadline deadline) override { return check_model(settings_.options.model, deadline); }

  Task<Result<void>> check_model(std::string model, Deadline deadline) override {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    if (clock_.now() >= deadline.at) co_return Error{Errc::deadline_exceeded, "openai: the deadline has passed"};
    auto request = openai_request(settings_, "GET", "/models/" + path_segment(model));
    const Url asked = request.url;
    const auto response = co_await http_.send(std::move(request), deadline);
    auto error = response ? fault_of(*response, asked) : std::optional(in_context(response.error(), "openai"));
    if (!error) co_return Result<void>{};
    // It is free, so it may be asked again after anything that passes.
    const bool passes = error->code == Errc::unavailable || error->code == Errc::rate_limited;
    error->retry = passes ? Retry::later : Retry::never;
    co_return settings_.foreign.cleaned(std::move(*error));
  }

 private:
  std::optional<Error> fault_of(const HttpResponse& response, const Url& asked) const {
    if (response.status != 200) return openai_error(response, asked, settings_.foreign, clock_.wall_now());
    const auto body = as_text(response.body);
    const auto start = body.find_first_not_of("\xEF\xBB\xBF \t\r\n");
    if (start != std::string_view::npos && body[start] == '{') return std::nullopt;
    Error error(Errc::bad_answer, "openai: expected a model as a JSON object, got something else");
    error.delivery = Delivery::answered;
    return error;
  }

  OpenAiSettings settings_;
  ProviderCapability capability_;
  HttpClient& http_;
  Clock& clock_;
};

}  // namespace

Result<std::unique_ptr<ImageProvider>> make_openai_provider(OpenAiOptions options, HttpClient& http, Clock& clock) {
  auto settings = to_settings(std::move(options));
  if (!settings) return std::move(settings).error();
  return std::unique_ptr<ImageProvider>(std::make_unique<OpenAiProvider>(std::move(*settings), http, clock));
}

}  // namespace imagegen
