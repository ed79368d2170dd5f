#include "agents/basic_policy.h"

namespace demarche {
namespace {

/// Ignores everything: every class at a constant rate. The null model of the reference set.
struct RandomPolicy final : BasicPolicy<RandomPolicy> {
    double rate = 0.01;

    std::string_view name() const override { return "random"; }
    std::string_view summary() const override { return "acts of every class at a constant rate"; }
    bool settles() const override { return true; }
    RecordColumns reads() const override { return 0; }
    void respond(const Knobs&, Response& response) const override {
        for (QuadClass q : all_classes) {
            response[q].level = 0;
            response[q].base = rate;
        }
        disperse(response);
    }
    void describe(const ParameterVisitor& visit) override {
        visit({"rate", "acts/day", 0, 100, "rate of every class towards everybody"}, rate);
    }
};

} // namespace

std::unique_ptr<Policy> make_random() {
    return std::make_unique<RandomPolicy>();
}

} // namespace demarche
