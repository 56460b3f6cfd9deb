// Runs a fuzz target over the files of one folder, without libFuzzer.
//
// Every build with sanitizers replays the kept corpus this way: no clang needed, nothing random.
// Each input lies in a heap block of its exact size, so AddressSanitizer sees a read past its end.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t size);

namespace {

void replay(std::vector<char> const& input)
{
    auto block = std::make_unique<std::uint8_t[]>(input.size());
    for (std::size_t i = 0; i < input.size(); ++i)
        block[i] = static_cast<std::uint8_t>(input[i]);
    LLVMFuzzerTestOneInput(block.get(), input.size());
}

}  // namespace

int main(int argc, char** argv)
{
    std::size_t count = 1;
    replay({});  // The empty input belongs to every corpus.
    for (int i = 1; i < argc; ++i) {
        if (!std::filesystem::is_directory(argv[i])) {
            std::fprintf(stderr, "no corpus in %s\n", argv[i]);
            return 1;
        }
        for (auto const& entry : std::filesystem::directory_iterator(argv[i])) {
            if (!entry.is_regular_file()) continue;
            std::ifstream file(entry.path(), std::ios::binary);
            // The last line of a failed run names the culprit.
            std::fprintf(stderr, "replay %s\n", entry.path().c_str());
            replay({std::istreambuf_iterator<char>(file), {}});
            ++count;
        }
    }
    std::printf("%zu inputs replayed\n", count);
    return 0;
}
