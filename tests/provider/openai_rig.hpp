#pragma once
#include <imagegen/provider/openai.hpp>
#include <imagegen/provider/retry_provider.hpp>
#include <imagegen/testing/contract/io_runner.hpp>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "openai_fixtures.hpp"
#include "support/openai/fake_openai.hpp"
#include "support/openai/faults.hpp"
#include "support/gradient_png.hpp"

/// \file A provider with retry, over sockets, in front of the fake.
namespace imagegen::test {

/// Real time for deadlines, which the HTTP client compares with its own clock; but nobody waits between attempts.
class ImpatientClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() const override { return system_clock().now(); }
  std::chrono::system_clock::time_point wall_now() const override { return system_clock().wall_now(); }
  Task<Result<void>> sleep_until(std::chrono::steady_clock::time_point when) override {
    slept.push_back(std::chrono::ceil<std::chrono::milliseconds>(when - now()));
    co_return Result<void>{};
  }
  std::vector<std::chrono::milliseconds> slept;
};

inline FakeOpenAiOptions small_pictures() {
  FakeOpenAiOptions options;
  options.api_key = kKey;
  options.make_image = [](int, int, int index) { return gradient_png(8, 8, index); };
  return options;
}

/// The parts in the order they depend on each other.
struct OpenAiRig {
  explicit OpenAiRig(FakeOpenAiOptions fake_options = small_pictures(), HttpClientOptions http_options = {})
      : fake(std::move(fake_options)) {
    if (http_options.allowed_hosts.empty()) http_options.allowed_hosts = {fake.host()};
    http_options.ca_file = LoopbackServer::ca_file();
    http = make_http_client(std::move(http_options)).value();
    connect(options());
  }

  OpenAiOptions options(std::string model = "gpt-image-2") const {
    auto made = options_for(std::move(model));
    made.api_key = Secret(fake.api_key());
    made.base_url = fake.base_url();
    return made;
  }

  /// Makes `provider` anew.
  void connect(OpenAiOptions with) {
    RetryPolicy policy;
    policy.max_attempts = 3;
    policy.jitter_seed = 1;
    provider = with_retry(make_openai_provider(std::move(with), *http, clock).value(), policy, clock);
  }

  Result<Submission> submit(ImageRequest request = request_for("a cat"), CallContext context = {}) {
    return io.run(provider->submit(std::move(request), std::move(context)));
  }

  FakeOpenAi fake;
  IoRunner io;
  std::unique_ptr<HttpClient> http;
  ImpatientClock clock;
  std::unique_ptr<ImageProvider> provider;
};

}  // namespace imagegen::test
