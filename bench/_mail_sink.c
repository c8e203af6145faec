/* A mail server that costs next to nothing: takes everything, reads only as much as the protocol needs.

   Prints its port; "pipelining" as the only argument makes it offer PIPELINING. On SIGTERM it prints how many mails it
   took and how many octets of them. One thread, one epoll; the answers to one read leave in one write. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { IN = 1 << 18 };

struct connection {
    int fd, in_mail;
    size_t have;
    char input[IN];
};

static unsigned long mails, octets;
static const char *hello;

static void answer(struct connection *c) {
    char out[1 << 16];
    size_t length = 0, at = 0;
    while (at < c->have && length < sizeof out - 256) {
        char *start = c->input + at;
        size_t left = c->have - at;
        const char *said = "250 ok\r\n";
        if (c->in_mail) {
            char *end = memmem(start, left, "\r\n.\r\n", 5);
            if (!end) break;
            octets += (unsigned long)(end - start) + 2;
            mails++;
            at += (size_t)(end - start) + 5;
            c->in_mail = 0;
        } else {
            char *end = memchr(start, '\n', left);
            if (!end) break;
            at += (size_t)(end - start) + 1;
            if (start[0] == 'E') said = hello;
            else if (start[0] == 'D') said = "354 go on\r\n", c->in_mail = 1;
            else if (start[0] == 'Q') said = "221 bye\r\n";
        }
        length += (size_t)sprintf(out + length, "%s", said);
    }
    memmove(c->input, c->input + at, c->have - at);
    c->have -= at;
    if (length && write(c->fd, out, length) != (ssize_t)length) exit(1);
}

int main(int count, char **arguments) {
    hello = count > 1 && !strcmp(arguments[1], "pipelining") ? "250-sink.test\r\n250-PIPELINING\r\n250 SIZE 10000000\r\n"
                                                             : "250-sink.test\r\n250 SIZE 10000000\r\n";
    int one = 1, poll_fd = epoll_create1(0), listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof place;
    sigset_t end;
    sigemptyset(&end);
    sigaddset(&end, SIGTERM);
    sigprocmask(SIG_BLOCK, &end, NULL);
    int signals = signalfd(-1, &end, 0);
    if (bind(listener, (struct sockaddr *)&place, size) || listen(listener, 64)) return 1;
    getsockname(listener, (struct sockaddr *)&place, &size);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &event);
    event.data.ptr = &end;
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, signals, &event);
    printf("%d\n", ntohs(place.sin_port));
    fflush(stdout);
    for (;;) {
        struct epoll_event ready[64];
        int found = epoll_wait(poll_fd, ready, 64, -1);
        for (int i = 0; i < found; i++) {
            if (ready[i].data.ptr == &end) {
                printf("%lu %lu\n", mails, octets);
                return 0;
            }
            struct connection *c = ready[i].data.ptr;
            if (!c) {
                c = calloc(1, sizeof *c);
                c->fd = accept(listener, NULL, NULL);
                setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                event.data.ptr = c;
                epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &event);
                if (write(c->fd, "220 sink.test\r\n", 15) != 15) return 1;
                continue;
            }
            ssize_t got = read(c->fd, c->input + c->have, IN - c->have);
            if (got <= 0) {
                close(c->fd);
                free(c);
                continue;
            }
            c->have += (size_t)got;
            answer(c);
        }
    }
}
