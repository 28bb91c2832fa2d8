#include "c_api.hpp"

#include <fstream>
#include <iterator>

namespace imagegen::test {

namespace js = boost::json;

bool until(const std::function<bool()>& ready) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!ready()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

imagegen_host_part Host::part() {
  lent_ = true;
  imagegen_host_part part = IMAGEGEN_HOST_PART_INIT;
  part.kind = kind_.c_str();
  part.capability_json = capability_.c_str();
  part.call = [](void* self, imagegen_event* event) {
    auto& host = *static_cast<Host*>(self);
    ++host.calls;
    host.on_call_(Event(event));
  };
  part.cancelled = [](void* self, imagegen_event* event) {
    imagegen_event_destroy(event);
    ++static_cast<Host*>(self)->cancels;
  };
  part.release = [](void* self) {
    static_cast<Host*>(self)->released_on = std::this_thread::get_id();
    ++static_cast<Host*>(self)->releases;
  };
  part.user_data = this;
  return part;
}

Event Silent::next() {
  Event event;
  EXPECT_TRUE(until([&] {
    const std::lock_guard lock(state_->mutex);
    if (state_->events.empty()) return false;
    event = std::move(state_->events.front());
    state_->events.erase(state_->events.begin());
    return true;
  })) << "the host was not asked";
  return event;
}

Runtime open(const std::string& config, std::vector<imagegen_host_part> parts) {
  imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
  options.config_json = config.c_str();
  options.parts = parts.data();
  options.parts_count = parts.size();
  imagegen_runtime* runtime = nullptr;
  Failure failure;
  EXPECT_EQ(imagegen_runtime_open(&options, &runtime, failure), IMAGEGEN_OK) << failure.message();
  return Runtime(runtime);
}

Call start(const Runtime& runtime, const char* operation, const std::string& request) {
  imagegen_call_handle* call = nullptr;
  Failure failure;
  EXPECT_EQ(imagegen_call(runtime.get(), operation, request.c_str(), nullptr, &call, failure), IMAGEGEN_OK)
      << failure.message();
  return Call(call);
}

Event next_event(const Runtime& runtime, imagegen_event_kind_value kind) {
  Event event;
  const bool came = until([&] {
    imagegen_event* pulled = nullptr;
    const auto status = imagegen_poll(runtime.get(), 1000, &pulled, nullptr);
    event.reset(pulled);
    return status == IMAGEGEN_CLOSED || imagegen_event_kind(pulled) == kind;
  });
  EXPECT_TRUE(came && event) << "no event of kind " << kind;
  return event;
}

js::object result_of(const Runtime& runtime, const char* operation, const std::string& request,
                     std::vector<imagegen_view> inputs, std::vector<std::string>* files) {
  imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
  options.inputs = inputs.data();
  options.inputs_count = inputs.size();
  imagegen_event* done = nullptr;
  Failure failure;
  const auto status = imagegen_call_and_wait(runtime.get(), operation, request.c_str(), &options, &done, failure);
  const Event event(done);
  EXPECT_EQ(status, IMAGEGEN_OK) << operation << ": " << failure.message();
  if (status != IMAGEGEN_OK) return {};
  for (std::size_t i = 0; files && i < imagegen_event_bytes_count(done); ++i)
    files->push_back(content(bytes_of(event, i)));
  return json_of(event).at("result").as_object();
}

js::object json_of(const Event& event) {
  return js::parse(imagegen_event_json(event.get())).as_object();
}

std::string content(const Buffer& bytes) {
  const auto* data = reinterpret_cast<const char*>(imagegen_bytes_data(bytes.get()));
  return data ? std::string(data, imagegen_bytes_size(bytes.get())) : std::string();
}

Buffer bytes_of(const Event& event, std::size_t index) {
  imagegen_bytes* bytes = nullptr;
  Failure failure;
  EXPECT_EQ(imagegen_event_bytes(event.get(), index, &bytes, failure), IMAGEGEN_OK) << failure.message();
  return Buffer(bytes);
}

imagegen_view view_of(std::string_view bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

Image picture(std::uint32_t width, std::uint32_t height, std::uint32_t channels) {
  std::vector<std::uint8_t> data(std::size_t{width} * height * channels);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(i * 7 + i / width);
  imagegen_pixels pixels = IMAGEGEN_PIXELS_INIT;
  pixels.width_px = width;
  pixels.height_px = height;
  pixels.channels = channels;
  pixels.stride_bytes = std::size_t{width} * channels;
  pixels.data = data.data();
  imagegen_image* image = nullptr;
  Failure failure;
  EXPECT_EQ(imagegen_image_create(&pixels, &image, failure), IMAGEGEN_OK) << failure.message();
  return Image(image);
}

std::string file_of(const Image& image, imagegen_format format) {
  imagegen_encoding encoding = IMAGEGEN_ENCODING_INIT;
  encoding.format = format;
  imagegen_bytes* file = nullptr;
  Failure failure;
  EXPECT_EQ(imagegen_image_encode(image.get(), &encoding, &file, failure), IMAGEGEN_OK) << failure.message();
  return content(Buffer(file));
}

std::string hero_request(const char* work_item) {
  std::ifstream stream(IMAGEGEN_TEST_PACK);
  auto pack = js::parse(std::string{std::istreambuf_iterator<char>(stream), {}});
  for (auto& row : pack.at("export_plan").as_array()) {
    for (const char* side : {"width", "height"}) row.as_object()[side] = row.at(side).as_int64() / 20;
  }
  return js::serialize(js::object{{"workItemId", work_item}, {"lifestylePack", std::move(pack)}});
}

}  // namespace imagegen::test
