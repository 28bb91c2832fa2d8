// Templates: whatever the template and the fields are, a prompt that is built is tidy, and building it is
// deterministic.
#include <imagegen/prompt/prompt_template.hpp>

#include <cstdint>
#include <cstdlib>

namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view kNames[] = {"scenario", "notes"};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto cut = text.find('|');
  const auto parsed = imagegen::PromptTemplate::parse(text.substr(0, cut), kNames);
  if (!parsed) return 0;
  imagegen::PromptFields fields;
  if (cut != text.npos) fields["scenario"] = text.substr(cut + 1);
  const auto prompt = parsed->render(fields);
  if (!prompt) return 0;
  expect(prompt->find("..") == prompt->npos);
  expect(prompt->find("  ") == prompt->npos);
  expect(imagegen::tidy_prompt(*prompt) == *prompt);
  expect(*parsed->render(fields) == *prompt);
  return 0;
}
