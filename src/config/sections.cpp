// The sections of the configuration, and what follows from a key's name.
#include <array>

#include "config/key_table.hpp"

namespace respguard::config {

namespace {

constexpr std::array<section, 17> section_table{{
    {"listen", "Towards clients (EmailEngine)."},
    {"upstream", "Towards Redis."},
    {"client", "What a client may take its time with."},
    {"sockets", "TCP on both sides."},
    {"limits", "What one connection may use."},
    {"admin", "The HTTP endpoint for people and Prometheus."},
    {"events", "What is told the moment it happens: the log, /events, a webhook."},
    {"policy", "Which requests are allowed, alerted or rejected. First match wins."},
    {"runtime", "The process."},
    {"log", "The log. Never holds argument values."},
    {"probe", "The guard's own look at Redis."},
    {"doctor", "Does this Redis suit EmailEngine, and does it stay so?"},
    {"slowlog", "Which commands are logged one by one: slow ones, large requests, large replies."},
    {"privacy", "What of a request people may see."},
    {"keys", "Single keys in the statistics."},
    {"scripts", "Lua scripts in the statistics."},
    {"queues", "BullMQ's queues in the statistics."},
}};

}  // namespace

std::span<section const> sections() { return section_table; }

std::vector<std::string_view> section_names()
{
    std::vector<std::string_view> out;
    for (section const& s : sections())
        out.push_back(s.name);
    return out;
}

std::string_view section_of(std::string_view key_name)
{
    return key_name.substr(0, key_name.find('.'));
}

std::string_view leaf_of(std::string_view key_name)
{
    return key_name.substr(key_name.find('.') + 1);
}

std::string environment_name(std::string_view key_name)
{
    std::string out = "RESPGUARD_";
    for (char const c : key_name) {
        out += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
    }
    return out;
}

}  // namespace respguard::config
