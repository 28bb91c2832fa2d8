#include "workflow/heroes/host_lifestyle_packs.hpp"

#include <imagegen/workflow/heroes/lifestyle_pack_source.hpp>

#include "json/write.hpp"

namespace imagegen {
namespace {

class HostLifestylePacks final : public LifestylePackSource {
 public:
  explicit HostLifestylePacks(std::unique_ptr<HostPartAsker> host) : host_(std::move(host)) {}

  Task<Result<std::string>> find(std::string work_item_id) override {
    boost::json::object arguments{{"workItemId", work_item_id}};
    const auto answer = co_await host_->ask("find", std::move(arguments));
    if (!answer) co_return answer.error();
    const auto* pack = answer->if_contains("pack");
    if (!pack || pack->is_null()) co_return Error{Errc::not_found, "there is no pack for work item " + work_item_id};
    if (pack->is_string()) co_return std::string(pack->get_string());
    if (pack->is_object()) co_return json::write(*pack);
    co_return Error{Errc::bad_answer,
                    "lifestylePacks.find of the host: pack: expected an object or a text, got " + json::describe(*pack)};
  }

 private:
  std::unique_ptr<HostPartAsker> host_;
};

void put_lifestyle_packs(std::unique_ptr<HostPartAsker> host, Sections& parts) {
  parts.of<std::shared_ptr<LifestylePackSource>>() = std::make_shared<HostLifestylePacks>(std::move(host));
}

}  // namespace

std::span<const HostPartKind> hero_host_parts() {
  static constexpr HostPartKind kParts[] = {{"lifestylePacks", HostPartCost::never, put_lifestyle_packs, "packs"}};
  return kParts;
}

}  // namespace imagegen
