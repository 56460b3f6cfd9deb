// A file that exists as long as the object.
#pragma once

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>

namespace respguard::test {

class temporary_file {
public:
    explicit temporary_file(std::string_view content)
    {
        char const* const folder = std::getenv("TMPDIR");
        path_ = std::string(folder != nullptr ? folder : "/tmp") + "/respguard-test-XXXXXX";
        int const fd = ::mkstemp(path_.data());
        if (fd < 0) throw std::runtime_error("no temporary file: " + path_);
        ::close(fd);
        std::ofstream(path_, std::ios::binary) << content;
    }
    temporary_file(temporary_file const&) = delete;
    temporary_file& operator=(temporary_file const&) = delete;
    ~temporary_file() { ::unlink(path_.c_str()); }

    [[nodiscard]] std::string const& path() const { return path_; }

private:
    std::string path_;
};

}  // namespace respguard::test
