/* Loads the library as an app does and takes a photo with it, through the C interface that the
 * bindings for Kotlin and Swift call. Prints what it found, one "name value" a line.
 *
 * Arguments: the library, a JPEG, a folder to keep bundles in. Compiled for this machine, it loads this
 * machine's library; for Linux on ARM, the one for Android: what Android's C library exports and glibc
 * does not is here.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int *__errno(void) { return __errno_location(); }

int __system_property_get(const char *name, char *value) {
    (void)name;
    value[0] = 0;
    return 0;
}

int __android_log_write(int priority, const char *tag, const char *text) {
    return fprintf(stderr, "%d %s %s\n", priority, tag, text);
}

/* The types of uniffi's interface, as its generated bindings declare them. */
struct buffer { uint64_t capacity, length; uint8_t *bytes; };
struct borrowed { int32_t length; const uint8_t *bytes; };
struct status { int8_t code; struct buffer error; };

enum { OK = 0, ERROR = 1, PANIC = 2 };
enum { DOCUMENT = 1, NO_DOCUMENT = 1 };

static struct buffer (*to_buffer)(struct borrowed, struct status *);
static void (*free_buffer)(struct buffer, struct status *);

static void fail(const char *what) {
    fprintf(stderr, "phone: %s\n", what);
    exit(1);
}

static void *look_up(void *library, const char *name) {
    void *symbol = dlsym(library, name);
    if (!symbol) fail(name);
    return symbol;
}

/* Values as uniffi writes them: big-endian, lengths before bytes. */
struct writer { uint8_t bytes[1024]; size_t length; };

static void write_u32(struct writer *writer, uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
        writer->bytes[writer->length++] = (uint8_t)(value >> shift);
}

static void write_bytes(struct writer *writer, const void *bytes, uint32_t length) {
    write_u32(writer, length);
    if (writer->length + length > sizeof writer->bytes) fail("a text is too long");
    memcpy(writer->bytes + writer->length, bytes, length);
    writer->length += length;
}

static struct buffer given(const void *bytes, size_t length) {
    struct status status = {0};
    struct borrowed borrowed = {(int32_t)length, bytes};
    struct buffer buffer = to_buffer(borrowed, &status);
    if (status.code != OK) fail("no buffer");
    return buffer;
}

struct reader { const uint8_t *bytes; size_t length; };

static const uint8_t *take(struct reader *reader, size_t length) {
    if (length > reader->length) fail("an answer is shorter than it says");
    const uint8_t *taken = reader->bytes;
    reader->bytes += length;
    reader->length -= length;
    return taken;
}

static uint32_t read_u32(struct reader *reader) {
    const uint8_t *bytes = take(reader, 4);
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static float read_f32(struct reader *reader) {
    uint32_t bits = read_u32(reader);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void print_string(const char *name, struct reader *reader, const char *end) {
    uint32_t length = read_u32(reader);
    printf("%s %.*s%s", name, (int)length, take(reader, length), end);
}

/* A `Photograph`. */
static void print_photograph(struct reader *reader) {
    printf("outcome %u\n", read_u32(reader));
    for (uint32_t left = read_u32(reader); left; left--) print_string("reason", reader, "\n");
    for (uint32_t left = read_u32(reader); left; left--) printf("corner %.6f\n", read_f32(reader));
    printf("width %u\n", read_u32(reader));
    printf("height %u\n", read_u32(reader));
}

int main(int count, char **arguments) {
    if (count != 4) fail("arguments: LIBRARY JPEG FOLDER");
    void *library = dlopen(arguments[1], RTLD_NOW);
    if (!library) fail(dlerror());

    uint32_t (*version)(void) = look_up(library, "ffi_bailing_ffi_uniffi_contract_version");
    printf("contract %u\n", version());
    to_buffer = look_up(library, "ffi_bailing_ffi_rustbuffer_from_bytes");
    free_buffer = look_up(library, "ffi_bailing_ffi_rustbuffer_free");

    /* An outbox in an empty folder, and a session that fills it: `OutboxConfig`, `CaptureTask`. */
    uint64_t (*open)(struct buffer, struct status *) =
        look_up(library, "uniffi_bailing_ffi_fn_constructor_outbox_open");
    uint64_t (*new)(uint64_t, struct buffer, struct status *) =
        look_up(library, "uniffi_bailing_ffi_fn_constructor_capturesession_new");
    uint8_t zeros[32] = {0};
    struct writer config = {{0}, 0};
    write_bytes(&config, arguments[3], (uint32_t)strlen(arguments[3]));
    write_bytes(&config, zeros, 32);
    write_bytes(&config, "https://bank.example", 20);
    write_bytes(&config, "cn.example.wallet", 17);
    write_bytes(&config, "1.0", 3);
    write_bytes(&config, "first boot", 10);
    /* No policy key. */
    config.bytes[config.length++] = 0;
    struct status status = {0};
    uint64_t outbox = open(given(config.bytes, config.length), &status);
    if (status.code != OK) fail("no outbox");
    struct writer task = {{0}, 0};
    write_bytes(&task, "business_licence", 16);
    write_u32(&task, DOCUMENT);
    uint64_t session = new(outbox, given(task.bytes, task.length), &status);
    if (status.code != OK) fail("no session");

    /* Each call of a method takes a reference of its own. */
    uint64_t (*clone)(uint64_t, struct status *) =
        look_up(library, "uniffi_bailing_ffi_fn_clone_capturesession");
    void (*release)(uint64_t, struct status *) =
        look_up(library, "uniffi_bailing_ffi_fn_free_capturesession");

    /* The preview: an empty table has no document. */
    struct buffer (*process)(uint64_t, struct borrowed, uint32_t, uint32_t, uint32_t, int32_t,
                             struct status *) =
        look_up(library, "uniffi_bailing_ffi_fn_method_capturesession_process");
    static uint8_t luma[640 * 480];
    memset(luma, 90, sizeof luma);
    struct borrowed frame = {sizeof luma, luma};
    for (int count = 1; count <= 5; count++) {
        struct buffer outcome = process(clone(session, &status), frame, 640, 480, 640, 0, &status);
        if (status.code != OK) fail("a frame was refused");
        struct reader reader = {outcome.bytes, outcome.length};
        uint32_t guidance = read_u32(&reader);
        if (guidance != NO_DOCUMENT) fail("a document was seen on an empty table");
        free_buffer(outcome, &status);
    }
    puts("preview 5");

    /* A frame that is too short is an error of ours; bytes at no address panic inside, which has to end
     * at the boundary: so the unwinder works. */
    struct borrowed shorter = {sizeof luma - 1, luma}, broken = {1, NULL};
    process(clone(session, &status), shorter, 640, 480, 640, 0, &status);
    if (status.code != ERROR) fail("a short frame was taken");
    status = (struct status){0};
    process(clone(session, &status), broken, 640, 480, 640, 0, &status);
    if (status.code != PANIC) fail("no panic was caught");
    status = (struct status){0};
    puts("panic caught");

    /* The still. */
    FILE *file = fopen(arguments[2], "rb");
    if (!file) fail(arguments[2]);
    static uint8_t jpeg[8 << 20];
    size_t length = fread(jpeg, 1, sizeof jpeg - 4, file);
    fclose(file);
    static uint8_t written[8 << 20];
    for (int byte = 0; byte < 4; byte++) written[byte] = (uint8_t)(length >> (24 - 8 * byte));
    memcpy(written + 4, jpeg, length);
    struct buffer (*photograph)(uint64_t, struct buffer, struct status *) =
        look_up(library, "uniffi_bailing_ffi_fn_method_capturesession_photograph");
    struct buffer answer =
        photograph(clone(session, &status), given(written, length + 4), &status);
    if (status.code != OK) fail("the still was refused");
    struct reader reader = {answer.bytes, answer.length};
    print_photograph(&reader);
    free_buffer(answer, &status);
    release(session, &status);
    return 0;
}
