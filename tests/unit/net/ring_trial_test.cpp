#include "respguard/net/ring_trial.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

namespace respguard::net {
namespace {

/// As Docker's default profile does: the call fails with EPERM.
void deny_io_uring()
{
    std::array filter{
        sock_filter(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))),
        sock_filter(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1)),
        sock_filter(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)),
        sock_filter(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)),
    };
    sock_fprog const program{filter.size(), filter.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        std::exit(2);
    }
}

TEST(RingTrial, SaysWhyItIsDenied)
{
    testing::FLAGS_gtest_death_test_style = "fast";
    EXPECT_EXIT(
        {
            deny_io_uring();
            auto const tried = try_ring();
            bool const told = !tried.works && tried.error == EPERM &&
                              tried.why_not.find("io_uring_setup") != std::string::npos;
            std::exit(told ? 0 : 1);
        },
        testing::ExitedWithCode(0), "");
}

TEST(RingTrial, WorksOrSaysWhyNot)
{
    auto const tried = try_ring();
    EXPECT_EQ(tried.works, tried.why_not.empty()) << tried.why_not;
}

}  // namespace
}  // namespace respguard::net
