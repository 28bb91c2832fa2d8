/* The user sees the prompt and its price first; then exactly that is bought: 03_prompt_job writes into out/. */
#include <imagegen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void need(imagegen_status status, imagegen_error* error) {
  if (status == IMAGEGEN_OK) return;
  fprintf(stderr, "03_prompt_job: %s: %s\n", imagegen_status_name(status), imagegen_error_message(error));
  exit(1);
}

/* The text of a field as it stands in the JSON, escapes and all. A backend has a JSON library for this. */
static const char* text_of(const char* json, const char* field, char* out, size_t size) {
  const char* at = strstr(json, field);
  size_t n = 0;
  for (at = at ? at + strlen(field) : ""; *at && *at != '"' && n + 2 < size; ++at) {
    if (*at == '\\') out[n++] = *at++;
    out[n++] = *at;
  }
  return out[n] = '\0', out;
}

static imagegen_event* call(imagegen_runtime* runtime, const char* operation, const char* request) {
  imagegen_event* done = NULL;
  imagegen_error* error = NULL;
  need(imagegen_call_and_wait(runtime, operation, request, NULL, &done, &error), error);
  puts(imagegen_event_json(done));
  return done;
}

int main(void) {
  char prompt[8192], id[128], request[16384];
  imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
  options.config_json = "{\"store\": \"file:out\", \"state\": \"sqlite:imagegen.db\"}";
  imagegen_runtime* runtime = NULL;
  imagegen_error* error = NULL;
  need(imagegen_runtime_open(&options, &runtime, &error), error);

  imagegen_event* better = call(runtime, "prompts.enhance", "{\"intent\": \"hero image\", \"prompt\": \"a red boat\"}");
  text_of(imagegen_event_json(better), "\"finalPrompt\":\"", prompt, sizeof prompt); /* for the user to approve */
  snprintf(request, sizeof request,
           "{\"intent\": \"hero image\", \"rawPrompt\": \"a red boat\", \"finalPrompt\": \"%s\", \"imageCount\": 2}",
           prompt);
  imagegen_event* queued = call(runtime, "prompts.execute", request);
  text_of(imagegen_event_json(queued), "\"jobId\":\"", id, sizeof id);

  /* A worker; as many as you like, also in other processes on the same state. What it is at comes through the inbox, and
   * so does its end. */
  imagegen_event* event = NULL;
  need(imagegen_call(runtime, "worker.run", "{\"untilIdle\": true}", NULL, NULL, &error), error);
  do {
    imagegen_event_destroy(event);
    need(imagegen_poll(runtime, 60000, &event, &error), error);
  } while (imagegen_event_kind(event) == IMAGEGEN_EVENT_PROGRESS);
  snprintf(request, sizeof request, "{\"jobId\": \"%s\"}", id);
  imagegen_event* job = call(runtime, "prompts.get", request);
  const int done = strstr(imagegen_event_json(job), "\"status\":\"DONE\"") != NULL;

  imagegen_event_destroy(better), imagegen_event_destroy(queued), imagegen_event_destroy(event),
      imagegen_event_destroy(job);
  imagegen_runtime_destroy(runtime);
  return done ? 0 : 1;
}
