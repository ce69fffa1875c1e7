#ifndef WARMPATH_CHIREDIS_SHIM_H
#define WARMPATH_CHIREDIS_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

// Functions that can fail return a value of 0 or more, or -errno. `errno` is read here, in the
// same C call, because Swift may run ARC or allocate between two calls and overwrite it.

// One value of a reply. A reply is a list of them, every array before its elements.
typedef struct {
    int64_t kind;    // REDIS_REPLY_*
    int64_t number;  // an integer's value, an array's elements, or a text's bytes
    size_t start;    // of a text, among the reply's bytes
} chiredis_node;

typedef struct {
    chiredis_node *nodes;
    size_t node_count, node_capacity;
    char *bytes;
    size_t byte_count, byte_capacity;
} chiredis_values;

// The reply read last, and the one before. Their arrays are kept for those to come, and are
// bounded: what a server announces costs nothing, only what it sends.
typedef struct {
    chiredis_values last, previous;
    size_t nodes_max, bytes_max;
    int is_full;
    int is_repeated;  // whether both are the same, byte for byte
} chiredis_tape;

static inline chiredis_tape *chiredis_tape_create(size_t nodes_max, size_t bytes_max) {
    chiredis_tape *tape = (chiredis_tape *)calloc(1, sizeof *tape);
    if (!tape) return NULL;
    tape->nodes_max = nodes_max;
    tape->bytes_max = bytes_max;
    return tape;
}

static inline void chiredis_tape_free(chiredis_tape *tape) {
    free(tape->last.nodes);
    free(tape->last.bytes);
    free(tape->previous.nodes);
    free(tape->previous.bytes);
    free(tape);
}

// Returns `array` with room for `needed` elements, or NULL (and `array` stays as it is).
static inline void *chiredis_grow(void *array, size_t *capacity, size_t needed, size_t size) {
    if (needed <= *capacity) return array;
    size_t larger = needed > *capacity * 2 ? needed : *capacity * 2;
    if (larger < 256) larger = 256;
    void *grown = realloc(array, larger * size);
    if (grown) *capacity = larger;
    return grown;
}

// hiredis takes whatever is not NULL for an object of ours, and never looks into it.
static inline void *chiredis_add(chiredis_tape *tape, int kind, int64_t number) {
    chiredis_values *last = &tape->last;
    if (last->node_count >= tape->nodes_max) {
        tape->is_full = 1;
        return NULL;
    }
    void *nodes = chiredis_grow(last->nodes, &last->node_capacity, last->node_count + 1,
                                sizeof(chiredis_node));
    if (!nodes) return NULL;
    last->nodes = (chiredis_node *)nodes;
    last->nodes[last->node_count++] = (chiredis_node){kind, number, last->byte_count};
    return tape;
}

static inline void *chiredis_on_text(const redisReadTask *task, char *text, size_t length) {
    chiredis_tape *tape = (chiredis_tape *)task->privdata;
    chiredis_values *last = &tape->last;
    if (length > tape->bytes_max - last->byte_count) {
        tape->is_full = 1;
        return NULL;
    }
    // One byte more than the text needs, so that an empty one has an address as well.
    void *bytes = chiredis_grow(last->bytes, &last->byte_capacity, last->byte_count + length + 1, 1);
    if (!bytes) return NULL;
    last->bytes = (char *)bytes;
    if (!chiredis_add(tape, task->type, (int64_t)length)) return NULL;
    memcpy(last->bytes + last->byte_count, text, length);
    last->byte_count += length;
    return tape;
}

static inline void *chiredis_on_array(const redisReadTask *task, int elements) {
    return chiredis_add((chiredis_tape *)task->privdata, REDIS_REPLY_ARRAY, elements);
}

static inline void *chiredis_on_integer(const redisReadTask *task, long long value) {
    return chiredis_add((chiredis_tape *)task->privdata, REDIS_REPLY_INTEGER, value);
}

static inline void *chiredis_on_nil(const redisReadTask *task) {
    return chiredis_add((chiredis_tape *)task->privdata, REDIS_REPLY_NIL, 0);
}

static inline int chiredis_is_repeated(const chiredis_tape *tape) {
    const chiredis_values *last = &tape->last, *previous = &tape->previous;
    return last->node_count == previous->node_count && last->byte_count == previous->byte_count &&
           memcmp(last->nodes, previous->nodes, last->node_count * sizeof(chiredis_node)) == 0 &&
           (last->byte_count == 0 || memcmp(last->bytes, previous->bytes, last->byte_count) == 0);
}

static inline void chiredis_on_free(void *object) { (void)object; }

static inline int64_t chiredis_now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static inline struct timeval chiredis_timeval(int64_t microseconds) {
    if (microseconds < 1) microseconds = 1;  // zero means: for ever
    return (struct timeval){microseconds / 1000000, microseconds % 1000000};
}

// Hands a connected context to us: replies go to `tape`, and no call blocks by itself.
static inline void chiredis_adopt(redisContext *context, chiredis_tape *tape) {
    static redisReplyObjectFunctions functions = {
        chiredis_on_text, chiredis_on_array, chiredis_on_integer,
        chiredis_on_nil,  chiredis_on_free,
    };
    context->reader->fn = &functions;
    context->reader->privdata = tape;
    context->flags &= ~REDIS_BLOCK;
    fcntl(context->fd, F_SETFL, fcntl(context->fd, F_GETFL) | O_NONBLOCK);
    fcntl(context->fd, F_SETFD, FD_CLOEXEC);
    if (context->connection_type == REDIS_CONN_TCP) redisEnableKeepAlive(context);
}

static inline redisContext *chiredis_connect(const char *host, int port, int64_t timeout_us) {
    return redisConnectWithTimeout(host, port, chiredis_timeval(timeout_us));
}

static inline redisContext *chiredis_connect_unix(const char *path, int64_t timeout_us) {
    return redisConnectUnixWithTimeout(path, chiredis_timeval(timeout_us));
}

// Waits until one of `events` has come; returns those that have.
static inline int chiredis_wait(redisContext *context, short events, int64_t deadline_us) {
    for (;;) {
        int64_t left = deadline_us - chiredis_now_us();
        if (left < 0) left = 0;
        struct pollfd wait = {context->fd, events, 0};
        int ready = poll(&wait, 1, (int)((left + 999) / 1000));
        if (ready > 0) return wait.revents;
        if (ready == 0) return -ETIMEDOUT;
        if (errno != EINTR) return -errno;
    }
}

// Moves what has arrived to the reader, which may hold `unread_max` bytes of unfinished replies.
static inline int chiredis_receive(redisContext *context, size_t unread_max) {
    char buffer[1 << 14];
    redisReader *reader = context->reader;
    if (reader->len - reader->pos > unread_max) return -EMSGSIZE;
    ssize_t count = recv(context->fd, buffer, sizeof buffer, 0);
    if (count == 0) return -ECONNRESET;
    if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    return redisReaderFeed(reader, buffer, (size_t)count) == REDIS_OK ? (int)count : -ENOMEM;
}

// Sends all bytes. Takes in replies meanwhile, so that a peer whose own buffers are full of them
// goes on reading. MSG_NOSIGNAL: a peer that has gone is an error, not the end of the process.
static inline int chiredis_send(redisContext *context, const void *bytes, size_t count,
                                size_t unread_max, int64_t timeout_us) {
    int64_t deadline = chiredis_now_us() + timeout_us;
    const char *next = (const char *)bytes;
    while (count > 0) {
        ssize_t sent = send(context->fd, next, count, MSG_NOSIGNAL);
        if (sent >= 0) {
            next += sent;
            count -= (size_t)sent;
            continue;
        }
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return -errno;
        int ready = chiredis_wait(context, POLLIN | POLLOUT, deadline);
        if (ready < 0) return ready;
        if (ready & ~POLLOUT) {
            int received = chiredis_receive(context, unread_max);
            if (received < 0) return received;
        }
    }
    return 0;
}

// Reads one reply into the context's tape.
static inline int chiredis_read(redisContext *context, chiredis_tape *tape, size_t unread_max,
                                int64_t timeout_us) {
    int64_t deadline = 0;
    chiredis_values oldest = tape->previous;
    tape->previous = tape->last;
    tape->last = oldest;
    tape->last.node_count = tape->last.byte_count = 0;
    for (;;) {
        void *reply = NULL;
        if (redisReaderGetReply(context->reader, &reply) != REDIS_OK)
            return tape->is_full ? -EMSGSIZE : -EPROTO;
        if (reply) {
            tape->is_repeated = chiredis_is_repeated(tape);
            return 0;
        }
        if (deadline == 0) deadline = chiredis_now_us() + timeout_us;
        int ready = chiredis_wait(context, POLLIN, deadline);
        if (ready < 0) return ready;
        int received = chiredis_receive(context, unread_max);
        if (received < 0) return received;
    }
}

#endif
