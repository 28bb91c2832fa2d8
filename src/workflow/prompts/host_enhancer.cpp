#include "workflow/prompts/host_enhancer.hpp"

#include <imagegen/workflow/prompts/prompt_enhancer.hpp>

namespace imagegen {
namespace {

class HostEnhancer final : public PromptEnhancer {
 public:
  explicit HostEnhancer(std::unique_ptr<HostPartAsker> host) : host_(std::move(host)) {}

  Task<Result<std::string>> enhance(EnhanceRequest request, Deadline deadline) override {
    boost::json::object arguments{
        {"intent", request.intent}, {"prompt", request.prompt}, {"maxChars", request.max_chars}};
    const auto answer = co_await host_->ask("enhance", std::move(arguments), deadline);
    if (!answer) co_return answer.error();
    co_return read_answer("enhancer.enhance", *answer,
                          [](json::ObjectReader& root) { return root.text("prompt", json::Need::required); });
  }

 private:
  std::unique_ptr<HostPartAsker> host_;
};

void put_enhancer(std::unique_ptr<HostPartAsker> host, Sections& parts) {
  parts.of<std::shared_ptr<PromptEnhancer>>() = std::make_shared<HostEnhancer>(std::move(host));
}

}  // namespace

std::span<const HostPartKind> prompt_host_parts() {
  static constexpr HostPartKind kParts[] = {{"enhancer", HostPartCost::answered, put_enhancer}};
  return kParts;
}

}  // namespace imagegen
