#pragma once
#include <imagegen/provider/exchange.hpp>

#include <chrono>

#include "provider/openai/openai_answer.hpp"
#include "provider/openai/openai_request.hpp"

namespace imagegen {

/// POST /images/generations; then, where the answer gives URLs and not files, their downloads.
///
/// Keeps what is good: an image that cannot be read or fetched is an error only when no other came, because all of them
/// are paid for.
class OpenAiExchange final : public Exchange {
 public:
  /// \param settings Must outlive the exchange.
  /// \param now      When the call began; what a Retry-After date is compared with.
  OpenAiExchange(const OpenAiSettings& settings, const ImageRequest& request, const CallContext& context,
                 std::chrono::system_clock::time_point now);

  Step start() override;
  Step on_response(const HttpResponse& response) override;
  Step on_fetched(Result<Bytes> file) override;
  Step on_wake() override { return next(); }
  Step on_error(Error error) override;

 private:
  Step next();
  Done finish();
  bool has_image() const;
  Done fail(Error error) const;
  Error with_told(Error error) const;

  const OpenAiSettings& settings_;
  std::string body_;
  struct Room final : BodyGate {
    explicit Room(std::function<Task<void>()> room) : ask(std::move(room)) {}
    Task<void> open() override { return ask(); }
    std::function<Task<void>()> ask;
  } room_;
  std::size_t wanted_;
  std::chrono::system_clock::time_point now_;
  OpenAiAnswerReader reader_;
  OpenAiAnswer answer_;
  Url asked_;
  std::string request_id_;
  bool is_paid_ = false;  // answered 2xx: whatever fails now is billed, or may be
  std::size_t at_ = 0;  // the image that is looked at
  int fetches_ = 0;     // of its URL
  bool has_url_ = false;
};

}  // namespace imagegen
