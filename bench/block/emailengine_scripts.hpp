// Lua scripts of the EmailEngine mix: written for this bench, with the numbers of keys and
// arguments, the reply shapes and roughly the work of the BullMQ and EmailEngine scripts they stand
// for. Every list and stream is trimmed, so a long run measures the same server as a short one.
#pragma once

#include <array>
#include <string_view>

namespace respguard::bench::emailengine_mix {

enum class lua : std::size_t {
    add_job,
    move_to_active,
    move_to_finished,
    update_progress,
    get_counts,
    z_set,
    z_get_by_uid,
    release_lock
};

/// In the order of enum lua.
inline constexpr std::array<std::string_view, 8> lua_sources{
    // KEYS wait paused meta id completed delayed active events marker
    R"(local job = ARGV[1] .. ARGV[2]
redis.call('HSET', job, 'name', ARGV[3], 'data', ARGV[4], 'opts', ARGV[5])
redis.call('LPUSH', KEYS[1], ARGV[2])
redis.call('LTRIM', KEYS[1], 0, 49)
redis.call('XADD', KEYS[8], 'MAXLEN', '~', 100, '*', 'event', 'waiting', 'jobId', ARGV[2])
redis.call('ZADD', KEYS[9], 0, '0')
return ARGV[2])",
    // KEYS wait active prioritized events stalled limiter delayed paused meta pc marker
    R"(local id = redis.call('RPOPLPUSH', KEYS[1], KEYS[2])
if not id then return {0, 0, 0, 0} end
redis.call('LTRIM', KEYS[2], 0, 49)
redis.call('HSET', ARGV[1] .. id, 'processedOn', ARGV[2])
return {redis.call('HGETALL', ARGV[1] .. id), id, 0, 0})",
    // KEYS wait active prioritized events stalled limiter delayed paused meta pc completed job
    //      metrics marker
    R"(redis.call('LREM', KEYS[2], -1, ARGV[1])
redis.call('ZADD', KEYS[11], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[11], 0, -50)
redis.call('HSET', KEYS[12], 'returnvalue', ARGV[3], 'finishedOn', ARGV[2])
redis.call('XADD', KEYS[4], 'MAXLEN', '~', 100, '*', 'event', 'completed', 'jobId', ARGV[1])
return 0)",
    R"(redis.call('HSET', KEYS[1], 'progress', ARGV[2])
return 0)",
    R"(return {redis.call('LLEN', KEYS[1]), redis.call('LLEN', KEYS[2]),
        redis.call('ZCARD', KEYS[3])})",
    R"(redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
return redis.status_reply('OK'))",
    R"(local found = redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[1])
return found[1])",
    R"(redis.call('DEL', KEYS[1])
return redis.call('PUBLISH', ARGV[1], KEYS[1]))"};

}  // namespace respguard::bench::emailengine_mix
