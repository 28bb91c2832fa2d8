/* A C program that has nothing but the installed library: one operation. */
#include <imagegen.h>
#include <stdio.h>

int main(void) {
  imagegen_runtime* runtime = NULL;
  imagegen_event* done = NULL;
  imagegen_error* error = NULL;
  imagegen_status status = imagegen_runtime_open(NULL, &runtime, &error);
  if (status == IMAGEGEN_OK) status = imagegen_call_and_wait(runtime, "runtime.describe", NULL, NULL, &done, &error);
  puts(status == IMAGEGEN_OK ? imagegen_event_json(done) : imagegen_error_message(error));
  imagegen_event_destroy(done);
  imagegen_error_destroy(error);
  imagegen_runtime_destroy(runtime);
  return status == IMAGEGEN_OK && imagegen_abi_version() >> 16 == IMAGEGEN_ABI_MAJOR ? 0 : 1;
}
