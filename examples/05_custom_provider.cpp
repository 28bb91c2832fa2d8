// A provider of your own, here one that draws by itself: 05_custom_provider writes into out/.
#include <imagegen/image/encode.hpp>
#include <imagegen/imagegen.hpp>
#include <imagegen/provider/placeholder.hpp>

#include <iostream>

using imagegen::Deadline, imagegen::Result, imagegen::Task;

class HouseModel final : public imagegen::ImageProvider {
 public:
  HouseModel() {
    imagegen::ModelCapability model;
    model.model = "house-1";
    model.sizes = imagegen::SizeRule{.multiple_of = 64, .max_side = 2048};
    model.seed = imagegen::SeedRange{};
    capability_.provider = "house";
    capability_.paid = false;
    capability_.models = {model};
  }
  const imagegen::ProviderCapability& capability() const override { return capability_; }
  // Runs on the runtime's I/O thread: a service is awaited here, and a model computes on a thread pool. An error of a
  // call that costs money says by its `delivery` whether something may have been bought.
  Task<Result<imagegen::Submission>> submit(imagegen::ImageRequest request, imagegen::CallContext) override {
    const auto drawn = imagegen::draw_placeholder(request.prompt.text, pixels_of(request), request.seed.value_or(0));
    auto file = encode_image(drawn, {imagegen::ImageFormat::png});
    if (!file) co_return file.error();
    imagegen::GeneratedImages made;
    made.images.push_back({std::move(*file), "drawn in the house: " + request.prompt.text});
    co_return imagegen::Submission(std::move(made));
  }
  Task<Result<void>> check(Deadline) override { co_return Result<void>(); }

 private:
  imagegen::ProviderCapability capability_;
};

int main() {
  imagegen::RuntimeConfig config;
  config.store = "file:out";
  imagegen::RuntimeParts parts;
  parts.providers.push_back(std::make_unique<HouseModel>());
  const auto runtime = imagegen::Runtime::open(config, std::move(parts)).value();
  const auto services = prompt_services(*runtime).value();
  const std::string order =
      R"({"intent": "hero image", "rawPrompt": "a boat", "finalPrompt": "A red boat on a lake."})";
  const auto queued = runtime->wait(execute_prompt(services, prompt_options(*runtime), "user-1", order));
  auto worker = runtime->config().worker;
  worker.until_idle = true;
  if (const auto worked = runtime->work(worker, {}); !worked) return std::cerr << worked.error() << "\n", 1;
  const auto jobs = runtime->wait(list_prompt_jobs(services, {}));
  std::cout << queued.body << "\n" << jobs.body << "\n";
  return jobs.body.find("\"DONE\"") == std::string::npos ? 1 : 0;
}
