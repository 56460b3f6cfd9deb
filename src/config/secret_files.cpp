// Keys that name a file with a secret.
#include "config/secret_files.hpp"

#include "config/file_text.hpp"

namespace respguard::config {

namespace {

/// The file's first line, or none: no file was named, or what is wrong has been noted.
std::string read_secret(std::string_view file_key, std::string const& path, draft& into)
{
    if (path.empty()) return {};
    auto line = read_first_line(path);
    if (line) return std::move(line->bytes);
    into.fail(file_key, path + " " + line.error().text);
    return {};
}

}  // namespace

void read_secret_files(draft& into)
{
    into.values.admin.token = read_secret("admin.token_file", into.values.admin.token_file, into);

    std::string& path = into.values.upstream_file;
    if (path.empty()) return;
    rank const by_url = into.rank_of("upstream.url");
    rank const by_file = into.rank_of("upstream.url_file");
    if (by_url > by_file) {
        path.clear();  // Overridden: --upstream in front of RESPGUARD_UPSTREAM_URL_FILE.
        return;
    }
    if (by_url == by_file) {
        into.fail("upstream.url_file", "upstream.url is set, too (" +
                                           into.place_of("upstream.url").origin() +
                                           "): keep one of them");
        return;
    }
    std::string const url = read_secret("upstream.url_file", path, into);
    if (url.empty()) return;
    into.came_from("upstream.url", place{path + ", first line"});
    into.values.upstream = url;
}

}  // namespace respguard::config
