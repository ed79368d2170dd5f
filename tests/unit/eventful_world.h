#pragma once
#include "tests/unit/small_world.h"

namespace demarche {

/// Four states in which everything happens: A and B are at war, C sides with
/// B, D with C, one of B's allies stays out, forces move near a site, a group is found, reports
/// are made. Every column of memory has a weight.
inline Scenario eventful_world(std::string_view policy = "appraisal") {
    Scenario s = small_world(4, policy);
    s.setting.policies[s.setting.policies.find("appraisal")].describe(
        [](const Parameter& p, double& value) {
            if (p.name.find("own_") != std::string::npos ||
                p.name.find("received_") != std::string::npos)
                value = 0.02;
            if (p.name.find("grievance_") != std::string::npos)
                value = 0.05;
        });
    constexpr std::size_t A = 0, B = 1, C = 2, D = 3;
    tie(s, A, B).rung = 7;
    tie(s, A, B).force = 0.6;
    for (auto [i, j] : {std::pair(A, B), std::pair(B, C), std::pair(A, D)})
        tie(s, i, j).border = 1;
    tie(s, B, C).defence = tie(s, B, D).defence = 0.8;
    tie(s, C, D).affinity = 0.5;
    s.stances = {{C, B, A, 0}, {D, B, A, 1}};
    for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 4; ++j)
            if (i != j)
                relation(s, i, j, {0.3, 0.1, 0.1, i + j == 1 ? 0.5 : 0.1});
    event(s, 0, A, B, "use_force"); // the pace of force makes it a war in tick 1
    event(s, 1, C, B, "criticise"); // in the tick in which C decides to stay out
    event(s, 5, A, B, "exercise", Channel::public_, 3, 0);
    event(s, 6, A, B, "mobilise", Channel::covert, 3);
    s.setting.sites.push_back({"plant", "", B, {{A, B}}, {1, 1, 0.5, 0.2}, 0.8, 0.5});
    s.setting.groups.push_back({"group", "", A, A, B, 2, 1});
    s.setting.intelligence = {0.5, 0.5, 0.02};
    s.setting.channels[index(Channel::private_)].leak = 0.2;
    return s;
}

} // namespace demarche
