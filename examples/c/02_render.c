/* One picture in, several files out, without provider or store: 02_render IN OUT_FOLDER */
#include <imagegen.h>
#include <stdio.h>
#include <stdlib.h>

static int write_file(const char* folder, const char* name, const imagegen_bytes* bytes) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE* file = fopen(path, "wb");
  if (!file) return perror(path), 0;
  const size_t size = imagegen_bytes_size(bytes);
  const size_t written = fwrite(imagegen_bytes_data(bytes), 1, size, file);
  if (fclose(file) != 0 || written != size) return perror(path), 0;
  return printf("%s, %zu bytes\n", path, size), 1;
}

int main(int argc, char** argv) {
  static unsigned char picture[8 << 20];
  FILE* in = argc == 3 ? fopen(argv[1], "rb") : NULL;
  if (!in) return fprintf(stderr, "usage: 02_render IN OUT_FOLDER\n"), 2;
  const size_t size = fread(picture, 1, sizeof picture, in);
  fclose(in);

  imagegen_encoding jpeg = IMAGEGEN_ENCODING_INIT;
  jpeg.format = IMAGEGEN_JPEG;
  jpeg.quality = 85;
  imagegen_rendition wanted[2] = {IMAGEGEN_RENDITION_INIT, IMAGEGEN_RENDITION_INIT};
  wanted[0].width_px = 1200, wanted[0].height_px = 400, wanted[0].position = "attention"; /* WebP, quality 90 */
  wanted[1].width_px = 400, wanted[1].height_px = 500, wanted[1].position = "north", wanted[1].encoding = &jpeg;

  imagegen_runtime* runtime = NULL;
  imagegen_bytes* files[2] = {NULL, NULL};
  imagegen_error* error = NULL;
  imagegen_status status = imagegen_runtime_open(NULL, &runtime, &error);
  if (status == IMAGEGEN_OK) status = imagegen_render(runtime, picture, size, NULL, wanted, 2, files, &error);
  if (status != IMAGEGEN_OK) fprintf(stderr, "02_render: %s\n", imagegen_error_message(error));
  const int written = status == IMAGEGEN_OK && write_file(argv[2], "1200x400.webp", files[0]) &&
                      write_file(argv[2], "400x500.jpeg", files[1]);

  imagegen_bytes_release(files[0]);
  imagegen_bytes_release(files[1]);
  imagegen_error_destroy(error);
  imagegen_runtime_destroy(runtime);
  return written ? 0 : 1;
}
