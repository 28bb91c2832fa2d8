// One picture in, several files out, without provider or store: 02_render IN OUT_FOLDER
#include <imagegen/image/renditions.hpp>
#include <imagegen/runtime.hpp>

#include <fstream>
#include <iostream>
#include <iterator>

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "usage: 02_render IN OUT_FOLDER\n", 2;
  std::ifstream stream(argv[1], std::ios::binary);
  const imagegen::Bytes master{std::istreambuf_iterator<char>(stream), {}};
  const std::vector<imagegen::RenditionSpec> specs = {
      {{1200, 400}, imagegen::parse_crop_position("attention").value(), {imagegen::ImageFormat::webp, 90}},
      {{400, 500}, imagegen::parse_crop_position("north").value(), {imagegen::ImageFormat::jpeg, 85}}};

  const imagegen::RuntimeConfig config;
  const auto runtime = imagegen::Runtime::open(config).value();
  int written = 0;
  // Called as each file is ready, in whatever order that is.
  auto on_ready = [&](std::size_t index, imagegen::Result<imagegen::Rendition> made) -> imagegen::Task<void> {
    if (!made) co_return void(std::cerr << made.error() << "\n");
    const auto& image = made->image;
    const auto name =
        std::string(argv[2]) + "/" + to_string(specs[index].size) + "." + std::string(to_string(image.format));
    std::ofstream(name, std::ios::binary)
        .write(reinterpret_cast<const char*>(image.bytes.data()), std::ssize(image.bytes));
    std::cout << name << ", " << image.bytes.size() << " bytes\n";
    ++written;
  };
  const auto done = runtime->wait(render_all(master, specs, {}, runtime->pool(), on_ready));
  if (!done) return std::cerr << done.error() << "\n", 1;
  return written == 2 ? 0 : 1;
}
