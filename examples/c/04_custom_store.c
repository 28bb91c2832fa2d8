/* A store of your own, here in memory: 04_custom_store PACK.json. Its methods are in docs/host-parts.md. */
#include <imagegen.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  imagegen_runtime* runtime;
  char keys[100][1025];
  imagegen_bytes* files[100];
  size_t count;
} store;

/* Where arguments.key is, or would be. Keys here have no quotes; a backend has a JSON library for this. */
static size_t place_of(store* self, const char* json) {
  char key[1025] = "";
  const char* at = strstr(json, "\"key\":\"");
  if (at) key[strcspn(strncpy(key, at + 7, 1024), "\"")] = '\0';
  size_t i = 0;
  while (i < self->count && strcmp(self->keys[i], key) != 0) ++i;
  if (i == self->count && i < 100) strcpy(self->keys[i], key);
  return i;
}

/* Called on a thread of the library, one call at a time. The answer may also come later, from any thread. */
static void on_call(void* user_data, imagegen_event* call) {
  store* self = user_data;
  const char *json = imagegen_event_json(call), *answer = "{}", *failure = NULL;
  const size_t i = place_of(self, json), exists = i < self->count;
  imagegen_view file = {NULL, 0};
  if (strstr(json, "\"method\":\"put\"")) {
    if (exists && strstr(json, "\"onlyIfAbsent\":true")) failure = "{\"code\": \"ALREADY_EXISTS\"}";
    if (i == 100) failure = "{\"code\": \"LIMIT_EXCEEDED\"}";
    if (!failure && exists) imagegen_bytes_release(self->files[i]);
    if (!failure) imagegen_event_bytes(call, 0, &self->files[i], NULL); /* no copy: kept for as long as we hold it */
    if (!failure && !exists) ++self->count;
  } else if (strstr(json, "\"method\":\"get\"")) {
    if (exists) file = (imagegen_view){imagegen_bytes_data(self->files[i]), imagegen_bytes_size(self->files[i])};
    if (!exists) failure = "{\"code\": \"NOT_FOUND\"}";
  } else if (strstr(json, "\"method\":\"head\"")) {
    answer = exists ? "{\"object\": {}}" : "{\"object\": null}";
  } else { /* remove and list, which a real store has too */
    failure = "{\"code\": \"UNSUPPORTED\"}";
  }
  if (failure) imagegen_host_reject(self->runtime, imagegen_event_id(call), failure, NULL);
  if (!failure) imagegen_host_resolve(self->runtime, imagegen_event_id(call), answer, &file, file.data ? 1 : 0, NULL);
  imagegen_event_destroy(call);
}

int main(int argc, char** argv) {
  static char request[1 << 20] = "{\"workItemId\": \"wi-1\", \"lifestylePack\": ";
  FILE* pack = argc == 2 ? fopen(argv[1], "rb") : NULL;
  if (!pack) return fprintf(stderr, "usage: 04_custom_store PACK.json\n"), 2;
  fread(request + strlen(request), 1, sizeof request - 100, pack), strcat(request, "}"), fclose(pack);

  static store mine;
  imagegen_host_part part = IMAGEGEN_HOST_PART_INIT;
  part.kind = "store", part.call = on_call, part.user_data = &mine;
  part.capability_json = "{\"name\": \"mine\", \"urlPrefix\": \"https://cdn.example.com/\"}";
  imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
  options.parts = &part, options.parts_count = 1;
  imagegen_event* done = NULL;
  imagegen_error* error = NULL;
  int fine = imagegen_runtime_open(&options, &mine.runtime, &error) == IMAGEGEN_OK &&
             imagegen_call_and_wait(mine.runtime, "heroes.generate", request, NULL, &done, &error) == IMAGEGEN_OK;
  puts(fine ? imagegen_event_json(done) : imagegen_error_message(error));
  printf("%zu objects\n", mine.count);
  imagegen_event_destroy(done), imagegen_error_destroy(error), imagegen_runtime_destroy(mine.runtime);
  while (mine.count > 0) imagegen_bytes_release(mine.files[--mine.count]);
  return fine ? 0 : 1;
}
