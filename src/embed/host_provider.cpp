#include "embed/host_part.hpp"
#include "embed/usage_json.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;
using json::Need;
using json::ObjectReader;

constexpr int kLargestSide = 65'535;  // px
constexpr std::size_t kMostFixedSizes = 1000;

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

SizeOffer read_sizes(const js::value& value, std::vector<FieldFault>& faults) {
  ObjectReader part(value, "sizes", faults);
  SizeOffer offer;
  if (const auto* fixed = part.array("fixed", kMostFixedSizes, Need::optional))
    for (const auto& pair : *fixed) offer.fixed.push_back(read_pair(pair, part));
  const auto number = [&part](std::string_view name, std::int64_t low, std::int64_t high, auto& out) {
    if (const auto given = part.integer(name, low, high, Need::optional))
      out = static_cast<std::remove_reference_t<decltype(out)>>(*given);
  };
  number("multipleOf", 1, kLargestSide, offer.multiple_of);
  number("minPixels", 1, std::int64_t{1} << 32U, offer.min_pixels);
  number("maxPixels", 1, std::int64_t{1} << 32U, offer.max_pixels);
  number("maxSide", 1, kLargestSide, offer.max_side);
  if (const auto aspect = part.number("maxAspect", 1, 1000, Need::optional)) offer.max_aspect = *aspect;
  part.refuse_unknown();
  return offer;
}

ProviderCapability read_capability(ObjectReader& root, std::vector<FieldFault>& faults) {
  ProviderCapability capability;
  capability.provider = root.text("provider", Need::required);
  capability.model = root.text("model", Need::required);
  if (root.has("quality")) capability.quality = root.text("quality", Need::optional);
  if (const auto* sizes = root.value("sizes")) capability.sizes = read_sizes(*sizes, faults);
  if (const auto most = root.integer("maxImagesPerCall", 1, 100, Need::optional))
    capability.max_images_per_call = static_cast<int>(*most);
  if (const auto most = root.integer("maxPromptChars", 1, 10'000'000, Need::optional))
    capability.max_prompt_chars = static_cast<std::size_t>(*most);
  capability.paid = root.flag("paid", true);
  capability.takes_seed = root.flag("takesSeed", false);
  capability.takes_negative = root.flag("takesNegative", false);
  capability.trained_model = root.flag("trainedModel", true);
  capability.takes_task_id = root.flag("takesTaskId", false);
  root.refuse_unknown();
  return capability;
}

js::object to_json(const ImageRequest& request) {
  js::object json{{"prompt", request.prompt.text},
                  {"width", request.size.width},
                  {"height", request.size.height},
                  {"count", request.count}};
  if (!request.prompt.negative.empty()) json["negativePrompt"] = request.prompt.negative;
  if (request.seed) json["seed"] = std::to_string(*request.seed);  // a double would not hold it
  if (!request.user.empty()) json["user"] = request.user;
  if (!request.task_id.empty()) json["taskId"] = request.task_id;
  return json;
}

js::object to_json(const RemoteTask& task) {
  return {{"task", {{"provider", task.provider}, {"id", task.id}, {"resumeUrl", task.resume_url}}}};
}

class HostProvider final : public ImageProvider {
 public:
  HostProvider(HostPartLink link, ProviderCapability capability)
      : link_(std::move(link)), capability_(std::move(capability)) {}

  ProviderCapability capability() const override { return capability_; }

  Task<Result<Submission>> submit(ImageRequest request, Deadline deadline) override {
    const auto checked = check_request(capability_, request);
    if (!checked) co_return checked.error();
    auto answer = co_await link_.ask("submit", to_json(request), deadline);
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

  Task<Result<GeneratedImages>> resume(RemoteTask task, Deadline deadline) override {
    if (task.provider != capability_.provider) co_return foreign(task);
    auto answer = co_await link_.ask("resume", to_json(task), deadline);
    if (!answer) co_return answer.error();
    co_return read_images("provider.resume", *answer);
  }

  Task<Result<void>> cancel(RemoteTask task, Deadline deadline) override {
    if (task.provider != capability_.provider) co_return foreign(task);
    const auto answer = co_await link_.ask("cancel", to_json(task), deadline);
    if (!answer) co_return answer.error();
    co_return Result<void>{};
  }

  Task<Result<void>> check(Deadline deadline) override {
    const auto answer = co_await link_.ask("check", {}, deadline);
    if (!answer) co_return answer.error();
    co_return Result<void>{};
  }

 private:
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
