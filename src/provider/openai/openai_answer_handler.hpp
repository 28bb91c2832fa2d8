#pragma once
#include <boost/json/error.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "provider/common/picture_text.hpp"
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

  /// For a stream of documents. \param event What the document is called, such as
  /// "image_generation.partial_image"; may be empty.
  void begin_document(std::string_view event);
  /// The document may be broken off: what is whole counts.
  void end_document();
  bool has_image() const;
  /// For a stream of documents: no more of them are needed.
  bool has_all() const { return images.size() >= limits_.images; }
  bool in_image() const { return picture_ && picture_->is_file(); }
  /// An error has come, and the document that it is in is whole.
  bool has_whole_error() const { return error && depth_ == 0; }

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

  std::vector<FoundImage> images;
  OpenAiUsage usage;
  std::optional<ForeignError> error;
  OpenAiTold told;
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
  Place place_of_error();
  Place new_entry();
  void enter(Place place) { places_[++depth_] = place; }
  bool on_scalar(error_code& failed);
  void begin_text();
  void take_text(std::string_view part);
  void end_text();
  std::string* text_target();
  std::string* told_target();
  std::string* error_target();
  std::int64_t* count_target();
  FoundImage& image() { return place() == Place::image ? images.back() : lone_; }
  bool in_entry() const { return place() == Place::image || place() == Place::root; }
  bool at_picture() const { return in_entry() && (key_ == "b64_json" || key_ == "url"); }

  OpenAiAnswerLimits limits_;
  std::array<Place, kMaxDepth + 2> places_{};
  std::size_t depth_ = 0;
  std::string key_;
  bool key_ended_ = true;
  bool in_text_ = false;
  std::string* target_ = nullptr;       // of the text that is under way
  std::optional<PictureText> picture_;  // ... which is a picture's
  FoundImage lone_;                     // one that stands outside of `data`, as in an event
  std::string id_, document_type_;
  bool is_partial_ = false;  // the document is a picture half drawn
};

}  // namespace imagegen::detail
