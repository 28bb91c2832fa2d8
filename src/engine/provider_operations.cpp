#include <charconv>

#include "engine/operation_table.hpp"
#include "engine/usage_json.hpp"
#include "provider/model_fields.hpp"
#include "workflow/common_fields.hpp"

namespace imagegen {

static const json::Fields<RemoteTask>& fields_of(const RemoteTask*) {
  using json::field;
  static const auto& all = *new json::Fields<RemoteTask>(
      "RemoteTask", {field("provider", &RemoteTask::provider).required(), field("id", &RemoteTask::id).required(),
                     field("resumeUrl", &RemoteTask::resume_url, "what else the provider needs to go on")});
  return all;
}

namespace provider_operation {
namespace {

namespace js = boost::json;
using json::computed;
using json::field;
using json::mapped;

constexpr std::int64_t kLongestMs = 3'600'000;
constexpr std::chrono::milliseconds kByDefault{600'000};

// 0 is no time left, as callers find who count down.
template <class T>
json::Field<T> time_limit(std::chrono::milliseconds T::*member) {
  return field("timeoutMs", member, "0: no time is left").range(0, kLongestMs);
}

// As text or number, because many languages' numbers do not hold all of them.
struct Seed {
  std::uint64_t number = 0;
};

std::optional<std::uint64_t> seed_of(const js::value& value) {
  if (value.is_uint64()) return value.get_uint64();
  if (value.is_int64() && value.get_int64() >= 0) return static_cast<std::uint64_t>(value.get_int64());
  const auto* text = value.if_string();
  if (!text || text->empty()) return std::nullopt;
  std::uint64_t seed = 0;
  const auto [end, status] = std::from_chars(text->data(), text->data() + text->size(), seed);
  if (status != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return seed;
}

struct SubmitRequest {
  bool outside_the_ledger = false;
  std::string provider;  // empty: the first
  ImageRequest image;
  std::optional<Seed> seed;
  PixelSize size;
  std::optional<js::object> extras;
  bool strict = true;
  std::chrono::milliseconds timeout = kByDefault;
};

}  // namespace
}  // namespace provider_operation

template <>
struct json::Value<provider_operation::Seed> {
  static std::string expected(const Limits&) { return "an integer in 0..18446744073709551615, as a number or a text"; }
  static void read(const boost::json::value& value, const Place& place, const Limits& limits,
                   provider_operation::Seed& out) {
    const auto seed = provider_operation::seed_of(value);
    if (!seed) return place.expected(expected(limits), value);
    out.number = *seed;
  }
  static boost::json::value write(provider_operation::Seed seed) { return seed.number; }
  static boost::json::object schema(const Limits&) {
    return {{"type", boost::json::array{"integer", "string"}}, {"description", "0..18446744073709551615"}};
  }
};

namespace provider_operation {
namespace {

json::Fields<ImageRequest> wish_fields() {
  using I = ImageRequest;
  return {"",
          {field("model", &I::model, "empty: the first of the provider"), field("quality", &I::quality),
           mapped<I, std::string>(
               "prompt", [](const I& image) { return image.prompt.text; },
               [](I& image, std::string text) { image.prompt.text = std::move(text); })
               .required(),
           mapped<I, std::string>(
               "negativePrompt", [](const I& image) { return image.prompt.negative; },
               [](I& image, std::string text) { image.prompt.negative = std::move(text); }),
           field("count", &I::count), field("strength", &I::strength).within(0, 1),
           field("guidance", &I::guidance).within(-1000, 1000), field("steps", &I::steps).range(1, 1000),
           field("user", &I::user), field("taskId", &I::task_id)}};
}

json::Fields<SubmitRequest> submit_fields() {
  using Q = SubmitRequest;
  json::Fields<Q> fields("", {field("outsideTheLedger", &Q::outside_the_ledger,
                                    "what this call buys is in no ledger and counts against no budget")
                                  .only_true(),
                              field("provider", &Q::provider, "empty: the first")});
  return fields.with(&Q::image, wish_fields())
      .also({"",
             {mapped<Q, int>(
                  "width", [](const Q& wanted) { return wanted.size.width; },
                  [](Q& wanted, int px) { wanted.size.width = px; }, "px")
                  .needed(),
              mapped<Q, int>(
                  "height", [](const Q& wanted) { return wanted.size.height; },
                  [](Q& wanted, int px) { wanted.size.height = px; }, "px")
                  .needed(),
              field("seed", &Q::seed), field("extras", &Q::extras, "what one service alone has, in its own words"),
              field("strict", &Q::strict,
                    "false: what the model cannot do exactly as it is asked is sent nearly so, or left out, and told"),
              time_limit(&Q::timeout)}});
}

Deadline deadline_of(OperationContext& context, std::chrono::milliseconds time) {
  return deadline_after(runtime_of(context).clock(), time);
}

// Not every provider looks at the time before it begins, and this one may be paid.
std::optional<Error> too_late(OperationContext& context, Deadline deadline) {
  if (deadline.at > runtime_of(context).clock().now()) return std::nullopt;
  return Error{Errc::deadline_exceeded, "timeoutMs: the time was up before the provider was asked"};
}

// A failure of a call that buys nothing, however far it came.
OperationFailure free_failure(const Error& error) {
  auto failure = to_failure(error);
  failure.spent = false;
  return failure;
}

// The provider of that name, or the first.
Result<ImageProvider*> find_provider(OperationContext& context, const std::string& name) {
  const auto chosen = choose(runtime_of(context).providers(), {name});
  if (!chosen) return chosen.error();
  return chosen->provider;
}

// Of a task: one of nobody here is for the first to turn down.
ImageProvider& provider_of(OperationContext& context, const RemoteTask& task) {
  auto* provider = runtime_of(context).providers().find(task.provider);
  return provider == nullptr ? runtime_of(context).provider() : *provider;
}

struct MadePicture {
  std::string revised_prompt;
};

const json::Fields<MadePicture>& fields_of(const MadePicture*) {
  static const auto& all = *new json::Fields<MadePicture>(
      "MadePicture",
      {field("revisedPrompt", &MadePicture::revised_prompt, "empty where the provider changed nothing")});
  return all;
}

// Pictures, or a task to resume.
struct Submitted {
  std::optional<std::vector<MadePicture>> images;
  std::optional<std::string> request_id;
  std::optional<Usage> usage;
  std::optional<std::vector<Adaptation>> adaptations;
  std::optional<RemoteTask> task;
};

const json::Fields<Submitted>& fields_of(const Submitted*) {
  using S = Submitted;
  static const auto& all = *new json::Fields<S>(
      "MadePictures",
      {field("images", &S::images), field("requestId", &S::request_id, "the provider's own, for support"),
       field("usage", &S::usage), field("adaptations", &S::adaptations, "where there are any"),
       field("task", &S::task, "to resume, in place of all else")});
  return all;
}

Answered<Submitted> answer_with(GeneratedImages made, std::vector<Adaptation> adaptations = {}) {
  Answered<Submitted> answer;
  auto& images = answer.result.images.emplace();
  for (auto& image : made.images) {
    images.push_back({std::move(image.revised_prompt)});
    answer.bytes.emplace_back(std::move(image.file));
  }
  answer.result.request_id = std::move(made.request_id);
  answer.result.usage = std::move(made.usage);
  if (!adaptations.empty()) answer.result.adaptations = std::move(adaptations);
  return answer;
}

// A seed that a model has no use for was never an error.
Result<Adapted> adapt_wish(const ProviderCapability& capability, const ImageRequest& wish, Strictness strictness) {
  auto adapted = adapt(capability, wish, strictness);
  const auto* model = find_model(capability, wish.model);
  if (adapted || !wish.seed || model == nullptr || model->seed) return adapted;
  auto without = wish;
  const auto seed = std::to_string(*std::exchange(without.seed, std::nullopt));
  adapted = adapt(capability, std::move(without), strictness);
  if (adapted) adapted->adaptations.push_back({"seed", seed, "", "none, for " + adapted->request.model});
  return adapted;
}

ImageRequest wish_of(SubmitRequest& wanted) {
  auto image = std::move(wanted.image);
  image.size = wanted.size;
  if (wanted.seed) image.seed = wanted.seed->number;
  if (wanted.extras) image.extras_json = json::write(*wanted.extras);
  return image;
}

Task<Answer<Submitted>> submit(OperationContext& context, SubmitRequest wanted) {
  const auto deadline = deadline_of(context, wanted.timeout);
  if (const auto late = too_late(context, deadline)) co_return to_failure(*late);
  const auto provider = find_provider(context, wanted.provider);
  if (!provider) co_return to_failure(provider.error());
  const auto strictness = wanted.strict ? Strictness::strict : Strictness::lenient;
  auto adapted = adapt_wish((*provider)->capability(), wish_of(wanted), strictness);
  if (!adapted) co_return to_failure(adapted.error());
  auto submitted = co_await (*provider)->submit(adapted->request, deadline);
  if (!submitted) co_return to_failure(submitted.error());
  if (auto* made = std::get_if<GeneratedImages>(&*submitted))
    co_return answer_with(std::move(*made), std::move(adapted->adaptations));
  Answered<Submitted> answer;
  answer.result.task = std::move(std::get<RemoteTask>(*submitted));
  co_return answer;
}

struct TaskRequest {
  RemoteTask task;
  std::chrono::milliseconds timeout = kByDefault;
};

const json::Fields<TaskRequest>& fields_of(const TaskRequest*) {
  static const auto& all = *new json::Fields<TaskRequest>(
      "", {field("task", &TaskRequest::task).required(), time_limit(&TaskRequest::timeout)});
  return all;
}

Task<Answer<Submitted>> resume(OperationContext& context, TaskRequest wanted) {
  const auto deadline = deadline_of(context, wanted.timeout);
  if (const auto late = too_late(context, deadline)) co_return to_failure(*late);
  auto made = co_await provider_of(context, wanted.task).resume(wanted.task, deadline);
  if (!made) co_return to_failure(made.error());
  co_return answer_with(std::move(*made));
}

Task<Answer<Nothing>> cancel(OperationContext& context, TaskRequest wanted) {
  const auto deadline = deadline_of(context, wanted.timeout);
  if (const auto late = too_late(context, deadline)) co_return to_failure(*late);
  const auto cancelled = co_await provider_of(context, wanted.task).cancel(wanted.task, deadline);
  if (!cancelled) co_return free_failure(cancelled.error());
  co_return Answered<Nothing>();
}

struct CheckRequest {
  std::chrono::milliseconds timeout = kByDefault;
};

const json::Fields<CheckRequest>& fields_of(const CheckRequest*) {
  static const auto& all = *new json::Fields<CheckRequest>("", {time_limit(&CheckRequest::timeout)});
  return all;
}

Task<Answer<Nothing>> check(OperationContext& context, CheckRequest wanted) {
  const auto deadline = deadline_of(context, wanted.timeout);
  if (const auto late = too_late(context, deadline)) co_return to_failure(*late);
  const auto checked = co_await runtime_of(context).provider().check(deadline);
  if (!checked) co_return free_failure(checked.error());
  co_return Answered<Nothing>();
}

struct SizesView {
  std::vector<std::vector<int>> fixed;
  SizeRule rule;
};

const json::Fields<SizesView>& fields_of(const SizesView*) {
  using S = SizesView;
  static const auto& all =
      *new json::Fields<S>("Sizes", {field("fixed", &S::fixed, "[width, height] each; none: by the rules below"),
                                     computed<S>("multipleOf", [](const S& sizes) { return sizes.rule.multiple_of; }),
                                     computed<S>("minPixels", [](const S& sizes) { return sizes.rule.min_pixels; }),
                                     computed<S>("maxPixels", [](const S& sizes) { return sizes.rule.max_pixels; }),
                                     computed<S>("maxSide", [](const S& sizes) { return sizes.rule.max_side; }),
                                     computed<S>("maxAspect", [](const S& sizes) { return sizes.rule.max_aspect; })});
  return all;
}

SizesView sizes_of(const SizeOffer& offer) {
  SizesView view;
  for (const auto size : listed_sizes(offer)) view.fixed.push_back({size.width, size.height});
  if (const auto* free = std::get_if<SizeRule>(&offer)) view.rule = *free;
  return view;
}

struct ModelView {
  ModelCapability model;
  std::string price_form;
};

const json::Fields<ModelView>& fields_of(const ModelView*) {
  using V = ModelView;
  static const auto& all = *new json::Fields<V>(
      "ModelDescription",
      {field("priceForm", &V::price_form), computed<V>("model", [](const V& of) { return of.model.model; }),
       computed<V>(
           "quality", [](const V& of) { return of.model.default_quality; }, "where no other is asked for"),
       computed<V>("qualities", [](const V& of) { return of.model.qualities; }),
       computed<V>("sizes", [](const V& of) { return sizes_of(of.model.sizes); }),
       computed<V>("maxImagesPerCall", [](const V& of) { return of.model.max_images; }),
       computed<V>("takesSeed", [](const V& of) { return of.model.seed.has_value(); }),
       computed<V>("takesNegative", [](const V& of) { return of.model.negative; }),
       computed<V>("takesStrength", [](const V& of) { return of.model.strength; }),
       computed<V>("takesGuidance", [](const V& of) { return of.model.guidance; }),
       computed<V>("takesSteps", [](const V& of) { return of.model.steps; }),
       computed<V>("takesExtras", [](const V& of) { return of.model.extras; }),
       computed<V>("takesMask", [](const V& of) { return of.model.mask.sense != MaskSense::none; }),
       computed<V>("maxReferences", [](const V& of) { return of.model.references.most; }),
       computed<V>("maxPromptChars", [](const V& of) { return of.model.prompt.most; }),
       computed<V>("trainedModel", [](const V& of) { return of.model.trained; }),
       computed<V>(
           "fields", [](const V& of) { return detail::model_fields(of.model); }, "as data/models.json has them")});
  return all;
}

struct ProviderView {
  std::string provider;
  bool paid = false, takes_task_id = false;
  std::vector<ModelView> models;
  ModelView first;
};

json::Fields<ProviderView> provider_fields() {
  using V = ProviderView;
  json::Fields<V> fields("ProviderDescription", {});
  return fields.with(&V::first, json::fields_of_type<ModelView>())
      .also({"",
             {field("provider", &V::provider), field("paid", &V::paid, "a call may cost money"),
              field("takesTaskId", &V::takes_task_id),
              field("models", &V::models, "what is beside them is of the first")}});
}

struct DescribeRequest {
  std::string provider;
};

const json::Fields<DescribeRequest>& fields_of(const DescribeRequest*) {
  static const auto& all =
      *new json::Fields<DescribeRequest>("", {field("provider", &DescribeRequest::provider, "empty: the first")});
  return all;
}

Task<Answer<ProviderView>> describe(OperationContext& context, DescribeRequest wanted) {
  const auto provider = find_provider(context, wanted.provider);
  if (!provider) co_return to_failure(provider.error());
  const auto& capability = (*provider)->capability();
  Answered<ProviderView> answer;
  auto& view = answer.result;
  view.provider = capability.provider;
  view.paid = capability.paid;
  view.takes_task_id = capability.client_chosen_ids;
  for (const auto& model : capability.models) {
    const PriceQuery query{capability.priced_as(), model.model, model.default_quality, {}};
    view.models.push_back({model, std::string(to_string(runtime_of(context).prices().estimate(query).form))});
  }
  view.first = view.models.front();
  co_return answer;
}

std::vector<Operation> all_operations() {
  return {
      operation({.name = "provider.submit",
                 .summary = "Makes the bare call of a provider, the first where none is named: what it buys is in no "
                            "ledger and counts against no budget.",
                 .bytes_out = "the pictures as they came",
                 .files = {{"images[].data"}},
                 .may_buy = true},
                submit_fields(), json::fields_of_type<Submitted>(), submit),
      operation({.name = "provider.resume",
                 .summary = "Waits for a task of the provider, and fetches its pictures.",
                 .bytes_out = "the pictures as they came",
                 .files = {{"images[].data"}},
                 .may_buy = true},
                resume),
      operation({.name = "provider.cancel", .summary = "Cancels a task of the provider."}, cancel),
      operation({.name = "provider.check",
                 .summary = "Asks the first provider, free of charge, whether it is there and takes our key."},
                check),
      operation({.name = "provider.describe",
                 .summary = "Tells what a provider and its models can do: of that name, or the first."},
                json::fields_of_type<DescribeRequest>(), provider_fields(), describe),
  };
}

}  // namespace
}  // namespace provider_operation

std::span<const Operation> provider_operations() {
  static const auto& all = *new std::vector<Operation>(provider_operation::all_operations());
  return all;
}

}  // namespace imagegen
