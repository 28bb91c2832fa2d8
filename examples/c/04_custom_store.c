/* A store of your own, here in memory: 04_custom_store PACK.json. Its methods are in docs/host-parts.md. */
#include <imagegen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  char key[1025];
  imagegen_bytes* file;
} object;
typedef struct {
  imagegen_runtime* runtime;
  object objects[100];
  size_t count;
} store;

/* arguments.key, of keys without quotes and backslashes. A backend has a JSON library for this. */
static void key_of(const char* json, char* key) {
  const char* at = strstr(json, "\"key\":\"");
  key[at ? strcspn(strncpy(key, at + 7, 1024), "\"") : 0] = '\0';
}

/* Called on a thread of the library, one call at a time. The answer may also come later, from any thread. */
static void on_call(void* user_data, imagegen_event* call) {
  store* self = user_data;
  const char* json = imagegen_event_json(call);
  const uint64_t token = imagegen_event_id(call);
  const int put = strstr(json, "\"method\":\"put\"") != NULL, get = strstr(json, "\"method\":\"get\"") != NULL;
  char key[1025] = "";
  key_of(json, key);
  object* found = self->objects;
  while (found < self->objects + self->count && strcmp(found->key, key) != 0) ++found;
  const int exists = found < self->objects + self->count;
  if (put && exists && strstr(json, "\"onlyIfAbsent\":true")) {
    imagegen_host_reject(self->runtime, token, "{\"code\": \"ALREADY_EXISTS\"}", NULL);
  } else if (put && (exists || self->count < 100)) {
    if (!exists) strcpy(self->objects[self->count++].key, key);
    imagegen_bytes_release(found->file);
    imagegen_event_bytes(call, 0, &found->file, NULL); /* no copy: it is kept for as long as we hold it */
    imagegen_host_resolve(self->runtime, token, "{}", NULL, 0, NULL);
  } else if (get && exists) {
    const imagegen_view file = {imagegen_bytes_data(found->file), imagegen_bytes_size(found->file)};
    imagegen_host_resolve(self->runtime, token, "{}", &file, 1, NULL);
  } else if (strstr(json, "\"method\":\"head\"")) {
    imagegen_host_resolve(self->runtime, token, exists ? "{\"object\": {}}" : "{\"object\": null}", NULL, 0, NULL);
  } else {
    imagegen_host_reject(self->runtime, token, get ? "{\"code\": \"NOT_FOUND\"}" : "{\"code\": \"UNSUPPORTED\"}", NULL);
  }
  imagegen_event_destroy(call);
}

int main(int argc, char** argv) {
  static char request[1 << 20] = "{\"workItemId\": \"wi-1\", \"pack\": ";
  FILE* pack = argc == 2 ? fopen(argv[1], "rb") : NULL;
  if (!pack) return fprintf(stderr, "usage: 04_custom_store PACK.json\n"), 2;
  fread(request + strlen(request), 1, sizeof request - 100, pack);
  strcat(request, "}");
  fclose(pack);

  static store mine;
  imagegen_host_part part = IMAGEGEN_HOST_PART_INIT;
  part.kind = "store";
  part.capability_json = "{\"name\": \"mine\", \"urlPrefix\": \"https://cdn.example.com/\"}";
  part.call = on_call;
  part.user_data = &mine;
  imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
  options.parts = &part;
  options.parts_count = 1;
  imagegen_event* done = NULL;
  imagegen_error* error = NULL;
  imagegen_status status = imagegen_runtime_open(&options, &mine.runtime, &error);
  if (status == IMAGEGEN_OK)
    status = imagegen_call_and_wait(mine.runtime, "heroes.generate", request, NULL, &done, &error);
  puts(status == IMAGEGEN_OK ? imagegen_event_json(done) : imagegen_error_message(error));
  printf("%zu objects\n", mine.count);
  for (size_t i = 0; i < mine.count; ++i) imagegen_bytes_release(mine.objects[i].file);
  imagegen_event_destroy(done), imagegen_error_destroy(error), imagegen_runtime_destroy(mine.runtime);
  return status == IMAGEGEN_OK ? 0 : 1;
}
