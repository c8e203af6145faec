/* An SMSC that costs next to nothing: answers binds and submit_sm, with a delay and receipts when asked.

   sink DELAY_MICROSECONDS RECEIPTS(0|1) FAIL_EVERY
   Prints its port, and for each connection at its end the answers it gave and the microseconds they took in all (a
   machine with other work wakes us late). FAIL_EVERY n: each n-th submit_sm is answered ESME_RX_T_APPN (try again later); 0: none.
   One thread, one epoll; a connection's answers of one read leave in one write. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { IN = 1 << 20, OUT = 1 << 23, CONNECTIONS = 64, WAITING = 1 << 16 };

struct connection {
    int fd;
    size_t in, out, sent;
    uint32_t sequence, answers;
    int wants_room;
    int64_t took;
    unsigned char input[IN], output[OUT];
};
struct due {
    int64_t at;
    int owner;
    uint32_t sequence, number;
    unsigned char dest_length;
    char dest[21];
};

static struct connection *connections[CONNECTIONS];
static struct due waiting[WAITING];
static size_t first, last;
static int64_t delay;
static int receipts, fail_every, timer, poll_fd;
static uint32_t numbers = 1000000000, submits;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static uint32_t word(const unsigned char *at) {
    uint32_t value;
    memcpy(&value, at, 4);
    return ntohl(value);
}

static void put(struct connection *c, uint32_t command, uint32_t status, uint32_t sequence, const void *body, uint32_t size) {
    uint32_t head[4] = {htonl(16 + size), htonl(command), htonl(status), htonl(sequence)};
    if (c->out + 16 + size > OUT) {
        fprintf(stderr, "sink: the other side does not read\n");
        exit(1);
    }
    memcpy(c->output + c->out, head, 16);
    if (size) memcpy(c->output + c->out + 16, body, size);
    c->out += 16 + size;
}

static void flush(struct connection *c) {
    while (c->sent < c->out) {
        ssize_t n = write(c->fd, c->output + c->sent, c->out - c->sent);
        if (n < 0) break;
        c->sent += (size_t)n;
    }
    if (c->sent == c->out) c->sent = c->out = 0;
    else if (c->sent > OUT / 2) {
        memmove(c->output, c->output + c->sent, c->out - c->sent);
        c->out -= c->sent;
        c->sent = 0;
    }
    if (c->wants_room == (c->out > 0)) return;
    c->wants_room = c->out > 0;
    struct epoll_event event = {.events = EPOLLIN | (c->out ? EPOLLOUT : 0), .data.ptr = c};
    epoll_ctl(poll_fd, EPOLL_CTL_MOD, c->fd, &event);
}

static void answer(struct connection *c, const struct due *d) {
    char id[12];
    if (!d->number) {
        put(c, 0x80000004, 0x64, d->sequence, NULL, 0);
        return;
    }
    int length = snprintf(id, sizeof id, "%u", d->number);
    put(c, 0x80000004, 0, d->sequence, id, (uint32_t)length + 1);
    if (!receipts) return;
    char body[256], text[160];
    int size = snprintf(text, sizeof text,
                        "id:%u sub:001 dlvrd:001 submit date:2611221030 done date:2611221031 stat:DELIVRD err:000 text:", d->number);
    int at = 0;
    memcpy(body, "\0\1\1", 3), at = 3;
    memcpy(body + at, d->dest, d->dest_length), at += d->dest_length;
    memcpy(body + at, "\0\0\0" "8099\0" "\4\0\0\0\0\0\0\0\0", 17), at += 17;
    body[at++] = (char)size;
    memcpy(body + at, text, (size_t)size), at += size;
    put(c, 5, 0, ++c->sequence, body, (uint32_t)at);
}

static void submit(struct connection *c, int owner, uint32_t sequence, const unsigned char *body, const unsigned char *end) {
    struct due d = {.owner = owner, .sequence = sequence};
    d.number = fail_every && ++submits % (uint32_t)fail_every == 0 ? 0 : ++numbers;
    if (receipts) {
        const unsigned char *at = memchr(body, 0, (size_t)(end - body));
        at = at ? memchr(at + 3, 0, (size_t)(end - at - 3)) : NULL;
        const unsigned char *dest = at ? at + 3 : end, *stop = memchr(dest, 0, (size_t)(end - dest));
        if (stop && stop - dest <= 20) {
            d.dest_length = (unsigned char)(stop - dest);
            memcpy(d.dest, dest, d.dest_length);
        }
    }
    if (!delay) {
        answer(c, &d);
        return;
    }
    d.at = now() + delay;
    waiting[last++ % WAITING] = d;
}

static void arm(void) {
    struct itimerspec when = {0};
    if (first != last) {
        int64_t at = waiting[first % WAITING].at;
        when.it_value.tv_sec = at / 1000000;
        when.it_value.tv_nsec = at % 1000000 * 1000 + 1;
    }
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static void ring(void) {
    int64_t time = now();
    int touched[CONNECTIONS] = {0};
    uint64_t times;
    if (read(timer, &times, 8) < 0) return;
    for (; first != last && waiting[first % WAITING].at <= time; first++) {
        const struct due *d = &waiting[first % WAITING];
        struct connection *c = connections[d->owner];
        if (!c) continue;
        answer(c, d);
        touched[d->owner] = 1;
        c->answers++;
        c->took += time - d->at + delay;
    }
    for (int i = 0; i < CONNECTIONS; i++)
        if (touched[i]) flush(connections[i]);
    arm();
}

static int hear(struct connection *c, int owner) {
    ssize_t n = read(c->fd, c->input + c->in, IN - c->in);
    if (n <= 0) return n < 0 && errno == EAGAIN;
    c->in += (size_t)n;
    size_t at = 0;
    while (c->in - at >= 16) {
        const unsigned char *pdu = c->input + at;
        uint32_t length = word(pdu), command = word(pdu + 4), sequence = word(pdu + 12);
        if (length < 16 || length > IN) return 0;
        if (c->in - at < length) break;
        if (command == 4) submit(c, owner, sequence, pdu + 16, pdu + length);
        else if (command == 1 || command == 2 || command == 9) put(c, command | 0x80000000, 0, sequence, "sink", 5);
        else if (command == 6 || command == 0x15) put(c, command | 0x80000000, 0, sequence, NULL, 0);
        at += length;
    }
    memmove(c->input, c->input + at, c->in - at);
    c->in -= at;
    flush(c);
    if (delay) arm();
    return 1;
}

static void welcome(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), one = 1;
    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    for (int i = 0; i < CONNECTIONS; i++)
        if (!connections[i]) {
            connections[i] = calloc(1, sizeof **connections);
            connections[i]->fd = fd;
            struct epoll_event event = {.events = EPOLLIN, .data.ptr = connections[i]};
            epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event);
            return;
        }
    close(fd);
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    signal(SIGPIPE, SIG_IGN);  /* a side that hangs up with answers on their way is read to its end like any other */
    delay = atoll(arguments[1]);
    receipts = atoi(arguments[2]);
    fail_every = atoi(arguments[3]);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 16)) return 1;
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    poll_fd = epoll_create1(0);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &listener};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &event);
    event.data.ptr = &timer;
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, timer, &event);
    for (;;) {
        struct epoll_event events[CONNECTIONS];
        int ready = epoll_wait(poll_fd, events, CONNECTIONS, -1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.ptr == &listener) {
                welcome(listener);
                continue;
            }
            if (events[i].data.ptr == &timer) {
                ring();
                continue;
            }
            struct connection *c = events[i].data.ptr;
            int owner = 0;
            while (connections[owner] != c) owner++;
            if (events[i].events & EPOLLOUT) flush(c);
            if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR) && !hear(c, owner)) {
                printf("%u %lld\n", c->answers, (long long)c->took);
                fflush(stdout);
                close(c->fd);
                free(c);
                connections[owner] = NULL;
            }
        }
    }
}
