#pragma once
#include <imagegen/maker/provider/exchange.hpp>

#include <optional>
#include <string>
#include <vector>

#include "provider/common/picture_text.hpp"

namespace imagegen {

/// The pictures of an answer, those that it gives as URLs among them: says what to fetch, and how often. A download is
/// free and what it gets is paid for, so it is worth repeating: five times in 7.5 s, for a CDN that does not have it yet.
///
/// Keeps what is good: a picture that cannot be read or fetched is an error only when no other came, because all of them
/// are paid for.
class ResultFetch {
 public:
  /// \param max_bytes Largest file.
  explicit ResultFetch(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  /// What came as a file is looked at as what is fetched is. Begun once more, what was had stays, in its place.
  void begin(std::vector<FoundImage> found);
  /// \return A Fetch or a Wait; nothing: all have been had, or cannot be.
  std::optional<Step> next();
  std::optional<Step> on_fetched(Result<Bytes> file);
  std::optional<Step> on_wake() { return next(); }

  /// The one that next() spoke of.
  const FoundImage& current() const { return images_.at(at_); }
  bool has_image() const;
  /// Whether one that did not come may come from another URL, or another time.
  bool may_come() const;
  /// Whether one was to be fetched.
  bool has_url() const { return has_url_; }
  /// Why the first picture could not be had; nothing: it was, or none was promised.
  std::optional<Error> fault() const;
  bool has_first() const { return !images_.empty() && !images_.front().file.empty(); }
  /// What was had, in its order.
  std::vector<FoundImage> take() &&;
  /// Those before the first that was not had.
  std::vector<FoundImage> take_first() &&;

 private:
  std::size_t max_bytes_;
  std::vector<FoundImage> images_;
  std::size_t at_ = 0;  // the picture that is looked at
  int fetches_ = 0;     // of its URL
  bool has_url_ = false;
};

}  // namespace imagegen
