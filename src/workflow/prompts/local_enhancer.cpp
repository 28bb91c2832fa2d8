#include <imagegen/workflow/prompts/prompt_enhancer.hpp>
#include <imagegen/workflow/prompts/prompt_job.hpp>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

namespace imagegen {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

// Runs of white space become one space; none at the ends.
std::string tidied(std::string_view text) {
  std::string tidy;
  for (const char c : text) {
    if (!is_space(c))
      tidy += c;
    else if (!tidy.empty() && tidy.back() != ' ')
      tidy += ' ';
  }
  while (!tidy.empty() && tidy.back() == ' ') tidy.pop_back();
  return tidy;
}

std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// Something that a good prompt speaks of: said when none of the words is there.
struct Rule {
  std::initializer_list<std::string_view> words;
  std::string_view sentence;
};

const Rule kRules[] = {
    {{"composition", "close-up", "close up", "wide shot", "framed", "centred", "centered", "angle", "view"},
     "One clear subject with room around it."},
    {{"light", "lit ", "sunset", "sunrise", "night", "dark", "bright", "shadow", "golden hour"},
     "Soft natural light with gentle shadows."},
    {{"photo", "illustration", "painting", "drawing", "render", "3d", "watercolour", "watercolor", "vector", "sketch",
      "cartoon", "style"},
     "Realistic photograph with true colours and fine detail."},
    {{"text", "letter", "logo", "watermark", "sign", "caption", "words"}, "No text, no logos, no watermarks."},
};

bool mentions(std::string_view prompt, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](auto word) { return prompt.find(word) != std::string_view::npos; });
}

// Unless that would be too long; bytes are counted, of which there are never fewer than characters.
void add_sentence(std::string& text, std::string_view sentence, std::size_t most) {
  if (text.size() + 2 + sentence.size() > most) return;
  const bool ended = text.empty() || text.ends_with('.') || text.ends_with('!') || text.ends_with('?');
  if (!ended) text += '.';
  if (!text.empty()) text += ' ';
  text += sentence;
}

class LocalEnhancer : public PromptEnhancer {
 public:
  Task<Result<std::string>> enhance(EnhanceRequest request, Deadline) override {
    std::string made = tidied(request.prompt);
    const std::string intent = tidied(request.intent), known = lower_case(made + " " + intent);
    const std::size_t most = std::min(request.max_chars, kMaxPromptBytes);
    for (const Rule& rule : kRules) {
      if (!mentions(known, rule.words)) add_sentence(made, rule.sentence, most);
    }
    if (!intent.empty()) add_sentence(made, "Made for: " + intent + ".", most);
    co_return made;
  }
};

}  // namespace

std::unique_ptr<PromptEnhancer> make_local_enhancer() {
  return std::make_unique<LocalEnhancer>();
}

}  // namespace imagegen
