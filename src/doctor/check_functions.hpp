// What the table points at: one function for each check, by the file that has it.
#pragma once

#include "respguard/doctor/check.hpp"

#include <optional>
#include <string_view>

namespace respguard::doctor {

/// File stem and functions: X(name) for each.
#define RESPGUARD_DOCTOR_CHECKS(X)                                                                 \
    X(conn_reach)                                                                                  \
    X(conn_auth)                                                                                   \
    X(conn_db)                                                                                     \
    X(conn_ping)                                                                                   \
    X(access_info)                                                                                 \
    X(access_config)                                                                               \
    X(engine_id)                                                                                   \
    X(engine_version)                                                                              \
    X(engine_resp3)                                                                                \
    X(engine_upstash)                                                                              \
    X(engine_elasticache)                                                                          \
    X(engine_memurai)                                                                              \
    X(engine_keydb)                                                                                \
    X(lua_undeclared)                                                                              \
    X(topology_mode)                                                                               \
    X(topology_role)                                                                               \
    X(sentinel_quorum) X(sentinel_client) X(ha_replicas) X(ha_min_replicas) X(ha_link) X(net_rtt)  \
        X(net_jitter) X(net_keepalive) X(net_timeout) X(net_tls) X(evict_policy) X(evict_happened) \
            X(mem_need) X(mem_util) X(mem_limit) X(mem_peak) X(mem_frag) X(mem_oom_past)           \
                X(persist_enabled) X(persist_save_rule) X(persist_status) X(persist_rdb_age)       \
                    X(persist_fork) X(persist_aof_fsync) X(persist_aof_iops) X(backup_fresh)       \
                        X(clients_headroom) X(clients_rejected) X(clients_outbuf) X(queue_version) \
                            X(queue_backlog) X(queue_blobs) X(server_loading) X(server_errors)     \
                                X(server_slow) X(host_overcommit) X(host_thp) X(host_disk)

/// Lag in seconds of the replica that is furthest behind; -1: one is not online; nothing: none.
[[nodiscard]] std::optional<long> worst_replica_lag(facts const& from);

#define X(name) std::optional<finding> name(facts const& from);
RESPGUARD_DOCTOR_CHECKS(X)
#undef X

}  // namespace respguard::doctor
