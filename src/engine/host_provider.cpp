#include "engine/host_part.hpp"
#include "engine/usage_json.hpp"
#include "provider/model_fields.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;
using json::Need;
using json::ObjectReader;

constexpr int kLargestSide = 65'535;  // px
constexpr std::size_t kMostFixedSizes = 1000, kMostModels = 1000;

PixelSize read_pair(const js::value& value, ObjectReader& at) {
  const auto* pair = value.if_array();
  if (pair && pair->size() == 2 && (*pair)[0].is_int64() && (*pair)[1].is_int64()) {
    const auto width = (*pair)[0].get_int64(), height = (*pair)[1].get_int64();
    if (width >= 1 && width <= kLargestSide && height >= 1 && height <= kLargestSide)
      return {static_cast<int>(width), static_cast<int>(height)};
  }
  at.fault("fixed", "expected pairs [width, height] of 1..65535, got " + json::describe(value));
  return {};
}

SizeOffer read_sizes(const js::value& value, const std::string& path, std::vector<FieldFault>& faults) {
  ObjectReader part(value, path, faults);
  SizeList listed;
  if (const auto* fixed = part.array("fixed", kMostFixedSizes, Need::optional))
    for (const auto& pair : *fixed) listed.sizes.push_back(read_pair(pair, part));
  SizeRule rule;
  const auto number = [&part](std::string_view name, std::int64_t low, std::int64_t high, auto& out) {
    if (const auto given = part.integer(name, low, high, Need::optional))
      out = static_cast<std::remove_reference_t<decltype(out)>>(*given);
  };
  number("multipleOf", 1, kLargestSide, rule.multiple_of);
  number("minPixels", 1, std::int64_t{1} << 32U, rule.min_pixels);
  number("maxPixels", 1, std::int64_t{1} << 32U, rule.max_pixels);
  number("maxSide", 1, kLargestSide, rule.max_side);
  if (const auto aspect = part.number("maxAspect", 1, 1000, Need::optional)) rule.max_aspect = *aspect;
  part.refuse_unknown();
  return listed.sizes.empty() ? SizeOffer(rule) : SizeOffer(std::move(listed));
}

ModelCapability read_model(ObjectReader& part, std::vector<FieldFault>& faults) {
  ModelCapability model;
  model.model = part.text("model", Need::required);
  if (part.has("quality")) model.default_quality = part.text("quality", Need::optional);
  if (const auto* words = part.array("qualities", 100, Need::optional)) {
    for (const auto& word : *words) {
      if (word.is_string()) model.qualities.emplace_back(word.get_string());
      else part.fault("qualities", "expected texts, got " + json::describe(word));
    }
  }
  // Without a list, the one that it names is the only one that it knows.
  if (model.qualities.empty()) model.qualities = {model.default_quality};
  if (const auto* sizes = part.value("sizes")) model.sizes = read_sizes(*sizes, part.path_of("sizes"), faults);
  if (const auto most = part.integer("maxImagesPerCall", 1, 100, Need::optional))
    model.max_images = static_cast<int>(*most);
  if (const auto most = part.integer("maxPromptChars", 1, 10'000'000, Need::optional))
    model.prompt.most = static_cast<std::size_t>(*most);
  if (part.flag("takesSeed", false)) model.seed = SeedRange{};
  model.negative = part.flag("takesNegative", false);
  model.strength = part.flag("takesStrength", false);
  model.guidance = part.flag("takesGuidance", false);
  model.steps = part.flag("takesSteps", false);
  model.extras = part.flag("takesExtras", false);
  model.trained = part.flag("trainedModel", true);
  if (const auto most = part.integer("maxReferences", 0, 100, Need::optional))
    model.references.most = static_cast<int>(*most);
  if (part.flag("takesMask", false)) model.mask.sense = MaskSense::white_edits;
  // All else that can be said of a model, in the words of docs/models.md.
  if (const auto* fields = part.value("fields")) {
    ObjectReader row(*fields, part.path_of("fields"), faults);
    detail::put_capability(row, faults, model);
    detail::put_retirement(row, model.retirement);
    row.refuse_unknown();
  }
  return model;
}

// Either the fields of one model, or a list of several.
ProviderCapability read_capability(ObjectReader& root, std::vector<FieldFault>& faults) {
  ProviderCapability capability;
  capability.provider = root.text("provider", Need::required);
  if (root.has("host")) capability.host = root.text("host", Need::optional);
  capability.paid = root.flag("paid", true);
  capability.client_chosen_ids = root.flag("takesTaskId", false);
  if (const auto* models = root.array("models", kMostModels, Need::optional)) {
    for (std::size_t i = 0; i < models->size(); ++i) {
      ObjectReader part((*models)[i], "models[" + std::to_string(i) + "]", faults);
      capability.models.push_back(read_model(part, faults));
      part.refuse_unknown();
    }
    if (models->empty()) root.fault("models", "expected at least one, got none");
  } else {
    capability.models.push_back(read_model(root, faults));
  }
  root.refuse_unknown();
  return capability;
}

// \param files Those of references and mask, beside the document.
js::object to_json(const ImageRequest& request, std::vector<SharedBytes>& files) {
  const auto size = pixels_of(request);
  js::object document{{"model", request.model},
                      {"prompt", request.prompt.text},
                      {"width", size.width},
                      {"height", size.height},
                      {"count", request.count}};
  if (!request.quality.empty()) document["quality"] = request.quality;
  if (!request.prompt.negative.empty()) document["negativePrompt"] = request.prompt.negative;
  if (request.seed) document["seed"] = std::to_string(*request.seed);  // a double would not hold it
  if (request.strength) document["strength"] = *request.strength;
  if (request.guidance) document["guidance"] = *request.guidance;
  if (request.steps) document["steps"] = *request.steps;
  if (!request.extras_json.empty()) document["extras"] = json::parse(request.extras_json, request.extras_json.size()).value();  // adapt() has read it
  if (request.format) document["format"] = to_string(*request.format);
  if (!request.user.empty()) document["user"] = request.user;
  if (!request.task_id.empty()) document["taskId"] = request.task_id;
  js::array urls;  // one for each reference, so that their order stays: null where it is a file
  for (const auto& reference : request.references) {
    if (reference.url.empty()) files.push_back(reference.file);
    urls.push_back(reference.url.empty() ? js::value(nullptr) : js::value(reference.url));
  }
  if (!files.empty()) document["references"] = files.size();
  if (urls.size() > files.size()) document["referenceUrls"] = std::move(urls);
  if (request.mask.size() > 0) document["mask"] = true, files.push_back(request.mask);
  return document;
}

js::object to_json(const RemoteTask& task) {
  return {{"task", {{"provider", task.provider}, {"id", task.id}, {"resumeUrl", task.resume_url}}}};
}

class HostProvider final : public ImageProvider {
 public:
  HostProvider(HostPartLink link, ProviderCapability capability)
      : link_(std::move(link)), capability_(std::move(capability)) {}

  const ProviderCapability& capability() const override { return capability_; }

  Task<Result<Submission>> submit(ImageRequest wanted, CallContext context) override {
    const auto adapted = adapt(capability_, std::move(wanted), Strictness::strict);
    if (!adapted) co_return adapted.error();
    const ImageRequest& request = adapted->request;
    std::vector<SharedBytes> files;
    auto arguments = named(to_json(request, files));
    auto answer = co_await link_.ask("submit", std::move(arguments), context.deadline, std::move(files));
    if (!answer) co_return answer.error();
    const auto* task = answer->document.if_contains("task");
    if (task && !task->is_null()) co_return read_task(*task);
    auto images = read_images("provider.submit", *answer);
    if (!images) co_return images.error();
    if (images->images.size() != static_cast<std::size_t>(request.count)) {
      co_return wrong("provider.submit", "expected " + std::to_string(request.count) + " pictures, got " +
                                             std::to_string(images->images.size()));
    }
    co_return Submission(std::move(*images));
  }

  Task<Result<GeneratedImages>> resume(RemoteTask task, CallContext context) override {
    if (task.provider != capability_.provider) co_return foreign(task);
    auto answer = co_await link_.ask("resume", named(to_json(task)), context.deadline);
    if (!answer) co_return answer.error();
    co_return read_images("provider.resume", *answer);
  }

  Task<Result<void>> cancel(RemoteTask task, Deadline deadline) override {
    if (task.provider != capability_.provider) co_return foreign(task);
    const auto answer = co_await link_.ask("cancel", named(to_json(task)), deadline);
    if (!answer) co_return answer.error();
    co_return Result<void>{};
  }

  Task<Result<void>> check(Deadline deadline) override {
    const auto answer = co_await link_.ask("check", named({}), deadline);
    if (!answer) co_return answer.error();
    co_return Result<void>{};
  }

 private:
  // A host may have several providers.
  js::object named(js::object arguments) const {
    arguments["provider"] = capability_.provider;
    return arguments;
  }
  Error foreign(const RemoteTask& task) const {
    return {Errc::not_found, "a task of " + task.provider + ": expected one of " + capability_.provider};
  }
  // It was asked, so something may be owed.
  static Error wrong(std::string_view method, const std::string& what) {
    Error error{Errc::bad_answer, std::string(method) + " of the host: " + what};
    error.delivery = Delivery::answered;
    return error;
  }

  template <class T>
  static Result<T> of_answer(Result<T> read) {
    if (read) return read;
    Error error = read.error();
    error.delivery = Delivery::answered;
    return error;
  }

  Result<Submission> read_task(const js::value& value) const {
    const auto task = of_answer(read_answer("provider.submit", value, [this](ObjectReader& part) {
      RemoteTask read{capability_.provider, part.text("id", Need::required), ""};
      if (part.has("resumeUrl")) read.resume_url = part.text("resumeUrl", Need::optional);
      return read;
    }));
    if (!task) return task.error();
    return Submission(*task);
  }

  Result<GeneratedImages> read_images(std::string_view method, HostAnswer& answer) const {
    if (answer.bytes.empty()) return wrong(method, "expected at least one picture beside the answer, got none");
    return of_answer(read_answer(method, answer.document, [&answer](ObjectReader& part) {
      std::vector<FieldFault> usage_faults;
      GeneratedImages images;
      if (const auto* usage = part.value("usage")) images.usage = read_usage(*usage, usage_faults);
      for (const auto& fault : usage_faults) part.fault(fault.path, fault.message);
      if (part.has("requestId")) images.request_id = part.text("requestId", Need::optional);
      for (const auto& file : answer.bytes)
        images.images.push_back({Bytes(file.view().begin(), file.view().end()), ""});
      const auto* about = part.array("images", answer.bytes.size(), Need::optional);
      for (std::size_t i = 0; about && i < about->size(); ++i) {
        const auto* object = (*about)[i].if_object();
        const auto* revised = object ? object->if_contains("revisedPrompt") : nullptr;
        if (revised && revised->is_string()) images.images[i].revised_prompt = std::string(revised->get_string());
      }
      return images;
    }));
  }

  HostPartLink link_;
  ProviderCapability capability_;
};

}  // namespace

Result<std::unique_ptr<ImageProvider>> make_host_provider(HostPartLink link, const js::value& capability) {
  std::vector<FieldFault> faults;
  ObjectReader root(capability, "", faults);
  auto read = read_capability(root, faults);
  if (!faults.empty()) return to_error("the capability of the host's provider is wrong:", faults);
  return std::unique_ptr<ImageProvider>(std::make_unique<HostProvider>(std::move(link), std::move(read)));
}

}  // namespace imagegen
