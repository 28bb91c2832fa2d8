#include <charconv>

#include "embed/operation_table.hpp"
#include "embed/usage_json.hpp"
#include "provider/model_fields.hpp"
#include "workflow/image_job/master_answer.hpp"

namespace imagegen {
namespace provider_operation {
namespace {

namespace js = boost::json;
using json::Need;
using json::ObjectReader;

constexpr std::int64_t kLongestMs = 3'600'000;
constexpr std::int64_t kByDefaultMs = 600'000;

// 0 is no time left, as callers find who count down.
Deadline read_deadline(ObjectReader& root, const Clock& clock) {
  const auto time = root.integer("timeoutMs", 0, kLongestMs, Need::optional).value_or(kByDefaultMs);
  return deadline_after(clock, std::chrono::milliseconds(time));
}

// As text or number, because many languages' numbers do not hold all of them.
std::optional<std::uint64_t> read_seed(ObjectReader& root) {
  const auto* value = root.value("seed");
  if (!value) return std::nullopt;
  if (value->is_uint64()) return value->get_uint64();
  if (value->is_int64() && value->get_int64() >= 0) return static_cast<std::uint64_t>(value->get_int64());
  if (const auto* text = value->if_string()) {
    std::uint64_t seed = 0;
    const auto [end, status] = std::from_chars(text->data(), text->data() + text->size(), seed);
    if (status == std::errc{} && end == text->data() + text->size() && !text->empty()) return seed;
  }
  root.fault("seed",
             "expected an integer in 0..18446744073709551615, as a number or a text, got " + json::describe(*value));
  return std::nullopt;
}

struct SubmitRequest {
  std::string provider;  // empty: the first
  ImageRequest image;
  Strictness strictness = Strictness::strict;
  Deadline deadline;
};

SubmitRequest read_submit(ObjectReader& root, const Clock& clock) {
  SubmitRequest request;
  if (!root.flag("outsideTheLedger", false)) {
    root.fault(
        "outsideTheLedger",
        "expected true: what this call buys is in no ledger and counts against no budget, got nothing that says so");
  }
  auto& image = request.image;
  request.provider = optional_text(root, "provider").value_or("");
  image.model = optional_text(root, "model").value_or("");
  image.quality = optional_text(root, "quality").value_or("");
  image.prompt.text = root.text("prompt", Need::required);
  image.prompt.negative = optional_text(root, "negativePrompt").value_or("");
  const auto side = [&root](std::string_view name) {
    return static_cast<int>(root.integer(name, INT32_MIN, INT32_MAX, Need::required).value_or(0));
  };
  image.size = PixelSize{side("width"), side("height")};
  image.count = static_cast<int>(root.integer("count", INT32_MIN, INT32_MAX, Need::optional).value_or(1));
  image.seed = read_seed(root);
  if (const auto strength = root.number("strength", 0, 1, Need::optional)) image.strength = static_cast<float>(*strength);
  if (const auto guidance = root.number("guidance", -1000, 1000, Need::optional))
    image.guidance = static_cast<float>(*guidance);
  if (const auto steps = root.integer("steps", 1, 1000, Need::optional)) image.steps = static_cast<int>(*steps);
  if (const auto* extras = root.value("extras")) image.extras_json = json::write(*extras);
  if (!root.flag("strict", true)) request.strictness = Strictness::lenient;
  image.user = optional_text(root, "user").value_or("");
  image.task_id = optional_text(root, "taskId").value_or("");
  request.deadline = read_deadline(root, clock);
  return request;
}

// Not every provider looks at the time before it begins, and this one may be paid.
std::optional<Error> too_late(OperationContext& context, Deadline deadline) {
  if (deadline.at > runtime_of(context).clock().now()) return std::nullopt;
  return Error{Errc::deadline_exceeded, "timeoutMs: the time was up before the provider was asked"};
}

// A failure of a call that buys nothing, however far it came.
OperationOutcome free_failure(const Error& error) {
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

OperationOutcome answer_with(GeneratedImages& made, const std::vector<Adaptation>& adaptations = {}) {
  js::array images;
  std::vector<SharedBytes> files;
  for (auto& image : made.images) {
    images.push_back(js::object{{"revisedPrompt", image.revised_prompt}});
    files.emplace_back(std::move(image.file));
  }
  js::object result{{"images", std::move(images)}, {"requestId", made.request_id}};
  if (made.usage) result["usage"] = to_json(*made.usage);
  if (!adaptations.empty()) result["adaptations"] = to_json(adaptations);
  return answer(result, std::move(files));
}

Task<OperationOutcome> submit(OperationContext& context, js::object request) {
  const auto read =
      read_request(request, [&context](ObjectReader& root) { return read_submit(root, runtime_of(context).clock()); });
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  const auto& wanted = std::get<SubmitRequest>(read);
  if (const auto late = too_late(context, wanted.deadline)) co_return to_failure(*late);
  const auto provider = find_provider(context, wanted.provider);
  if (!provider) co_return to_failure(provider.error());
  auto adapted = adapt((*provider)->capability(), wanted.image, wanted.strictness);
  const auto* model = find_model((*provider)->capability(), wanted.image.model);
  if (!adapted && wanted.image.seed && model != nullptr && !model->seed) {
    // A seed that a model has no use for was never an error.
    auto without = wanted.image;
    const auto seed = std::to_string(*std::exchange(without.seed, std::nullopt));
    adapted = adapt((*provider)->capability(), std::move(without), wanted.strictness);
    if (adapted) adapted->adaptations.push_back({"seed", seed, "", "none, for " + adapted->request.model});
  }
  if (!adapted) co_return to_failure(adapted.error());
  auto submitted = co_await (*provider)->submit(adapted->request, wanted.deadline);
  if (!submitted) co_return to_failure(submitted.error());
  if (const auto* task = std::get_if<RemoteTask>(&*submitted)) {
    js::object result{{"task", {{"provider", task->provider}, {"id", task->id}, {"resumeUrl", task->resume_url}}}};
    co_return answer(result);
  }
  co_return answer_with(std::get<GeneratedImages>(*submitted), adapted->adaptations);
}

struct TaskRequest {
  RemoteTask task;
  Deadline deadline;
};

Request<TaskRequest> read_task(OperationContext& context, const js::object& request) {
  return read_nested_request(request, [&](ObjectReader& root, std::vector<FieldFault>& faults) {
    const auto* value = root.value("task");
    const js::value absent;  // not a temporary: the reader looks at it again and again
    ObjectReader part(value ? *value : absent, "task", faults);
    TaskRequest wanted;
    wanted.task.provider = part.text("provider", Need::required);
    wanted.task.id = part.text("id", Need::required);
    wanted.task.resume_url = optional_text(part, "resumeUrl").value_or("");
    part.refuse_unknown();
    wanted.deadline = read_deadline(root, runtime_of(context).clock());
    return wanted;
  });
}

Task<OperationOutcome> resume(OperationContext& context, js::object request) {
  const auto read = read_task(context, request);
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  const auto& wanted = std::get<TaskRequest>(read);
  if (const auto late = too_late(context, wanted.deadline)) co_return to_failure(*late);
  auto made = co_await provider_of(context, wanted.task).resume(wanted.task, wanted.deadline);
  if (!made) co_return to_failure(made.error());
  co_return answer_with(*made);
}

Task<OperationOutcome> cancel(OperationContext& context, js::object request) {
  const auto read = read_task(context, request);
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  const auto& wanted = std::get<TaskRequest>(read);
  if (const auto late = too_late(context, wanted.deadline)) co_return to_failure(*late);
  const auto cancelled = co_await provider_of(context, wanted.task).cancel(wanted.task, wanted.deadline);
  if (!cancelled) co_return free_failure(cancelled.error());
  co_return OperationResult{};
}

Task<OperationOutcome> check(OperationContext& context, js::object request) {
  const auto deadline =
      read_request(request, [&context](ObjectReader& root) { return read_deadline(root, runtime_of(context).clock()); });
  if (const auto* faults = faults_of(deadline)) co_return to_failure(*faults);
  if (const auto late = too_late(context, std::get<Deadline>(deadline))) co_return to_failure(*late);
  const auto checked = co_await runtime_of(context).provider().check(std::get<Deadline>(deadline));
  if (!checked) co_return free_failure(checked.error());
  co_return OperationResult{};
}

js::object to_object(const SizeOffer& offer) {
  js::array fixed;
  for (const auto size : listed_sizes(offer)) fixed.push_back(js::array{size.width, size.height});
  const auto* free = std::get_if<SizeRule>(&offer);
  const SizeRule rule = free == nullptr ? SizeRule() : *free;
  return {{"fixed", std::move(fixed)},    {"multipleOf", rule.multiple_of}, {"minPixels", rule.min_pixels},
          {"maxPixels", rule.max_pixels}, {"maxSide", rule.max_side},       {"maxAspect", rule.max_aspect}};
}

js::object to_object(const ModelCapability& model, const ProviderCapability& of, const PriceTable& prices) {
  const PriceQuery query{of.priced_as(), model.model, model.default_quality, {}};
  return {{"priceForm", to_string(prices.estimate(query).form)},
          {"model", model.model},
          {"quality", model.default_quality},
          {"qualities", js::array(model.qualities.begin(), model.qualities.end())},
          {"sizes", to_object(model.sizes)},
          {"maxImagesPerCall", model.max_images},
          {"takesSeed", model.seed.has_value()},
          {"takesNegative", model.negative},
          {"takesStrength", model.strength},
          {"takesGuidance", model.guidance},
          {"takesSteps", model.steps},
          {"takesExtras", model.extras},
          {"takesMask", model.mask.sense != MaskSense::none},
          {"maxReferences", model.references.most},
          {"maxPromptChars", model.prompt.most},
          {"trainedModel", model.trained},
          {"fields", detail::model_fields(model)}};
}

Task<OperationOutcome> describe(OperationContext& context, js::object request) {
  const auto name =
      read_request(request, [](ObjectReader& root) { return optional_text(root, "provider").value_or(""); });
  if (const auto* faults = faults_of(name)) co_return to_failure(*faults);
  const auto provider = find_provider(context, std::get<std::string>(name));
  if (!provider) co_return to_failure(provider.error());
  const auto& capability = (*provider)->capability();
  const auto& prices = runtime_of(context).prices();
  auto result = to_object(capability.models.front(), capability, prices);
  result["provider"] = capability.provider;
  result["paid"] = capability.paid;
  result["takesTaskId"] = capability.client_chosen_ids;
  js::array models;
  for (const auto& model : capability.models) models.push_back(to_object(model, capability, prices));
  result["models"] = std::move(models);
  co_return answer(result);
}

constexpr std::string_view kImages = R"({"type": "object",
  "properties": {"images": {"type": "array"}, "requestId": {"type": "string"}, "usage": {"type": "object"},
    "adaptations": {"type": "array"}, "task": {"type": "object"}}})";
constexpr std::string_view kTask = R"({"type": "object", "additionalProperties": false, "required": ["task"],
  "properties": {"task": {"type": "object", "additionalProperties": false, "required": ["provider", "id"],
      "properties": {"provider": {"type": "string"}, "id": {"type": "string"}, "resumeUrl": {"type": "string"}}},
    "timeoutMs": {"type": "integer", "minimum": 0, "maximum": 3600000, "default": 600000}}})";

constexpr Operation kOperations[] = {
    {{"provider.submit", "The bare call of the provider: what it buys is in no ledger and counts against no budget.",
      R"({"type": "object", "additionalProperties": false,
          "required": ["outsideTheLedger", "prompt", "width", "height"],
          "properties": {"outsideTheLedger": {"const": true}, "provider": {"type": "string"},
            "model": {"type": "string"}, "quality": {"type": "string"}, "prompt": {"type": "string"},
            "strength": {"type": "number"}, "guidance": {"type": "number"}, "steps": {"type": "integer"},
            "extras": {"type": "object"}, "strict": {"type": "boolean", "default": true},
            "negativePrompt": {"type": "string"}, "width": {"type": "integer"}, "height": {"type": "integer"},
            "count": {"type": "integer", "default": 1}, "seed": {"type": ["integer", "string"]},
            "user": {"type": "string"}, "taskId": {"type": "string"},
            "timeoutMs": {"type": "integer", "minimum": 0, "maximum": 3600000, "default": 600000}}})",
      kImages, "", "the pictures as they came"},
     submit,
     false,
     true},
    {{"provider.resume", "Waits for a task of the provider, and fetches its pictures.", kTask, kImages, "",
      "the pictures as they came"},
     resume,
     false,
     true},
    {{"provider.cancel", "Cancels a task of the provider.", kTask, R"({"type": "object"})"}, cancel},
    {{"provider.check", "Asks the provider, free of charge, whether it can be reached.",
      R"({"type": "object", "additionalProperties": false,
          "properties": {"timeoutMs": {"type": "integer", "minimum": 0, "maximum": 3600000, "default": 600000}}})",
      R"({"type": "object"})"},
     check},
    {{"provider.describe", "Tells what a provider and its models can do.",
      R"({"type": "object", "additionalProperties": false, "properties": {"provider": {"type": "string"}}})",
      R"({"type": "object", "required": ["provider", "model", "sizes", "maxImagesPerCall", "paid"]})"},
     describe},
};

}  // namespace
}  // namespace provider_operation

std::span<const Operation> provider_operations() {
  return provider_operation::kOperations;
}

}  // namespace imagegen
