#include "sim/io/fact_reader.h"

#include <stdexcept>

#include <toml++/toml.h>

#include "sim/io/embedded.h"
#include "sim/io/section.h"

namespace demarche {
namespace {

void read_numbers(Section& s, const std::string& name, std::vector<double>& out,
                  Problems& problems) {
    s.custom(name, "list of numbers", "", [&, name](const toml::node& node) {
        const toml::array* const list = node.as_array();
        for (std::size_t k = 0; list && k < list->size(); ++k)
            out.push_back(list->get(k)->value_or(0.0));
        if (out.empty())
            expected(problems, node, name, "a list of numbers");
    });
}

StylisedFact read_fact(const toml::table& table, Problems& problems) {
    StylisedFact fact;
    std::vector<double> allowed;
    std::size_t span = 0;
    Section s(problems);
    s.text("name", fact.name, "").required();
    s.text("what", fact.what, "").required();
    s.text("source", fact.source, "").required();
    s.text("not_claimed", fact.not_claimed, "");
    s.choice("span", {"window", "run"}, [&](std::size_t k) { span = k; }, "");
    read_numbers(s, "real", fact.real, problems);
    read_numbers(s, "allowed", allowed, problems);
    s.read(table, "a fact");
    fact.whole_run = span == 1;
    if (!fact.real.empty())
        std::tie(fact.low, fact.high) =
            allowed.size() == 2 ? std::pair(allowed[0], allowed[1]) : allowed_range(fact.real);
    return fact;
}

} // namespace

const std::vector<StylisedFact>& stylised_facts() {
    static const std::vector<StylisedFact> facts = [] {
        Problems problems;
        std::vector<StylisedFact> out;
        const toml::table root = toml::parse(embedded_facts_toml, std::string_view("facts.toml"));
        for (const toml::node& node : *root["fact"].as_array())
            out.push_back(read_fact(*node.as_table(), problems));
        if (!problems.empty())
            throw std::logic_error(problems.text());
        return out;
    }();
    return facts;
}

} // namespace demarche
