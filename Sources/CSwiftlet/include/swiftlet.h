/* swiftlet.h - run neural networks that Keras or Swiftlet saved, from C.
 *
 *   swiftlet_model *model = swiftlet_model_open("digits.h5");
 *   if (!model) { fprintf(stderr, "%s\n", swiftlet_last_error()); exit(65); }
 *   swiftlet_session *session = swiftlet_session_make(model, 100, NULL, 0, 1);
 *   swiftlet_session_predict(session, rows, pixels, scores);   // rows x 64 in, rows x 10 out
 *   swiftlet_session_close(session);
 *   swiftlet_model_close(model);
 *
 * Threads: a model is immutable and may be shared by any number of threads; a session is used by one thread at
 * a time. The text of the last error belongs to the thread that got the error. Nothing here prints, exits or
 * installs a signal handler.
 * Ownership: what a function named open or make returns is yours until you give it to the close of its kind.
 * Sessions keep what they need of their model: either may be closed first.
 * NULL: a close of NULL does nothing; a question about a NULL model is answered as if there were no such tensor or
 * label (0, NULL, SIZE_MAX or -1) and leaves the last error as it is; everything else that needs what is NULL
 * fails with SWIFTLET_ERROR_ARGUMENT. Data pointers may be NULL where `rows` is 0.
 * Text is UTF-8. A name or label with a zero byte in it ends there.
 */
#ifndef SWIFTLET_H
#define SWIFTLET_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface: it grows by one when a function changes. */
#define SWIFTLET_ABI_VERSION 1

typedef struct swiftlet_model swiftlet_model;
typedef struct swiftlet_session swiftlet_session;

/* What a call came to. */
enum {
  SWIFTLET_OK = 0,
  SWIFTLET_ERROR_MISSING = 1,     /* the file is not there or cannot be read */
  SWIFTLET_ERROR_MALFORMED = 2,   /* the file is damaged */
  SWIFTLET_ERROR_UNSUPPORTED = 3, /* the file is well-formed and holds what is not supported */
  SWIFTLET_ERROR_ARGUMENT = 4,    /* an argument does not fit */
  SWIFTLET_ERROR_MEMORY = 5       /* the machine has no more memory */
};

/* Types of elements. */
enum {
  SWIFTLET_BOOL = 0, SWIFTLET_INT8 = 1, SWIFTLET_UINT8 = 2, SWIFTLET_INT16 = 3, SWIFTLET_UINT16 = 4,
  SWIFTLET_INT32 = 5, SWIFTLET_UINT32 = 6, SWIFTLET_INT64 = 7, SWIFTLET_UINT64 = 8, SWIFTLET_FLOAT16 = 9,
  SWIFTLET_BFLOAT16 = 10, SWIFTLET_FLOAT32 = 11, SWIFTLET_FLOAT64 = 12
};

/* What dense layers are computed in. Less than float32 is faster and takes less memory, and costs accuracy. */
enum { SWIFTLET_PRECISION_FLOAT32 = 0, SWIFTLET_PRECISION_BFLOAT16 = 1, SWIFTLET_PRECISION_INT8 = 2 };

/* A length that the model leaves open. */
#define SWIFTLET_OPEN (-1)

/* SWIFTLET_ABI_VERSION of the library that is linked. */
int32_t swiftlet_abi_version(void);

/* The code and the text of this thread's last error; SWIFTLET_OK and "" if there was none. The text stays valid
 * until this thread's next error. */
int32_t swiftlet_last_error_code(void);
const char *swiftlet_last_error(void);

/* Opens a model from a file, or from memory that the call only reads. NULL on error. */
swiftlet_model *swiftlet_model_open(const char *path);
swiftlet_model *swiftlet_model_open_memory(const void *bytes, size_t count);
/* The same in a precision of the list above; the two before it are float32. */
swiftlet_model *swiftlet_model_open_in(const char *path, int32_t precision);
swiftlet_model *swiftlet_model_open_memory_in(const void *bytes, size_t count, int32_t precision);
void swiftlet_model_close(swiftlet_model *model);

/* How many inputs and outputs the model has. */
size_t swiftlet_model_input_count(const swiftlet_model *model);
size_t swiftlet_model_output_count(const swiftlet_model *model);

/* The name of input or output `index`; NULL if there is none. Valid while the model is open. */
const char *swiftlet_model_input_name(const swiftlet_model *model, size_t index);
const char *swiftlet_model_output_name(const swiftlet_model *model, size_t index);

/* The shape of a row of input or output `index`, the batch not counted. Writes at most `capacity` lengths
 * (SWIFTLET_OPEN where one is open) and returns the rank; SIZE_MAX if there is no such tensor. */
size_t swiftlet_model_input_shape(const swiftlet_model *model, size_t index, int64_t *lengths, size_t capacity);
size_t swiftlet_model_output_shape(const swiftlet_model *model, size_t index, int64_t *lengths, size_t capacity);

/* The type that the model declares for input or output `index`; -1 if there is none. */
int32_t swiftlet_model_input_type(const swiftlet_model *model, size_t index);
int32_t swiftlet_model_output_type(const swiftlet_model *model, size_t index);

/* The class labels that the file holds: how many, and each. 0 and NULL if there are none. */
size_t swiftlet_model_label_count(const swiftlet_model *model);
const char *swiftlet_model_label(const swiftlet_model *model, size_t index);

/* A place to run `model` from with batches of up to `maximum_batch` rows. `lengths` gives a length for each
 * dimension that the model leaves open, in the order of the inputs (NULL and 0 if none is). `threads` counts the
 * caller's own; 1 makes no thread. NULL on error. All memory that runs need is taken here. */
swiftlet_session *swiftlet_session_make(
    const swiftlet_model *model, size_t maximum_batch, const int64_t *lengths, size_t length_count, size_t threads);
void swiftlet_session_close(swiftlet_session *session);

/* Runs `rows` rows of a model that has one input and one output, in float32: `input` holds rows x the input's
 * shape, `output` gets rows x the output's shape. Allocates nothing. Returns a code of the first list. */
int32_t swiftlet_session_predict(swiftlet_session *session, size_t rows, const float *input, float *output);

/* A tensor of the caller's: rows x the tensor's shape, elements of `type`. */
typedef struct swiftlet_input {
  const void *data;
  int32_t type;
} swiftlet_input;
typedef struct swiftlet_output {
  void *data;
  int32_t type;
} swiftlet_output;

/* The same for any number of inputs and outputs, in the model's order and of any type. Tensors must not overlap. */
int32_t swiftlet_session_run(
    swiftlet_session *session, size_t rows, const swiftlet_input *inputs, size_t input_count,
    const swiftlet_output *outputs, size_t output_count);

#ifdef __cplusplus
}
#endif
#endif
