/* imagegen.h: the whole C API of imagegen. Strict C11.
 *
 * Documents (configurations, requests, results) are JSON in UTF-8; imagegen_operations() lists every operation with the
 * JSON Schema of its request and result. Pixels and files are bytes. Everything else is a handle.
 *
 * The ten lines that matter:
 *
 *     imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
 *     options.config_json = "{\"store\": \"file:out\", \"state\": \"sqlite:imagegen.db\"}";
 *     imagegen_runtime* runtime = NULL;
 *     imagegen_error* error = NULL;
 *     if (imagegen_runtime_open(&options, &runtime, &error) != IMAGEGEN_OK) puts(imagegen_error_message(error));
 *     imagegen_event* done = NULL;
 *     if (imagegen_call_and_wait(runtime, "heroes.generate", request_json, NULL, &done, &error) == IMAGEGEN_OK)
 *       puts(imagegen_event_json(done));
 *     imagegen_event_destroy(done), imagegen_error_destroy(error), imagegen_runtime_destroy(runtime);
 *
 * Rules that hold for every function:
 *  - Handles are not addresses: one that is NULL, of another kind or destroyed is IMAGEGEN_INVALID_ARGUMENT, and functions
 *    that return no status then give NULL or 0. Destroying NULL, or twice, does nothing.
 *  - Every function may be called from any thread, at once with every other.
 *  - Nothing calls back into the caller, except on a library thread the functions that the caller has given for it.
 *  - out_error may be NULL; else it receives NULL, or an error to be freed with imagegen_error_destroy(). Other out
 *    parameters receive NULL or 0 on failure, a file descriptor -1.
 *  - Structs begin with struct_size; start from the INIT macro. They grow at the end only; zero in a later field means
 *    "as before". A larger struct whose unknown fields are not zero is IMAGEGEN_UNSUPPORTED, and so is a reserved field
 *    that is not zero. A struct_size below that of ABI 1.0, or in the middle of a field, is IMAGEGEN_INVALID_ARGUMENT. In
 *    arrays each struct is as far from the next as its struct_size says.
 *  - A function of the caller may end the library's thread that it is called on, by pthread_exit(): another thread goes on,
 *    and a host call that is not answered then fails with IMAGEGEN_INTERNAL. It must not leave by longjmp().
 *  - No exception and no signal leaves the library. After fork() a runtime works in the parent only: in the child every
 *    call on it is IMAGEGEN_UNSUPPORTED.
 */
#ifndef IMAGEGEN_H
#define IMAGEGEN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef IMAGEGEN_API
/* What the library exports; the map beside this file names the same. */
#define IMAGEGEN_API __attribute__((visibility("default")))
#endif

/* Another major version is another library: do not use it. A minor one only adds. */
#define IMAGEGEN_ABI_MAJOR 1
#define IMAGEGEN_ABI_MINOR 1

/* Numbers never change. 1 to 999 are the codes that errors carry as names, such as "RATE_LIMITED". */
typedef int32_t imagegen_status;
enum {
  IMAGEGEN_OK = 0,
  IMAGEGEN_INTERNAL = 1,          /* a defect of the library, or an exception in a host's function */
  IMAGEGEN_INVALID_ARGUMENT = 2,  /* the message names the field */
  IMAGEGEN_NOT_FOUND = 3,
  IMAGEGEN_ALREADY_EXISTS = 4,
  IMAGEGEN_PERMISSION_DENIED = 5, /* missing, wrong or insufficient credentials */
  IMAGEGEN_UNSUPPORTED = 6,
  IMAGEGEN_LIMIT_EXCEEDED = 7,
  IMAGEGEN_CORRUPT_DATA = 8,
  IMAGEGEN_CANCELLED = 9,
  IMAGEGEN_DEADLINE_EXCEEDED = 10,
  IMAGEGEN_UNAVAILABLE = 11,      /* the network or a server failed; another time it may work */
  IMAGEGEN_RATE_LIMITED = 12,
  IMAGEGEN_QUOTA_EXCEEDED = 13,   /* the account has no credit left */
  IMAGEGEN_CONTENT_REFUSED = 14,  /* by the provider's moderation */
  IMAGEGEN_BAD_ANSWER = 15,       /* a server, or a host's function, answered outside its contract */
  IMAGEGEN_BUDGET_EXCEEDED = 16,
  IMAGEGEN_STORAGE_FAILED = 17,
  IMAGEGEN_CONFLICT = 18,
  IMAGEGEN_LEASE_LOST = 19,
  IMAGEGEN_OUTCOME_UNKNOWN = 20,  /* something may have been bought; it is not bought again without being told to */
  IMAGEGEN_NOTHING = 1000,        /* imagegen_poll(): nothing came in time */
  IMAGEGEN_CLOSED = 1001          /* imagegen_poll(): the runtime is closed and nothing is left in its inbox */
};

typedef struct imagegen_runtime imagegen_runtime;         /* everything wired: threads, provider, store, workflows */
typedef struct imagegen_call_handle imagegen_call_handle; /* an operation under way */
typedef struct imagegen_event imagegen_event;             /* something that happened, in the inbox */
typedef struct imagegen_bytes imagegen_bytes;             /* a buffer: immutable, counted */
typedef struct imagegen_image imagegen_image;             /* decoded pixels: immutable */
typedef struct imagegen_error imagegen_error;             /* what went wrong: immutable */

/* Bytes of somebody else. data may be NULL where size is 0. */
typedef struct imagegen_view {
  const uint8_t* data; /* borrowed for as long as the function says that takes it */
  size_t size;         /* bytes */
} imagegen_view;

/* ------------------------------------------------------------------------------------------------ library */

/** (major << 16) | minor of the library that is loaded: compare the major with IMAGEGEN_ABI_MAJOR. @since ABI 1.0 */
IMAGEGEN_API uint32_t imagegen_abi_version(void);

/** Version of the library, "0.1.0". Static. @since ABI 1.0 */
IMAGEGEN_API const char* imagegen_version(void);

/** "OK", "RATE_LIMITED", "NOTHING"; "UNKNOWN" for a number that is none. Static. @since ABI 1.0 */
IMAGEGEN_API const char* imagegen_status_name(imagegen_status status);

/** All operations: {"operations": [{"name", "summary", "request": schema, "result": schema, "bytesIn", "bytesOut"}]}, the
 * schemas JSON Schema 2020-12. @param out_json To be freed with imagegen_bytes_release(). @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_operations(imagegen_bytes** out_json, imagegen_error** out_error);

/** How many handles there are now, of all kinds together; for tests that look for leaks. @since ABI 1.0 */
IMAGEGEN_API size_t imagegen_live_handles(void);

/* ------------------------------------------------------------------------------------------------- errors */

/** IMAGEGEN_OK for what is no error. @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_error_status(const imagegen_error* error);

/** For people and logs: what was expected, what came. No secrets, no users' texts. Lives as long as the error; "" for
 * what is no error. @since ABI 1.0 */
IMAGEGEN_API const char* imagegen_error_message(const imagegen_error* error);

/** {"code": "RATE_LIMITED", "status": 12, "message", "retryable": bool, "retryAfterMs"?: number, "spent": bool,
 * "delivery": "not_sent" | "unknown" | "answered", "httpStatus": number, "body": {...}, "faults"?: [{"path", "message"}],
 * "providerText"?}
 *
 * retryable: the same call may simply be made again. spent: money was, or may have been, spent. delivery: how far a request
 * that may cost money had come; "not_sent" is only said where nothing can be owed. httpStatus and body: what an HTTP route
 * answers. providerText may quote users: never log it. Lives as long as the error; "{}" for what is none.
 * @since ABI 1.0 */
IMAGEGEN_API const char* imagegen_error_json(const imagegen_error* error);

/** Frees an error, and the texts that came from it. @since ABI 1.0 */
IMAGEGEN_API void imagegen_error_destroy(imagegen_error* error);

/* -------------------------------------------------------------------------------------------------- bytes */

/** A copy of data. IMAGEGEN_LIMIT_EXCEEDED above 1 GiB. @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_bytes_create(const void* data, size_t size, imagegen_bytes** out_bytes,
                                                   imagegen_error** out_error);

/** NULL for an empty or no buffer. Lives until the last reference is released. @since ABI 1.0 */
IMAGEGEN_API const uint8_t* imagegen_bytes_data(const imagegen_bytes* bytes);
/** Bytes; 0 for an empty or no buffer. @since ABI 1.0 */
IMAGEGEN_API size_t imagegen_bytes_size(const imagegen_bytes* bytes);

/** One more reference, for one more imagegen_bytes_release(). @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_bytes_retain(imagegen_bytes* bytes);
/** One reference less; with the last one the bytes are gone. @since ABI 1.0 */
IMAGEGEN_API void imagegen_bytes_release(imagegen_bytes* bytes);

/* ------------------------------------------------------------------------------------------------ runtime */

/** A part of the host's own: takes a call and answers it, now or later and from any thread, by imagegen_host_resolve() or
 * imagegen_host_reject() with the token imagegen_event_id(call). Called on a library thread, one call at a time for each
 * runtime; it may start operations, and must not wait for them.
 * @param call A host call (see imagegen_event_json()), the function's own: to be freed with imagegen_event_destroy(). */
typedef void (*imagegen_host_function)(void* user_data, imagegen_event* call);

/** Called once, on a library thread, when the part is no longer needed, which it is at once where the runtime cannot be
 * opened. Never in a forked child. Not called for parts that cannot be read: those of options with an impossible
 * struct_size or more than 1,000 parts, and a part with an impossible struct_size with those behind it. */
typedef void (*imagegen_release_function)(void* user_data);

/* A part that the host makes. Which methods a part has, with their arguments and answers: docs/host-parts.md. There is one
 * of a kind, but any number of providers, each with a name of its own as "provider" of its capability; every call of one
 * has that name as the argument "provider". */
typedef struct imagegen_host_part {
  size_t struct_size;          /* what the caller was compiled with */
  const char* kind;            /* "provider", "store", "records", "assets", "enhancer", "lifestylePacks", "events" */
  const char* capability_json; /* what the part can do; NULL is {}. Borrowed for the call. */
  imagegen_host_function call; /* NULL: its calls come through imagegen_poll() */
  imagegen_host_function cancelled; /* may be NULL: nobody waits for the call with this token any longer */
  imagegen_release_function release; /* may be NULL */
  void* user_data;                   /* given to these functions; not looked at */
} imagegen_host_part;
#define IMAGEGEN_HOST_PART_INIT {sizeof(imagegen_host_part), NULL, NULL, NULL, NULL, NULL, NULL}

/* What imagegen_runtime_open() wires. */
typedef struct imagegen_runtime_options {
  size_t struct_size;               /* what the caller was compiled with */
  const char* config_json;          /* docs/configuration.md; NULL is {}. Borrowed for the call. */
  uint32_t read_environment;        /* 0 or 1: OPENAI_API_KEY and so on come before config_json */
  uint32_t reserved;                /* 0 */
  const imagegen_host_part* parts;  /* borrowed for the call */
  size_t parts_count;               /* at most 100 */
  const char* overrides_json;       /* comes before the environment, in the form of config_json: what a person has said for
                                       this one run; NULL is {}. Borrowed for the call. Since ABI 1.1 */
} imagegen_runtime_options;
#define IMAGEGEN_RUNTIME_OPTIONS_INIT {sizeof(imagegen_runtime_options), NULL, 0, 0, NULL, 0, NULL}

/** Wires everything; contacts nobody.
 * @param options NULL is the INIT macro: placeholder pictures in memory.
 * @param out_runtime To be freed with imagegen_runtime_destroy().
 * @return IMAGEGEN_OK; IMAGEGEN_INVALID_ARGUMENT with every fault of the configuration; IMAGEGEN_PERMISSION_DENIED for a
 *         missing key; IMAGEGEN_STORAGE_FAILED. Parts are then released, as imagegen_release_function says.
 *         @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_runtime_open(const imagegen_runtime_options* options, imagegen_runtime** out_runtime,
                                                   imagegen_error** out_error);

/** Begins the end: cancels what runs, fails open host calls, takes nothing new. Returns at once. What runs still ends with
 * its done event; after the last of them imagegen_poll() gives IMAGEGEN_CLOSED. @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_runtime_close(imagegen_runtime* runtime);

/** Closes it and lets go of it. Never waits: what still runs ends on a library thread. @since ABI 1.0 */
IMAGEGEN_API void imagegen_runtime_destroy(imagegen_runtime* runtime);

/* -------------------------------------------------------------------------------------------------- calls */

/** Told how a call ended, or how far it is; see imagegen_event_json(). On a library thread, one after the other for each
 * runtime, never inside the call that took it; on_done exactly once. It may start operations, and must not wait for them.
 * @param event The function's own: to be freed with imagegen_event_destroy(). */
typedef void (*imagegen_event_function)(void* user_data, imagegen_event* event);

/* What goes along with a request that is no JSON. */
typedef struct imagegen_call_options {
  size_t struct_size;          /* what the caller was compiled with */
  const imagegen_view* inputs; /* files and pixels that belong to the request, in the order that the operation names */
  size_t inputs_count;         /* views at inputs, which may be NULL where it is 0 */
  uint32_t lend_inputs; /* 0: they are copied. 1: they are borrowed until the done event was pulled or on_done called;
                           with the runtime destroyed before that, only on_done tells. */
  uint32_t reserved;    /* 0 */
  imagegen_event_function on_done;     /* NULL: the done event comes through imagegen_poll(), and so does progress */
  imagegen_event_function on_progress; /* only with on_done; may be NULL */
  void* user_data;                     /* given to both; not looked at */
} imagegen_call_options;
#define IMAGEGEN_CALL_OPTIONS_INIT {sizeof(imagegen_call_options), NULL, 0, 0, 0, NULL, NULL, NULL}

/** Starts an operation and returns. It ends with exactly one done event, also when it was cancelled.
 * @param operation For example "heroes.generate"; see imagegen_operations().
 * @param request_json Borrowed for the call; NULL is {}. At most 16 MiB.
 * @param options May be NULL.
 * @param out_call May be NULL; else to be freed with imagegen_call_destroy(), which does not end the operation.
 * @return IMAGEGEN_OK; IMAGEGEN_NOT_FOUND for an operation that does not exist; IMAGEGEN_INVALID_ARGUMENT for text that is
 *         no JSON object; IMAGEGEN_LIMIT_EXCEEDED with 10,000 calls whose done event was not pulled yet, or on_done not
 *         called; IMAGEGEN_CLOSED after imagegen_runtime_close(). What is wrong inside the request is in the done event.
 *         On failure nothing has started: on_done is not called, and inputs are not read later. @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_call(imagegen_runtime* runtime, const char* operation, const char* request_json,
                                           const imagegen_call_options* options, imagegen_call_handle** out_call,
                                           imagegen_error** out_error);

/** Makes an operation and waits for its end; inputs are borrowed, on_done and on_progress must be NULL. Not to be used in
 * a function that the library calls.
 * @param out_event Receives the done event, to be freed with imagegen_event_destroy(); NULL on failure.
 * @return The status of the operation; its error then is out_error. IMAGEGEN_CANCELLED where the runtime is closed.
 *         @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_call_and_wait(imagegen_runtime* runtime, const char* operation,
                                                    const char* request_json, const imagegen_call_options* options,
                                                    imagegen_event** out_event, imagegen_error** out_error);

/** What its events are known by: never 0, never used twice in a process; 0 for what is no call. @since ABI 1.0 */
IMAGEGEN_API uint64_t imagegen_call_id(const imagegen_call_handle* call);

/** Asks the operation to end. Never waits; one that has ended, or whose runtime was destroyed, is fine. @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_call_cancel(imagegen_call_handle* call, imagegen_error** out_error);

/** Asks the operation to begin nothing more, and to finish what it has begun: "worker.run" takes no further job, and
 * "heroes.generate" buys no further picture. Every other operation is cancelled. It can be cancelled afterwards, as by a
 * second signal. Never waits; one that has ended, or whose runtime was destroyed, is fine. @since ABI 1.1 */
IMAGEGEN_API imagegen_status imagegen_call_drain(imagegen_call_handle* call, imagegen_error** out_error);

/** The handle keeps nothing of its runtime alive. @since ABI 1.0 */
IMAGEGEN_API void imagegen_call_destroy(imagegen_call_handle* call);

/* -------------------------------------------------------------------------------------------------- inbox */

/* What an event tells. */
typedef int32_t imagegen_event_kind_value;
enum {
  IMAGEGEN_EVENT_NONE = 0,       /* no event */
  IMAGEGEN_EVENT_PROGRESS = 1,   /* of a call; only the newest of a call is kept */
  IMAGEGEN_EVENT_DONE = 2,       /* a call has ended */
  IMAGEGEN_EVENT_HOST_CALL = 3,  /* a part of the host is asked for something */
  IMAGEGEN_EVENT_HOST_CANCEL = 4 /* nobody waits for that any longer; an answer is taken and thrown away */
};

/** Takes the next event out of the inbox. Several threads may wait; each event goes to one of them.
 * @param timeout_ms How long to wait for one; 0 does not wait. At most a day is waited.
 * @param out_event To be freed with imagegen_event_destroy().
 * @return IMAGEGEN_OK with an event; IMAGEGEN_NOTHING; IMAGEGEN_CLOSED. @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_poll(imagegen_runtime* runtime, uint32_t timeout_ms, imagegen_event** out_event,
                                           imagegen_error** out_error);

/** A file descriptor that is readable while the inbox holds an event or is closed, for poll(), epoll and event loops. It
 * is the runtime's: do not read, write or close it. Once imagegen_runtime_destroy() was called it may be closed at any time,
 * and its number used for something else: stop watching it before.
 * @param out_fd Receives -1 on failure. @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_poll_fd(imagegen_runtime* runtime, int* out_fd, imagegen_error** out_error);

/** IMAGEGEN_EVENT_NONE for what is no event. @since ABI 1.0 */
IMAGEGEN_API imagegen_event_kind_value imagegen_event_kind(const imagegen_event* event);

/** Id of the call, or token of the host call; 0 for what is no event, and for that of imagegen_call_and_wait().
 * @since ABI 1.0 */
IMAGEGEN_API uint64_t imagegen_event_id(const imagegen_event* event);

/** IMAGEGEN_OK, or for IMAGEGEN_EVENT_DONE of a call that failed what it failed with. @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_event_status(const imagegen_event* event);

/** One of
 *   {"kind": "progress", "call": id, "progress": {...}}
 *   {"kind": "done", "call": id, "ok": true, "result": {...}}
 *   {"kind": "done", "call": id, "ok": false, "error": {...}}      as of imagegen_error_json()
 *   {"kind": "hostCall", "token": id, "part": "store", "method": "put", "arguments": {...}, "timeoutMs": number}
 *   {"kind": "hostCancel", "token": id}
 * Lives as long as the event; "{}" for what is no event. @since ABI 1.0 */
IMAGEGEN_API const char* imagegen_event_json(const imagegen_event* event);

/** Files that belong to it: of a result in the order that the operation names, of a host call its inputs. @since ABI 1.0 */
IMAGEGEN_API size_t imagegen_event_bytes_count(const imagegen_event* event);

/** @param out_bytes A reference to be freed with imagegen_bytes_release(); it outlives the event. No copy is made.
 * @return IMAGEGEN_INVALID_ARGUMENT for an index that is too large. @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_event_bytes(const imagegen_event* event, size_t index, imagegen_bytes** out_bytes,
                                                  imagegen_error** out_error);

/** Frees an event, and the texts that came from it; bytes that were taken out of it stay. @since ABI 1.0 */
IMAGEGEN_API void imagegen_event_destroy(imagegen_event* event);

/* --------------------------------------------------------------------------------------- parts of the host */

/** Answers a host call.
 * @param answer_json As docs/host-parts.md says for the method; NULL is {}. Borrowed for the call.
 * @param bytes Files that belong to the answer; copied. May be NULL where bytes_count is 0.
 * @return IMAGEGEN_OK; IMAGEGEN_NOT_FOUND for a token that was answered, or that nobody waits for. An answer outside the
 *         contract fails the work that asked, with IMAGEGEN_BAD_ANSWER. @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_host_resolve(imagegen_runtime* runtime, uint64_t token, const char* answer_json,
                                                   const imagegen_view* bytes, size_t bytes_count,
                                                   imagegen_error** out_error);

/** Answers a host call with a failure.
 * @param error_json {"code"?: "NOT_FOUND", "message"?, "retryable"?: bool, "retryAfterMs"?, "delivery"?: "not_sent" |
 *        "unknown" | "answered", "providerText"?}; code is "INTERNAL" where it is absent or no known one. Of a provider,
 *        delivery says whether something may have been bought; it is "unknown" where it is absent. NULL is {}.
 * @return As imagegen_host_resolve(). @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_host_reject(imagegen_runtime* runtime, uint64_t token, const char* error_json,
                                                  imagegen_error** out_error);

/* ------------------------------------------------------------------------------------------- image engine */

/* Formats of files; which of them this build reads and writes is said by IMAGEGEN_UNSUPPORTED. */
typedef int32_t imagegen_format;
enum { IMAGEGEN_WEBP = 0, IMAGEGEN_JPEG = 1, IMAGEGEN_PNG = 2, IMAGEGEN_AVIF = 3 };

/* How a picture goes into a box of another shape, in the words of CSS object-fit. */
typedef int32_t imagegen_fit;
enum {
  IMAGEGEN_COVER = 0,   /* fills the box; what stands out is cut off */
  IMAGEGEN_CONTAIN = 1, /* all of it inside the box; the rest is background */
  IMAGEGEN_FILL = 2,    /* stretched */
  IMAGEGEN_INSIDE = 3,  /* as large as fits */
  IMAGEGEN_OUTSIDE = 4  /* as small as covers the box */
};

/* What a picture from outside may cost; checked before anything is allocated. 0: the library's default. */
typedef struct imagegen_limits {
  size_t struct_size;   /* what the caller was compiled with */
  uint64_t max_bytes;   /* of the file; default 64 MiB */
  uint64_t max_pixels;  /* default 100,000,000 */
  uint32_t max_side_px; /* default 32,767 */
  uint32_t max_time_ms; /* to decode, and again for each output; default 60,000 */
  /* Of whole pictures in memory at one time: decoded, turned, split into planes, resized from rows; at most 2^36, default
   * 512 MiB. Since ABI 1.1. */
  uint64_t max_decoded_bytes;
} imagegen_limits;
#define IMAGEGEN_LIMITS_INIT {sizeof(imagegen_limits), 0, 0, 0, 0, 0}

/* sRGB, 8 bits a channel, interleaved, top row first. */
typedef struct imagegen_pixels {
  size_t struct_size;           /* what the caller was compiled with */
  uint32_t width_px, height_px; /* 1..65,535 */
  uint32_t channels;            /* 1 grey, 3 RGB, 4 RGBA with straight alpha */
  uint32_t reserved;            /* 0 */
  size_t stride_bytes;          /* from row to row; at least width_px * channels */
  const uint8_t* data;          /* height_px rows; of an image's, borrowed for as long as the image lives */
} imagegen_pixels;
#define IMAGEGEN_PIXELS_INIT {sizeof(imagegen_pixels), 0, 0, 0, 0, 0, NULL}

/* The quality of a file where none is said: see docs/image.md. */
#define IMAGEGEN_QUALITY_OF_FORMAT (-1)

/* How a picture becomes a file. What a format has no use for is ignored. */
typedef struct imagegen_encoding {
  size_t struct_size;     /* what the caller was compiled with */
  imagegen_format format; /* of the file */
  int32_t quality;        /* 0..100, or IMAGEGEN_QUALITY_OF_FORMAT */
  int32_t effort;         /* WebP 0..6, AVIF 0..9 */
  uint32_t lossless;      /* WebP, AVIF: 0 or 1 */
} imagegen_encoding;
#define IMAGEGEN_ENCODING_INIT {sizeof(imagegen_encoding), IMAGEGEN_WEBP, IMAGEGEN_QUALITY_OF_FORMAT, 4, 0}

/* One file to make of a picture. What it has no field for, the operation "images.render" has. */
typedef struct imagegen_rendition {
  size_t struct_size;                /* what the caller was compiled with */
  uint32_t width_px, height_px;      /* the box; 0: follows from the other side */
  imagegen_fit fit;                  /* into the box */
  uint32_t no_upscale;               /* 0, or 1: the output of a small picture is smaller than the box */
  const char* position;              /* "centre", "north" ..., "attention", "entropy"; NULL is "centre". Borrowed. */
  const imagegen_encoding* encoding; /* NULL is the INIT macro. Borrowed. */
} imagegen_rendition;
#define IMAGEGEN_RENDITION_INIT {sizeof(imagegen_rendition), 0, 0, IMAGEGEN_COVER, 0, NULL, NULL}

/** Decodes PNG, JPEG, WebP or (where built) AVIF to pixels, turned upright. Computes on the caller's thread.
 * @param data, size The file; borrowed for the call.
 * @param limits May be NULL.
 * @return IMAGEGEN_OK; IMAGEGEN_UNSUPPORTED naming what was found; IMAGEGEN_CORRUPT_DATA; IMAGEGEN_LIMIT_EXCEEDED.
 * @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_image_decode(const void* data, size_t size, const imagegen_limits* limits,
                                                   imagegen_image** out_image, imagegen_error** out_error);

/** An image of the caller's pixels, which are copied. IMAGEGEN_INVALID_ARGUMENT for a size, stride or number of channels
 * that cannot be. @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_image_create(const imagegen_pixels* pixels, imagegen_image** out_image,
                                                   imagegen_error** out_error);

/** Where the pixels are; no copy. @param out_pixels Its struct_size must be set, and is kept; data lives as long as the
 * image. @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_image_pixels(const imagegen_image* image, imagegen_pixels* out_pixels,
                                                   imagegen_error** out_error);

/** Encodes on the caller's thread. IMAGEGEN_LIMIT_EXCEEDED above the format's largest side, IMAGEGEN_UNSUPPORTED for a
 * format that this build cannot write. @param encoding NULL is the INIT macro. @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_image_encode(const imagegen_image* image, const imagegen_encoding* encoding,
                                                   imagegen_bytes** out_file, imagegen_error** out_error);

/** Frees an image; pixels that were asked for are gone with it. @since ABI 1.0 */
IMAGEGEN_API void imagegen_image_destroy(imagegen_image* image);

/** Decodes a file once and makes every rendition of it on the runtime's threads; waits for them. Not to be used in a
 * function that the library calls.
 * @param data, size The file; borrowed for the call.
 * @param renditions count of them, at most 1,000; each with its struct_size.
 * @param out_files An array of count, each to be freed with imagegen_bytes_release(); all NULL on failure, but left as
 *        they are where count is above 1,000.
 * @return As imagegen_image_decode(); IMAGEGEN_INVALID_ARGUMENT naming the rendition. @since ABI 1.0 */
IMAGEGEN_API imagegen_status imagegen_render(imagegen_runtime* runtime, const void* data, size_t size,
                                             const imagegen_limits* limits, const imagegen_rendition* renditions,
                                             size_t count, imagegen_bytes** out_files, imagegen_error** out_error);

#ifdef __cplusplus
}
#endif
#endif
