#pragma once

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

// `MHD_start_daemon` takes its options as varargs. The daemon owns `listen_socket` from here on.
static inline struct MHD_Daemon *cmhd_start(
    int listen_socket, unsigned int connections_max, unsigned int idle_seconds_max,
    MHD_AccessHandlerCallback handler, MHD_RequestCompletedCallback completed, void *closure
) {
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handler, closure,
        MHD_OPTION_LISTEN_SOCKET, listen_socket,
        MHD_OPTION_CONNECTION_LIMIT, connections_max,
        MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds_max,
        MHD_OPTION_NOTIFY_COMPLETED, completed, closure,
        MHD_OPTION_END
    );
}

static inline int cmhd_connection_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

// The content reader's two ways to end, which are macros with casts.
static inline ssize_t cmhd_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
static inline ssize_t cmhd_end_with_error(void) { return MHD_CONTENT_READER_END_WITH_ERROR; }
static inline uint64_t cmhd_size_unknown(void) { return MHD_SIZE_UNKNOWN; }

static inline int cmhd_try_listen(const struct addrinfo *address) {
    int one = 1;
    int fd = socket(
        address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
        address->ai_protocol
    );
    if (fd < 0) return -errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, 1024) == 0) return fd;
    int code = -errno;
    close(fd);
    return code;
}

// Listens on the first address of `host` that can be bound. Returns the socket, or -errno.
static inline int cmhd_listen(const char *host, uint16_t port) {
    char service[8];
    struct addrinfo hints, *found, *address;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    snprintf(service, sizeof service, "%u", (unsigned int)port);
    if (getaddrinfo(host, service, &hints, &found) != 0) return -EADDRNOTAVAIL;
    int fd = -EADDRNOTAVAIL;
    for (address = found; address != NULL && fd < 0; address = address->ai_next) {
        fd = cmhd_try_listen(address);
    }
    freeaddrinfo(found);
    return fd;
}

// The port that a listening socket has, or 0.
static inline uint16_t cmhd_local_port(int fd) {
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &size) != 0) return 0;
    const uint16_t port = address.ss_family == AF_INET6
        ? ((const struct sockaddr_in6 *)&address)->sin6_port
        : ((const struct sockaddr_in *)&address)->sin_port;
    return ntohs(port);
}

// Reports once, as `id`, that the peer of `fd` has hung up. Returns 0 or -errno.
static inline int cmhd_watch_hangup(int epoll, int fd, uint64_t id) {
    struct epoll_event event;
    memset(&event, 0, sizeof event);
    event.events = EPOLLRDHUP | EPOLLONESHOT;
    event.data.u64 = id;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0) return 0;
    if (errno != EEXIST) return -errno;  // a kept-alive connection is watched anew
    return epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) == 0 ? 0 : -errno;
}

// Reports `id` whenever `fd` is readable. Returns 0 or -errno.
static inline int cmhd_watch_readable(int epoll, int fd, uint64_t id) {
    struct epoll_event event;
    memset(&event, 0, sizeof event);
    event.events = EPOLLIN;
    event.data.u64 = id;
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -errno;
}

// Waits for one report and stores its id. Returns 1, 0 if interrupted, or -errno.
static inline int cmhd_wait(int epoll, uint64_t *id) {
    struct epoll_event event;
    int count = epoll_wait(epoll, &event, 1, -1);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    *id = event.data.u64;
    return count;
}

static inline int cmhd_epoll(void) { return epoll_create1(EPOLL_CLOEXEC); }
static inline int cmhd_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
static inline void cmhd_signal(int eventfd) { eventfd_write(eventfd, 1); }
static inline void cmhd_clear(int eventfd) {
    eventfd_t value;
    eventfd_read(eventfd, &value);
}
