/* A provider of your own, here one that paints everything in one colour: 05_custom_provider writes into out/. */
#include <imagegen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t number_of(const char* json, const char* field) {
  const char* at = strstr(json, field);
  return at ? (uint32_t)strtoul(at + strlen(field), NULL, 10) : 0;
}

static imagegen_bytes* paint(uint32_t width, uint32_t height) {
  imagegen_pixels pixels = IMAGEGEN_PIXELS_INIT;
  pixels.width_px = width, pixels.height_px = height, pixels.channels = 3, pixels.stride_bytes = (size_t)width * 3;
  uint8_t* data = malloc(pixels.stride_bytes * height + 1);
  imagegen_image* image = NULL;
  imagegen_bytes* file = NULL;
  if (data) memset(data, 200, pixels.stride_bytes * height);
  pixels.data = data;
  if (imagegen_image_create(&pixels, &image, NULL) == IMAGEGEN_OK) imagegen_image_encode(image, NULL, &file, NULL);
  imagegen_image_destroy(image);
  free(data);
  return file;
}

/* Called on a thread of the library. A service behind HTTP would answer later, from the thread that got the answer. */
static void on_call(void* user_data, imagegen_event* call) {
  imagegen_runtime* runtime = *(imagegen_runtime**)user_data;
  const char* json = imagegen_event_json(call);
  const uint64_t token = imagegen_event_id(call);
  imagegen_bytes* file = NULL;
  if (strstr(json, "\"method\":\"submit\""))
    file = paint(number_of(json, "\"width\":"), number_of(json, "\"height\":"));
  const imagegen_view view = {imagegen_bytes_data(file), imagegen_bytes_size(file)};
  if (file)
    imagegen_host_resolve(runtime, token, "{}", &view, 1, NULL);
  else /* delivery: nothing can have been bought */
    imagegen_host_reject(runtime, token, "{\"code\": \"UNSUPPORTED\", \"delivery\": \"not_sent\"}", NULL);
  imagegen_bytes_release(file);
  imagegen_event_destroy(call);
}

static int run(imagegen_runtime* runtime, const char* operation, const char* request) {
  imagegen_event* done = NULL;
  imagegen_error* error = NULL;
  const imagegen_status status = imagegen_call_and_wait(runtime, operation, request, NULL, &done, &error);
  puts(status == IMAGEGEN_OK ? imagegen_event_json(done) : imagegen_error_message(error));
  imagegen_event_destroy(done), imagegen_error_destroy(error);
  return status == IMAGEGEN_OK;
}

int main(void) {
  static imagegen_runtime* runtime; /* as long-lived as the part, which uses it */
  imagegen_host_part part = IMAGEGEN_HOST_PART_INIT;
  part.kind = "provider", part.call = on_call, part.user_data = &runtime;
  part.capability_json =
      "{\"provider\": \"house\", \"model\": \"house-1\", \"paid\": false, \"sizes\": {\"multipleOf\": 64, \"maxSide\": "
      "2048}}";
  imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
  options.config_json = "{\"store\": \"file:out\"}";
  options.parts = &part, options.parts_count = 1;
  imagegen_error* error = NULL;
  if (imagegen_runtime_open(&options, &runtime, &error) != IMAGEGEN_OK) return puts(imagegen_error_message(error)), 1;
  const int fine = run(runtime, "prompts.execute",
                       "{\"intent\": \"hero\", \"rawPrompt\": \"a boat\", \"finalPrompt\": \"A red boat.\"}") &&
                   run(runtime, "worker.run", "{\"untilIdle\": true}") && run(runtime, "prompts.list", "{}");
  imagegen_runtime_destroy(runtime); /* never waits: what is under way may still call the part for a moment */
  return fine ? 0 : 1;
}
