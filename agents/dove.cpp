#include "agents/basic_policy.h"

namespace demarche {
namespace {

/// Never hostile; answers hostility with talk (the spiral model of Jervis, 1976).
struct Dove final : BasicPolicy<Dove> {
    double conciliation = 0.6;

    std::string_view name() const override { return "dove"; }
    std::string_view summary() const override {
        return "never hostile, answers hostility with talk";
    }
    bool settles() const override { return true; }
    RecordColumns reads() const override { return 0; }
    void respond(const Knobs&, Response& response) const override {
        for (QuadClass q : all_classes)
            response[q].level = is_conflict(q) ? 0 : 1;
        for (QuadClass harm : {QuadClass::vconf, QuadClass::mconf})
            remember_recent(response, QuadClass::vcoop, Stream::received, harm, conciliation);
        disperse(response);
    }
    void describe(const ParameterVisitor& visit) override {
        visit({"conciliation", "", 0, 1, "acts of talk per conflict act received"}, conciliation);
    }
};

} // namespace

std::unique_ptr<Policy> make_dove() {
    return std::make_unique<Dove>();
}

} // namespace demarche
