// Files as text.
#include "config/file_text.hpp"

#include "respguard/base/units.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace respguard::config {

namespace {

problem system_problem(int number)
{
    return {"can not be read: " + std::generic_category().message(number)};
}

/// Closes what open() gave.
class descriptor {
public:
    explicit descriptor(int number) : number_(number) {}
    descriptor(descriptor const&) = delete;
    descriptor& operator=(descriptor const&) = delete;
    ~descriptor()
    {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

}  // namespace

parsed<file_text> read_whole_file(std::string const& path, std::size_t size_max)
{
    // Not an ifstream: it can not say why it failed.
    descriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) return system_problem(errno);
    file_text out;
    std::array<char, 16'384> chunk;
    for (;;) {
        ssize_t const got = ::read(file.number(), chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_problem(errno);
        if (got == 0) return out;
        out.bytes.append(chunk.data(), static_cast<std::size_t>(got));
        if (out.bytes.size() > size_max) {
            return problem{"is larger than " + format_size(size_max) +
                           ": that is no file of this kind"};
        }
    }
}

parsed<file_text> read_first_line(std::string const& path)
{
    constexpr std::size_t secret_file_max = std::size_t{64} * 1024;
    auto whole = read_whole_file(path, secret_file_max);
    if (!whole) return whole;
    std::string& text = whole->bytes;
    text.resize(std::min(text.find('\n'), text.size()));
    while (!text.empty() && (text.back() == '\r' || text.back() == ' '))
        text.pop_back();
    if (text.empty()) return problem{"its first line is empty"};
    return whole;
}

}  // namespace respguard::config
