#include "support/openai/generation_rules.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>

namespace imagegen::test {
namespace {

namespace json = boost::json;
using Words = std::set<std::string, std::less<>>;

enum class Family { gpt_image_2, gpt_image_25, gpt_image_1, dall_e_3, dall_e_2 };

const std::map<std::string, Family, std::less<>>& models() {
  static const std::map<std::string, Family, std::less<>> known{{"gpt-image-2", Family::gpt_image_2},
                                                                {"gpt-image-2-2026-04-21", Family::gpt_image_2},
                                                                {"gpt-image-2.5-flare", Family::gpt_image_25},
                                                                {"gpt-image-2.5-sunburst", Family::gpt_image_25},
                                                                {"gpt-image-1.5", Family::gpt_image_1},
                                                                {"gpt-image-1", Family::gpt_image_1},
                                                                {"gpt-image-1-mini", Family::gpt_image_1},
                                                                {"chatgpt-image-latest", Family::gpt_image_1},
                                                                {"dall-e-3", Family::dall_e_3},
                                                                {"dall-e-2", Family::dall_e_2}};
  return known;
}

bool is_gpt_image(Family family) {
  return family != Family::dall_e_3 && family != Family::dall_e_2;
}

const Words& qualities(Family family) {
  static const Words gpt{"low", "medium", "high", "auto"}, gpt25{"low", "medium", "high", "xhigh", "max", "auto"},
      dall_e_3{"standard", "hd"}, dall_e_2{"standard"};
  if (family == Family::dall_e_3) return dall_e_3;
  if (family == Family::dall_e_2) return dall_e_2;
  return family == Family::gpt_image_25 ? gpt25 : gpt;
}

const Words& sizes(Family family) {
  static const Words gpt{"auto", "1024x1024", "1536x1024", "1024x1536"},
      dall_e_3{"1024x1024", "1792x1024", "1024x1792"}, dall_e_2{"256x256", "512x512", "1024x1024"};
  if (family == Family::dall_e_3) return dall_e_3;
  return family == Family::dall_e_2 ? dall_e_2 : gpt;
}

std::size_t max_prompt(Family family) {
  if (family == Family::dall_e_2) return 1000;
  return family == Family::dall_e_3 ? 4000 : 32000;
}

// Section 2.2.
bool is_free_size(int width, int height) {
  const long pixels = static_cast<long>(width) * height;
  const int longer = std::max(width, height), shorter = std::min(width, height);
  return width % 16 == 0 && height % 16 == 0 && longer <= 3840 && longer <= 3 * shorter && pixels >= 655360 &&
         pixels <= 8294400;
}

/// Checks the fields of one body and remembers the first fault.
class Checker {
 public:
  Checker(const json::object& body, Family family) : body_(body), family_(family) {
    if (is_gpt_image(family)) {
      fields_ = {
          "model",      "prompt",     "n",      "size",           "quality", "output_format", "output_compression",
          "background", "moderation", "stream", "partial_images", "user"};
    } else {
      fields_ = {"model", "prompt", "n", "size", "quality", "response_format", "user"};
      if (family == Family::dall_e_3) fields_.insert("style");
    }
  }

  std::variant<Generation, Refusal> run() {
    known_fields();
    Generation out;
    out.gpt_image = is_gpt_image(family_);
    out.model = word("model");
    out.prompt = word("prompt");
    prompt_length(out.prompt);
    out.n = number("n", 1, family_ == Family::dall_e_3 ? 1 : 10, 1);
    out.quality = one_of("quality", qualities(family_), out.gpt_image ? "auto" : "standard");
    read_size(out);
    rest(out);
    if (fault_) return *fault_;
    return out;
  }

 private:
  void fail(Refusal refusal) {
    if (!fault_) fault_ = std::move(refusal);
  }

  void known_fields() {
    for (const auto& field : body_) {
      const std::string name(field.key());
      if (!fields_.contains(name)) fail(refuse("unknown_parameter", name, "Unknown parameter: '" + name + "'."));
    }
  }

  const json::value* find(const char* name) {
    const auto* value = body_.if_contains(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  std::string word(const char* name) {
    const auto* value = find(name);
    if (value == nullptr) return {};
    if (!value->is_string())
      fail(refuse("invalid_type", name, std::string("Invalid type for '") + name + "': expected a string."));
    return value->is_string() ? std::string(value->get_string()) : std::string();
  }

  std::string one_of(const char* name, const Words& allowed, std::string otherwise) {
    if (find(name) == nullptr) return otherwise;
    auto value = word(name);
    if (!allowed.contains(value)) fail(refuse("invalid_value", name, "Invalid value: '" + value + "'."));
    return value;
  }

  int number(const char* name, int least, int most, int otherwise) {
    const auto* value = find(name);
    if (value == nullptr) return otherwise;
    if (!value->is_int64()) {
      fail(refuse("invalid_type", name, std::string("Invalid type for '") + name + "': expected an integer."));
      return otherwise;
    }
    if (value->get_int64() < least || value->get_int64() > most) {
      fail(refuse("invalid_value", name, std::string(name) + " is out of range"));
      return otherwise;
    }
    return static_cast<int>(value->get_int64());
  }

  void prompt_length(const std::string& prompt) {
    const auto chars = std::count_if(prompt.begin(), prompt.end(), [](char c) { return (c & 0xC0) != 0x80; });
    if (prompt.empty()) fail(refuse("missing_required_parameter", "prompt", "Missing required parameter: 'prompt'."));
    if (static_cast<std::size_t>(chars) > max_prompt(family_)) {
      fail(refuse("string_above_max_length", "prompt", "Invalid 'prompt': string too long."));
    }
  }

  void read_size(Generation& out) {
    out.size = find("size") == nullptr ? "auto" : word("size");
    const bool numbers = std::sscanf(out.size.c_str(), "%dx%d", &out.width, &out.height) == 2;
    const bool exact = out.size == std::to_string(out.width) + "x" + std::to_string(out.height);
    const bool free = family_ == Family::gpt_image_2 || family_ == Family::gpt_image_25;
    const bool fine = out.size == "auto" ? is_gpt_image(family_)
                      : free             ? numbers && exact && is_free_size(out.width, out.height)
                                         : sizes(family_).contains(out.size);
    if (!fine) fail(refuse("invalid_value", "size", "Invalid value: '" + out.size + "'."));
  }

  void rest(Generation& out) {
    word("user");
    if (!out.gpt_image) {
      out.wants_url = one_of("response_format", {"url", "b64_json"}, "url") == "url";
      one_of("style", {"vivid", "natural"}, "vivid");
      return;
    }
    one_of("moderation", {"low", "auto"}, "auto");
    const auto format = one_of("output_format", {"png", "jpeg", "webp"}, "png");
    const auto background = one_of("background", {"transparent", "opaque", "auto"}, "auto");
    if (background == "transparent" && format == "jpeg")
      fail(refuse("invalid_value", "background", "needs png or webp"));
    if (find("output_compression") != nullptr && format == "png") {
      fail(refuse("invalid_value", "output_compression", "needs jpeg or webp"));
    }
    number("output_compression", 0, 100, 100);
    if (find("stream") != nullptr || find("partial_images") != nullptr) {
      fail(refuse("unsupported_here", "stream", "this fake has no streaming"));
    }
  }

  const json::object& body_;
  Family family_;
  Words fields_;
  std::optional<Refusal> fault_;
};

}  // namespace

bool knows_model(std::string_view id) {
  return models().contains(id) || id.starts_with("gateway-");
}

Refusal refuse(std::string code, std::string param, std::string message) {
  return {400, "invalid_request_error", std::move(code), std::move(param), std::move(message)};
}

std::variant<Generation, Refusal> check_generation(std::string_view body) {
  boost::system::error_code failed;
  const auto value = json::parse(body, failed);
  if (failed || !value.is_object()) return refuse("", "", "We could not parse the JSON body of your request.");
  const auto* model = value.get_object().if_contains("model");
  // The service has a default, which is not to be relied on: here it is an error not to name one.
  if (model == nullptr || !model->is_string())
    return refuse("missing_required_parameter", "model", "no model is named");
  const std::string id(model->get_string());
  if (!knows_model(id))
    return Refusal{404, "invalid_request_error", "model_not_found", "model", "The model '" + id + "' does not exist."};
  const auto found = models().find(id);
  return Checker(value.get_object(), found == models().end() ? Family::gpt_image_1 : found->second).run();
}

}  // namespace imagegen::test
