#pragma once
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "sim/cli/commands.h"
#include "sim/io/past_run.h"
#include "sim/study/explain.h"
#include "sim/study/what_if.h"

/// What the files of `demarche explain` share.
namespace demarche {

/// The command line asks for what is not there.
struct WrongQuestion : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A number from 0 without sign, or nothing.
std::optional<std::uint32_t> whole_number(const std::string& text);

/// The row of a state. Throws WrongQuestion with a near name where there is none.
std::size_t state_row(const Scenario& scenario, const std::string& id);

/// The rows of "A-B".
std::pair<std::size_t, std::size_t> state_pair(const Scenario& scenario, const std::string& text,
                                               const std::string& option);

/// Tells a replication again and makes sure that it is the one of the folder; throws where the
/// program now comes to something else. `every`, where given, sees what all replications came to.
Retold tell(const PastRun& past, const World& first_morning, const ExplainOptions& options,
            const Wanted& wanted, const std::function<void(const RunOutcome&)>& every = {});

/// What --without, --set and --at ask for.
struct Question {
    Intervention intervention;
    std::vector<std::string> words; ///< what is otherwise, one each
    bool one_past = false;          ///< a message of one replication is meant
};

/// Forks the runs and prints what differs.
void explain_what_if(const PastRun& past, const World& first_morning,
                     const ExplainOptions& options);

} // namespace demarche
