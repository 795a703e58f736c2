/* A small status client with two mistakes: when connect() fails, the descriptor is lost, and recv() waits for ever. */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int fetch_status(const struct sockaddr_in *address, char *answer, size_t size)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return -1;
    if (connect(fd, (const struct sockaddr *)address, sizeof *address) < 0)
        return -1;
    if (send(fd, "STATUS\n", 7, MSG_NOSIGNAL) < 0) {
        close(fd);
        return -1;
    }
    ssize_t n = recv(fd, answer, size - 1, 0);
    close(fd);
    if (n < 0)
        return -1;
    answer[n] = '\0';
    return 0;
}

int main(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(8080) };
    char answer[1024];

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fetch_status(&address, answer, sizeof answer) == 0)
        puts(answer);
    return 0;
}
