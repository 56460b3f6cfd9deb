// What the table points at: one function for each check, by the file that has it.
#pragma once

#include "respguard/doctor/check.hpp"

#include <optional>

namespace respguard::doctor {

/// Lag in seconds of the replica that is furthest behind; -1: one is not online; nothing: none.
[[nodiscard]] std::optional<long> worst_replica_lag(facts const& from);

using judging = std::optional<finding>(facts const& from);

judging conn_reach, conn_auth, conn_db, conn_ping, access_info, access_config, access_local,
    engine_id, engine_version, engine_resp3, engine_upstash, engine_elasticache, engine_memurai,
    engine_keydb, lua_undeclared, topology_mode, topology_role, sentinel_quorum, sentinel_client,
    ha_replicas, ha_min_replicas, ha_link, net_rtt, net_jitter, net_keepalive, net_timeout, net_tls,
    evict_policy, evict_happened, mem_need, mem_util, mem_limit, mem_peak, mem_frag, mem_oom_past,
    persist_enabled, persist_save_rule, persist_status, persist_rdb_age, persist_fork,
    persist_aof_fsync, persist_aof_iops, backup_fresh, clients_headroom, clients_rejected,
    clients_outbuf, queue_version, queue_backlog, queue_blobs, server_loading, server_errors,
    server_slow, host_overcommit, host_thp, host_disk;

}  // namespace respguard::doctor
