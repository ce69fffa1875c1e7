#ifndef WARMPATH_CZMQ_SHIM_H
#define WARMPATH_CZMQ_SHIM_H

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

// Every function returns a value of 0 or more, or -errno. `errno` is read here, in the same C
// call, because Swift may run ARC or allocate between two calls and overwrite it.

static inline int czmq_result(int result) { return result < 0 ? -zmq_errno() : result; }

static inline int czmq_context(void **context) {
    *context = zmq_ctx_new();
    return *context ? 0 : -zmq_errno();
}

static inline int czmq_context_set(void *context, int option, int value) {
    return czmq_result(zmq_ctx_set(context, option, value));
}

static inline int czmq_socket(void *context, int type, void **socket) {
    *socket = zmq_socket(context, type);
    return *socket ? 0 : -zmq_errno();
}

// `zmq_setsockopt` takes `const void *`: one typed function for each kind of option that we set.
static inline int czmq_set_int(void *socket, int option, int value) {
    return czmq_result(zmq_setsockopt(socket, option, &value, sizeof value));
}

static inline int czmq_set_int64(void *socket, int option, int64_t value) {
    return czmq_result(zmq_setsockopt(socket, option, &value, sizeof value));
}

static inline int czmq_subscribe(void *socket, const void *prefix, size_t length) {
    return czmq_result(zmq_setsockopt(socket, ZMQ_SUBSCRIBE, prefix, length));
}

static inline int czmq_connect(void *socket, const char *address) {
    return czmq_result(zmq_connect(socket, address));
}

static inline int czmq_bind(void *socket, const char *address) {
    return czmq_result(zmq_bind(socket, address));
}

// Writes the address that `bind` ended up with, zero-terminated.
static inline int czmq_last_endpoint(void *socket, char *address, size_t size) {
    return czmq_result(zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, address, &size));
}

// Receives one part without waiting. Returns its size; `-EAGAIN` if nothing has arrived.
static inline int czmq_receive(void *socket, zmq_msg_t *part, int *has_more) {
    int size;
    do {
        size = zmq_msg_recv(part, socket, ZMQ_DONTWAIT);
    } while (size < 0 && zmq_errno() == EINTR);
    if (size < 0) return -zmq_errno();
    *has_more = zmq_msg_more(part);
    return size;
}

static inline int czmq_send(void *socket, const void *bytes, size_t count, int flags) {
    return czmq_result(zmq_send(socket, bytes, count, flags));
}

// The descriptor that becomes readable when the socket has something to do: not only when a
// message has arrived, and not again before everything that has arrived was received.
static inline int czmq_descriptor(void *socket) {
    int descriptor;
    size_t size = sizeof descriptor;
    if (zmq_getsockopt(socket, ZMQ_FD, &descriptor, &size) < 0) return -zmq_errno();
    return descriptor;
}

// Waits until `socket` has a message or the time is over. Returns 0 if the time is over, else 1:
// also when a signal handler ran, so that the caller looks and waits again.
static inline int czmq_wait(void *socket, long timeout_milliseconds) {
    zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
    int ready = zmq_poll(&item, 1, timeout_milliseconds);
    if (ready < 0) return zmq_errno() == EINTR ? 1 : -zmq_errno();
    return ready > 0;
}

// Makes `monitor`, a PAIR socket, tell `events` of `socket`. `address` is only theirs.
static inline int czmq_monitor(void *socket, void *monitor, const char *address, int events) {
    if (zmq_socket_monitor(socket, address, events) < 0) return -zmq_errno();
    return czmq_result(zmq_connect(monitor, address));
}

// Takes one event from a monitor: a number and a value, then the address. Returns the number,
// or `-EAGAIN` if there is none.
static inline int czmq_monitor_event(void *monitor) {
    unsigned char event[6];
    uint16_t number;
    if (zmq_recv(monitor, event, sizeof event, ZMQ_DONTWAIT) < 0) return -zmq_errno();
    memcpy(&number, event, sizeof number);
    if (zmq_recv(monitor, event, sizeof event, 0) < 0) return -zmq_errno();
    return number;
}

static inline int czmq_bell_open(void) {
    int bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return bell < 0 ? -errno : bell;
}

static inline void czmq_bell_ring(int bell) { (void)eventfd_write(bell, 1); }

static inline void czmq_bell_silence(int bell) {
    eventfd_t count;
    (void)eventfd_read(bell, &count);
}

static inline int czmq_poller_open(void) {
    int poller = epoll_create1(EPOLL_CLOEXEC);
    return poller < 0 ? -errno : poller;
}

static inline int czmq_poller_add(int poller, int descriptor, uint64_t token) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = token};
    return epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) < 0 ? -errno : 0;
}

static inline int czmq_poller_remove(int poller, int descriptor) {
    struct epoll_event event = {0};
    return epoll_ctl(poller, EPOLL_CTL_DEL, descriptor, &event) < 0 ? -errno : 0;
}

#define CZMQ_POLLER_TOKENS_MAX 64

// Waits until a descriptor is readable or the time is over. Writes the tokens of those that are,
// and returns how many; 0 also when a signal handler ran.
static inline int czmq_poller_wait(int poller, uint64_t *tokens, int timeout_milliseconds) {
    struct epoll_event events[CZMQ_POLLER_TOKENS_MAX];
    int count = epoll_wait(poller, events, CZMQ_POLLER_TOKENS_MAX, timeout_milliseconds);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int index = 0; index < count; index++) tokens[index] = events[index].data.u64;
    return count;
}

#endif
