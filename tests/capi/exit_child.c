/* exit_child MODE MS: ends in the middle of work after about MS milliseconds, in one of the ways that a program ends.
 */
#include <imagegen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <time.h>

static const char* const kRequest = "{\"workItemId\": \"wi-1\", \"dryRun\": false}";

static void answer_never(void* user_data, imagegen_event* call) {
  (void)user_data;
  imagegen_event_destroy(call);
}

static void start_again(void* runtime, imagegen_event* event) {
  imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
  options.on_done = start_again;
  options.user_data = runtime;
  imagegen_event_destroy(event);
  imagegen_call(runtime, "store.list", NULL, &options, NULL, NULL);
}

static imagegen_runtime* open_runtime(int with_part) {
  imagegen_host_part part = IMAGEGEN_HOST_PART_INIT;
  part.kind = "lifestylePacks";
  part.call = answer_never;
  imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
  options.parts = with_part ? &part : NULL;
  options.parts_count = with_part ? 1 : 0;
  imagegen_runtime* runtime = NULL;
  if (imagegen_runtime_open(&options, &runtime, NULL) != IMAGEGEN_OK) exit(3);
  return runtime;
}

/* Pixels, jobs, a part that does not answer and callbacks, all under way. */
static void start_work(imagegen_runtime* runtime) {
  static uint8_t pixels[512 * 512 * 3];
  const imagegen_view view = {pixels, sizeof pixels};
  imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
  options.inputs = &view;
  options.inputs_count = 1;
  options.lend_inputs = 1;
  for (int i = 0; i < 8; ++i)
    if (imagegen_call(runtime, "images.encode", "{\"width\": 512, \"height\": 512, \"channels\": 3}", &options, NULL,
                      NULL) != IMAGEGEN_OK)
      exit(3);
  imagegen_call(runtime, "worker.run", NULL, NULL, NULL, NULL);
  imagegen_call(runtime, "heroes.generate", kRequest, NULL, NULL, NULL);
  start_again(runtime, NULL);
}

static int wait_in_poll(void* runtime) {
  imagegen_event* event = NULL;
  while (imagegen_poll(runtime, 60000, &event, NULL) == IMAGEGEN_OK) imagegen_event_destroy(event);
  return 0;
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  imagegen_runtime* runtime = open_runtime(1);
  start_work(runtime);
  thrd_t waiting;
  if (thrd_create(&waiting, wait_in_poll, runtime) != thrd_success) return 3;
  thrd_detach(waiting);
  const long ms = strtol(argv[2], NULL, 10);
  const struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
  thrd_sleep(&pause, NULL);
  if (strcmp(argv[1], "exit") == 0) exit(0);
  if (strcmp(argv[1], "quick_exit") == 0) quick_exit(0);
  if (strcmp(argv[1], "close") == 0) imagegen_runtime_close(runtime);
  if (strcmp(argv[1], "destroy") == 0) imagegen_runtime_destroy(runtime);
  return 0; /* "return", or after one of these */
}
