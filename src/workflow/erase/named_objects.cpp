#include "workflow/erase/named_objects.hpp"

#include "json/object_reader.hpp"

namespace imagegen::erasure {
namespace {

namespace js = boost::json;

constexpr std::size_t kLargestNaming = 64U << 20U;  // bytes; the largest output that a store takes

class TextFinder {
 public:
  void look(const js::value& value, std::string_view path) {
    if (const auto* list = value.if_array()) {
      for (const auto& element : *list) look(element, path);
    } else if (const auto* object = value.if_object()) {
      const auto dot = path.find('.');
      const auto* inner = path.empty() ? nullptr : object->if_contains(path.substr(0, dot));
      if (inner != nullptr) look(*inner, dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1));
    } else if (const auto* text = value.if_string()) {
      look_into(*text, path);
    }
  }

  std::vector<std::string> texts;

 private:
  void look_into(std::string_view text, std::string_view path) {
    if (path.empty()) {
      if (!text.empty()) texts.emplace_back(text);
      return;
    }
    const auto inner = json::parse(text, kLargestNaming);
    if (inner && !inner->is_string()) look(*inner, path);
  }
};

}  // namespace

std::vector<std::string> texts_at(const js::value& document, std::string_view path) {
  TextFinder finder;
  finder.look(document, path);
  return std::move(finder.texts);
}

void add_objects(std::string_view document, std::span<const std::string_view> paths, std::set<std::string>& keys) {
  if (document.empty() || paths.empty()) return;
  const auto parsed = json::parse(document, kLargestNaming);
  if (!parsed) return;
  for (const auto path : paths)
    for (auto& key : texts_at(*parsed, path)) keys.insert(std::move(key));
}

}  // namespace imagegen::erasure
