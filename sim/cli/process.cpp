#include "sim/cli/process.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace demarche {
namespace {

std::atomic<int> interrupted{0};

} // namespace

void prepare_process() {
    int descriptor = 0;
    while (descriptor >= 0 && descriptor <= STDERR_FILENO)
        descriptor = ::open("/dev/null", O_RDWR); // takes the lowest number that is free
    if (descriptor > STDERR_FILENO)
        ::close(descriptor);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

void catch_interruptions() {
    for (const int signal : {SIGINT, SIGTERM})
        std::signal(signal, [](int which) { interrupted = which; });
}

int interruption() {
    return interrupted;
}

void flush_output() {
    if (std::fflush(stdout) != 0)
        throw std::system_error(errno, std::generic_category());
}

} // namespace demarche
