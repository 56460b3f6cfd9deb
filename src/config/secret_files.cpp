// Keys that name a file with a secret.
#include "config/secret_files.hpp"

#include <string>
#include <string_view>
#include <utility>

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

/// `url_key` from the file that `file_key` names, unless the URL comes from a higher source.
void read_url(std::string_view url_key, std::string& url, std::string_view file_key,
              std::string& path, draft& into)
{
    if (path.empty()) return;
    rank const by_url = into.rank_of(url_key);
    rank const by_file = into.rank_of(file_key);
    if (by_url > by_file) {
        path.clear();  // Overridden: --upstream in front of RESPGUARD_UPSTREAM_URL_FILE.
        return;
    }
    if (by_url == by_file) {
        into.fail(file_key, std::string(url_key) + " is set, too (" +
                                into.place_of(url_key).origin() + "): keep one of them");
        return;
    }
    std::string read = read_secret(file_key, path, into);
    if (read.empty()) return;
    into.came_from(url_key, place{path + ", first line"});
    url = std::move(read);
}

}  // namespace

void read_secret_files(draft& into)
{
    settings& values = into.values;
    values.admin.token = read_secret("admin.token_file", values.admin.token_file, into);
    read_url("upstream.url", values.upstream, "upstream.url_file", values.upstream_file, into);
    read_url("events.webhook", values.events.webhook.url, "events.webhook_file",
             values.events.webhook.url_file, into);
}

}  // namespace respguard::config
