#include "agents/basic_policy.h"

namespace demarche {
namespace {

/// Presses everybody and escalates when answered (the deterrence model of Jervis, 1976).
struct Hawk final : BasicPolicy<Hawk> {
    double pressure = 0.02;
    double escalation = 0.9;

    std::string_view name() const override { return "hawk"; }
    std::string_view summary() const override {
        return "presses everybody, escalates when answered";
    }
    bool settles() const override { return true; }
    RecordColumns reads() const override { return 0; }
    void respond(const Knobs&, Response& response) const override {
        for (QuadClass q : all_classes)
            if (is_conflict(q)) {
                response[q].base = pressure;
                remember_recent(response, q, Stream::received, QuadClass::vconf, escalation / 2);
                remember_recent(response, q, Stream::received, QuadClass::mconf, escalation / 2);
            } else {
                response[q].level = 0.5;
            }
        disperse(response);
    }
    void describe(const ParameterVisitor& visit) override {
        visit({"pressure", "acts/day", 0, 100, "unprovoked rate of each conflict class"}, pressure);
        visit({"escalation", "", 0, 1, "conflict acts of each class per conflict act received"},
              escalation);
    }
};

} // namespace

std::unique_ptr<Policy> make_hawk() {
    return std::make_unique<Hawk>();
}

} // namespace demarche
