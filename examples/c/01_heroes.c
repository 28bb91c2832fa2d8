/* From a pack to stored files: 01_heroes PACK.json writes into out/. */
#include <imagegen.h>
#include <stdio.h>
#include <stdlib.h>

static int failed(const char* what, imagegen_error* error) {
  fprintf(stderr, "%s: %s\n", what, imagegen_error_message(error));
  imagegen_error_destroy(error);
  return 1;
}

/* The request: the pack as it stands in its file, and what the caller wants of it. NULL where it cannot be read. */
static char* request_of(const char* path) {
  enum { kLargest = 1 << 20 };
  FILE* file = fopen(path, "rb");
  char* request = file ? calloc(1, kLargest) : NULL;
  if (request) {
    const int head = snprintf(request, kLargest, "{\"workItemId\": \"wi-1\", \"budget\": 2, \"lifestylePack\": ");
    const size_t size = fread(request + head, 1, kLargest - 100, file);
    snprintf(request + head + size, 2, "}");
  }
  if (file) fclose(file);
  return request;
}

int main(int argc, char** argv) {
  char* request = argc == 2 ? request_of(argv[1]) : NULL;
  if (!request) return fprintf(stderr, "usage: 01_heroes PACK.json\n"), 2;

  imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
  options.config_json = "{\"provider\": \"placeholder\", \"store\": \"file:out\", \"state\": \"sqlite:imagegen.db\"}";
  imagegen_runtime* runtime = NULL;
  imagegen_event* done = NULL;
  imagegen_error* error = NULL;
  imagegen_status status = imagegen_runtime_open(&options, &runtime, &error);
  if (status == IMAGEGEN_OK) status = imagegen_call_and_wait(runtime, "heroes.generate", request, NULL, &done, &error);
  if (status == IMAGEGEN_OK) puts(imagegen_event_json(done)); /* files, URLs, failures, cost */

  imagegen_event_destroy(done);
  imagegen_runtime_destroy(runtime);
  free(request);
  return status == IMAGEGEN_OK ? 0 : failed("01_heroes", error);
}
