#include "http/client_fixture.hpp"

namespace imagegen {
namespace {

using namespace test;  // NOLINT: the whole file is about it
using std::chrono::milliseconds;

class CountingGate final : public BodyGate {
 public:
  Task<void> open() override {
    ++asked;
    co_await system_clock().sleep_until(system_clock().now() + held);
  }
  int asked = 0;
  milliseconds held{0};
};

Result<HttpResponse> send_through(BodyGate& gate, const Reply& reply, HttpClientOptions options = {}) {
  LoopbackServer server(reply);
  const auto http = client(std::move(options));
  auto asked = request("GET", server.url("/"));
  asked.gate = &gate;
  return send(*http, std::move(asked));
}

TEST(ClientGate, IsAskedOnceAndThenTheWholeBodyComes) {
  CountingGate gate;
  const auto body = std::string(1'000'000, 'x');
  EXPECT_EQ(text_of(send_through(gate, Reply::of(200, body))), body);
  EXPECT_EQ(gate.asked, 1);
}

TEST(ClientGate, IsNotAskedForAnErrorOrForNoBody) {
  CountingGate gate;
  EXPECT_EQ(send_through(gate, Reply::of(500, std::string(200'000, 'x'))).value().status, 500);
  EXPECT_EQ(send_through(gate, Reply::of(204, "")).value().status, 204);
  EXPECT_EQ(gate.asked, 0);
}

TEST(ClientGate, ALongWaitAtItIsNoPauseInTheBody) {
  CountingGate gate;
  gate.held = milliseconds(200);
  HttpClientOptions options;
  options.idle_timeout = milliseconds(50);
  const auto body = std::string(1'000'000, 'x');
  EXPECT_EQ(text_of(send_through(gate, Reply::of(200, body), options)), body);
}

}  // namespace
}  // namespace imagegen
