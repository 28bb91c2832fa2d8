#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/provider/image_provider.hpp>

#include <functional>
#include <memory>

namespace imagegen {

/// Turns pixels into a file; the image module's encode_png() is one.
using BitmapEncoder = std::function<Result<Bytes>(const Bitmap&)>;

/// A provider with no model, no network and no cost: it draws a labelled picture that depends on prompt, size and seed
/// alone, and is so varied (scale marks at the edges, a named point in each ninth) that a wrong crop shows.
/// \param pool Where it draws; must outlive the provider.
std::unique_ptr<ImageProvider> make_placeholder_provider(BitmapEncoder encode, ThreadPool& pool);

/// The picture itself; the same bytes on every machine.
Bitmap draw_placeholder(std::string_view prompt, PixelSize size, std::uint64_t seed);

}  // namespace imagegen
