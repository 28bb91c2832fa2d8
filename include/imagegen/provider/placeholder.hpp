#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/provider/image_provider.hpp>
#include <imagegen/provider/model_table.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace imagegen {

/// Turns pixels into a file; the image module's encode_png() is one.
using BitmapEncoder = std::function<Result<Bytes>(const Bitmap&)>;

/// A provider with no model, no network and no cost: it draws a scene that depends on prompt and seed (0 where the
/// request has none), with marks over it (scale marks at the edges, a named point in each ninth, a different die in
/// each corner) so that a wrong crop shows. Of several images in one call each has the seed after the one before.
///
/// Sizes, number and seeds as the rows of host "placeholder" say: sides from 16 to 8192 px, at most 40 million px. It needs no deadline and looks at none; a cancelled call ends after
/// the step it is in. Errors: invalid_argument, cancelled, and those of `encode`.
/// \param pool Where it draws and encodes; must outlive the provider. \param name ProviderCapability::provider. \param
/// models With no row of that host: the built-in ones.
std::unique_ptr<ImageProvider> make_placeholder_provider(BitmapEncoder encode, ThreadPool& pool,
                                                         std::string name = "placeholder",
                                                         const ModelTable& models = ModelTable::built_in());

/// The picture itself, RGB; the same bytes on every machine. About 10 ms for 1536x1024. Safe from any thread.
/// \param size Both sides at least 1; on very small pictures the marks are left out that have no room.
Bitmap draw_placeholder(std::string_view prompt, PixelSize size, std::uint64_t seed);

}  // namespace imagegen
