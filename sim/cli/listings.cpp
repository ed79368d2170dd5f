#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/core.h>

#include "agents/policy.h"
#include "sim/cli/commands.h"
#include "sim/cli/log.h"
#include "sim/io/act_reader.h"
#include "sim/io/problems.h"
#include "sim/io/reference.h"
#include "sim/io/section.h"

namespace demarche {
namespace {

constexpr std::size_t few = 20; // parameters a listing of all policies shows of one

/// The shortest text of a number without an exponent.
std::string decimal_text(double value) {
    std::array<char, 400> buffer{};
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed)
            .ptr;
    return {buffer.data(), end};
}

template <class T>
std::size_t parameter_count(T& object) {
    std::size_t count = 0;
    object.describe([&](const Parameter&, double&) { ++count; });
    return count;
}

template <class T>
void print_parameters(T& object) {
    object.describe([](const Parameter& p, double& value) {
        fmt::print("  {:<32} {:>10}  {:<14} {:<9} {}\n", p.name, number_text(value), range_text(p),
                   p.unit, p.meaning);
    });
}

} // namespace

int policies_command(const std::string& name) {
    const auto policies = all_policies();
    std::vector<std::string> names;
    for (const auto& p : policies)
        names.emplace_back(p->name());
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
        log_error("no policy is called '" + name + "'" + hint(name, names));
        return misuse;
    }
    if (name.empty()) {
        fmt::print("Knobs of every state, [state.XXX] in a scenario (default, range):\n");
        Knobs knobs;
        print_parameters(knobs);
        fmt::print("\n");
    }
    for (const auto& p : policies) {
        if (!name.empty() && name != p->name())
            continue;
        fmt::print("{}: {}\n", p->name(), p->summary());
        const std::size_t count = parameter_count(*p);
        if (name.empty() && count > few)
            fmt::print("  {} parameters: demarche policies {}\n", count, p->name());
        else
            print_parameters(*p);
    }
    return success;
}

int acts_command(bool csv) {
    const ActTable& acts = default_acts();
    std::size_t width = 0;
    for (const Act& a : acts.all())
        width = std::max(width, a.id.size() + 2);
    if (csv)
        fmt::print("act,name,cameo,class,rung,channels,frequency,goldstein,plover,rivera,mid,kahn,"
                   "posted_by,requires,min_rung,relief,relations,manoeuvre,at_site,lasting_days\n");
    else
        fmt::print("{:<{}}{:<7}{:<7}{:>4}  {:<16}{:>10}{:>10}{:>7}{:>7}{:>4}{:>5}  {}\n", "act",
                   width, "cameo", "class", "rung", "channels", "frequency", "goldstein", "plover",
                   "rivera", "mid", "kahn", "name");
    for (const Act& a : acts.all()) {
        std::string channels;
        for (Channel c : a.channels)
            channels.append(channels.empty() ? "" : "/").append(channel_names[index(c)]);
        std::string requirements;
        for (std::size_t r = 0; r < requirement_names.size(); ++r)
            if (a.needs(static_cast<Requirement>(r)))
                requirements.append(requirements.empty() ? "" : "/").append(requirement_names[r]);
        const auto poster = mechanism_names[static_cast<std::size_t>(a.mechanism)];
        if (csv)
            fmt::print("{},\"{}\",{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", a.id,
                       a.name, a.cameo, class_names[index(a.quad)], a.rung, channels,
                       number_text(a.frequency), number_text(a.score[0]), number_text(a.score[1]),
                       number_text(a.score[2]), number_text(a.score[3]), number_text(a.score[4]),
                       poster, requirements, a.min_rung, a.relief,
                       relations_names[static_cast<std::size_t>(a.relations)], a.manoeuvre,
                       a.at_site, number_text(a.lasting_days));
        else
            fmt::print("{:<{}}{:<7}{:<7}{:>4}  {:<16}{:>10}{:>10}{:>7}{:>7}{:>4}{:>5}  {}{}\n",
                       a.id, width, a.cameo, class_names[index(a.quad)], a.rung, channels,
                       decimal_text(a.frequency), a.score[0], a.score[1], a.score[2], a.score[3],
                       a.score[4], a.name,
                       a.mechanism == Mechanism::policy ? "" : fmt::format(" (by {})", poster));
    }
    return success;
}

int reference_command() {
    fmt::print("{}", scenario_reference());
    return success;
}

} // namespace demarche
