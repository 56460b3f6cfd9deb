// Events: how many are kept, and where they are told.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace respguard::admin {

struct webhook_settings {
    /// http:// or https://; may hold a secret in its user part, path or query. Empty: off.
    std::string url;
    std::string url_file;  ///< If not empty, `url` is this file's first line.
    /// PEM file of the certificate authorities to trust; empty: the system's.
    std::string ca_file;
    /// For one attempt: connect, TLS, request and answer.
    std::chrono::milliseconds timeout{5'000};
    /// After a failure: the first pause and the longest; doubled each time, less up to a half by
    /// chance.
    std::chrono::milliseconds retry_min{1'000};
    std::chrono::milliseconds retry_max{60'000};
    /// From the first event of a batch until it is posted: more may come meanwhile.
    std::chrono::milliseconds gather{500};
};

struct event_settings {
    /// Events in memory: what /events shows, how far behind a reader of the stream or the webhook
    /// may be. About 2 KiB each at most.
    std::uint32_t kept = 1'000;
    webhook_settings webhook;
};

}  // namespace respguard::admin
