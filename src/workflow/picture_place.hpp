#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/core/places.hpp>

#include <memory>

// The place of one picture among those that are in memory.
namespace imagegen {

class PicturePlace {
 public:
  // \param places Null: as many as come. `deadline` is that of the work, and moves while it stands in line.
  PicturePlace(Places* places, Clock& clock, Deadline& deadline) : places_(places), clock_(clock), deadline_(deadline) {}

  bool is_needed() const { return places_ != nullptr; }
  const std::shared_ptr<void>& held() const { return place_; }

  // For what a provider has ready: in line the deadline stands still, because it has done its part. Results do not last for
  // ever, so that memory is the smaller worry after a while. Errc::cancelled.
  Task<Result<void>> take();
  // For an answer that has begun to arrive. A provider that waits for too long may hang up, and the picture is paid for:
  // then memory is the smaller worry.
  Task<void> take_for_answer();
  // Nothing came of it.
  void leave() { place_.reset(); }

 private:
  Places* places_;
  Clock& clock_;
  Deadline& deadline_;
  std::shared_ptr<void> place_;
};

}  // namespace imagegen
