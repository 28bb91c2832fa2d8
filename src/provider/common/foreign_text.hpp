#pragma once
#include <imagegen/core/error.hpp>
#include <imagegen/core/secret.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace imagegen {

/// Bytes that are kept of a text of an answer.
inline constexpr std::size_t kMaxForeignText = 64U << 10U;

/// Appends of `part` what there is room for. One byte beyond the limit is kept, to know that it was passed.
void append_bounded(std::string& to, std::string_view part);

/// What a service said, made fit to be shown and kept: nothing of it is trusted, and it may quote what must not get
/// out. Knows the secrets of one account.
class ForeignText {
 public:
  ForeignText() = default;
  ForeignText(Secret key) { secrets_.push_back(std::move(key)); }                  // NOLINT: one secret is the usual case
  ForeignText(std::vector<Secret> secrets) : secrets_(std::move(secrets)) {}  // NOLINT

  std::string redacted(std::string text) const { return redact(std::move(text), secrets_); }
  /// A word that is fit for our message: at most 96 of A-Z a-z 0-9 and "-_.:[]*"; else nothing.
  std::string word(std::string_view text) const;
  /// Fit for Error::provider_text: without the secrets, valid UTF-8, at most 4 KiB.
  std::string kept(std::string text) const;
  /// A prompt as the service has rewritten it: whole, or nothing where it is no UTF-8 or longer than kMaxForeignText.
  std::string prompt(std::string text) const;
  /// The last thing that touches an error: whatever quoted a secret on the way, it does not leave.
  Error cleaned(Error error) const;

 private:
  std::vector<Secret> secrets_;
};

}  // namespace imagegen
