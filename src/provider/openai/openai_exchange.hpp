#pragma once
#include <imagegen/maker/provider/exchange.hpp>

#include <chrono>
#include <optional>
#include <string>

#include "provider/common/result_fetch.hpp"
#include "provider/common/room_gate.hpp"
#include "provider/openai/openai_answer.hpp"
#include "provider/openai/openai_request.hpp"

namespace imagegen {

/// POST /images/generations; then, where the answer gives URLs and not files, their downloads.
class OpenAiExchange final : public Exchange {
 public:
  /// \param settings Must outlive the exchange.
  /// \param now      When the call began; what a Retry-After date is compared with.
  OpenAiExchange(const OpenAiSettings& settings, const ImageRequest& request, const CallContext& context,
                 std::chrono::system_clock::time_point now);

  Step start() override;
  Step on_response(const HttpResponse& response) override;
  Step on_fetched(Result<Bytes> file) override;
  Step on_wake() override { return after(results_.on_wake()); }
  Step on_error(Error error) override;

 private:
  Step after(std::optional<Step> fetching);
  Done finish();
  Error without_picture() const;
  Done fail(Error error) const;
  Error with_told(Error error) const;

  const OpenAiSettings& settings_;
  std::string body_;
  RoomGate room_;
  std::size_t wanted_;
  std::chrono::system_clock::time_point now_;
  OpenAiAnswerReader reader_;
  ResultFetch results_;
  std::optional<TokenUsage> usage_;
  Url asked_;
  std::string request_id_;
  bool is_paid_ = false;  // answered 2xx: whatever fails now is billed, or may be
};

}  // namespace imagegen
