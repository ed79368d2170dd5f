#include <algorithm>

#include <fmt/core.h>

#include "agents/policy.h"
#include "sim/cli/commands.h"
#include "sim/cli/log.h"
#include "sim/io/act_reader.h"
#include "sim/io/problems.h"
#include "sim/io/section.h"

namespace demarche {
namespace {

constexpr std::size_t few = 20; // parameters a listing of all policies shows of one

template <class T>
std::size_t parameter_count(T& object) {
    std::size_t count = 0;
    object.describe([&](const Parameter&, double&) { ++count; });
    return count;
}

template <class T>
void print_parameters(T& object) {
    object.describe([](const Parameter& p, double& value) {
        const std::string range =
            p.high == unbounded ? fmt::format("{} or more", number_text(p.low))
                                : fmt::format("{} to {}", number_text(p.low), number_text(p.high));
        fmt::print("  {:<32} {:>10}  {:<14} {:<9} {}\n", p.name, number_text(value), range, p.unit,
                   p.meaning);
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
    if (csv)
        fmt::print("act,name,cameo,class,rung,channels,frequency,goldstein,plover,rivera,mid,kahn,"
                   "posted_by\n");
    else
        fmt::print("{:<22}{:<7}{:<7}{:>4}  {:<16}{:>10}{:>10}{:>7}{:>7}{:>4}{:>5}  {}\n", "act",
                   "cameo", "class", "rung", "channels", "frequency", "goldstein", "plover",
                   "rivera", "mid", "kahn", "name");
    for (const Act& a : acts.all()) {
        std::string channels;
        for (Channel c : a.channels)
            channels += (channels.empty() ? "" : "/") + std::string(channel_names[index(c)]);
        const auto poster = mechanism_names[static_cast<std::size_t>(a.mechanism)];
        if (csv)
            fmt::print("{},\"{}\",{},{},{},{},{},{},{},{},{},{},{}\n", a.id, a.name, a.cameo,
                       class_names[index(a.quad)], a.rung, channels, number_text(a.frequency),
                       number_text(a.score[0]), number_text(a.score[1]), number_text(a.score[2]),
                       number_text(a.score[3]), number_text(a.score[4]), poster);
        else
            fmt::print("{:<22}{:<7}{:<7}{:>4}  {:<16}{:>10}{:>10}{:>7}{:>7}{:>4}{:>5}  {}{}\n",
                       a.id, a.cameo, class_names[index(a.quad)], a.rung, channels,
                       number_text(a.frequency), number_text(a.score[0]), number_text(a.score[1]),
                       number_text(a.score[2]), number_text(a.score[3]), number_text(a.score[4]),
                       a.name,
                       a.mechanism == Mechanism::policy ? "" : fmt::format(" (by {})", poster));
    }
    return success;
}

} // namespace demarche
