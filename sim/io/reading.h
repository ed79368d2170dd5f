#pragma once
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include "sim/engine/scenario.h"
#include "sim/io/problems.h"
#include "sim/io/section.h"

namespace demarche {

/// A table with an id: [state.KAZ].
struct Entry {
    const std::string& id;
    const toml::table& table;
    const toml::key& key;
};

/// A scenario while it is read: the TOML, what has been understood of it, what is wrong with it.
struct Reading {
    const toml::table& root;
    Problems& problems;
    SectionVisitor visit; ///< may be empty
    Scenario scenario{};
    std::vector<std::string> state_ids{};  ///< in the order of their rows
    std::vector<std::string> entity_ids{}; ///< of organisations, groups and sites
    bool run_is_known = false;             ///< [run] has nothing wrong

    /// Reads every table of a kind, in order of ids.
    void each(const char* kind, const std::function<void(const Entry&)>& read) const;
    /// Reads a table of a kind; `what` names it in messages.
    void read(Section& section, const std::string& kind, const toml::table& table,
              const std::string& what) const;
    /// Reads an entry, named "<kind> '<id>'".
    void read(Section& section, const std::string& kind, const Entry& entry) const;

    /// The index of a name in a list, or nothing (and a problem).
    std::optional<std::size_t> find(const std::string& kind, const std::vector<std::string>& names,
                                    const std::string& name, const Place& place) const;
    /// Splits "BLR-KAZ" into two rows.
    std::optional<std::pair<std::size_t, std::size_t>> pair(const std::string& id,
                                                            const Place& place) const;
    /// The rows of a tie "BLR-KAZ", whose states must be in alphabetical order.
    std::optional<std::pair<std::size_t, std::size_t>> tie_pair(const std::string& id,
                                                                const Place& place) const;
    /// Declares a key whose value is one of `names`; `index` gets which one.
    Section::Key& name_key(Section& section, const std::string& key, const std::string& kind,
                           std::vector<std::string> names, std::optional<std::size_t>& index,
                           std::string meaning) const;
    /// Declares a required key whose value is a state; `row` gets which one.
    void state_key(Section& section, const std::string& key, std::optional<std::size_t>& row,
                   std::string meaning) const;
    /// Days from the start of the run to a date in it, or nothing (and a problem).
    std::optional<int> day_in_run(const toml::node& at, const std::optional<Day>& date) const;
};

/// The ids of things, in their order.
template <class Things>
std::vector<std::string> ids(const Things& things) {
    std::vector<std::string> names;
    for (const auto& thing : things)
        names.push_back(thing.id);
    return names;
}

std::vector<std::string> policy_names(const PolicySet& policies);

void read_rules(Reading& reading);    ///< [memory] .. [gravity], [channel.X], [policy.X]
void read_ties(Reading& reading);     ///< [tie.A-B], [relation.A-B]; needs the states
void read_entities(Reading& reading); ///< [organisation.X], [group.X], [site.X]
void read_script(Reading& reading);   ///< [stance.X], [event.X], [shock.X]; needs all others

} // namespace demarche
