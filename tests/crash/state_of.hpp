#pragma once
#include <imagegen/state/state.hpp>

#include <string>

namespace imagegen::test {

/// "URL", or "URL LEDGER" for a ledger elsewhere: as one argument of a child.
inline StateOptions state_of(const std::string& text) {
  const auto space = text.find(' ');
  StateOptions options;
  options.url = Secret(text.substr(0, space));
  if (space != std::string::npos) options.ledger_url = Secret(text.substr(space + 1));
  return options;
}

}  // namespace imagegen::test
