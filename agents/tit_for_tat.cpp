#include "agents/basic_policy.h"

namespace demarche {
namespace {

/// Answers every class in kind and adds nothing of its own but the pair's level of talk
/// (Axelrod, The Evolution of Cooperation, 1984).
struct TitForTat final : BasicPolicy<TitForTat> {
    double retaliation = 0.8;
    double forgiveness = 0.1;

    std::string_view name() const override { return "tit_for_tat"; }
    std::string_view summary() const override { return "answers every class of act in kind"; }
    bool settles() const override { return true; }
    RecordColumns reads() const override { return 0; }
    void respond(const Knobs&, Response& response) const override {
        for (QuadClass q : all_classes) {
            response[q].level = is_conflict(q) ? 0 : 1;
            const double answer = is_conflict(q) ? retaliation * (1 - forgiveness) : retaliation;
            remember_recent(response, q, Stream::received, q, answer);
        }
        disperse(response);
    }
    void describe(const ParameterVisitor& visit) override {
        visit({"retaliation", "", 0, 1, "acts returned for an act received"}, retaliation);
        visit({"forgiveness", "", 0, 1, "share of conflict acts that is let pass"}, forgiveness);
    }
};

} // namespace

std::unique_ptr<Policy> make_tit_for_tat() {
    return std::make_unique<TitForTat>();
}

} // namespace demarche
