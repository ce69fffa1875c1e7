// gRPC C-core's completion-queue API, with what C leaves untyped made typed: operations of a
// batch are a function each, so that no array of unions is built outside this file.
#pragma once
// First, and kept first: gRPC's headers define _GNU_SOURCE, under which the system's own types look
// different from what Swift's Glibc module has seen.
#include <stdlib.h>

#include <grpc/byte_buffer.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/slice.h>
#include <grpc/support/alloc.h>
#include <grpc/support/log.h>
#include <grpc/support/time.h>
#include <stdbool.h>
#include <string.h>

// Where C-core writes what a batch receives. Must stay in place until the batch completes.
typedef struct {
    grpc_byte_buffer *message;
    int cancelled;
    grpc_metadata_array initial_metadata;
    grpc_metadata_array trailing_metadata;
    grpc_status_code status;
    grpc_slice status_details;
} cgrpc_inbox;

static inline void cgrpc_inbox_init(cgrpc_inbox *inbox) {
    memset(inbox, 0, sizeof *inbox);
    grpc_metadata_array_init(&inbox->initial_metadata);
    grpc_metadata_array_init(&inbox->trailing_metadata);
    inbox->status_details = grpc_empty_slice();
}

static inline void cgrpc_inbox_destroy(cgrpc_inbox *inbox) {
    if (inbox->message) grpc_byte_buffer_destroy(inbox->message);
    grpc_metadata_array_destroy(&inbox->initial_metadata);
    grpc_metadata_array_destroy(&inbox->trailing_metadata);
    grpc_slice_unref(inbox->status_details);
}

// A call that a server waits for.
typedef struct {
    grpc_call *call;
    grpc_call_details details;
    grpc_metadata_array metadata;
} cgrpc_incoming;

static inline void cgrpc_incoming_init(cgrpc_incoming *incoming) {
    incoming->call = NULL;
    grpc_call_details_init(&incoming->details);
    grpc_metadata_array_init(&incoming->metadata);
}

static inline void cgrpc_incoming_destroy(cgrpc_incoming *incoming) {
    grpc_call_details_destroy(&incoming->details);
    grpc_metadata_array_destroy(&incoming->metadata);
}

static inline bool cgrpc_request_call(grpc_server *server, cgrpc_incoming *incoming,
                                      grpc_completion_queue *queue, void *tag) {
    return grpc_server_request_call(server, &incoming->call, &incoming->details,
                                    &incoming->metadata, queue, queue, tag) == GRPC_CALL_OK;
}

// The batches. Each returns whether C-core took it: if not, its tag never comes back.

static inline bool cgrpc_start(grpc_call *call, const grpc_op *ops, size_t count, void *tag) {
    return grpc_call_start_batch(call, ops, count, tag, NULL) == GRPC_CALL_OK;
}

// Completes at once: brings `tag` to the queue's thread and does nothing else.
static inline bool cgrpc_start_nothing(grpc_call *call, void *tag) {
    return cgrpc_start(call, NULL, 0, tag);
}

static inline bool cgrpc_receive_message(grpc_call *call, cgrpc_inbox *inbox, void *tag) {
    grpc_op op = {.op = GRPC_OP_RECV_MESSAGE};
    op.data.recv_message.recv_message = &inbox->message;
    return cgrpc_start(call, &op, 1, tag);
}

// `buffered`: more will follow soon, so the transport need not write this at once.
static inline bool cgrpc_send_message(grpc_call *call, grpc_byte_buffer *message,
                                      bool with_initial_metadata, bool buffered, void *tag) {
    grpc_op ops[2];
    memset(ops, 0, sizeof ops);
    size_t count = 0;
    if (with_initial_metadata) ops[count++].op = GRPC_OP_SEND_INITIAL_METADATA;
    ops[count].op = GRPC_OP_SEND_MESSAGE;
    ops[count].flags = buffered ? GRPC_WRITE_BUFFER_HINT : 0;
    ops[count++].data.send_message.send_message = message;
    return cgrpc_start(call, ops, count, tag);
}

static inline bool cgrpc_receive_close(grpc_call *call, cgrpc_inbox *inbox, void *tag) {
    grpc_op op = {.op = GRPC_OP_RECV_CLOSE_ON_SERVER};
    op.data.recv_close_on_server.cancelled = &inbox->cancelled;
    return cgrpc_start(call, &op, 1, tag);
}

static inline bool cgrpc_send_status(grpc_call *call, grpc_status_code status, const char *details,
                                     size_t details_count, bool with_initial_metadata, void *tag) {
    grpc_op ops[2];
    memset(ops, 0, sizeof ops);
    size_t count = 0;
    if (with_initial_metadata) ops[count++].op = GRPC_OP_SEND_INITIAL_METADATA;
    grpc_slice slice = grpc_slice_from_copied_buffer(details, details_count);
    ops[count].op = GRPC_OP_SEND_STATUS_FROM_SERVER;
    ops[count].data.send_status_from_server.status = status;
    ops[count++].data.send_status_from_server.status_details = &slice;
    bool started = cgrpc_start(call, ops, count, tag);
    grpc_slice_unref(slice);
    return started;
}

static inline bool cgrpc_client_begin(grpc_call *call, cgrpc_inbox *inbox, void *tag) {
    grpc_op ops[2];
    memset(ops, 0, sizeof ops);
    ops[0].op = GRPC_OP_SEND_INITIAL_METADATA;
    ops[1].op = GRPC_OP_RECV_STATUS_ON_CLIENT;
    ops[1].data.recv_status_on_client.trailing_metadata = &inbox->trailing_metadata;
    ops[1].data.recv_status_on_client.status = &inbox->status;
    ops[1].data.recv_status_on_client.status_details = &inbox->status_details;
    return cgrpc_start(call, ops, 2, tag);
}

// Until the server's initial metadata is asked for, not even its status arrives.
static inline bool cgrpc_client_receive_initial_metadata(grpc_call *call, cgrpc_inbox *inbox,
                                                         void *tag) {
    grpc_op op = {.op = GRPC_OP_RECV_INITIAL_METADATA};
    op.data.recv_initial_metadata.recv_initial_metadata = &inbox->initial_metadata;
    return cgrpc_start(call, &op, 1, tag);
}

static inline bool cgrpc_client_half_close(grpc_call *call, void *tag) {
    grpc_op op = {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT};
    return cgrpc_start(call, &op, 1, tag);
}

static inline grpc_call *cgrpc_channel_create_call(grpc_channel *channel,
                                                   grpc_completion_queue *queue,
                                                   const char *method) {
    grpc_slice path = grpc_slice_from_copied_string(method);
    grpc_call *call = grpc_channel_create_call(channel, NULL, GRPC_PROPAGATE_DEFAULTS, queue, path,
                                               NULL, gpr_inf_future(GPR_CLOCK_REALTIME), NULL);
    grpc_slice_unref(path);
    return call;
}

// Waits for the next event: until `milliseconds` from now, or for ever if that is negative.
static inline grpc_event cgrpc_queue_next(grpc_completion_queue *queue, int64_t milliseconds) {
    gpr_timespec deadline =
        milliseconds < 0 ? gpr_inf_future(GPR_CLOCK_MONOTONIC)
                         : gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                                        gpr_time_from_millis(milliseconds, GPR_TIMESPAN));
    return grpc_completion_queue_next(queue, deadline, NULL);
}

// Messages: a byte buffer is a list of slices, and a slice is counted or inlined.

static inline const uint8_t *cgrpc_slice_bytes(const grpc_slice *slice) {
    return GRPC_SLICE_START_PTR(*slice);
}
static inline size_t cgrpc_slice_count(const grpc_slice *slice) {
    return GRPC_SLICE_LENGTH(*slice);
}
static inline size_t cgrpc_message_slice_count(const grpc_byte_buffer *message) {
    return message->data.raw.slice_buffer.count;
}
static inline const grpc_slice *cgrpc_message_slice(const grpc_byte_buffer *message,
                                                    size_t index) {
    return &message->data.raw.slice_buffer.slices[index];
}

// A message of bytes that are copied, followed by bytes that C-core borrows until it calls
// `release(owner)`. Either part may be empty.
static inline grpc_byte_buffer *cgrpc_message_create(const uint8_t *copied, size_t copied_count,
                                                     const uint8_t *borrowed,
                                                     size_t borrowed_count, void *owner,
                                                     void (*release)(void *owner)) {
    grpc_slice slices[2];
    size_t count = 0;
    slices[count++] = grpc_slice_from_copied_buffer((const char *)copied, copied_count);
    if (borrowed_count > 0) {
        slices[count++] =
            grpc_slice_new_with_user_data((void *)borrowed, borrowed_count, release, owner);
    } else if (owner) {
        release(owner);
    }
    grpc_byte_buffer *message = grpc_raw_byte_buffer_create(slices, count);
    for (size_t index = 0; index < count; index++) grpc_slice_unref(slices[index]);
    return message;
}

static inline void cgrpc_message_append_copy(grpc_byte_buffer *message, const uint8_t *bytes,
                                             size_t count) {
    grpc_slice_buffer_add(&message->data.raw.slice_buffer,
                          grpc_slice_from_copied_buffer((const char *)bytes, count));
}

// The channel arguments that we set, on either end. Whole numbers, 0 for C-core's default.
typedef struct {
    int receive_bytes_max;
    int concurrent_streams_max;
    int keepalive_milliseconds;
    int keepalive_timeout_milliseconds;
} cgrpc_settings;

enum { cgrpc_arguments_max = 8 };

static inline size_t cgrpc_fill_arguments(grpc_arg *arguments, cgrpc_settings settings) {
    const struct {
        const char *key;
        int value;
    } known[] = {
        {GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, settings.receive_bytes_max},
        {GRPC_ARG_MAX_CONCURRENT_STREAMS, settings.concurrent_streams_max},
        {GRPC_ARG_KEEPALIVE_TIME_MS, settings.keepalive_milliseconds},
        {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, settings.keepalive_timeout_milliseconds},
    };
    size_t count = 0;
    for (size_t index = 0; index < sizeof known / sizeof *known; index++) {
        if (known[index].value == 0) continue;
        arguments[count].type = GRPC_ARG_INTEGER;
        arguments[count].key = (char *)known[index].key;
        arguments[count++].value.integer = known[index].value;
    }
    // Two servers on one port would share connections at random; the second must fail to bind.
    arguments[count].type = GRPC_ARG_INTEGER;
    arguments[count].key = (char *)GRPC_ARG_ALLOW_REUSEPORT;
    arguments[count++].value.integer = 0;
    return count;
}

static inline grpc_server *cgrpc_server_create(cgrpc_settings settings) {
    grpc_arg arguments[cgrpc_arguments_max];
    grpc_channel_args all = {cgrpc_fill_arguments(arguments, settings), arguments};
    return grpc_server_create(&all, NULL);
}

static inline grpc_channel *cgrpc_insecure_channel_create(const char *target,
                                                          cgrpc_settings settings) {
    grpc_arg arguments[cgrpc_arguments_max];
    grpc_channel_args all = {cgrpc_fill_arguments(arguments, settings), arguments};
    grpc_channel_credentials *credentials = grpc_insecure_credentials_create();
    grpc_channel *channel = grpc_channel_create(target, credentials, &all);
    grpc_channel_credentials_release(credentials);
    return channel;
}

// Returns the bound port, or 0.
static inline int cgrpc_server_listen(grpc_server *server, const char *address) {
    grpc_server_credentials *credentials = grpc_insecure_server_credentials_create();
    int port = grpc_server_add_http2_port(server, address, credentials);
    grpc_server_credentials_release(credentials);
    return port;
}

// Returns the bound port, or 0. Without `client_roots` clients need no certificate.
static inline int cgrpc_server_listen_tls(grpc_server *server, const char *address,
                                          const char *certificate_chain, const char *private_key,
                                          const char *client_roots) {
    grpc_ssl_pem_key_cert_pair pair = {private_key, certificate_chain};
    grpc_ssl_client_certificate_request_type request =
        client_roots ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                     : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE;
    grpc_server_credentials *credentials =
        grpc_ssl_server_credentials_create_ex(client_roots, &pair, 1, request, NULL);
    if (!credentials) return 0;
    int port = grpc_server_add_http2_port(server, address, credentials);
    grpc_server_credentials_release(credentials);
    return port;
}
