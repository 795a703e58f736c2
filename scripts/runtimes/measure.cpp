// What C++ does with descriptors: each case against a peer of this process, then what /proc/self/fd has more than before.
//   g++ -std=c++17 -O1 -o measure scripts/runtimes/measure.cpp && ./measure
#include <arpa/inet.h>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <dirent.h>
#include <functional>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

static sockaddr_in peer{};
static int listener;
static std::string said;

static int descriptors()
{
    DIR *dir = ::opendir("/proc/self/fd");
    int count = 0;
    while (::readdir(dir))
        ++count;
    ::closedir(dir);
    return count;
}

/** A connection whose other side has closed. */
static int connected()
{
    int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    if (::connect(fd, reinterpret_cast<sockaddr *>(&peer), sizeof peer) < 0)
        throw std::runtime_error("connect");
    ::close(::accept(listener, nullptr, nullptr));
    return fd;
}

/** Sockets in CLOSE_WAIT (8) among those of this process. */
static int closeWaits()
{
    int count = 0;
    for (int fd = 3; fd < 64; ++fd) {
        tcp_info info{};
        socklen_t length = sizeof info;
        if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 && info.tcpi_state == 8)
            ++count;
    }
    return count;
}

static void measure(const char *name, const std::function<void()> &act)
{
    said.clear();
    const int before = descriptors();
    const int waiting = closeWaits();
    try {
        act();
    } catch (const std::exception &error) {
        said += std::string(said.empty() ? "" : ", ") + "throws: " + error.what();
    }
    ::usleep(50000);
    const int left = descriptors() - before;
    const int waits = closeWaits() - waiting;
    std::printf("| %s | %s | %s |\n", name, said.c_str(),
                left == 0 ? "none" : (std::to_string(left) + (waits == left ? " CLOSE_WAIT" : "")).c_str());
}

struct Closing {
    int fd;
    explicit Closing(int number) : fd(number) {}
    ~Closing()
    {
        if (fd >= 0 && ::close(fd) < 0)
            said += std::string(said.empty() ? "" : ", ") + "second close: " + std::strerror(errno);
    }
};

struct Moving : Closing {
    using Closing::Closing;
    Moving(Moving &&other) noexcept : Closing(std::exchange(other.fd, -1)) {}
    Moving &operator=(Moving &&other) noexcept
    {
        fd = std::exchange(other.fd, -1);
        return *this;
    }
};

struct Plain {
    int fd;
};

struct ThrowsLate {
    int fd;
    ThrowsLate() : fd(connected()) { throw std::runtime_error("in the constructor"); }
    ~ThrowsLate() { ::close(fd); }
};

struct MemberOwns {
    Closing member;
    MemberOwns() : member(connected()) { throw std::runtime_error("in the constructor"); }
};

struct Delegates {
    int fd = -1;
    Delegates() = default;
    explicit Delegates(int number) : Delegates()
    {
        fd = number;
        throw std::runtime_error("in the constructor");
    }
    ~Delegates() { ::close(fd); }
};

struct Closer {
    void operator()(const int *fd) const
    {
        ::close(*fd);
        delete fd;
    }
};

int main()
{
    listener = ::socket(AF_INET, SOCK_STREAM, 0);
    peer.sin_family = AF_INET;
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof peer;
    if (::bind(listener, reinterpret_cast<sockaddr *>(&peer), sizeof peer) < 0 || ::listen(listener, 64) < 0)
        return 1;
    ::getsockname(listener, reinterpret_cast<sockaddr *>(&peer), &length);
    std::printf("| case | what the code gets | left |\n|---|---|---|\n");
    measure("a class with a descriptor and no destructor, at the end of its scope", [] { Plain plain{connected()}; (void)plain; });
    measure("a class whose destructor closes, at the end of its scope", [] { Closing closing(connected()); });
    measure("the same, left by an exception that is caught", [] {
        Closing closing(connected());
        throw std::runtime_error("on the way");
    });
    measure("its constructor throws after it opened: its destructor does not run", [] { ThrowsLate late; });
    measure("the same, the descriptor in a member whose destructor closes", [] { MemberOwns owns; });
    measure("the same, behind a constructor that it delegates to", [] { Delegates delegates(connected()); });
    measure("copied, both destroyed", [] {
        Closing one(connected());
        Closing two = one;
    });
    measure("copied, the number is somebody else's when the second goes", [] {
        auto one = std::make_unique<Closing>(connected());
        Closing two = *one;
        one.reset();
        const int other = connected();
        two.~Closing();
        two.fd = -1;
        char byte;
        if (::recv(other, &byte, 1, 0) < 0)
            said += std::string("recv of the other: ") + std::strerror(errno);
    });
    measure("moved, both destroyed", [] {
        Moving one(connected());
        Moving two = std::move(one);
    });
    measure("moved onto one that is open, by an operator that does not close", [] {
        Moving one(connected());
        Moving two(connected());
        two = std::move(one);
    });
    measure("new, never deleted", [] { (void)new Closing(connected()); });
    measure("`unique_ptr` with a deleter that closes", [] { std::unique_ptr<int, Closer> fd(new int(connected())); });
    measure("`release()` of that", [] {
        std::unique_ptr<int, Closer> fd(new int(connected()));
        (void)fd.release();
    });
    measure("`recv` after the peer has closed, three times", [] {
        Closing closing(connected());
        char byte;
        for (int i = 0; i < 3; ++i)
            said += std::string(i ? ", " : "") + std::to_string(::recv(closing.fd, &byte, 1, 0));
    });
    return 0;
}
