#include <boost/json/parse.hpp>

#include "engine/asset_json.hpp"
#include "engine/host_part.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;
using json::Need;
using json::ObjectReader;

// What ObjectReader finds wrong with a record inside an answer.
AssetRecord read_inside(ObjectReader& root, const js::value& value, const std::string& path) {
  std::vector<FieldFault> faults;
  auto asset = json::fields_of_type<AssetRecord>().read(value, {path, faults}, json::Unknown::ignored);
  for (const auto& fault : faults) root.fault(fault.path, fault.message);
  if (faults.empty())
    if (const auto checked = check_asset(asset); !checked) root.fault(path, checked.error().message);
  return asset;
}

class HostAssets final : public AssetStore {
 public:
  explicit HostAssets(HostPartLink link) : link_(std::move(link)) {}

  Task<Result<void>> put(AssetRecord asset) override {
    const auto checked = check_asset(asset);
    if (!checked) co_return checked.error();
    js::object arguments{{"asset", fields_of(&asset).write(asset)}};
    const auto answer = co_await link_.ask("put", std::move(arguments));
    if (!answer) co_return answer.error();
    co_return Result<void>{};
  }

  Task<Result<std::optional<AssetRecord>>> find(std::string id) override {
    js::object arguments{{"id", id}};
    const auto answer = co_await link_.ask("find", std::move(arguments));
    if (!answer) co_return answer.error();
    const auto* asset = answer->document.if_contains("asset");
    if (!asset || asset->is_null()) co_return std::optional<AssetRecord>();
    co_return read_answer("assets.find", answer->document, [](ObjectReader& root) {
      return std::optional<AssetRecord>(read_inside(root, *root.value("asset"), "asset"));
    });
  }

  Task<Result<AssetPage>> list(AssetQuery query) override {
    auto arguments = fields_of(&query).write(query);
    const auto answer = co_await link_.ask("list", std::move(arguments));
    if (!answer) co_return answer.error();
    co_return read_answer("assets.list", answer->document, [](ObjectReader& root) {
      AssetPage page;
      if (const auto* list = root.array("assets", 1000, Need::required))
        for (std::size_t i = 0; i < list->size(); ++i)
          page.assets.push_back(read_inside(root, (*list)[i], "assets[" + std::to_string(i) + "]"));
      if (root.has("next")) page.next = root.text("next", Need::optional);
      return page;
    });
  }

  Task<Result<void>> remove(std::string id) override {
    js::object arguments{{"id", id}};
    const auto answer = co_await link_.ask("remove", std::move(arguments));
    if (!answer && answer.error().code != Errc::not_found) co_return answer.error();
    co_return Result<void>{};
  }

 private:
  HostPartLink link_;
};

class HostEvents final : public EventSink {
 public:
  explicit HostEvents(HostPartLink link) : link_(std::move(link)) {}

  // Nobody waits: what the host answers, or that it does not, changes nothing.
  void emit(Event event) override {
    auto asked = link_.question("deliver", js::parse(to_json_line(event)).as_object());
    link_.calls->tell(link_.route, std::move(asked));
  }
  Result<void> deliver(const Event& event) override { return deliver_until(event, {}); }
  Result<void> deliver_until(const Event& event, std::stop_token stop) override {
    const auto answer =
        link_.ask_and_wait("deliver", js::parse(to_json_line(event)).as_object(), std::move(stop));
    if (!answer) return answer.error();
    return {};
  }

 private:
  HostPartLink link_;
};

}  // namespace

std::unique_ptr<AssetStore> make_host_assets(HostPartLink link) {
  return std::make_unique<HostAssets>(std::move(link));
}
std::unique_ptr<EventSink> make_host_events(HostPartLink link) {
  return std::make_unique<HostEvents>(std::move(link));
}

}  // namespace imagegen
