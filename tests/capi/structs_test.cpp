#include <cstring>
#include <numeric>

#include "c_api.hpp"

// Structs of callers that were compiled with an older or a newer header.
namespace imagegen::test {
namespace {

using testing::HasSubstr;

// A struct as a caller with another header has it: exactly so many bytes, so that a sanitizer sees whoever reads more.
class Resized {
 public:
  template <class Struct>
  Resized(const Struct& known, std::size_t size, unsigned char tail = 0) : bytes_(std::max(size, sizeof size), tail) {
    std::memcpy(bytes_.data(), &known, std::min(sizeof known, bytes_.size()));
    std::memcpy(bytes_.data(), &size, sizeof size);
  }
  template <class Struct>
  Struct* as() {
    return reinterpret_cast<Struct*>(bytes_.data());
  }

 private:
  std::vector<unsigned char> bytes_;
};

template <class Struct>
using Use = std::function<imagegen_status(Struct*, imagegen_error**)>;

// \param first What ABI 1.0 had; 0: what there is today.
template <class Struct>
void expect_sizes_are_checked(const Struct& good, const std::string& name, const Use<Struct>& use,
                              std::size_t first = 0) {
  SCOPED_TRACE(name);
  Failure failure;
  std::vector<std::size_t> impossible(first > 0 ? first : sizeof(Struct));  // no released header had less,
  std::iota(impossible.begin(), impossible.end(), std::size_t{0});
  for (std::size_t more = 1; more < 8; ++more) impossible.push_back(sizeof(Struct) + more);  // nor half a field
  for (const std::size_t size : impossible) {
    EXPECT_EQ(use(Resized(good, size).template as<Struct>(), failure), IMAGEGEN_INVALID_ARGUMENT) << size;
    EXPECT_THAT(failure.message(), HasSubstr(name + ".struct_size: expected " + std::to_string(sizeof(Struct)) +
                                             " or what the caller was compiled with, got " + std::to_string(size)));
  }
  auto huge = good;
  for (const std::size_t size : {std::size_t{4097}, SIZE_MAX}) {
    huge.struct_size = size;
    EXPECT_EQ(use(&huge, failure), IMAGEGEN_INVALID_ARGUMENT) << size;
  }
  EXPECT_EQ(use(Resized(good, sizeof(Struct)).template as<Struct>(), failure), IMAGEGEN_OK) << failure.message();
  for (const std::size_t more : {std::size_t{8}, std::size_t{64}, 4096 - sizeof(Struct)}) {
    EXPECT_EQ(use(Resized(good, sizeof(Struct) + more).template as<Struct>(), failure), IMAGEGEN_OK)
        << more << ": " << failure.message();
    EXPECT_EQ(use(Resized(good, sizeof(Struct) + more, 1).template as<Struct>(), failure), IMAGEGEN_UNSUPPORTED)
        << more;
    EXPECT_THAT(failure.message(), HasSubstr(name + ": it uses fields that this library (ABI 1.1) does not know"));
  }
}

using CStructs = CApi;

TEST_F(CStructs, RuntimeOptions) {
  imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
  options.config_json = "{\"threads\": 1}";
  const Use<imagegen_runtime_options> use = [](auto* given, imagegen_error** error) {
    imagegen_runtime* runtime = nullptr;
    const auto status = imagegen_runtime_open(given, &runtime, error);
    imagegen_runtime_destroy(runtime);
    return status;
  };
  expect_sizes_are_checked(options, "options", use, sizeof options - sizeof options.overrides_json);
}

TEST_F(CStructs, RuntimeOptionsOfAnOlderCallerHaveNoOverrides) {
  imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
  options.overrides_json = "nothing that is read";
  options.struct_size = sizeof options - sizeof options.overrides_json;
  imagegen_runtime* runtime = nullptr;
  EXPECT_EQ(imagegen_runtime_open(&options, &runtime, nullptr), IMAGEGEN_OK);
  imagegen_runtime_destroy(runtime);
}

imagegen_status open_with_parts(const imagegen_host_part* parts, std::size_t count, imagegen_error** error) {
  imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
  options.config_json = "{\"threads\": 1}";
  options.parts = parts;
  options.parts_count = count;
  imagegen_runtime* runtime = nullptr;
  const auto status = imagegen_runtime_open(&options, &runtime, error);
  imagegen_runtime_destroy(runtime);
  return status;
}

TEST_F(CStructs, HostPart) {
  imagegen_host_part part = IMAGEGEN_HOST_PART_INIT;
  part.kind = "lifestylePacks";
  const Use<imagegen_host_part> use = [](auto* given, imagegen_error** e) { return open_with_parts(given, 1, e); };
  expect_sizes_are_checked(part, "options.parts[0]", use);
}

TEST_F(CStructs, PartsOfANewerCallerLieFurtherApart) {
  struct Newer {
    imagegen_host_part part;
    std::uint64_t later;
  };
  std::array<Newer, 2> parts{};
  for (auto& one : parts) one.part.struct_size = sizeof(Newer);
  parts[0].part.kind = "lifestylePacks";
  parts[1].part.kind = "events";
  Failure failure;
  EXPECT_EQ(open_with_parts(&parts[0].part, parts.size(), failure), IMAGEGEN_OK) << failure.message();
  parts[1].later = 1;
  EXPECT_EQ(open_with_parts(&parts[0].part, parts.size(), failure), IMAGEGEN_UNSUPPORTED);
  EXPECT_THAT(failure.message(), HasSubstr("options.parts[1]"));
}

TEST_F(CStructs, CallOptions) {
  const auto runtime = open();
  const imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
  const Use<imagegen_call_options> waits = [&](auto* given, imagegen_error** error) {
    imagegen_event* done = nullptr;
    const auto status = imagegen_call_and_wait(runtime.get(), "runtime.describe", nullptr, given, &done, error);
    imagegen_event_destroy(done);
    return status;
  };
  const Use<imagegen_call_options> starts = [&](auto* given, imagegen_error** error) {
    return imagegen_call(runtime.get(), "runtime.describe", nullptr, given, nullptr, error);
  };
  expect_sizes_are_checked(options, "options", waits);
  expect_sizes_are_checked(options, "options", starts);
}

TEST_F(CStructs, Limits) {
  const auto file = file_of(picture(4, 4));
  imagegen_limits limits = IMAGEGEN_LIMITS_INIT;
  limits.max_pixels = 16;
  const Use<imagegen_limits> use = [&](auto* given, imagegen_error** error) {
    imagegen_image* image = nullptr;
    const auto status = imagegen_image_decode(file.data(), file.size(), given, &image, error);
    imagegen_image_destroy(image);
    return status;
  };
  expect_sizes_are_checked(limits, "limits", use, sizeof limits - sizeof limits.max_decoded_bytes);
}

TEST_F(CStructs, PixelsIn) {
  const std::array<std::uint8_t, 12> data{};
  imagegen_pixels pixels = IMAGEGEN_PIXELS_INIT;
  pixels.width_px = pixels.height_px = 2;
  pixels.channels = 3;
  pixels.stride_bytes = 6;
  pixels.data = data.data();
  expect_sizes_are_checked<imagegen_pixels>(pixels, "pixels", [](auto* given, imagegen_error** error) {
    imagegen_image* image = nullptr;
    const auto status = imagegen_image_create(given, &image, error);
    imagegen_image_destroy(image);
    return status;
  });
}

TEST_F(CStructs, PixelsOut) {
  const auto image = picture(5, 3);
  const imagegen_pixels pixels = IMAGEGEN_PIXELS_INIT;
  expect_sizes_are_checked<imagegen_pixels>(pixels, "out_pixels", [&](auto* given, imagegen_error** error) {
    const auto size = given->struct_size;
    const auto status = imagegen_image_pixels(image.get(), given, error);
    EXPECT_TRUE(status != IMAGEGEN_OK || (given->struct_size == size && given->width_px == 5 && given->height_px == 3));
    return status;
  });
}

TEST_F(CStructs, Encoding) {
  const auto image = picture(4, 4);
  const imagegen_encoding encoding = IMAGEGEN_ENCODING_INIT;
  const Use<imagegen_encoding> use = [&](auto* given, imagegen_error** error) {
    imagegen_bytes* file = nullptr;
    const auto status = imagegen_image_encode(image.get(), given, &file, error);
    imagegen_bytes_release(file);
    return status;
  };
  expect_sizes_are_checked(encoding, "encoding", use);
}

TEST_F(CStructs, Renditions) {
  const auto runtime = open();
  const auto file = file_of(picture(8, 8));
  imagegen_rendition wanted = IMAGEGEN_RENDITION_INIT;
  wanted.width_px = wanted.height_px = 2;
  const auto render = [&](const imagegen_rendition* given, imagegen_error** error) {
    imagegen_bytes* made = nullptr;
    const auto status = imagegen_render(runtime.get(), file.data(), file.size(), nullptr, given, 1, &made, error);
    imagegen_bytes_release(made);
    return status;
  };
  expect_sizes_are_checked<imagegen_rendition>(wanted, "renditions[0]", render);
  const imagegen_encoding encoding = IMAGEGEN_ENCODING_INIT;
  expect_sizes_are_checked<imagegen_encoding>(encoding, "encoding", [&](auto* given, imagegen_error** error) {
    wanted.encoding = given;
    return render(&wanted, error);
  });
}

TEST_F(CStructs, RenditionsOfANewerCallerLieFurtherApart) {
  struct Newer {
    imagegen_rendition rendition;
    std::uint64_t later;
  };
  const auto runtime = open();
  const auto file = file_of(picture(64, 64));
  std::array<Newer, 3> wanted{};
  std::uint32_t side = 10;
  for (auto& one : wanted) {
    one.rendition.struct_size = sizeof(Newer);
    one.rendition.width_px = one.rendition.height_px = side++;
  }
  std::array<imagegen_bytes*, 3> files{};
  Failure failure;
  ASSERT_EQ(imagegen_render(runtime.get(), file.data(), file.size(), nullptr, &wanted[0].rendition, wanted.size(),
                            files.data(), failure),
            IMAGEGEN_OK)
      << failure.message();
  side = 10;
  for (auto* made : files) {
    const auto bytes = content(Buffer(made));
    EXPECT_EQ(result_of(runtime, "images.inspect", "{}", {view_of(bytes)}).at("width").as_int64(), side++);
  }
}

TEST_F(CStructs, ReservedFieldsAndFlagsKeepTheirRoom) {
  const auto runtime = open();
  Failure failure;
  imagegen_runtime* opened = nullptr;
  imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
  options.reserved = 1;
  EXPECT_EQ(imagegen_runtime_open(&options, &opened, failure), IMAGEGEN_UNSUPPORTED);
  EXPECT_THAT(failure.message(), HasSubstr("options.reserved: expected 0, got 1"));
  options.reserved = 0;
  options.read_environment = 2;
  EXPECT_EQ(imagegen_runtime_open(&options, &opened, failure), IMAGEGEN_INVALID_ARGUMENT);
  EXPECT_THAT(failure.message(), HasSubstr("options.read_environment: expected 0 or 1, got 2"));

  imagegen_call_options call = IMAGEGEN_CALL_OPTIONS_INIT;
  call.reserved = 1;
  EXPECT_EQ(imagegen_call(runtime.get(), "runtime.describe", nullptr, &call, nullptr, failure), IMAGEGEN_UNSUPPORTED);
  call.reserved = 0;
  call.lend_inputs = 2;
  EXPECT_EQ(imagegen_call(runtime.get(), "runtime.describe", nullptr, &call, nullptr, failure),
            IMAGEGEN_INVALID_ARGUMENT);

  imagegen_image* image = nullptr;
  imagegen_pixels pixels = IMAGEGEN_PIXELS_INIT;
  pixels.reserved = 1;
  EXPECT_EQ(imagegen_image_create(&pixels, &image, failure), IMAGEGEN_UNSUPPORTED);

  imagegen_bytes* file = nullptr;
  imagegen_encoding encoding = IMAGEGEN_ENCODING_INIT;
  encoding.lossless = 2;
  EXPECT_EQ(imagegen_image_encode(picture(2, 2).get(), &encoding, &file, failure), IMAGEGEN_INVALID_ARGUMENT);
  EXPECT_THAT(failure.message(), HasSubstr("encoding.lossless: expected 0 or 1, got 2"));
}

}  // namespace
}  // namespace imagegen::test
