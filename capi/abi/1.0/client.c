/* A program of the time of ABI 1.0: built with the header beside it and run with the library of today. */
#include "imagegen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#define EXPECT(condition) \
  if (!(condition)) return fprintf(stderr, "client 1.0, line %d: expected %s\n", __LINE__, #condition), 1

/* What the part and the calls of this program have been told. */
static mtx_t lock;
static cnd_t changed;
static imagegen_runtime* shared_runtime;
static int done_count, progress_count, cancel_count, release_count;
static imagegen_bytes* kept;

static void count(int* counter) {
  mtx_lock(&lock);
  ++*counter;
  cnd_broadcast(&changed);
  mtx_unlock(&lock);
}

static int wait_for(const int* counter, int value) {
  struct timespec until;
  timespec_get(&until, TIME_UTC);
  until.tv_sec += 30;
  mtx_lock(&lock);
  while (*counter < value && cnd_timedwait(&changed, &lock, &until) == thrd_success) continue;
  const int reached = *counter >= value;
  mtx_unlock(&lock);
  return reached;
}

static void on_done(void* user_data, imagegen_event* event) {
  if (user_data == &lock && imagegen_event_kind(event) == IMAGEGEN_EVENT_DONE) count(&done_count);
  imagegen_event_destroy(event);
}

static void on_progress(void* user_data, imagegen_event* event) {
  if (user_data == &lock && imagegen_event_kind(event) == IMAGEGEN_EVENT_PROGRESS) count(&progress_count);
  imagegen_event_destroy(event);
}

static void on_cancelled(void* user_data, imagegen_event* event) {
  if (user_data == &lock && imagegen_event_kind(event) == IMAGEGEN_EVENT_HOST_CANCEL) count(&cancel_count);
  imagegen_event_destroy(event);
}

static void on_release(void* user_data) {
  if (user_data == &lock) count(&release_count);
}

/* A store of one object; what is asked for under the key "never" is not answered. */
static void on_store(void* user_data, imagegen_event* call) {
  const char* json = imagegen_event_json(call);
  const uint64_t token = imagegen_event_id(call);
  const imagegen_view file = {imagegen_bytes_data(kept), imagegen_bytes_size(kept)};
  if (user_data != &lock || strstr(json, "never")) {
    imagegen_event_destroy(call);
    return;
  }
  if (strstr(json, "\"put\"") && imagegen_event_bytes_count(call) == 1) {
    imagegen_bytes_release(kept);
    imagegen_event_bytes(call, 0, &kept, NULL);
    imagegen_host_resolve(shared_runtime, token, "{}", NULL, 0, NULL);
  } else if (strstr(json, "\"get\"") && kept) {
    imagegen_host_resolve(shared_runtime, token, NULL, &file, 1, NULL);
  } else {
    imagegen_host_reject(shared_runtime, token, "{\"code\": \"NOT_FOUND\", \"message\": \"none\"}", NULL);
  }
  imagegen_event_destroy(call);
}

static int use_library(void) {
  imagegen_bytes* bytes = NULL;
  EXPECT(imagegen_abi_version() >> 16 == IMAGEGEN_ABI_MAJOR);
  EXPECT(strlen(imagegen_version()) > 0);
  EXPECT(strcmp(imagegen_status_name(IMAGEGEN_OUTCOME_UNKNOWN), "OUTCOME_UNKNOWN") == 0);
  EXPECT(strcmp(imagegen_status_name(IMAGEGEN_CLOSED), "CLOSED") == 0);
  EXPECT(imagegen_operations(&bytes, NULL) == IMAGEGEN_OK && imagegen_bytes_data(bytes)[0] == '{');
  EXPECT(imagegen_bytes_retain(bytes) == IMAGEGEN_OK);
  imagegen_bytes_release(bytes);
  EXPECT(imagegen_bytes_size(bytes) > 1000);
  imagegen_bytes_release(bytes);
  EXPECT(imagegen_bytes_create("abc", 3, &bytes, NULL) == IMAGEGEN_OK);
  imagegen_bytes_release(bytes);
  EXPECT(imagegen_bytes_retain(bytes) == IMAGEGEN_INVALID_ARGUMENT);
  return 0;
}

static int use_images(imagegen_runtime* runtime) {
  const uint8_t rgb[2 * 8] = {10, 20, 30, 40, 50, 60, 0, 0, 70, 80, 90, 100, 110, 120, 0, 0};
  imagegen_pixels pixels = IMAGEGEN_PIXELS_INIT;
  imagegen_encoding encoding = IMAGEGEN_ENCODING_INIT;
  imagegen_limits limits = IMAGEGEN_LIMITS_INIT;
  imagegen_rendition renditions[2] = {IMAGEGEN_RENDITION_INIT, IMAGEGEN_RENDITION_INIT};
  imagegen_image* image = NULL;
  imagegen_bytes *file = NULL, *made[2] = {NULL, NULL};
  pixels.width_px = pixels.height_px = 2;
  pixels.channels = 3;
  pixels.stride_bytes = 8;
  pixels.data = rgb;
  EXPECT(imagegen_image_create(&pixels, &image, NULL) == IMAGEGEN_OK);
  encoding.format = IMAGEGEN_PNG;
  EXPECT(imagegen_image_encode(image, &encoding, &file, NULL) == IMAGEGEN_OK);
  imagegen_image_destroy(image);
  limits.max_pixels = 3;
  EXPECT(imagegen_image_decode(imagegen_bytes_data(file), imagegen_bytes_size(file), &limits, &image, NULL) ==
         IMAGEGEN_LIMIT_EXCEEDED);
  EXPECT(imagegen_image_decode(imagegen_bytes_data(file), imagegen_bytes_size(file), NULL, &image, NULL) ==
         IMAGEGEN_OK);
  EXPECT(imagegen_image_pixels(image, &pixels, NULL) == IMAGEGEN_OK && pixels.width_px == 2 && pixels.channels == 3);
  EXPECT(memcmp(pixels.data + pixels.stride_bytes, rgb + 8, 6) == 0);
  imagegen_image_destroy(image);
  renditions[0].width_px = renditions[0].height_px = 1;
  renditions[0].encoding = &encoding;
  renditions[1].width_px = renditions[1].height_px = 4;
  renditions[1].fit = IMAGEGEN_INSIDE;
  renditions[1].no_upscale = 1;
  renditions[1].position = "north";
  EXPECT(imagegen_render(runtime, imagegen_bytes_data(file), imagegen_bytes_size(file), NULL, renditions, 2, made,
                         NULL) == IMAGEGEN_OK);
  EXPECT(memcmp(imagegen_bytes_data(made[0]), "\x89PNG", 4) == 0 &&
         memcmp(imagegen_bytes_data(made[1]), "RIFF", 4) == 0);
  imagegen_bytes_release(file);
  imagegen_bytes_release(made[0]);
  imagegen_bytes_release(made[1]);
  return 0;
}

static int use_inbox(imagegen_runtime* runtime) {
  imagegen_call_handle* call = NULL;
  imagegen_event* event = NULL;
  imagegen_error* error = NULL;
  int fd = -1;
  EXPECT(imagegen_poll_fd(runtime, &fd, &error) == IMAGEGEN_OK && fd >= 0);
  EXPECT(imagegen_poll(runtime, 0, &event, &error) == IMAGEGEN_NOTHING);
  EXPECT(imagegen_call(runtime, "runtime.describe", NULL, NULL, &call, &error) == IMAGEGEN_OK);
  EXPECT(imagegen_poll(runtime, 30000, &event, &error) == IMAGEGEN_OK);
  EXPECT(imagegen_event_kind(event) == IMAGEGEN_EVENT_DONE && imagegen_event_id(event) == imagegen_call_id(call));
  EXPECT(imagegen_event_status(event) == IMAGEGEN_OK && strstr(imagegen_event_json(event), "\"ok\":true"));
  imagegen_event_destroy(event);
  imagegen_call_destroy(call);
  EXPECT(imagegen_call(runtime, "no.such.operation", NULL, NULL, NULL, &error) == IMAGEGEN_NOT_FOUND);
  EXPECT(imagegen_error_status(error) == IMAGEGEN_NOT_FOUND && strlen(imagegen_error_message(error)) > 0);
  EXPECT(strstr(imagegen_error_json(error), "\"code\":\"NOT_FOUND\""));
  imagegen_error_destroy(error);
  return 0;
}

static int use_callbacks(imagegen_runtime* runtime) {
  static const char* const kHeroes =
      "{\"workItemId\": \"wi-1\", \"pack\": {\"export_plan\": [{\"sku\": \"S\", \"shot_id\": \"A\", \"base_key\": "
      "\"k\","
      "\"size_label\": \"Desktop\", \"filename\": \"k/a.webp\", \"width\": 32, \"height\": 16, \"format\": \"webp\"}],"
      "\"shot_boards\": [{\"shot_id\": \"A\", \"scenario\": \"a card on a table\", \"camera\": \"50 mm\", \"framing\": "
      "\"close\", \"lighting\": \"soft\", \"color_palette\": \"sage\", \"sku\": \"S\", \"card_title\": \"Bloom\","
      "\"collection\": \"Meadow\"}]}}";
  imagegen_runtime* own = NULL;
  imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
  imagegen_call_handle* call = NULL;
  options.on_done = on_done;
  options.on_progress = on_progress;
  options.user_data = &lock;
  EXPECT(imagegen_runtime_open(NULL, &own, NULL) == IMAGEGEN_OK);
  EXPECT(imagegen_call(own, "heroes.generate", kHeroes, &options, NULL, NULL) == IMAGEGEN_OK);
  EXPECT(wait_for(&done_count, 1) && progress_count > 0);
  imagegen_runtime_destroy(own);
  EXPECT(imagegen_call(runtime, "store.get", "{\"key\": \"never\"}", &options, &call, NULL) == IMAGEGEN_OK);
  EXPECT(imagegen_call_cancel(call, NULL) == IMAGEGEN_OK);
  imagegen_call_destroy(call);
  EXPECT(wait_for(&done_count, 2));
  return 0;
}

static int use_part(imagegen_runtime* runtime) {
  const imagegen_view file = {(const uint8_t*)"what is kept", 12};
  imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
  imagegen_event* done = NULL;
  imagegen_error* error = NULL;
  imagegen_bytes* bytes = NULL;
  EXPECT(imagegen_call_and_wait(runtime, "store.get", "{\"key\": \"a\"}", NULL, &done, &error) == IMAGEGEN_NOT_FOUND);
  EXPECT(strstr(imagegen_error_message(error), "none"));
  imagegen_error_destroy(error);
  options.inputs = &file;
  options.inputs_count = 1;
  options.lend_inputs = 1;
  EXPECT(imagegen_call_and_wait(runtime, "store.put", "{\"key\": \"a\"}", &options, &done, NULL) == IMAGEGEN_OK);
  imagegen_event_destroy(done);
  EXPECT(imagegen_call_and_wait(runtime, "store.get", "{\"key\": \"a\"}", NULL, &done, NULL) == IMAGEGEN_OK);
  EXPECT(imagegen_event_bytes_count(done) == 1 && imagegen_event_bytes(done, 0, &bytes, NULL) == IMAGEGEN_OK);
  EXPECT(imagegen_bytes_size(bytes) == 12 && memcmp(imagegen_bytes_data(bytes), "what is kept", 12) == 0);
  imagegen_bytes_release(bytes);
  imagegen_event_destroy(done);
  EXPECT(imagegen_call_and_wait(runtime, "store.head", "{\"key\": \"never\"}", NULL, &done, NULL) ==
         IMAGEGEN_DEADLINE_EXCEEDED);
  EXPECT(wait_for(&cancel_count, 1));
  return 0;
}

int main(void) {
  imagegen_host_part part = IMAGEGEN_HOST_PART_INIT;
  imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
  imagegen_event* event = NULL;
  mtx_init(&lock, mtx_plain);
  cnd_init(&changed);
  part.kind = "store";
  part.capability_json = "{\"name\": \"one\"}";
  part.call = on_store;
  part.cancelled = on_cancelled;
  part.release = on_release;
  part.user_data = &lock;
  options.config_json = "{\"hostTimeoutMs\": 300, \"threads\": 2}";
  options.parts = &part;
  options.parts_count = 1;
  EXPECT(imagegen_runtime_open(&options, &shared_runtime, NULL) == IMAGEGEN_OK);
  if (use_library() || use_images(shared_runtime) || use_inbox(shared_runtime) || use_callbacks(shared_runtime) ||
      use_part(shared_runtime)) {
    return 1;
  }
  EXPECT(imagegen_runtime_close(shared_runtime) == IMAGEGEN_OK);
  EXPECT(imagegen_poll(shared_runtime, 30000, &event, NULL) == IMAGEGEN_CLOSED);
  EXPECT(imagegen_call(shared_runtime, "runtime.describe", NULL, NULL, NULL, NULL) == IMAGEGEN_CLOSED);
  imagegen_runtime_destroy(shared_runtime);
  EXPECT(wait_for(&release_count, 1));
  imagegen_bytes_release(kept);
  EXPECT(imagegen_live_handles() == 0);
  return 0;
}
