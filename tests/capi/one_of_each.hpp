#pragma once
#include "c_api.hpp"

namespace imagegen::test {

/// One live handle of every kind.
struct Handles {
  Silent silent;
  Host host{"provider", silent, std::string(kHouse)};
  Runtime runtime = open("{}", {host.part()});
  Call call = start(runtime, "provider.check");
  Event event = silent.next();
  Buffer bytes;
  Image image = picture(4, 4);
  Failure failure;
  std::string file = file_of(image);

  Handles() {
    imagegen_bytes* made = nullptr;
    imagegen_bytes_create("abc", 3, &made, nullptr);
    bytes.reset(made);
    imagegen_runtime_open(nullptr, nullptr, failure);
  }
};

inline imagegen_rendition rendition() {
  imagegen_rendition wanted = IMAGEGEN_RENDITION_INIT;
  wanted.width_px = wanted.height_px = 2;
  return wanted;
}

}  // namespace imagegen::test
