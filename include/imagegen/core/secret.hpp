#pragma once
#include <iosfwd>
#include <span>
#include <string>
#include <utility>

namespace imagegen {

/// A key or password. It prints as "***"; only the code that signs or sends it calls reveal().
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  /// Whether there is none: a service that needs a key then refuses to be made.
  bool empty() const noexcept { return value_.empty(); }
  /// What it is, lent for as long as this object lives. Not to be printed or put into messages; see redact().
  const std::string& reveal() const noexcept { return value_; }

 private:
  std::string value_;
};

/// Writes "***".
std::ostream& operator<<(std::ostream& out, const Secret& secret);

/// `text` with every occurrence of the secret, whole or its first or last 8 characters or more, replaced by "***".
/// Servers echo keys in error messages. Empty and very short secrets (under 4 characters) change nothing.
std::string redact(std::string text, const Secret& secret);
/// The same for several, the longest first: one may be a part of another.
std::string redact(std::string text, std::span<const Secret> secrets);

}  // namespace imagegen
