#pragma once
#include <boost/json/error.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "provider/base64_image.hpp"
#include "provider/openai/openai_answer.hpp"

namespace imagegen::detail {

/// Counts as they came; -1 where none did.
struct OpenAiUsage {
  struct Side {
    std::int64_t total = -1, text = -1, image = -1;
  };
  Side input, output;
};

/// Takes the events of Boost.JSON's basic_parser for an images answer, and keeps only what is known, in bounds.
class OpenAiAnswerHandler {
 public:
  using error_code = boost::json::error_code;
  static constexpr std::size_t kMaxDepth = 32;
  static constexpr std::size_t max_object_size = 10'000;
  static constexpr std::size_t max_array_size = 10'000;
  static constexpr std::size_t max_key_size = 4096;
  static constexpr std::size_t max_string_size = SIZE_MAX;  // the body has a limit, and each kind of text its own

  explicit OpenAiAnswerHandler(OpenAiAnswerLimits limits) : limits_(limits) {}

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code& failed);
  bool on_object_end(std::size_t count, error_code& failed);
  bool on_array_begin(error_code& failed);
  bool on_array_end(std::size_t count, error_code& failed);
  bool on_key_part(std::string_view part, std::size_t size, error_code& failed);
  bool on_key(std::string_view part, std::size_t size, error_code& failed);
  bool on_string_part(std::string_view part, std::size_t size, error_code& failed);
  bool on_string(std::string_view part, std::size_t size, error_code& failed);
  bool on_number_part(std::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t value, std::string_view text, error_code& failed);
  bool on_uint64(std::uint64_t value, std::string_view text, error_code& failed);
  bool on_double(double, std::string_view, error_code& failed) { return on_scalar(failed); }
  bool on_bool(bool, error_code& failed) { return on_scalar(failed); }
  bool on_null(error_code& failed) { return on_scalar(failed); }
  bool on_comment_part(std::string_view, error_code&) { return true; }
  bool on_comment(std::string_view, error_code&) { return true; }

  std::vector<OpenAiImage> images;
  OpenAiUsage usage;
  std::optional<OpenAiErrorBody> error;
  bool has_data = false;

 private:
  enum class Place : std::uint8_t {
    outside,
    root,
    data,
    image,
    usage,
    input_details,
    output_details,
    error,
    error_details,
    ignored
  };

  Place place() const { return places_[depth_]; }
  Place place_of_object();
  void enter(Place place) { places_[++depth_] = place; }
  bool on_scalar(error_code& failed);
  void take_text(std::string_view part);
  void end_text();
  std::string* text_target();
  std::int64_t* count_target();
  bool at_file() const { return place() == Place::image && key_ == "b64_json"; }

  OpenAiAnswerLimits limits_;
  std::array<Place, kMaxDepth + 2> places_{};
  std::size_t depth_ = 0;
  std::string key_;
  bool key_ended_ = true;
  std::optional<Base64Image> file_;
};

}  // namespace imagegen::detail
