// DANGER.md as a table: what the default preset says of each command and parameter.
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "unit/policy/judging.hpp"
#include "unit/policy/preset_rules.hpp"

namespace respguard::policy {
namespace {

using test::emailengine;
using test::words;

/// "SET a ''" -> {"SET", "a", ""}.
words split(std::string const& line)
{
    words all;
    std::istringstream stream(line);
    for (std::string word; stream >> word;)
        all.push_back(word == "''" ? "" : word);
    return all;
}

std::string action_for(std::string const& line)
{
    return std::string(to_string(test::judge(emailengine(), split(line)).what));
}

struct row {
    std::string expected;
    std::vector<std::string> requests;
};

void expect_rows(std::vector<row> const& rows)
{
    for (row const& r : rows) {
        for (std::string const& request : r.requests)
            EXPECT_EQ(action_for(request), r.expected) << request;
    }
}

// Section 1: what EmailEngine, BullMQ and ioredis send. Not even an alert.
TEST(EmailenginePreset, LetsTheApplicationPassWithoutAWord)
{
    std::istringstream requests(
        "HELLO 3; HELLO 3 AUTH user pass; HELLO 2; AUTH pass; SELECT 8; CLIENT SETNAME x; "
        "CLIENT SETINFO LIB-NAME ioredis; CLIENT SETINFO LIB-VER 6; INFO; INFO commandstats; "
        "PING; QUIT; READONLY; EVAL return 0; EVALSHA abc 1 k; SCRIPT LOAD x; "
        "SCRIPT EXISTS x; MULTI; EXEC; DISCARD; WATCH k; UNWATCH; DEL a b c; BZPOPMIN k 5; "
        "XREAD BLOCK 0 STREAMS s $; SUBSCRIBE ee-release; UNSUBSCRIBE; PUBLISH c m; SCAN 0; "
        "HSCAN k 0; SSCAN k 0; UNLINK k; EXISTS k; EXPIRE k 1; PEXPIRE k 1; TTL k; PTTL k; "
        "TYPE k; RENAME a b; HSET k f v; HGETALL k; HMGET k f; HINCRBY k f 1; HDEL k f; "
        "HEXISTS k f; SADD k m; SREM k m; SCARD k; SMEMBERS k; ZADD k 1 m; ZRANGE k 0 -1; "
        "ZREM k m; ZCARD k; ZRANGEBYSCORE k 0 1; LPUSH k v; RPUSH k v; LRANGE k 0 -1; "
        "LPOS k v; LREM k 0 v; LLEN k; XADD s * f v; XTRIM s MAXLEN 5; XRANGE s - +; XLEN s; "
        "PFADD k e; GETDEL k; SET k v; GET k; INCR k; SLOWLOG LEN; CLIENT LIST; RESET");
    for (std::string request; std::getline(requests, request, ';');) {
        EXPECT_EQ(test::said(emailengine(), split(request)), "allow") << request;
    }
    EXPECT_EQ(test::said(emailengine(), {"EVAL", std::string(42'000, 'x'), "0"}), "allow");
}

// Section 2, top to bottom.
TEST(EmailenginePreset, JudgesCommandsAsTheManualSays)
{
    expect_rows({
        {"allow", {"CONFIG GET appendonly", "CONFIG HELP"}},
        {"reject", {"CONFIG REWRITE"}},
        {"alert", {"CONFIG RESETSTAT"}},
        {"reject", {"FLUSHALL", "FLUSHALL ASYNC", "FLUSHDB", "SWAPDB 0 1"}},
        {"reject", {"DEBUG SLEEP 5", "DEBUG SET-DISABLE-DENY-SCRIPTS 1", "DEBUG NOPE", "DEBUG"}},
        {"reject", {"SHUTDOWN", "SHUTDOWN NOSAVE", "SHUTDOWN ABORT", "FAILOVER"}},
        {"reject", {"REPLICAOF h 1", "SLAVEOF NO ONE"}},
        {"reject", {"SYNC", "PSYNC ? -1", "REPLCONF ACK 1"}},
        {"reject", {"MONITOR"}},
        {"reject", {"MODULE LOAD x", "MODULE LOADEX x", "MODULE UNLOAD x"}},
        {"allow", {"MODULE LIST", "MODULE HELP"}},
        {"reject", {"ACL SETUSER x", "ACL DELUSER x", "ACL LOAD", "ACL SAVE"}},
        {"allow",
         {"ACL WHOAMI", "ACL LIST", "ACL GETUSER x", "ACL CAT", "ACL LOG", "ACL GENPASS",
          "ACL USERS"}},
        {"reject", {"MIGRATE h 1 k 0 1", "RESTORE k 0 x", "RESTORE-ASKING k 0 x"}},
        {"reject", {"SAVE"}},
        {"alert", {"BGSAVE", "BGREWRITEAOF"}},
    });
}

TEST(EmailenginePreset, JudgesScriptsClientsAndOtherEnginesAsTheManualSays)
{
    expect_rows({
        {"alert", {"KEYS *"}},
        {"reject", {"SCRIPT FLUSH", "SCRIPT FLUSH ASYNC"}},
        {"alert", {"SCRIPT KILL", "FUNCTION KILL"}},
        {"allow", {"SCRIPT LOAD x", "SCRIPT EXISTS x", "SCRIPT HELP"}},
        {"reject",
         {"FUNCTION LOAD x", "FUNCTION DELETE x", "FUNCTION FLUSH", "FUNCTION RESTORE x"}},
        {"allow", {"FUNCTION LIST", "FUNCTION STATS", "FUNCTION DUMP"}},
        {"alert", {"FCALL f 0", "FCALL_RO f 0"}},
        {"allow", {"EVAL x 0", "EVALSHA x 0", "EVAL_RO x 0", "EVALSHA_RO x 0"}},
        {"reject", {"CLIENT PAUSE 1000"}},
        {"alert", {"CLIENT KILL x", "CLIENT UNBLOCK 1", "CLIENT NO-EVICT on"}},
        {"allow",
         {"CLIENT SETNAME x", "CLIENT SETINFO a b", "CLIENT GETNAME", "CLIENT ID", "CLIENT INFO",
          "CLIENT LIST", "CLIENT TRACKING on", "CLIENT CACHING yes", "CLIENT UNPAUSE",
          "CLIENT NO-TOUCH on", "CLIENT REPLY OFF"}},
        {"reject",
         {"CLUSTER MEET h 1", "CLUSTER FORGET x", "CLUSTER RESET", "CLUSTER REPLICATE x",
          "CLUSTER FAILOVER", "CLUSTER ADDSLOTS 1", "CLUSTER ADDSLOTSRANGE 1 2",
          "CLUSTER DELSLOTS 1", "CLUSTER DELSLOTSRANGE 1 2", "CLUSTER SETSLOT 1 x",
          "CLUSTER FLUSHSLOTS", "CLUSTER BUMPEPOCH", "CLUSTER SET-CONFIG-EPOCH 1",
          "CLUSTER MIGRATESLOTS x", "CLUSTER ADDSLOTSNEW 1"}},
        {"allow",
         {"CLUSTER INFO", "CLUSTER NODES", "CLUSTER SHARDS", "CLUSTER SLOTS", "CLUSTER MYID"}},
        {"reject", {"PFDEBUG x k", "PFSELFTEST"}},
        {"alert", {"SLOWLOG RESET", "LATENCY RESET", "MEMORY PURGE"}},
        {"allow", {"SLOWLOG GET", "LATENCY LATEST", "MEMORY USAGE k", "MEMORY STATS"}},
        {"allow",
         {"PSUBSCRIBE x", "SSUBSCRIBE x", "PUNSUBSCRIBE", "SPUBLISH c m", "PUBSUB CHANNELS"}},
        {"close", {"POST / HTTP/1.1", "Host: localhost"}},
        {"reject",
         {"KEYDB.CRON a", "RREPLAY a", "KEYDB.MVCCRESTORE k", "DFLY FLOW", "DFLYCLUSTER x",
          "DFLYNEW"}},
        {"allow",
         {"OBJECT ENCODING k", "COMMAND", "COMMAND COUNT", "WAIT 1 0", "WAITAOF 1 0 0", "LOLWUT",
          "ROLE", "TIME", "DBSIZE", "SORT k", "COPY a b", "LASTSAVE", "ECHO x", "SETRANGE k 5 x"}},
        {"alert",
         {"NOPE", "FT.SEARCH i q", "JSON.SET k $ 1", "CLIENT NOPE", "CONFIG DUMP",
          "SENTINEL MASTERS"}},
    });
}

TEST(EmailenginePreset, AlertsCommandsOverOneMebibyte)
{
    auto const& rules = emailengine();
    EXPECT_EQ(test::said(rules, {"SET", "k", "v"}, 1'048'576), "allow");
    EXPECT_EQ(test::said(rules, {"SET", "k", "v"}, 1'048'577), "alert size-1mb");
    EXPECT_EQ(test::said(rules, {"FLUSHALL"}, 2'000'000), "reject flush");
    EXPECT_EQ(rules.refuse_over_bytes(), no_limit);
}

/// Each as `CONFIG SET <parameter> <value>`.
void expect_parameters(std::string const& expected, std::vector<std::string> const& pairs)
{
    for (std::string const& pair : pairs)
        EXPECT_EQ(action_for("CONFIG SET " + pair), expected) << pair;
}

// Section 4, row by row: allow, alert, reject.
TEST(EmailenginePreset, JudgesEviction)
{
    expect_parameters("allow", {"maxmemory-policy noeviction"});
    expect_parameters("alert", {"maxmemory-policy volatile-lru", "maxmemory-policy volatile-lfu",
                                "maxmemory-policy volatile-random", "maxmemory-policy volatile-ttl",
                                "maxmemory-policy volatile-lrm"});
    expect_parameters("reject", {"maxmemory-policy allkeys-lru", "maxmemory-policy allkeys-lfu",
                                 "maxmemory-policy allkeys-random", "maxmemory-policy allkeys-lrm",
                                 "maxmemory-policy ''", "maxmemory-policy nope",
                                 "maxmemory-policy volatile-"});
}

TEST(EmailenginePreset, JudgesKeepalive)
{
    expect_parameters("allow", {"tcp-keepalive 300"});
    expect_parameters("alert", {"tcp-keepalive 1", "tcp-keepalive 60", "tcp-keepalive 299",
                                "tcp-keepalive 301", "tcp-keepalive 2147483647"});
    expect_parameters("reject", {"tcp-keepalive 0", "tcp-keepalive ''", "tcp-keepalive 00",
                                 "tcp-keepalive +0", "tcp-keepalive -0", "tcp-keepalive 0x0",
                                 "tcp-keepalive 4294967296", "tcp-keepalive -1",
                                 "tcp-keepalive 300s", "tcp-keepalive 0300"});
}

TEST(EmailenginePreset, JudgesPersistence)
{
    auto const& rules = emailengine();
    EXPECT_EQ(test::said(rules, {"config", "set", "save", "3600 1 300 100"}),
              "alert persistence-schedule");
    EXPECT_EQ(test::said(rules, {"config", "set", "save", " "}), "reject persistence");
    EXPECT_EQ(test::said(rules, {"config", "set", "save", "\t"}), "reject persistence");
    expect_parameters("reject", {"save ''", "appendonly no", "appendonly nope", "appendfsync no",
                                 "appendfsync ''", "save '' appendonly no"});
    expect_parameters("alert",
                      {"save '' appendonly yes", "appendonly yes save ''",
                       "no-appendfsync-on-rewrite yes", "auto-aof-rewrite-percentage 0",
                       "aof-load-truncated no", "rdbcompression no", "rdb-del-sync-files yes",
                       "stop-writes-on-bgsave-error no", "aof-use-rdb-preamble no"});
    expect_parameters("allow", {"appendonly yes", "appendfsync always", "appendfsync everysec",
                                "stop-writes-on-bgsave-error yes"});
}

TEST(EmailenginePreset, JudgesLimits)
{
    expect_parameters("alert", {"maxmemory 100mb", "maxmemory ''", "maxmemory 0",
                                "maxmemory-samples 5", "maxmemory-eviction-tenacity 5",
                                "lfu-decay-time 1", "active-expire-effort 5",
                                "replica-ignore-maxmemory no", "slave-ignore-maxmemory no",
                                "timeout 60", "timeout ''", "notify-keyspace-events KEA"});
    expect_parameters("reject", {"maxmemory-clients 1mb", "maxclients 5",
                                 "client-query-buffer-limit 1mb", "proto-max-bulk-len 1mb"});
    expect_parameters("allow", {"timeout 0", "notify-keyspace-events ''"});
    EXPECT_EQ(
        test::said(emailengine(), {"config", "set", "client-output-buffer-limit", "normal 1 1 1"}),
        "alert memory-tuning");
}

TEST(EmailenginePreset, JudgesFilesListenersAndAccess)
{
    for (auto const* name : {"dir",
                             "dbfilename",
                             "appenddirname",
                             "appendfilename",
                             "aclfile",
                             "logfile",
                             "unixsocket",
                             "pidfile",
                             "bind",
                             "port",
                             "tls-port",
                             "tls-cert-file",
                             "protected-mode",
                             "unixsocketperm",
                             "bind-source-addr",
                             "requirepass",
                             "masterauth",
                             "masteruser",
                             "acl-pubsub-default",
                             "enable-debug-command",
                             "enable-module-command",
                             "enable-protected-configs"}) {
        expect_parameters("reject", {std::string(name) + " x"});
    }
}

TEST(EmailenginePreset, JudgesReplicationAndCluster)
{
    expect_parameters("reject",
                      {"replicaof x", "slaveof x", "replica-read-only no", "slave-read-only no",
                       "min-replicas-to-write 9", "min-slaves-to-write 9", "multi-master yes",
                       "multi-master-no-forward yes", "active-replica yes", "storage-provider x"});
    expect_parameters("alert", {"replica-serve-stale-data no", "min-replicas-max-lag 1",
                                "min-slaves-max-lag 1", "repl-timeout 5", "repl-backlog-size 1",
                                "replica-priority 0", "slave-priority 0", "replica-announce-ip x",
                                "slave-announce-port 1", "cluster-node-timeout 1",
                                "cluster-slave-no-failover yes"});
}

TEST(EmailenginePreset, JudgesDebuggingAndTuning)
{
    expect_parameters("reject",
                      {"key-load-delay 1", "rdb-key-save-delay 1", "watchdog-period 1", "debug-x 1",
                       "loading-process-events-interval-bytes 1", "busy-reply-threshold 0",
                       "lua-time-limit 0", "lua-time-limit -1", "lua-time-limit 00"});
    expect_parameters(
        "alert", {"busy-reply-threshold 5000", "lua-time-limit 1", "hz 100", "dynamic-hz no",
                  "io-threads-do-reads yes", "oom-score-adj yes", "oom-score-adj-values 1",
                  "disable-thp no", "tracking-table-max-keys 1", "shutdown-timeout 1",
                  "crash-log-enabled no", "syslog-enabled yes", "list-max-listpack-size 1",
                  "hash-max-ziplist-entries 1", "set-max-intset-entries 1",
                  "zset-max-ziplist-value 1", "stream-node-max-bytes 1", "hll-sparse-max-bytes 1"});
    expect_parameters("allow", {"slowlog-log-slower-than 0", "slowlog-max-len 1",
                                "latency-monitor-threshold 1", "latency-tracking no",
                                "loglevel debug", "lazyfree-lazy-eviction yes", "activedefrag yes",
                                "active-defrag-cycle-min 1", "jemalloc-bg-thread no",
                                "proc-title-template x", "lfu-log-factor 1"});
}

TEST(EmailenginePreset, AlertsParametersItDoesNotKnow)
{
    expect_parameters(
        "alert", {"nope 1", "ft.timeout 1", "databases 1", "acllog-max-len 1", "maxmemory* x"});
    EXPECT_EQ(test::said(emailengine(), {"config", "set", std::string(500, 'x'), "1"}),
              "alert other-settings");
}

TEST(EmailenginePreset, TellsOfWhatTakesMuchMemory)
{
    expect_rows({
        {"alert",
         {"SETRANGE k 1048577 x", "SETRANGE k 536870911 x", "SETBIT k 8388616 1",
          "BITFIELD k SET u8 8388616 1", "BITFIELD k GET u8 0 INCRBY u64 #131073 1"}},
        {"allow", {"SETRANGE k 1048576 x", "SETBIT k 8388615 1", "BITFIELD k GET u8 999999999"}},
    });
    auto const get = command::find("get");
    EXPECT_EQ(emailengine().judge_reply({get, 64U << 20U, nullptr}).what, action::allow);
    EXPECT_EQ(emailengine().judge_reply({get, (64U << 20U) + 1, nullptr}).what, action::alert);
}

TEST(EmailenginePreset, JudgesDragonflysEviction)
{
    expect_parameters("reject", {"enable_heartbeat_eviction true", "enable-heartbeat-eviction 1",
                                 "max_eviction_per_heartbeat 100"});
    expect_parameters("alert", {"enable_heartbeat_eviction false", "max_eviction_per_heartbeat 0"});
    expect_parameters("reject", {"tcp.keepalive 0", "tcp_keepalive 0"});
}

}  // namespace
}  // namespace respguard::policy
