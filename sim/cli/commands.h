#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/io/csv_recorder.h"
#include "sim/io/starter.h"
#include "sim/study/sweep.h"

namespace demarche {

/// Exit codes of the program.
inline constexpr int success = 0;
inline constexpr int failure = 1;     ///< wrong input, or the machine failed
inline constexpr int misuse = 2;      ///< wrong command line
inline constexpr int by_signal = 128; ///< plus the number of the signal, as a shell counts

struct RunOptions {
    std::string config;
    std::string out; ///< "" = outputs/<name of the config file>
    std::vector<std::string> overrides;
    std::optional<std::uint64_t> seed;
    std::uint32_t replications = 0; ///< 0 = a single run without a replication column
    unsigned threads = 0;           ///< 0 = as many as the machine has
    TableSet tables = all_tables;
    bool quiet = false;
};

struct SweepOptions {
    std::string file;
    std::string out;      ///< "" = outputs/<name of the sweep file>
    unsigned threads = 0; ///< 0 = as many as the machine has
    Shard shard;
    bool dry_run = false, restart = false, quiet = false;
};

struct ExplainOptions {
    std::string folder;
    std::uint32_t replication = 0;
    std::string event;
    std::string dyad;
    double threshold = 0.02; ///< least share of a branch that is shown
    std::vector<std::string> without, changes;
    std::string at;                 ///< "" = where the first change takes place, else the first day
    std::uint32_t replications = 0; ///< 0 = those of the folder, or 100
    unsigned threads = 0;           ///< 0 = as many as the machine has
    std::string json;               ///< "" = none
};

struct ReportCommandOptions {
    std::string folder;
    std::string out;                   ///< "" = report.html in the folder
    std::optional<unsigned> explained; ///< pairs; none = as ReportOptions says
    unsigned threads = 0;              ///< 0 = as many as the machine has
};

int report_command(const ReportCommandOptions& options);
struct ValidateOptions {
    std::string config; ///< "" = configs/world.toml as it is built in
    std::string events; ///< file to be measured instead of simulated worlds; "" = none
    std::vector<std::string> overrides;
    unsigned worlds = 96; ///< seeds; with few of them chance decides some facts
    int years = 2;        ///< after the first, which is not measured
    int tick_days = 1;    ///< 1 or 7
    unsigned threads = 0; ///< 0 = as many as the machine has
    bool markdown = false, quiet = false;
};

int explain_command(const ExplainOptions& options);
int validate_command(const ValidateOptions& options);
int run_command(const RunOptions& options);
int sweep_command(const SweepOptions& options);
int merge_command(const std::vector<std::string>& shards, const SweepOptions& options);
int check_command(const std::string& config, const std::vector<std::string>& overrides);
int policies_command(const std::string& name); ///< "" = all
int acts_command(bool csv);
int reference_command();
int init_command(const StarterRequest& request);

} // namespace demarche
