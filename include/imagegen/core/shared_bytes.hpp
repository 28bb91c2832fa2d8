#pragma once
#include <imagegen/core/bytes.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace imagegen {

/// Bytes with many owners that nobody changes; copying it copies no bytes. Safe from any thread.
class SharedBytes {
 public:
  SharedBytes() = default;
  /// Takes `bytes` over.
  explicit SharedBytes(Bytes bytes) {
    auto owned = std::make_shared<const Bytes>(std::move(bytes));
    view_ = *owned;
    owner_ = std::move(owned);
  }
  /// Somebody else's bytes, which live as long as `owner` does.
  SharedBytes(ByteView view, std::shared_ptr<const void> owner) : view_(view), owner_(std::move(owner)) {}

  /// Copies the bytes once; `view` need not outlive the call.
  static SharedBytes copy_of(ByteView view) { return SharedBytes(Bytes(view.begin(), view.end())); }
  /// The caller keeps them alive.
  static SharedBytes lent(ByteView view) { return {view, nullptr}; }

  /// The bytes, borrowed for as long as a copy of this object lives; of lent ones, as long as the caller keeps them.
  ByteView view() const noexcept { return view_; }
  /// Bytes; 0 of an object that holds none.
  std::size_t size() const noexcept { return view_.size(); }

 private:
  ByteView view_;
  std::shared_ptr<const void> owner_;
};

}  // namespace imagegen
