#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace cli {

enum class Loudness { quiet, normal, verbose };
enum class Colour { automatic, always, never };

// How the process speaks; what every command is told by -q, -v, --color and --json.
struct Manner {
  Loudness loudness = Loudness::normal;
  Colour colour = Colour::automatic;
  bool json = false;  // so that errors are documents too, whoever finds them
};
Manner& manner();

bool is_terminal(int descriptor);
// COLUMNS, or what the terminal says, or 80 without one. Asked anew each time, because windows are resized.
std::size_t columns_of(int descriptor);
// Whether the locale of the environment is one of UTF-8. Only what we draw ourselves asks; texts stay as they are.
bool speaks_utf8();
// "…", or "..." where the locale has no such sign.
std::string_view ellipsis();

enum class Style { heading, fault };
// The text in a style: with NO_COLOR, CLICOLOR=0, --color never, a dumb terminal, or none, as it is.
std::string painted(int descriptor, Style style, std::string_view text);

}  // namespace cli
