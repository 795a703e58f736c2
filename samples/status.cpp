// A small status client with one mistake: when connect() fails, the constructor throws, and its destructor does not run.
#include <cstring>
#include <iostream>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

class StatusClient {
public:
    explicit StatusClient(const sockaddr_in &address)
    {
        fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
        if (fd_ < 0)
            throw std::runtime_error(std::strerror(errno));
        timeval limit{5, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        if (::connect(fd_, reinterpret_cast<const sockaddr *>(&address), sizeof address) < 0)
            throw std::runtime_error(std::strerror(errno));
    }
    StatusClient(const StatusClient &) = delete;
    StatusClient &operator=(const StatusClient &) = delete;
    ~StatusClient() { ::close(fd_); }

    std::string fetch()
    {
        if (::send(fd_, "STATUS\n", 7, MSG_NOSIGNAL) < 0)
            throw std::runtime_error(std::strerror(errno));
        char answer[1024];
        ssize_t n = ::recv(fd_, answer, sizeof answer, 0);
        return n > 0 ? std::string(answer, n) : std::string();
    }

private:
    int fd_ = -1;
};

int main()
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(8080);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    try {
        std::cout << StatusClient(address).fetch() << '\n';
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
