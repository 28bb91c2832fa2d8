#include <boost/json/serialize.hpp>

#include <filesystem>
#include <future>

#include "engine_contract/language_runtime.hpp"
#include "engine_contract/peer_process.hpp"
#include "engine_contract/wire.hpp"

namespace imagegen::test {
namespace {

namespace js = boost::json;

// What else than a call a peer is asked for.
CallOutcome request(PeerProcess& peer, js::object line) {
  auto ended = std::make_shared<std::promise<CallOutcome>>();
  auto outcome = ended->get_future();
  peer.send(std::move(line), [ended](js::object answer) {
    CallOutcome made;
    if (const auto* error = answer.if_contains("error")) made.error = error->as_object();
    if (const auto* result = answer.if_contains("result")) made.result = *result;
    ended->set_value(std::move(made));
    return true;
  });
  if (outcome.wait_for(std::chrono::minutes(1)) == std::future_status::ready) return outcome.get();
  return {js::object{{"code", "TEST"}, {"message", "the peer has not answered in a minute"}}};
}

class PeerRuntime final : public LanguageRuntime {
 public:
  PeerRuntime(PeerProcess& peer, std::uint64_t number) : peer_(peer), number_(number) {}
  ~PeerRuntime() override {
    if (is_open_) request(peer_, line("close"));
  }

  std::optional<js::object> open(RuntimeWish wish) {
    static const auto picture = to_wire({host_picture()}).front();
    auto open = line("open");
    open["manner"] = wish.manner == Manner::plain ? "plain" : "async";
    open["config"] = std::move(wish.config);
    open["parts"] = std::move(wish.parts);
    open["picture"] = picture;
    auto error = request(peer_, std::move(open)).error;
    is_open_ = !error;
    return error;
  }

  std::uint64_t start(std::string_view operation, js::object request, std::vector<Bytes> inputs, Done done) override {
    auto call = line("call");
    call["operation"] = operation;
    call["request"] = std::move(request);
    call["inputs"] = to_wire(inputs);
    auto outcome = std::make_shared<CallOutcome>();
    return peer_.send(std::move(call), [outcome, done = std::move(done)](js::object answer) {
      if (const auto* progress = answer.if_contains("progress")) return outcome->progress.push_back(*progress), false;
      if (const auto* error = answer.if_contains("error")) outcome->error = error->as_object();
      if (const auto* result = answer.if_contains("result")) outcome->result = *result;
      outcome->files = from_wire(answer.if_contains("files"));
      done(std::move(*outcome));
      return true;
    });
  }
  void cancel(std::uint64_t call) override { peer_.tell({{"do", "cancel"}, {"call", call}}); }
  void hold_next() override { request(peer_, line("hold")); }
  void fail_next(js::object error) override {
    auto fail = line("fail");
    fail["error"] = std::move(error);
    request(peer_, std::move(fail));
  }
  int submits() override { return request(peer_, line("asked")).result.at("submits").to_number<int>(); }

 private:
  js::object line(std::string_view what) const { return {{"do", what}, {"runtime", number_}}; }

  PeerProcess& peer_;
  const std::uint64_t number_;
  bool is_open_ = false;
};

// Its program runs from the first test that needs it to the end.
class PeerLanguage final : public Language {
 public:
  PeerLanguage(std::vector<std::string> command, std::vector<std::string> needed)
      : command_(std::move(command)), needed_(std::move(needed)) {}

  std::string missing() override {
    for (const auto& file : needed_)
      if (!std::filesystem::exists(file)) return "no " + (file.empty() ? "program for it" : file);
    return {};
  }
  Opened open(RuntimeWish wish) override {
    if (!peer_) peer_ = std::make_unique<PeerProcess>(command_);
    auto runtime = std::make_unique<PeerRuntime>(*peer_, ++runtimes_);
    if (auto error = runtime->open(std::move(wish))) return {nullptr, std::move(error)};
    return {std::move(runtime)};
  }
  std::string finish() override { return peer_ ? peer_->finish() : std::string(); }

 private:
  const std::vector<std::string> command_, needed_;
  std::unique_ptr<PeerProcess> peer_;
  std::uint64_t runtimes_ = 0;
};

}  // namespace

std::unique_ptr<Language> make_peer_language(std::vector<std::string> command, std::vector<std::string> needed_files) {
  return std::make_unique<PeerLanguage>(std::move(command), std::move(needed_files));
}

}  // namespace imagegen::test
