// The protocol vectors of tests/data/vectors/: bytes and what redis-server 7.0.15 makes of them.
#pragma once

#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace respguard::test {

struct request_vector {
    struct request {
        bool is_empty = false;  ///< `*0`, a blank line: asks nothing.
        bool is_inline = false;
        std::vector<std::string> arguments;
    };
    std::string id;  ///< "rq-inline-059"
    std::string bytes;
    std::vector<request> requests;
    std::string error;         ///< Without "-ERR ", or empty.
    bool is_closed = false;    ///< By the last request or the error: what follows is not read.
    bool is_pending = false;   ///< The bytes end inside a request.
    bool is_coarse = false;    ///< Too large to be tried at every split.
    bool is_upstream = false;  ///< The error is upstream's; nothing is wrong with the framing.
};

struct reply_vector {
    struct frame {
        char type = '\0';
        std::size_t size_bytes = 0;
        bool has_attribute = false;
    };
    std::string id;  ///< "rp-resp2-001"
    std::string bytes;
    std::vector<frame> frames;
    std::size_t pending_bytes = 0;  ///< Of an unfinished frame at the end.
    bool is_malformed = false;
};

/// Throw if the file is missing or not in its format.
[[nodiscard]] std::vector<request_vector> load_request_vectors();
[[nodiscard]] std::vector<reply_vector> load_reply_vectors();

/// The "vectors" of a file in tests/data/vectors/, for example "sessions.json".
[[nodiscard]] boost::json::array load_vectors(std::string const& file);

/// Bytes as the vectors write them: a string with C escapes (\r \n \t \\ \xHH), or an array of such
/// strings and {"rep": "<string>", "n": <count>} objects.
[[nodiscard]] std::string decode_bytes(boost::json::value const& value);

}  // namespace respguard::test
