#include "state/mongo/job_mirror.hpp"

#include <imagegen/core/utf8.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "json/object_reader.hpp"

namespace imagegen::mongo {
namespace {

namespace js = boost::json;

constexpr std::size_t kMostFields = 64, kLongestText = 64U << 10U, kLongestName = 64, kMostTexts = 1000;
constexpr std::array<std::string_view, 9> kOurs = {"_id",   "jobId", "kind",      "owner",    "status",
                                                   "error", "job",   "createdAt", "updatedAt"};

// Not what has a meaning in an update or a path: a dot, a dollar.
bool may_be_called(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  const bool letter = !name.empty() && !(name.front() >= '0' && name.front() <= '9');
  return letter && name.size() <= kLongestName && std::all_of(name.begin(), name.end(), is_plain) &&
         std::find(kOurs.begin(), kOurs.end(), name) == kOurs.end();
}

bool may_be_shown(std::string_view text) {
  return text.size() <= kLongestText && text.find('\0') == std::string_view::npos && is_valid_utf8(text);
}

class Mirror {
 public:
  // What is written first stays, so the output goes before the input.
  void show(std::string_view text) {
    if (text.empty() || text.size() > kLargestShown) return;
    const auto parsed = json::parse(text, kLargestShown);
    const auto* object = parsed ? parsed->if_object() : nullptr;
    if (object == nullptr) return;
    for (const auto& [key, value] : *object) show(std::string_view(key), value);
    if (const auto* images = object->if_contains("images"); images != nullptr && images->is_array())
      show_urls(images->get_array());
  }
  Document made;

 private:
  bool is_new(std::string_view name) {
    return names_.size() < kMostFields && may_be_called(name) && names_.emplace(name).second;
  }

  void show(std::string_view name, const js::value& value) {
    if (const auto* text = value.if_string()) {
      if (may_be_shown(*text) && is_new(name)) made.text(name, *text);
    } else if (const auto* number = value.if_int64()) {
      if (is_new(name)) show_number(name, *number);
    } else if (const auto* real = value.if_double()) {
      if (is_new(name)) made.real(name, *real);
    } else if (const auto* flag = value.if_bool()) {
      if (is_new(name)) made.flag(name, *flag);
    } else if (const auto* list = value.if_array()) {
      show_texts(name, *list);
    }
  }

  void show_number(std::string_view name, std::int64_t number) {
    const bool small = number >= std::numeric_limits<int>::min() && number <= std::numeric_limits<int>::max();
    small ? made.integer(name, static_cast<int>(number)) : made.number(name, number);
  }

  void show_texts(std::string_view name, const js::array& list) {
    std::vector<std::string> texts;
    for (const auto& value : list) {
      const auto* text = value.if_string();
      if (text == nullptr || !may_be_shown(*text)) return;
      texts.emplace_back(*text);
    }
    if (texts.size() <= kMostTexts && is_new(name)) made.texts(name, texts);
  }

  void show_urls(const js::array& images) {
    std::vector<std::string> urls;
    for (const auto& image : images) {
      const auto* object = image.if_object();
      const auto* url = object != nullptr ? object->if_contains("url") : nullptr;
      const auto* text = url != nullptr ? url->if_string() : nullptr;
      if (text != nullptr && may_be_shown(*text)) urls.emplace_back(*text);
    }
    if (urls.size() <= kMostTexts && is_new("cdnUrls")) made.texts("cdnUrls", urls);
  }

  std::set<std::string, std::less<>> names_;
};

std::set<std::string> names_of(const Document& document) {
  std::set<std::string> names;
  bson_iter_t at;
  if (!bson_iter_init(&at, document.get())) return names;
  while (bson_iter_next(&at)) names.emplace(bson_iter_key(&at));
  return names;
}

}  // namespace

std::string_view status_of(JobState state) noexcept {
  switch (state) {
    case JobState::queued:
      return "QUEUED";
    case JobState::running:
      return "RUNNING";
    case JobState::succeeded:
      return "DONE";
    case JobState::partly_succeeded:
    case JobState::failed:
    case JobState::cancelled:
      break;
  }
  return "FAILED";
}

Document mirror_of(const Job& job) {
  Mirror mirror;
  mirror.show(job.output);
  mirror.show(job.input);
  return std::move(mirror.made);
}

std::vector<std::string> lost_fields(const Document& before, const Document& after) {
  const auto kept = names_of(after);
  std::vector<std::string> lost;
  for (const std::string& name : names_of(before)) {
    if (!kept.contains(name)) lost.push_back(name);
  }
  return lost;
}

}  // namespace imagegen::mongo
