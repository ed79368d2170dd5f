#pragma once
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "sim/engine/decide.h"
#include "sim/engine/equilibrium.h"
#include "sim/engine/recorder.h"
#include "sim/engine/tick.h"
#include "sim/engine/world.h"
#include "sim/io/problems.h"

/// What has to hold whatever the bytes of an input are. A breach ends the program, which the
/// fuzzer reports with the input.
namespace demarche::fuzz {

inline void require(bool holds, const std::string& what) {
    if (holds)
        return;
    std::fprintf(stderr, "broken: %s\n", what.c_str());
    std::abort();
}

inline std::string content(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    require(in.is_open(), file.string() + " cannot be read");
    return {std::istreambuf_iterator<char>(in), {}};
}

/// What toml++ 3.3 takes for unreachable: a line that ends in a backslash within a string of many
/// lines, and then a letter of another alphabet. (The shared library of Debian 12 reads every
/// Unicode character there as it should; compiled otherwise, it need not.)
inline bool known_to_break_the_parser(const std::string& bytes) {
    return bytes.find("\"\"\"") != std::string::npos &&
           std::any_of(bytes.begin(), bytes.end(), [](char c) { return (c & 0x80) != 0; });
}

/// Problems are lines of readable length that a terminal shows as they are.
inline void check_messages(const Problems& problems) {
    const std::string text = problems.text();
    require(problems.empty() == text.empty(), "problems without text, or text without problems");
    std::size_t length = 0, lines = 0;
    for (char c : text) {
        length = c == '\n' ? 0 : length + 1;
        lines += c == '\n';
        require(length < 1300, "a problem is a very long line");
        require(c == '\n' || static_cast<unsigned char>(c) >= ' ', "a control character");
    }
    require(lines <= problems.size() + 1, "a problem of more than one line");
}

inline bool within(double x, double low, double high) {
    return x >= low && x <= high; // false for what is not a number
}

inline void check_world(const World& world) {
    constexpr double huge = 1e300;
    for (std::size_t i = 0; i < world.n; ++i)
        for (std::size_t j = 0; j < world.n; ++j) {
            for (std::size_t c = 0; c < column_count; ++c)
                require(within(world.memory(i, c, j), 0, huge), "a memory that is no finite rate");
            for (std::size_t q = 0; q < class_count; ++q)
                require(within(world.level(static_cast<QuadClass>(q), i, j), 0, huge),
                        "a level that is no finite rate");
        }
    for (std::size_t i = 0; i < world.n; ++i)
        for (std::size_t j = 0; j < world.n; ++j) {
            require(within(world.rung(i, j), 0, top_rung), "a rung off the ladder");
            const Confrontation* const c = world.confrontation(i, j);
            require(world.rung(i, j) == (c != nullptr ? c->rung : 0), "two rungs of one pair");
        }
    world.confrontations.for_each([](const Confrontation& c) {
        require(within(c.force, 0, huge), "a pace of force that is no finite rate");
    });
    const Scenario& s = *world.scenario;
    const std::size_t entities = s.group_entity(0) + s.setting.groups.size();
    for (const Message& m : world.outbox) {
        require(m.source < entities && m.target < world.n && m.act < s.acts.size(),
                "a message from, to or about nothing");
        require(m.site < static_cast<int>(s.setting.sites.size()), "a message at no site");
        require(within(m.salience, 0, huge) && within(m.confidence, 0, 1), "a strange message");
        require(m.cause.message < m.id && within(m.cause.share, 0, 1 + 1e-9), "a strange cause");
    }
}

/// Two ticks of a small world. They succeed, or throw what run() is documented to throw.
/// Worlds that are legal but would take seconds are left out.
inline void check_ticks(const Scenario& scenario) {
    constexpr std::size_t most_states = 8;
    constexpr double most_messages = 5000; // expected in a tick
    constexpr int ticks = 2;
    if (scenario.actor_count() > most_states)
        return;
    try {
        World world(scenario);
        check_world(world);
        double expected = 0;
        for (std::size_t i = 0; i < world.n; ++i)
            for (QuadClass q : all_classes)
                for (std::size_t j = 0; j < world.n; ++j)
                    expected += world.memory(i, column(Stream::own, q, 0), j) * scenario.tick_days;
        DecisionScratch scratch(world.n);
        Recorder nobody;
        for (int t = 0; t < std::min(ticks, scenario.ticks()) && expected < most_messages; ++t) {
            step(world, scratch, nobody);
            check_world(world);
            expected += static_cast<double>(world.outbox.size());
        }
    } catch (const RatesExplode&) {
    }
}

} // namespace demarche::fuzz
