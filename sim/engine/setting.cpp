#include "sim/engine/setting.h"

#include <algorithm>
#include <stdexcept>

namespace demarche {

bool Organisation::has(std::size_t actor) const {
    return std::binary_search(members.begin(), members.end(), actor);
}

/// Fitted to the totals of all 37,830 directed pairs of 195 states in ICEWS, January-October 2018
/// and January-August 2021: the mean by quasi-Poisson regression, what is drawn for pairs by
/// maximum likelihood given that mean (docs/model.md, Levels). Shared organisations say nothing
/// that could be told from 0.
GravityPrior::GravityPrior()
    : of_class{OfClass{3.917, 0.641, -0.943, -0.119, 0.640, 0.756, 0, 1.35, 0.62},
               OfClass{-0.009, 0.622, -0.817, 0.111, 0.357, 0.478, 0, 1.56, 1.0},
               OfClass{1.03, 0.676, -0.460, -0.525, 2.639, 1.096, 0, 2.05, 1.2},
               OfClass{-0.75, 0.485, -0.882, 0.343, 2.200, 0.308, 0, 2.1, 1.3}},
      rivals(0.37), allies(0.71) {}

void GravityPrior::describe(const ParameterVisitor& visit) {
    for (std::size_t q = 0; q < class_count; ++q) {
        OfClass& c = of_class[q];
        const std::string prefix = std::string(class_names[q]) + ".";
        const auto declare = [&](const char* name, double low, double high, const char* meaning,
                                 double& value) {
            visit({prefix + name, "", low, high, meaning}, value);
        };
        declare("intercept", -50, 10, "ln mean acts per day of a pair with all terms 0",
                c.intercept);
        declare("power", -10, 10, "per ln of the product of both powers", c.power);
        declare("distance", -10, 10, "per ln(1 + distance / 1000 km)", c.distance);
        declare("border", -10, 10, "for neighbours", c.border);
        declare("rivalry", -10, 10, "per unit of rivalry", c.rivalry);
        declare("defence", -10, 10, "per unit of a defence pact", c.defence);
        declare("organisations", -10, 10, "per shared organisation", c.organisations);
        declare("common", 0, 10,
                "scale of the double-exponential pair effect that all classes have in common",
                c.common);
        declare("scale", 0, 10, "scale of the pair effect of the class alone", c.scale);
    }
    visit({"rivals", "", 0, 10, "spread of pair effects at rivalry 1, over that of others"},
          rivals);
    visit({"allies", "", 0, 10, "the same with a defence pact"}, allies);
}

PolicySet& PolicySet::operator=(const PolicySet& other) {
    std::vector<std::unique_ptr<Policy>> copies;
    for (const auto& policy : other.policies_)
        copies.push_back(policy->clone());
    policies_ = std::move(copies);
    return *this;
}

std::size_t PolicySet::find(std::string_view name) const {
    const auto it = std::find_if(policies_.begin(), policies_.end(),
                                 [&](const auto& p) { return p->name() == name; });
    return static_cast<std::size_t>(it - policies_.begin());
}

const Tie& Setting::tie(std::size_t i, std::size_t j) const {
    static const Tie none;
    const std::pair<std::size_t, std::size_t> key = std::minmax(i, j);
    const auto it =
        std::lower_bound(ties.begin(), ties.end(), key, [](const Tie& t, const auto& k) {
            return std::pair(t.a, t.b) < std::pair(k.first, k.second);
        });
    return it != ties.end() && it->a == key.first && it->b == key.second ? *it : none;
}

void Setting::describe(const ParameterVisitor& visit) {
    std::string prefix;
    const ParameterVisitor prefixed = [&](const Parameter& p, double& value) {
        Parameter full = p;
        full.name = prefix + p.name;
        visit(full, value);
    };
    const auto section = [&](std::string name, auto& object) {
        prefix = std::move(name) + ".";
        object.describe(prefixed);
    };
    for (Actor& actor : actors)
        section("state." + actor.id, actor);
    for (Tie& t : ties)
        section("tie." + actors[t.a].id + "-" + actors[t.b].id, t);
    for (Relation& r : relations)
        section("relation." + actors[r.source].id + "-" + actors[r.target].id, r);
    for (Organisation& o : organisations)
        section("organisation." + o.id, o);
    for (ArmedGroup& g : groups)
        section("group." + g.id, g);
    for (Site& s : sites) {
        section("site." + s.id, s);
        for (std::size_t i = 0; i < s.exposure.size(); ++i)
            visit({"site." + s.id + ".exposure." + actors[i].id, "", 0, 1,
                   "exposure of the state to the site"},
                  s.exposure[i]);
    }
    for (std::size_t c = 0; c < channel_count; ++c)
        section("channel." + std::string(channel_names[c]), channels[c]);
    section("memory", memory);
    section("ladder", ladder);
    section("intelligence", intelligence);
    section("alliance", alliance);
    section("mediation", mediation);
    section("perception", perception);
    section("gravity", gravity);
    for (std::size_t p = 0; p < policies.size(); ++p)
        section("policy." + std::string(policies[p].name()), policies[p]);
}

ParameterReference find_parameter(Setting& setting, std::string_view path) {
    ParameterReference found;
    setting.describe([&](const Parameter& p, double& value) {
        if (p.name == path)
            found = {p, &value};
    });
    return found;
}

void set_numbers(Setting& setting, const std::vector<std::pair<std::string, double>>& numbers) {
    for (const auto& [path, value] : numbers) {
        const ParameterReference found = find_parameter(setting, path);
        if (found.value == nullptr)
            throw std::logic_error("there is no number " + path);
        *found.value = value;
    }
}

} // namespace demarche
