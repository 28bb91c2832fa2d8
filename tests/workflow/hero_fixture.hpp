#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/event/event_sink.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/contract/io_runner.hpp>
#include <imagegen/testing/fake_provider.hpp>
#include <imagegen/testing/faulty_store.hpp>
#include <imagegen/workflow/heroes/hero_workflow.hpp>

#include <gmock/gmock.h>

#include "workflow/example_pack.hpp"
#include "workflow/pictures.hpp"

namespace imagegen::test {

// The workflow over a memory store and a provider that answers at once.
class HeroFixture : public ::testing::Test {
 protected:
  HeroFixture() {
    provider_.model().sizes = SizeList{{{96, 64}}};
    provider_.capability_.provider = "openai";
    provider_.model().model = "gpt-image-1";
    options_.prompt_template = "{scenario}.";
  }

  HeroOutcome run(const HeroRequest& request = {}) { return run(example_pack(), request); }
  HeroOutcome run(LifestylePack pack, const HeroRequest& request = {}) {
    return io_.run(run_heroes(services(), options_, "wi-1", std::move(pack), request));
  }
  HeroResult result(const HeroRequest& request = {}) { return std::get<HeroResult>(run(request)); }
  HeroRefusal refusal(const HeroRequest& request = {}) { return std::get<HeroRefusal>(run(request)); }

  HeroServices services() {
    auto all = bare_services();
    all.assets = assets_.get();
    return all;
  }
  HeroServices bare_services() {
    return {{providers_, store_, *ledger_, pool_, system_clock(), PriceTable::built_in()}, *events_};
  }

  Bytes file(const std::string& key) { return io_.run(memory_->get(ObjectKey::parse(key).value(), 1U << 20U)).value(); }
  void remove(const std::string& key) { io_.run(memory_->remove(ObjectKey::parse(key).value())).value(); }
  // Of pictures and files, without the answers that lie beside masters.
  std::vector<std::string> keys(const std::string& prefix) {
    std::vector<std::string> names;
    for (const auto& object : io_.run(memory_->list(prefix, 1000, "")).value()) {
      if (!object.key.ends_with(".json")) names.push_back(object.key);
    }
    return names;
  }

  IoRunner io_;  // outlives the pool, whose threads post to it
  ThreadPool pool_{2};
  FakeProvider provider_{[](PixelSize size) { return picture(size); }};
  ProviderSet providers_{provider_};
  std::unique_ptr<ObjectStore> memory_ = make_memory_store();
  FaultyStore store_{*memory_};
  std::vector<Event> emitted_;
  std::unique_ptr<EventSink> events_ =
      make_callback_event_sink([this](const Event& event) { emitted_.push_back(event); });
  std::unique_ptr<Ledger> ledger_ = make_memory_ledger();
  std::unique_ptr<AssetStore> assets_ = make_memory_asset_store();
  HeroOptions options_;
};

}  // namespace imagegen::test
