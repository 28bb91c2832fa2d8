#include <imagegen/draw/scene.hpp>

#include "draw/scene/stage.hpp"

#include <array>

namespace imagegen {
namespace {

using detail::Palette;

constexpr Rgb hex(std::uint32_t rgb) {
  return {static_cast<std::uint8_t>(rgb >> 16U), static_cast<std::uint8_t>(rgb >> 8U), static_cast<std::uint8_t>(rgb)};
}

// clang-format off
constexpr std::array kPalettes = {
    // dawn
    Palette{hex(0x486a9e), hex(0xd9a5a3), hex(0xfbe2c0), hex(0xfff3d9), hex(0xb592a6), hex(0x2a2b4d),
            hex(0xe2707a), hex(0xf0b35f), hex(0xfbf2e4), hex(0x33304f)},
    // sage
    Palette{hex(0x86b3b3), hex(0xcfe0d2), hex(0xf7f0d9), hex(0xfffbe8), hex(0x9dbdab), hex(0x1d4740),
            hex(0xd9875a), hex(0xe7c063), hex(0xf6f3e7), hex(0x23443e)},
    // plum
    Palette{hex(0x3a2f63), hex(0x9a6398), hex(0xf5b694), hex(0xffe3bd), hex(0x8d5f8f), hex(0x231a3d),
            hex(0xf2777a), hex(0xf8c46c), hex(0xfaeee8), hex(0x362750)},
    // lagoon
    Palette{hex(0x1f6f9c), hex(0x7cc4cc), hex(0xf3f4de), hex(0xfff6d6), hex(0x6fafb6), hex(0x12404f),
            hex(0xf08a5d), hex(0xf5c95f), hex(0xf1f6f0), hex(0x15404e)},
    // terracotta
    Palette{hex(0xd0806b), hex(0xeeb68d), hex(0xfbe8cb), hex(0xfff5e0), hex(0xcd9476), hex(0x53282a),
            hex(0xb5483c), hex(0x5f8a83), hex(0xfbf1e4), hex(0x53302c)},
    // north
    Palette{hex(0x6f8fac), hex(0xbccfdb), hex(0xf3efe6), hex(0xfffdf4), hex(0x93a9b8), hex(0x22333f),
            hex(0xc9563e), hex(0xd9a441), hex(0xf2f1ec), hex(0x26343f)},
    // spring
    Palette{hex(0x74b6dc), hex(0xc8e7ef), hex(0xfff6da), hex(0xfffae6), hex(0x9dc79c), hex(0x28633f),
            hex(0xee7c8b), hex(0xf6cb5b), hex(0xf9f7ea), hex(0x2a5140)},
    // night
    Palette{hex(0x0b1836), hex(0x243e70), hex(0x7d8fb8), hex(0xf4f1de), hex(0x4b6192), hex(0x0a1226),
            hex(0xe9a15c), hex(0xf2d58b), hex(0xe6e9f2), hex(0x14203f), true},
};
// clang-format on

using Painter = void (*)(detail::Stage&);
constexpr std::array<Painter, 4> kPainters = {detail::paint_hills, detail::paint_sea, detail::paint_still_life,
                                              detail::paint_arches};

}  // namespace

void draw_scene(Canvas& canvas, std::uint64_t seed) {
  detail::Chance chance(seed);
  const Painter paint = kPainters[chance.next() % kPainters.size()];
  const Palette& colours = kPalettes[chance.next() % kPalettes.size()];
  detail::Stage stage{canvas, colours, chance};
  paint(stage);
}

}  // namespace imagegen
