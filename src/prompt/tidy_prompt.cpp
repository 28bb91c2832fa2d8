#include <imagegen/prompt/prompt_template.hpp>

namespace imagegen {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool ends_sentence(char c) {
  return c == '.' || c == '!' || c == '?';
}

void drop_trailing_space(std::string& text) {
  text.erase(text.find_last_not_of(kSpace) + 1);
}

}  // namespace

std::string tidy_prompt(std::string_view text) {
  std::string tidy;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kSpace.find(text[i]) != std::string_view::npos) {
      const auto end = std::min(text.find_first_not_of(kSpace, i), text.size());
      const bool line_end = text.substr(i, end - i).find('\n') != std::string_view::npos;
      if (!tidy.empty()) tidy += line_end ? '\n' : ' ';
      i = end - 1;
    } else if (text[i] == '.') {
      drop_trailing_space(tidy);
      if (!tidy.empty() && !ends_sentence(tidy.back())) tidy += '.';
    } else {
      tidy += text[i];
    }
  }
  drop_trailing_space(tidy);
  return tidy;
}

}  // namespace imagegen
