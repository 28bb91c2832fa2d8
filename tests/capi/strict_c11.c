/* imagegen.h as strict C11: every type, macro and function is used once, so that each is known to compile and to link.
 */
#include <imagegen.h>
#include <imagegen.h> /* twice does no harm */
#include <stdio.h>
#include <string.h>

_Static_assert(sizeof(imagegen_status) == 4, "an int32_t");
_Static_assert(sizeof(imagegen_view) == 2 * sizeof(size_t), "no padding");
_Static_assert(sizeof(imagegen_host_part) == 7 * sizeof(size_t), "no padding");
_Static_assert(sizeof(imagegen_runtime_options) == 6 * sizeof(size_t), "no padding");
_Static_assert(sizeof(imagegen_call_options) == 7 * sizeof(size_t), "no padding");
_Static_assert(sizeof(imagegen_limits) == 5 * sizeof(size_t), "no padding");
_Static_assert(sizeof(imagegen_pixels) == 5 * sizeof(size_t), "no padding");
_Static_assert(sizeof(imagegen_encoding) == 3 * sizeof(size_t), "no padding");
_Static_assert(sizeof(imagegen_rendition) == 5 * sizeof(size_t), "no padding");

#define EXPECT(condition) \
  if (!(condition)) return fprintf(stderr, "line %d: expected %s\n", __LINE__, #condition), 1

static void free_event(void* user_data, imagegen_event* event) {
  (void)user_data;
  imagegen_event_destroy(event);
}

static void released(void* user_data) {
  (void)user_data;
}

static int use_library(void) {
  imagegen_bytes* operations = NULL;
  EXPECT(imagegen_abi_version() >> 16 == IMAGEGEN_ABI_MAJOR);
  EXPECT(strlen(imagegen_version()) > 0);
  EXPECT(strcmp(imagegen_status_name(IMAGEGEN_RATE_LIMITED), "RATE_LIMITED") == 0);
  EXPECT(imagegen_operations(&operations, NULL) == IMAGEGEN_OK);
  EXPECT(imagegen_bytes_size(operations) > 0 && imagegen_bytes_data(operations)[0] == '{');
  EXPECT(imagegen_bytes_retain(operations) == IMAGEGEN_OK);
  imagegen_bytes_release(operations);
  imagegen_bytes_release(operations);
  EXPECT(imagegen_bytes_create("abc", 3, &operations, NULL) == IMAGEGEN_OK);
  imagegen_bytes_release(operations);
  return 0;
}

static int use_images(imagegen_runtime* runtime) {
  const uint8_t grey[4] = {0, 80, 160, 240};
  imagegen_pixels pixels = IMAGEGEN_PIXELS_INIT;
  pixels.width_px = pixels.height_px = 2;
  pixels.channels = 1;
  pixels.stride_bytes = 2;
  pixels.data = grey;
  imagegen_image* image = NULL;
  EXPECT(imagegen_image_create(&pixels, &image, NULL) == IMAGEGEN_OK);
  EXPECT(imagegen_image_pixels(image, &pixels, NULL) == IMAGEGEN_OK && pixels.data[3] == 240);
  imagegen_encoding encoding = IMAGEGEN_ENCODING_INIT;
  encoding.format = IMAGEGEN_PNG;
  imagegen_bytes* file = NULL;
  EXPECT(imagegen_image_encode(image, &encoding, &file, NULL) == IMAGEGEN_OK);
  imagegen_image_destroy(image);
  const imagegen_limits limits = IMAGEGEN_LIMITS_INIT;
  EXPECT(imagegen_image_decode(imagegen_bytes_data(file), imagegen_bytes_size(file), &limits, &image, NULL) ==
         IMAGEGEN_OK);
  imagegen_image_destroy(image);
  imagegen_rendition rendition = IMAGEGEN_RENDITION_INIT;
  rendition.width_px = rendition.height_px = 1;
  rendition.encoding = &encoding;
  imagegen_bytes* made = NULL;
  EXPECT(imagegen_render(runtime, imagegen_bytes_data(file), imagegen_bytes_size(file), &limits, &rendition, 1, &made,
                         NULL) == IMAGEGEN_OK);
  imagegen_bytes_release(file);
  imagegen_bytes_release(made);
  return 0;
}

static int use_calls(imagegen_runtime* runtime) {
  imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
  imagegen_call_handle* call = NULL;
  imagegen_event* event = NULL;
  imagegen_error* error = NULL;
  imagegen_bytes* none = NULL;
  int fd = -1;
  EXPECT(imagegen_poll_fd(runtime, &fd, &error) == IMAGEGEN_OK && fd >= 0);
  EXPECT(imagegen_call(runtime, "runtime.describe", NULL, &options, &call, &error) == IMAGEGEN_OK);
  EXPECT(imagegen_poll(runtime, 30000, &event, &error) == IMAGEGEN_OK);
  EXPECT(imagegen_event_kind(event) == IMAGEGEN_EVENT_DONE && imagegen_event_id(event) == imagegen_call_id(call));
  EXPECT(imagegen_event_status(event) == IMAGEGEN_OK && strstr(imagegen_event_json(event), "\"ok\":true") != NULL);
  EXPECT(imagegen_event_bytes_count(event) == 0);
  EXPECT(imagegen_event_bytes(event, 0, &none, &error) == IMAGEGEN_INVALID_ARGUMENT && none == NULL);
  EXPECT(imagegen_error_status(error) == IMAGEGEN_INVALID_ARGUMENT && imagegen_error_message(error)[0] != '\0');
  EXPECT(imagegen_error_json(error)[0] == '{');
  imagegen_error_destroy(error);
  EXPECT(imagegen_call_drain(call, NULL) == IMAGEGEN_OK);
  EXPECT(imagegen_call_cancel(call, NULL) == IMAGEGEN_OK);
  imagegen_call_destroy(call);
  imagegen_event_destroy(event);
  EXPECT(imagegen_call_and_wait(runtime, "runtime.describe", "{}", NULL, &event, NULL) == IMAGEGEN_OK);
  imagegen_event_destroy(event);
  EXPECT(imagegen_host_resolve(runtime, 1, NULL, NULL, 0, NULL) == IMAGEGEN_NOT_FOUND);
  EXPECT(imagegen_host_reject(runtime, 1, NULL, NULL) == IMAGEGEN_NOT_FOUND);
  options.on_done = options.on_progress = free_event;
  EXPECT(imagegen_call(runtime, "runtime.describe", NULL, &options, NULL, NULL) == IMAGEGEN_OK);
  return 0;
}

int main(void) {
  imagegen_host_part part = IMAGEGEN_HOST_PART_INIT;
  part.kind = "lifestylePacks";
  part.call = part.cancelled = free_event;
  part.release = released;
  imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
  options.parts = &part;
  options.parts_count = 1;
  imagegen_runtime* runtime = NULL;
  EXPECT(imagegen_runtime_open(&options, &runtime, NULL) == IMAGEGEN_OK);
  const int failed = use_library() + use_images(runtime) + use_calls(runtime);
  EXPECT(imagegen_runtime_close(runtime) == IMAGEGEN_OK);
  imagegen_runtime_destroy(runtime);
  EXPECT(imagegen_live_handles() < 10);
  return failed;
}
