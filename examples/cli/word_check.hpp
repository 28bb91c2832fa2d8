#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class Option;
}

namespace cli {

// The option takes one of these words; another is refused with the nearest of them. Help and completion tell them.
// `other`: taken too, and told nobody.
CLI::Option* takes_words(CLI::Option* option, std::vector<std::string> words, std::vector<std::string> other = {});

// The option takes a whole number, of low..high where `high` is above 0.
CLI::Option* takes_number(CLI::Option* option, std::int64_t low, std::int64_t high);
// The option takes any number, with a decimal point.
CLI::Option* takes_real(CLI::Option* option);

}  // namespace cli
