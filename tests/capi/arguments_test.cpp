#include "one_of_each.hpp"

// What a careless caller passes: NULL, handles of other kinds, handles that are gone, lengths that cannot be, bytes
// that are no text. The answer is an error that names the parameter, and never a crash.
namespace imagegen::test {
namespace {

using testing::StartsWith;

struct Case {
  const char* name;
  imagegen_status expected;
  const char* says;  // what the message begins with; "" where there is none
  std::function<imagegen_status(Handles&, imagegen_error**)> call;
};

void expect_all(const std::vector<Case>& cases) {
  Handles handles;
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    Failure failure;
    EXPECT_EQ(one.call(handles, failure), one.expected) << failure.message();
    EXPECT_THAT(failure.message(), StartsWith(one.says));
    EXPECT_EQ(failure.status(), one.expected);
    EXPECT_EQ(one.call(handles, nullptr), one.expected) << "without out_error";
  }
}

struct Outs {
  imagegen_bytes* bytes = reinterpret_cast<imagegen_bytes*>(1);
  imagegen_event* event = reinterpret_cast<imagegen_event*>(1);
  imagegen_image* image = reinterpret_cast<imagegen_image*>(1);
};

imagegen_status render(Handles& h, const imagegen_rendition& wanted, imagegen_error** error) {
  imagegen_bytes* file = nullptr;
  const auto status = imagegen_render(h.runtime.get(), h.file.data(), h.file.size(), nullptr, &wanted, 1, &file, error);
  imagegen_bytes_release(file);
  return status;
}

imagegen_status open_with(const imagegen_runtime_options& options, imagegen_error** error) {
  imagegen_runtime* runtime = nullptr;
  const auto status = imagegen_runtime_open(&options, &runtime, error);
  EXPECT_EQ(runtime != nullptr, status == IMAGEGEN_OK);
  imagegen_runtime_destroy(runtime);
  return status;
}

imagegen_status call_with(Handles& h, const imagegen_call_options& options, imagegen_error** error) {
  imagegen_call_handle* call = nullptr;
  const auto status = imagegen_call(h.runtime.get(), "runtime.describe", nullptr, &options, &call, error);
  imagegen_call_destroy(call);
  return status;
}

using CArguments = CApi;

TEST_F(CArguments, NullOutParametersAreRefused) {
  expect_all({
      {"operations.out_json", IMAGEGEN_INVALID_ARGUMENT, "the out parameter: expected an address, got NULL",
       [](Handles&, imagegen_error** e) { return imagegen_operations(nullptr, e); }},
      {"bytes_create.out_bytes", IMAGEGEN_INVALID_ARGUMENT, "the out parameter",
       [](Handles&, imagegen_error** e) { return imagegen_bytes_create("a", 1, nullptr, e); }},
      {"runtime_open.out_runtime", IMAGEGEN_INVALID_ARGUMENT, "out_runtime: expected an address, got NULL",
       [](Handles&, imagegen_error** e) { return imagegen_runtime_open(nullptr, nullptr, e); }},
      {"call_and_wait.out_event", IMAGEGEN_INVALID_ARGUMENT, "out_event: expected an address, got NULL",
       [](Handles& h, imagegen_error** e) {
         return imagegen_call_and_wait(h.runtime.get(), "runtime.describe", "{}", nullptr, nullptr, e);
       }},
      {"poll.out_event", IMAGEGEN_INVALID_ARGUMENT, "out_event",
       [](Handles& h, imagegen_error** e) { return imagegen_poll(h.runtime.get(), 0, nullptr, e); }},
      {"poll_fd.out_fd", IMAGEGEN_INVALID_ARGUMENT, "out_fd",
       [](Handles& h, imagegen_error** e) { return imagegen_poll_fd(h.runtime.get(), nullptr, e); }},
      {"event_bytes.out_bytes", IMAGEGEN_INVALID_ARGUMENT, "the out parameter",
       [](Handles& h, imagegen_error** e) { return imagegen_event_bytes(h.event.get(), 0, nullptr, e); }},
      {"image_decode.out_image", IMAGEGEN_INVALID_ARGUMENT, "the out parameter",
       [](Handles& h, imagegen_error** e) {
         return imagegen_image_decode(h.file.data(), h.file.size(), nullptr, nullptr, e);
       }},
      {"image_create.out_image", IMAGEGEN_INVALID_ARGUMENT, "the out parameter",
       [](Handles&, imagegen_error** e) {
         const imagegen_pixels pixels = IMAGEGEN_PIXELS_INIT;
         return imagegen_image_create(&pixels, nullptr, e);
       }},
      {"image_pixels.out_pixels", IMAGEGEN_INVALID_ARGUMENT, "out_pixels",
       [](Handles& h, imagegen_error** e) { return imagegen_image_pixels(h.image.get(), nullptr, e); }},
      {"image_encode.out_file", IMAGEGEN_INVALID_ARGUMENT, "the out parameter",
       [](Handles& h, imagegen_error** e) { return imagegen_image_encode(h.image.get(), nullptr, nullptr, e); }},
      {"render.out_files", IMAGEGEN_INVALID_ARGUMENT, "out_files",
       [](Handles& h, imagegen_error** e) {
         const auto wanted = rendition();
         return imagegen_render(h.runtime.get(), h.file.data(), h.file.size(), nullptr, &wanted, 1, nullptr, e);
       }},
  });
}

TEST_F(CArguments, NullInputsAreRefusedByName) {
  expect_all({
      {"bytes_create.data", IMAGEGEN_INVALID_ARGUMENT, "data: expected an address for 5 bytes, got NULL",
       [](Handles&, imagegen_error** e) {
         Outs out;
         const auto status = imagegen_bytes_create(nullptr, 5, &out.bytes, e);
         EXPECT_EQ(out.bytes, nullptr);
         return status;
       }},
      {"call.operation", IMAGEGEN_INVALID_ARGUMENT, "operation: expected a text, got NULL",
       [](Handles& h, imagegen_error** e) {
         return imagegen_call(h.runtime.get(), nullptr, "{}", nullptr, nullptr, e);
       }},
      {"call_and_wait.operation", IMAGEGEN_INVALID_ARGUMENT, "operation: expected a text, got NULL",
       [](Handles& h, imagegen_error** e) {
         Outs out;
         const auto status = imagegen_call_and_wait(h.runtime.get(), nullptr, "{}", nullptr, &out.event, e);
         EXPECT_EQ(out.event, nullptr);
         return status;
       }},
      {"call.options.inputs", IMAGEGEN_INVALID_ARGUMENT, "options.inputs: expected an address, got NULL",
       [](Handles& h, imagegen_error** e) {
         imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
         options.inputs_count = 1;
         return call_with(h, options, e);
       }},
      {"call.options.inputs[0].data", IMAGEGEN_INVALID_ARGUMENT,
       "options.inputs[0]: expected an address for 9 bytes, got NULL",
       [](Handles& h, imagegen_error** e) {
         const imagegen_view view = {nullptr, 9};
         imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
         options.inputs = &view;
         options.inputs_count = 1;
         return call_with(h, options, e);
       }},
      {"call.options.on_done", IMAGEGEN_INVALID_ARGUMENT, "options.on_progress: expected on_done beside it, got NULL",
       [](Handles& h, imagegen_error** e) {
         imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
         options.on_progress = [](void*, imagegen_event*) {};
         return call_with(h, options, e);
       }},
      {"runtime_open.options.parts", IMAGEGEN_INVALID_ARGUMENT, "options.parts: expected an address, got NULL",
       [](Handles&, imagegen_error** e) {
         imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
         options.parts_count = 1;
         return open_with(options, e);
       }},
      {"runtime_open.options.parts[0].kind", IMAGEGEN_INVALID_ARGUMENT,
       "options.parts[0].kind: expected a text, got NULL",
       [](Handles&, imagegen_error** e) {
         const imagegen_host_part part = IMAGEGEN_HOST_PART_INIT;
         imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
         options.parts = &part;
         options.parts_count = 1;
         return open_with(options, e);
       }},
      {"host_resolve.bytes", IMAGEGEN_INVALID_ARGUMENT, "bytes: expected an address, got NULL",
       [](Handles& h, imagegen_error** e) { return imagegen_host_resolve(h.runtime.get(), 1, "{}", nullptr, 1, e); }},
      {"image_decode.data", IMAGEGEN_INVALID_ARGUMENT, "data: expected an address for 3 bytes, got NULL",
       [](Handles&, imagegen_error** e) {
         Outs out;
         const auto status = imagegen_image_decode(nullptr, 3, nullptr, &out.image, e);
         EXPECT_EQ(out.image, nullptr);
         return status;
       }},
      {"image_create.pixels", IMAGEGEN_INVALID_ARGUMENT, "pixels: expected an address, got NULL",
       [](Handles&, imagegen_error** e) {
         Outs out;
         return imagegen_image_create(nullptr, &out.image, e);
       }},
      {"image_create.pixels.data", IMAGEGEN_INVALID_ARGUMENT, "pixels.data: expected an address, got NULL",
       [](Handles&, imagegen_error** e) {
         imagegen_pixels pixels = IMAGEGEN_PIXELS_INIT;
         pixels.width_px = pixels.height_px = pixels.channels = 1;
         pixels.stride_bytes = 1;
         Outs out;
         return imagegen_image_create(&pixels, &out.image, e);
       }},
      {"render.data", IMAGEGEN_INVALID_ARGUMENT, "data: expected an address for 3 bytes, got NULL",
       [](Handles& h, imagegen_error** e) {
         Outs out;
         const auto wanted = rendition();
         const auto status = imagegen_render(h.runtime.get(), nullptr, 3, nullptr, &wanted, 1, &out.bytes, e);
         EXPECT_EQ(out.bytes, nullptr);
         return status;
       }},
      {"render.renditions", IMAGEGEN_INVALID_ARGUMENT, "renditions: expected an address, got NULL",
       [](Handles& h, imagegen_error** e) {
         Outs out;
         return imagegen_render(h.runtime.get(), h.file.data(), h.file.size(), nullptr, nullptr, 1, &out.bytes, e);
       }},
  });
}

TEST_F(CArguments, NullStandsForTheDefaultWhereTheHeaderSaysSo) {
  Handles h;
  const auto runtime = open();
  imagegen_runtime* opened = nullptr;
  EXPECT_EQ(imagegen_runtime_open(nullptr, &opened, nullptr), IMAGEGEN_OK);
  imagegen_runtime_destroy(opened);
  EXPECT_EQ(imagegen_call(runtime.get(), "runtime.describe", nullptr, nullptr, nullptr, nullptr), IMAGEGEN_OK);
  EXPECT_EQ(imagegen_event_status(next_event(runtime).get()), IMAGEGEN_OK);
  imagegen_bytes* empty = nullptr;
  EXPECT_EQ(imagegen_bytes_create(nullptr, 0, &empty, nullptr), IMAGEGEN_OK);
  EXPECT_EQ(imagegen_bytes_data(empty), nullptr);
  EXPECT_EQ(imagegen_bytes_size(empty), 0U);
  imagegen_bytes_release(empty);
  imagegen_bytes* file = nullptr;
  EXPECT_EQ(imagegen_image_encode(h.image.get(), nullptr, &file, nullptr), IMAGEGEN_OK);
  EXPECT_THAT(content(Buffer(file)), StartsWith("RIFF"));
  EXPECT_EQ(render(h, rendition(), nullptr), IMAGEGEN_OK);
  const auto call = start(h.runtime, "provider.check");
  EXPECT_EQ(
      imagegen_host_resolve(h.runtime.get(), imagegen_event_id(h.silent.next().get()), nullptr, nullptr, 0, nullptr),
      IMAGEGEN_OK);
  const auto other = start(h.runtime, "provider.check");
  EXPECT_EQ(imagegen_host_reject(h.runtime.get(), imagegen_event_id(h.silent.next().get()), nullptr, nullptr),
            IMAGEGEN_OK);
}

TEST_F(CArguments, WhatIsNoHandleGivesNothing) {
  EXPECT_EQ(imagegen_error_status(nullptr), IMAGEGEN_OK);
  EXPECT_STREQ(imagegen_error_message(nullptr), "");
  EXPECT_STREQ(imagegen_error_json(nullptr), "{}");
  EXPECT_EQ(imagegen_bytes_data(nullptr), nullptr);
  EXPECT_EQ(imagegen_bytes_size(nullptr), 0U);
  EXPECT_EQ(imagegen_call_id(nullptr), 0U);
  EXPECT_EQ(imagegen_event_kind(nullptr), IMAGEGEN_EVENT_NONE);
  EXPECT_EQ(imagegen_event_id(nullptr), 0U);
  EXPECT_EQ(imagegen_event_status(nullptr), IMAGEGEN_OK);
  EXPECT_STREQ(imagegen_event_json(nullptr), "{}");
  EXPECT_EQ(imagegen_event_bytes_count(nullptr), 0U);
  imagegen_error_destroy(nullptr);
  imagegen_bytes_release(nullptr);
  imagegen_runtime_destroy(nullptr);
  imagegen_call_destroy(nullptr);
  imagegen_event_destroy(nullptr);
  imagegen_image_destroy(nullptr);
}

TEST_F(CArguments, HugeLengthsAreRefusedBeforeAnythingIsReadOrAllocated) {
  const auto huge = [](std::size_t count) {
    return [count](Handles& h, imagegen_error** e) {
      imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
      const imagegen_view view = {nullptr, 0};
      options.inputs = &view;
      options.inputs_count = count;
      return call_with(h, options, e);
    };
  };
  const auto stride = [](std::uint32_t width, std::uint32_t height, std::size_t bytes) {
    return [=](Handles&, imagegen_error** e) {
      imagegen_pixels pixels = IMAGEGEN_PIXELS_INIT;
      pixels.width_px = width;
      pixels.height_px = height;
      pixels.channels = 4;
      pixels.stride_bytes = bytes;
      pixels.data = reinterpret_cast<const std::uint8_t*>("");
      imagegen_image* image = nullptr;
      return imagegen_image_create(&pixels, &image, e);
    };
  };
  expect_all({
      {"bytes_create", IMAGEGEN_LIMIT_EXCEEDED, "data: expected at most 1 GiB, got 18446744073709551615 bytes",
       [](Handles&, imagegen_error** e) {
         Outs out;
         return imagegen_bytes_create("", SIZE_MAX, &out.bytes, e);
       }},
      {"bytes_create, one too many", IMAGEGEN_LIMIT_EXCEEDED, "data: expected at most 1 GiB",
       [](Handles&, imagegen_error** e) {
         Outs out;
         return imagegen_bytes_create("", (std::size_t{1} << 30U) + 1, &out.bytes, e);
       }},
      {"inputs_count", IMAGEGEN_LIMIT_EXCEEDED, "options.inputs: expected at most 1,000", huge(SIZE_MAX)},
      {"inputs_count, one too many", IMAGEGEN_LIMIT_EXCEEDED, "options.inputs: expected at most 1,000", huge(1'001)},
      {"inputs[0].size", IMAGEGEN_LIMIT_EXCEEDED, "options.inputs[0]: expected at most 1 GiB",
       [](Handles& h, imagegen_error** e) {
         const imagegen_view view = {reinterpret_cast<const std::uint8_t*>(""), SIZE_MAX};
         imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
         options.inputs = &view;
         options.inputs_count = 1;
         return call_with(h, options, e);
       }},
      {"parts_count", IMAGEGEN_INVALID_ARGUMENT, "options.parts_count: expected at most 100",
       [](Handles&, imagegen_error** e) {
         const imagegen_host_part part = IMAGEGEN_HOST_PART_INIT;
         imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
         options.parts = &part;
         options.parts_count = SIZE_MAX;
         return open_with(options, e);
       }},
      {"event_bytes.index", IMAGEGEN_INVALID_ARGUMENT, "index: expected less than 0, got 18446744073709551615",
       [](Handles& h, imagegen_error** e) {
         Outs out;
         return imagegen_event_bytes(h.event.get(), SIZE_MAX, &out.bytes, e);
       }},
      {"host_resolve.bytes_count", IMAGEGEN_LIMIT_EXCEEDED, "bytes: expected at most 1,000",
       [](Handles& h, imagegen_error** e) {
         const imagegen_view view = {nullptr, 0};
         return imagegen_host_resolve(h.runtime.get(), 1, "{}", &view, SIZE_MAX, e);
       }},
      {"image_decode.size", IMAGEGEN_LIMIT_EXCEEDED, "data: expected at most 1 GiB",
       [](Handles&, imagegen_error** e) {
         Outs out;
         return imagegen_image_decode("", SIZE_MAX, nullptr, &out.image, e);
       }},
      {"render.count", IMAGEGEN_LIMIT_EXCEEDED, "count: expected at most 1,000 renditions",
       [](Handles& h, imagegen_error** e) {
         auto* untouched = reinterpret_cast<imagegen_bytes*>(1);
         const auto wanted = rendition();
         const auto status =
             imagegen_render(h.runtime.get(), h.file.data(), h.file.size(), nullptr, &wanted, SIZE_MAX, &untouched, e);
         EXPECT_EQ(untouched, reinterpret_cast<imagegen_bytes*>(1));
         return status;
       }},
      {"pixels.stride_bytes", IMAGEGEN_INVALID_ARGUMENT, "pixels.stride_bytes: expected", stride(1, 2, SIZE_MAX)},
      {"pixels of 17 GB", IMAGEGEN_INVALID_ARGUMENT, "pixels.stride_bytes: expected", stride(65'535, 65'535, 262'140)},
      {"pixels.width_px", IMAGEGEN_INVALID_ARGUMENT, "pixels: expected sides of 1..65535 px, got 4294967295x1",
       stride(UINT32_MAX, 1, SIZE_MAX)},
  });
}

TEST_F(CArguments, TextThatIsNoUtf8IsRefusedByName) {
  const std::array texts = {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "{\"a\": \"\xe2\x82\"}"};
  for (const char* text : texts) {
    expect_all({
        {"operation", IMAGEGEN_INVALID_ARGUMENT, "operation: expected UTF-8, got other bytes",
         [=](Handles& h, imagegen_error** e) {
           return imagegen_call(h.runtime.get(), text, "{}", nullptr, nullptr, e);
         }},
        {"request_json", IMAGEGEN_INVALID_ARGUMENT, "request_json: expected UTF-8",
         [=](Handles& h, imagegen_error** e) {
           return imagegen_call(h.runtime.get(), "runtime.describe", text, nullptr, nullptr, e);
         }},
        {"call_and_wait", IMAGEGEN_INVALID_ARGUMENT, "request_json: expected UTF-8",
         [=](Handles& h, imagegen_error** e) {
           Outs out;
           return imagegen_call_and_wait(h.runtime.get(), "runtime.describe", text, nullptr, &out.event, e);
         }},
        {"config_json", IMAGEGEN_INVALID_ARGUMENT, "options.config_json: expected UTF-8",
         [=](Handles&, imagegen_error** e) {
           imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
           options.config_json = text;
           return open_with(options, e);
         }},
        {"kind", IMAGEGEN_INVALID_ARGUMENT, "options.parts[0].kind: expected UTF-8",
         [=](Handles&, imagegen_error** e) {
           imagegen_host_part part = IMAGEGEN_HOST_PART_INIT;
           part.kind = text;
           imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
           options.parts = &part;
           options.parts_count = 1;
           return open_with(options, e);
         }},
        {"capability_json", IMAGEGEN_INVALID_ARGUMENT, "options.parts[0].capability_json: expected UTF-8",
         [=](Handles&, imagegen_error** e) {
           imagegen_host_part part = IMAGEGEN_HOST_PART_INIT;
           part.kind = "store";
           part.capability_json = text;
           imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
           options.parts = &part;
           options.parts_count = 1;
           return open_with(options, e);
         }},
        {"answer_json", IMAGEGEN_INVALID_ARGUMENT, "answer_json: expected UTF-8",
         [=](Handles& h, imagegen_error** e) {
           return imagegen_host_resolve(h.runtime.get(), 1, text, nullptr, 0, e);
         }},
        {"error_json", IMAGEGEN_INVALID_ARGUMENT, "error_json: expected UTF-8",
         [=](Handles& h, imagegen_error** e) { return imagegen_host_reject(h.runtime.get(), 1, text, e); }},
        {"position", IMAGEGEN_INVALID_ARGUMENT, "renditions[0].position: expected UTF-8",
         [=](Handles& h, imagegen_error** e) {
           auto wanted = rendition();
           wanted.position = text;
           return render(h, wanted, e);
         }},
    });
  }
}

TEST_F(CArguments, RequestsAboveSixteenMebibytesAreRefused) {
  const auto runtime = open();
  const std::string request = "{\"a\": \"" + std::string(17U << 20U, 'a') + "\"}";
  Failure failure;
  EXPECT_EQ(imagegen_call(runtime.get(), "runtime.describe", request.c_str(), nullptr, nullptr, failure),
            IMAGEGEN_LIMIT_EXCEEDED)
      << failure.message();
}

}  // namespace
}  // namespace imagegen::test
