#include <gmock/gmock.h>

#include <random>

#include "engine/http_host.hpp"

namespace imagegen {
namespace {

using namespace test;

constexpr int kRounds = 2'000;

enum class FieldKind { text, flag, number, texts };

struct WrongField {
  const char* name;
  FieldKind kind;
};

// A route with a body that is good, and what its fields are.
struct WrongTarget {
  const char* path;
  js::object good;
  std::vector<WrongField> fields;
};

const std::vector<WrongTarget>& wrong_targets() {
  using enum FieldKind;
  static const std::vector<WrongTarget> all{
      {kHeroes, {{"dryRun", false}}, {{"shotIds", texts}, {"dryRun", flag}, {"overwrite", flag}}},
      {"/image/enhance-prompt", {{"intent", "a"}, {"prompt", "b"}}, {{"intent", text}, {"prompt", text}}},
      {"/image/execute-prompt",
       {{"intent", "a"}, {"rawPrompt", "b"}, {"finalPrompt", "c"}},
       {{"intent", text}, {"rawPrompt", text}, {"finalPrompt", text}, {"imageCount", number}}}};
  return all;
}

class Wrong {
 public:
  explicit Wrong(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t count) { return random_() % count; }

  // Something that no field of this kind takes.
  js::value value(FieldKind kind) {
    for (;;) {
      auto made = any(0);
      if (!fits(kind, made)) return made;
    }
  }

 private:
  js::value any(int depth) {
    switch (below(depth > 3 ? 6 : 8)) {
      case 0:
        return nullptr;
      case 1:
        return below(2) == 0;
      case 2:
        return static_cast<std::int64_t>(random_()) << 20;
      case 3:
        return -1.5e300;
      case 4:
        return js::value(text());
      case 5:
        return "\u0001\u202e";
      case 6: {
        js::array list;
        while (below(3) > 0) list.push_back(any(depth + 1));
        return list;
      }
      default: {
        js::object object;
        while (below(3) > 0) object[text()] = any(depth + 1);
        return object;
      }
    }
  }
  std::string text() { return std::string(below(4), "a 0\n"[below(4)]); }

  static bool fits(FieldKind kind, const js::value& made) {
    const auto is_text = [](const js::value& value) {
      return value.is_string() && value.get_string().find_first_not_of(" \n\r\t") != js::string::npos &&
             value.get_string().find('\x01') == js::string::npos;
    };
    switch (kind) {
      case FieldKind::text:
        return is_text(made);
      case FieldKind::flag:
        return made.is_bool();
      case FieldKind::number:
        return made.is_number();
      case FieldKind::texts: {
        const auto is_shot = [](const js::value& value) { return value.is_string() && !value.get_string().empty(); };
        return made.is_array() && std::ranges::all_of(made.get_array(), is_shot);
      }
    }
    return false;
  }

  std::mt19937 random_;
};

TEST(HttpFuzz, AWrongValueIsNamedAndBuysNothing) {
  HttpHost host;
  Wrong wrong(20'261'201);
  for (int round = 0; round < kRounds; ++round) {
    const auto& target = wrong_targets()[wrong.below(wrong_targets().size())];
    const auto& field = target.fields[wrong.below(target.fields.size())];
    auto body = target.good;
    body[field.name] = wrong.value(field.kind);
    const auto sent = js::serialize(body);
    const auto answered = host({"POST", target.path, sent});
    ASSERT_EQ(answered.status, 400) << target.path << " " << sent << "\n" << answered.body;
    ASSERT_THAT(answered.body, ::testing::HasSubstr(field.name)) << target.path << " " << sent;
  }
  EXPECT_EQ(host.purchases(), 0U);
  EXPECT_EQ(host.jobs(), 0U);
}

// Whatever bytes come, somebody is told what is wrong with them, and nothing is done.
TEST(HttpFuzz, BrokenBytesAreRefused) {
  HttpHost host;
  std::mt19937 random(7);
  const std::string good = R"({"imageCount":2,"intent":"a","rawPrompt":"b","finalPrompt":"c"})";
  for (int round = 0; round < kRounds; ++round) {
    auto sent = good.substr(0, 1 + random() % (good.size() - 1));  // cut off
    sent[random() % sent.size()] = static_cast<char>(random());
    const auto answered = host({"POST", "/image/execute-prompt", sent});
    ASSERT_EQ(answered.status, 400) << sent << "\n" << answered.body;
    ASSERT_THAT(answered.body, ::testing::HasSubstr("expected ")) << sent;
  }
  EXPECT_EQ(host.jobs(), 0U);
}

}  // namespace
}  // namespace imagegen
